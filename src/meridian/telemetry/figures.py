"""
What is counted, by name: docs/metrics.md says what each is for.

No figure bears an id, a name, an address or an organisation; labels are few and fixed.
"""

from meridian.telemetry.tally import Counter, Durations, Gauge

BUDGETS = ("fhir", "api", "patient-search", "anonymous")
WRONG_TOKENS = ("algorithm", "header", "signature", "claims")
FAILURES = ("password", "otp", "rc", "passkey", "locked", "no-membership", "program", "other")
"""Why a sign-in failed, as the audit log has it."""
ALERTS = (
    "sign-in-failures",
    "new-region",
    "token-algorithm",
    "record-probing",
    "egress",
    "break-glass",
    "break-glass-unreviewed",
    "incident",
    "own-record",
    "own-family",
    "protected-record",
    "no-relation",
    "bulk-reading",
    "bulk-listing",
    "bulk-export",
    "shared-address",
    "odd-hours",
)
"""What detectors raise, and what is raised by hand."""
ELSEWHERE = ("metadata", "private", "host")
"""What the allow-list of outgoing connections stopped."""
UNSOCKETED = ("origin", "malformed", "many", "login")
"""Why a websocket was not let in; else the code of a fault."""
COMMITS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

BUILD = Gauge("meridian_build_info", "What runs here", ("version", "edition", "role"))

REQUESTS = Counter("meridian_requests", "Requests answered", ("surface", "method", "route", "status"))
TOOK = Durations("meridian_request_seconds", "From a request's head to its answer", ("surface", "method", "route"))
IN_FLIGHT = Gauge("meridian_requests_in_flight", "Requests being answered")
RATE_LIMITED = Counter("meridian_rate_limited", "Requests over a budget", ("budget",), BUDGETS)
REFUSED = Counter("meridian_access_refused", "Refusals by the policy", ("reason",), ("role", "record"))

LOOP_LAG = Gauge("meridian_loop_lag_seconds", "The event loop's longest delay in the last 15 s")
WRITES_WAITING = Gauge("meridian_writer_waiting", "Writes that wait for their commit")
COMMIT = Durations("meridian_writer_commit_seconds", "A group of writes, to its commit", bounds=COMMITS)
CONNECTIONS = Gauge("meridian_database_connections", "Connections to the database", ("state",))
SOCKETS = Gauge("meridian_sockets", "Open websockets")

DUE = Gauge("meridian_outbox_due", "Jobs that are due and not done")
OUTBOX_LAG = Gauge("meridian_outbox_lag_seconds", "Since the oldest of them was due")
GIVEN_UP = Gauge("meridian_outbox_given_up", "Jobs kept aside after too many failures")
JOBS = Counter("meridian_jobs", "Jobs that were tried", ("topic", "outcome"))
JOB_TOOK = Durations("meridian_job_seconds", "One try of a job", ("topic",))

CHECKPOINT_AGE = Gauge("meridian_audit_checkpoint_age_seconds", "Since the audit logs were last found signed")
UNSIGNED = Gauge("meridian_audit_unsigned_entries", "Entries beyond the newest checkpoints")
BROKEN_LOGS = Gauge("meridian_audit_broken_logs", "Audit logs that do not continue from their anchor")
SIGN_INS = Counter("meridian_sign_ins", "Sign-ins that succeeded", ("method",))
SIGN_IN_FAILURES = Counter("meridian_sign_in_failures", "Sign-ins that failed", ("reason",), FAILURES)
TOKENS_REFUSED = Counter("meridian_tokens_refused", "Access tokens that were refused", ("reason",), WRONG_TOKENS)
SOCKETS_REFUSED = Counter("meridian_sockets_refused", "Websockets that were not let in", ("reason",), UNSOCKETED)
RAISED = Counter("meridian_alerts", "What detectors raised", ("kind",), ALERTS)

UP = Gauge("meridian_dependency_up", "Whether it answers", ("name",))
PARTNER_CALLS = Counter("meridian_partner_calls", "Requests to safety partners", ("partner", "outcome"))
PARTNER_TOOK = Durations("meridian_partner_seconds", "One request to a safety partner", ("partner",))
BREAKER_OPEN = Gauge("meridian_partner_breaker_open", "Whether a partner is left alone for now", ("partner",))
EGRESS_REFUSED = Counter("meridian_egress_refused", "Connections that were not made", ("kind",), ELSEWHERE)
BACKUP_AGE = Gauge("meridian_backup_age_seconds", "Since the newest good backup")
DRILL_AGE = Gauge("meridian_drill_age_seconds", "Since the last restore drill that succeeded")
CERTIFICATE = Gauge("meridian_certificate_not_after_seconds", "When the certificate that people see ends")
DISK_FREE = Gauge("meridian_disk_free_bytes", "Free bytes", ("place",))
DISK_SIZE = Gauge("meridian_disk_size_bytes", "Bytes in all", ("place",))
