"""
What is to happen after a write, as rows of the same transaction: done at least once, in the order of its numbers.

A row names what it is about and carries codes and references only, never patient data or a secret: whoever does it
reads the present state through the door. A row is leased to one worker at a time; when the lease ends without a word
(the worker died), another takes it. What fails too often is kept aside, for somebody to see.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from meridian.store.plan import Change, Plan, Query
from meridian.store.visible import places

WAITING, FAILED = 0, 1
"""States of a row; what is done is gone."""


class Job(NamedTuple):
    """
    One thing to do.

    Args:
        no: Its sequence number, counted up and never given out twice.
        org: The organisation's number; 0 is the platform.
        topic: Which handler.
        what: What about, as `Appointment/17`.
        due: Not before, ms since the epoch.
        tries: How often it was tried before.
        said: What else was said.
    """

    no: int
    org: int
    topic: str
    what: str
    due: int
    tries: int
    said: Mapping[str, Any]


def put(org: int, topic: str, what: str, due: int, said: Mapping[str, Any]) -> Plan[None]:
    """One more thing to do."""
    yield Change(
        "INSERT INTO outbox (org, topic, what, due, leased, tries, state, said) VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
        (org, topic, what, due, WAITING, msgspec.json.encode(said)),
    )


def withdraw(org: int, topic: str, what: str) -> Plan[None]:
    """Forget what was to be done about *what* and is still waiting."""
    yield Change(
        "DELETE FROM outbox WHERE org = ? AND topic = ? AND what = ? AND state = ?", (org, topic, what, WAITING)
    )


_FIELDS = "no, org, topic, what, due, tries, said"
_DUE = f"SELECT {_FIELDS} FROM outbox WHERE state = ? AND due <= ? AND leased <= ?"


def take(now: int, until: int, most: int) -> Plan[list[Job]]:
    """Up to *most* rows that are due and nobody's, leased until *until* (ms since the epoch)."""
    rows = yield Query(f"{_DUE} ORDER BY due, no LIMIT ? FOR UPDATE", (WAITING, now, now, most))
    jobs = [_job(row) for row in rows]
    if jobs:
        numbers = [job.no for job in jobs]
        yield Change(f"UPDATE outbox SET leased = ? WHERE no IN ({places(numbers)})", (until, *numbers))
    return jobs


def done(no: int) -> Plan[None]:
    """It was done."""
    yield Change("DELETE FROM outbox WHERE no = ?", (no,))


def again(no: int, due: int, tries: int) -> Plan[None]:
    """It is to be tried again at *due*."""
    yield Change("UPDATE outbox SET due = ?, tries = ?, leased = 0 WHERE no = ?", (due, tries, no))


def give_up(no: int, tries: int) -> Plan[None]:
    """It failed too often and is kept aside."""
    yield Change("UPDATE outbox SET state = ?, tries = ?, leased = 0 WHERE no = ?", (FAILED, tries, no))


def failed(most: int = 100) -> Plan[list[Job]]:
    """What was kept aside, oldest first."""
    rows = yield Query(f"SELECT {_FIELDS} FROM outbox WHERE state = ? ORDER BY no LIMIT ?", (FAILED, most))
    return [_job(row) for row in rows]


def retry(no: int = 0) -> Plan[int]:
    """Let what was kept aside be tried anew, all of it or the one numbered *no*; how many that is."""
    one, args = (" AND no = ?", (no,)) if no else ("", ())
    done = yield Change(f"UPDATE outbox SET state = ?, tries = 0 WHERE state = ?{one}", (WAITING, FAILED, *args))
    return int(done.rows)


class Standing(NamedTuple):
    """How the outbox stands: how many rows wait and are due, since when (ms since the epoch, 0: none), and failed."""

    due: int
    since: int
    failed: int


def standing(now: int) -> Plan[Standing]:
    """How the outbox stands at *now*."""
    [(due, since)] = yield Query("SELECT COUNT(*), MIN(due) FROM outbox WHERE state = ? AND due <= ?", (WAITING, now))
    [(aside,)] = yield Query("SELECT COUNT(*) FROM outbox WHERE state = ?", (FAILED,))
    return Standing(int(due), int(since or 0), int(aside))


def _job(row: Sequence[Any]) -> Job:
    no, org, topic, what, due, tries, said = row
    return Job(no, org, topic, what, due, tries, msgspec.json.decode(said))
