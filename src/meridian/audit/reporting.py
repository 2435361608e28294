"""
What of an audit entry is said outside the log: a line for security, and figures.

Only of what is durable, and only what security watches: authentication, accounts, keys, alerts, refusals. Who read
what stays in the log. Fields: docs/logs.md; the seeds' `logAuthEvent` is mapped there.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from meridian.audit.detectors import ALERT, FAILED, SIGNED_IN, refused_record
from meridian.audit.entry import Entry
from meridian.telemetry import figures, logs
from meridian.telemetry.lines import plain

AUTH_EVENT = "AUTH_EVENT"
"""The seeds' `type`."""
UNKNOWN = "unknown"
METHODS = frozenset({"pwd", "pwd otp", "pwd rc", "pwd hwk", "hwk user", "client"})
"""Ways of signing in that are counted by name."""
RECORD_REFUSED = "record-refused"


class _Sort(NamedTuple):
    """ECS's category and type. Source: elastic.co/guide/en/ecs/8.11/ecs-allowed-values-event-category.html."""

    category: str
    type: str


_SORTS = (
    (ALERT, _Sort("intrusion_detection", "info")),
    ("sign-in", _Sort("authentication", "start")),
    ("sign-out", _Sort("authentication", "end")),
    ("signed-out", _Sort("authentication", "end")),
    ("session-", _Sort("authentication", "end")),
    ("reauthenticat", _Sort("authentication", "info")),
    ("membership-chosen", _Sort("authentication", "info")),
    ("patient-chosen", _Sort("authentication", "info")),
    ("master-key", _Sort("configuration", "change")),
    ("organisation-key", _Sort("configuration", "change")),
    ("", _Sort("iam", "change")),
)
"""Beginnings of actions."""


def report(entries: Sequence[Entry]) -> None:
    """Say and count what is to be said and counted of *entries*, which are durable."""
    for entry in entries:
        if entry.purpose:
            _interaction(entry)
        else:
            _count(entry)
            level = "info" if entry.outcome == "ok" and not entry.action.startswith(ALERT) else "warning"
            why = f": {entry.rule}" if entry.outcome != "ok" and entry.rule else ""
            logs.authentication(level, f"{entry.action}{why}", fields(entry))


def fields(entry: Entry) -> dict[str, Any]:
    """ECS fields of a line about *entry*."""
    sort = next(sort for beginning, sort in _SORTS if entry.action.startswith(beginning))
    well = entry.outcome == "ok"
    event: dict[str, Any] = {
        "kind": "alert" if entry.action.startswith(ALERT) else "event",
        "category": (sort.category,),
        "type": ("denied",) if entry.outcome == "refused" else (sort.type,),
        "action": entry.action,
        "outcome": "success" if well else "failure",
    }
    if not well and entry.rule:
        event["reason"] = plain(entry.rule)
    user: dict[str, Any] = {"id": entry.account or UNKNOWN}
    if entry.role:
        user["roles"] = (entry.role,)
    said: dict[str, Any] = {
        "event": event,
        "labels": {"type": AUTH_EVENT},
        "user": user,
        "organization": {"id": str(entry.org)},
    }
    if entry.address:
        said["source"] = {"ip": entry.address}
    if entry.agent:
        said["user_agent"] = {"original": plain(entry.agent)}
    if entry.request:
        said["http"] = {"request": {"id": entry.request}}
    return said


def _interaction(entry: Entry) -> None:
    """Of what is done with records, only refusals, and never of which."""
    if entry.outcome != "refused":
        return
    if entry.rule == "Forbidden":
        figures.REFUSED.add("role")
    if refused_record(entry):
        figures.REFUSED.add("record")
        said = fields(entry)
        said["event"] |= {"action": RECORD_REFUSED, "category": ("iam",), "reason": "not-found"}
        logs.authentication("warning", f"{RECORD_REFUSED}: {entry.action}", said)


def _count(entry: Entry) -> None:
    if entry.action == FAILED:
        figures.SIGN_IN_FAILURES.add(entry.rule if entry.rule in figures.FAILURES else "other")
    elif entry.action == SIGNED_IN:
        figures.SIGN_INS.add(entry.rule if entry.rule in METHODS else "other")
    elif entry.action.startswith(ALERT):
        kind = entry.action.removeprefix(ALERT)
        figures.RAISED.add(kind if kind in figures.ALERTS else "other")
