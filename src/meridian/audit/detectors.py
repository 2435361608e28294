"""
What in the stream of entries calls for a person's attention: one table, and what each line of it counts by.

Judging is pure. Counting is done in the database (`store.watched`), so that several processes count together;
`identity.alarms` raises what is found. Thresholds are house policy unless a source is named.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from meridian.audit.entry import Entry
from meridian.settings.oversight import Oversight
from meridian.telemetry import signals

FAILED = "sign-in-failed"
"""The action of an entry about a sign-in that did not succeed."""
SIGNED_IN = "sign-in"
ALERT = "alert-"
"""How the action of an alert's entry begins."""
NEW_REGION = "new-region"
BREAK_GLASS = "break-glass"
"""Somebody opened a record in an emergency."""
UNREVIEWED = "break-glass-unreviewed"
"""Nobody has looked at that in time."""
INCIDENT = "incident"
"""An incident was declared."""
RINGING = frozenset({NEW_REGION, BREAK_GLASS, UNREVIEWED, INCIDENT})
"""What is raised by whoever sees it, through `identity.ringing.ring`, and counted by no line of the table."""
AT_ONCE = frozenset({BREAK_GLASS, INCIDENT})
"""Of which each single one is mailed."""
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONG_LIST = 10
"""Patients on a page that make it a long list."""

Key = Callable[[Entry], str]
"""What an entry is counted by; empty for one that is not counted."""


class Detector(NamedTuple):
    """
    One line of the table.

    Args:
        kind: Of `telemetry.figures.ALERTS`.
        most: Times in the window that are no alert yet.
        window: Milliseconds; one alert for each key in that time.
        key: What entries it counts, and by what.
        platform: Whether the alert goes into the platform's own log, of no organisation.
    """

    kind: str
    most: int
    window: int
    key: Key
    platform: bool = True


def _failing_address(entry: Entry) -> str:
    return entry.address if entry.action == FAILED else ""


def _refused_account(entry: Entry) -> str:
    """Records that are not the account's, or are not there: the answer is the same, so one alone says nothing."""
    return f"{entry.org}|{entry.account}" if refused_record(entry) else ""


def refused_record(entry: Entry) -> bool:
    """Whether somebody asked for a record by its id that they may not see or that is not there (API-01)."""
    return entry.outcome == "refused" and entry.rule == "NotFound" and "/" in entry.what and bool(entry.purpose)


def _long_list(entry: Entry) -> str:
    """A list of many patients; who opens them one by one is counted by `unusual`."""
    patients = sum(one.startswith("Patient/") for one in entry.seen)
    return f"{entry.org}|{entry.account}" if patients >= LONG_LIST and entry.purpose else ""


def _export(entry: Entry) -> str:
    begun = entry.action.endswith("/$export") or entry.action.startswith("audit-export")
    return f"{entry.org}|{entry.account}" if begun and entry.outcome == "ok" else ""


TABLE = (
    Detector("sign-in-failures", 5, 10 * MINUTE, _failing_address),  # the threat models, AUTH-04
    Detector("record-probing", 20, 10 * MINUTE, _refused_account, platform=False),  # API-01
)
"""What is counted of entries."""


def counted(limits: Oversight) -> tuple[Detector, ...]:
    """The lines whose thresholds are the clinic's: more than so many of something by one account."""
    return (
        Detector("bulk-listing", limits.lists_an_hour, HOUR, _long_list, platform=False),
        Detector("bulk-export", limits.exports_a_day, DAY, _export, platform=False),
    )


SIGNALS = {
    signals.TOKEN_ALGORITHM: Detector(signals.TOKEN_ALGORITHM, 0, 10 * MINUTE, lambda _: ""),  # AUTH-01
    signals.EGRESS: Detector(signals.EGRESS, 0, 10 * MINUTE, lambda _: ""),  # INFRA-01: instance credentials
}
"""What is counted besides."""

LONGEST = max(one.window for one in (*TABLE, *counted(Oversight()), *SIGNALS.values()))
"""Milliseconds that any of them looks back."""
MAILS = 60 * MINUTE
"""Milliseconds in which the security officers get one mail of a kind; the log and the figures have them all."""


def concerning(entry: Entry, table: Sequence[Detector] = TABLE) -> Iterator[tuple[Detector, str]]:
    """
    The detectors of *table* that count *entry*, and by what.

    >>> [(one.kind, key) for one, key in concerning(Entry(org=0, time=1, action=FAILED, address="203.0.113.9"))]
    [('sign-in-failures', '203.0.113.9')]
    """
    for one in table:
        if key := one.key(entry):
            yield one, key


def alert(detector: Detector, cause: Entry) -> Entry:
    """The entry of an alert that *cause* brought about."""
    return Entry(
        org=0 if detector.platform else cause.org,
        time=cause.time,
        action=ALERT + detector.kind,
        account="" if detector.platform else cause.account,
        address=cause.address,
        request=cause.request,
    )
