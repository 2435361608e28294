"""
What is to happen after a write, as rows of the same transaction: done at least once, in the order of its numbers.

A row names what it is about and carries codes and references only, never patient data or a secret: whoever does it
reads the present state through the door. A row is leased to one worker at a time; when the lease ends without a word
(the worker died), another takes it. What fails too often is kept aside, for somebody to see.

A row may be handed out, for another program to do: it stays until that has claimed it and is done, and is handed out
again when its lease ends without a word.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from meridian.store.plan import Change, Plan, Query
from meridian.store.visible import places
from meridian.telemetry.trace import carried

WAITING, FAILED, HANDED = 0, 1, 2
"""States of a row; what is done is gone. A row that waits and is leased is being worked on."""


class Busy(Exception):
    """Somebody is at work on the job: ask again later whether it is done."""


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
        trace: Of the request or job that put it there, as `traceparent`; empty where there was none.
    """

    no: int
    org: int
    topic: str
    what: str
    due: int
    tries: int
    said: Mapping[str, Any]
    trace: str = ""


TRACE = "_trace"
"""Where a row's trace stands, among what was said."""


def put(org: int, topic: str, what: str, due: int, said: Mapping[str, Any]) -> Plan[None]:
    """One more thing to do, as a part of what is being done here."""
    here = carried()
    yield Change(
        "INSERT INTO outbox (org, topic, what, due, leased, tries, state, said) VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
        (org, topic, what, due, WAITING, msgspec.json.encode({**said, TRACE: here} if here else said)),
    )


def withdraw(org: int, topic: str, what: str) -> Plan[None]:
    """Forget what was to be done about *what* and is still waiting, here or with whom it was handed to."""
    yield Change(
        "DELETE FROM outbox WHERE org = ? AND topic = ? AND what = ? AND state IN (?, ?)",
        (org, topic, what, WAITING, HANDED),
    )


_FIELDS = "no, org, topic, what, due, tries, said"
_DUE = f"SELECT {_FIELDS} FROM outbox WHERE state = ? AND due <= ? AND leased <= ?"


def take(now: int, until: int, most: int, handed: Collection[str] = ()) -> Plan[list[Job]]:
    """
    Up to *most* rows that are due and nobody's, leased until *until* (ms since the epoch).

    Those of the topics *handed* are for others to do, and `claim` gives them to whoever comes first.
    """
    jobs: list[Job] = []
    for state in (WAITING, HANDED):
        rows = yield Query(f"{_DUE} ORDER BY due, no LIMIT ? FOR UPDATE", (state, now, now, most - len(jobs)))
        jobs += [_job(row) for row in rows]
    for state, numbers in _by_state(jobs, handed).items():
        changed = f"UPDATE outbox SET leased = ?, state = ? WHERE no IN ({places(numbers)})"
        yield Change(changed, (until, state, *numbers))
    return jobs


def _by_state(jobs: Sequence[Job], handed: Collection[str]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for job in jobs:
        found.setdefault(HANDED if job.topic in handed else WAITING, []).append(job.no)
    return found


def hand(numbers: Sequence[int], until: int) -> Plan[None]:
    """They were handed out; whoever took none of them by *until* (ms since the epoch) has lost them."""
    yield Change(
        f"UPDATE outbox SET leased = ? WHERE state = ? AND no IN ({places(numbers)})", (until, HANDED, *numbers)
    )


def claim(no: int, now: int, until: int) -> Plan[Job | None]:
    """
    The job that was handed out, leased until *until*; `None` where there is nothing to do any more, or not yet.

    Raises:
        Busy: If somebody is at work on it.
    """
    rows = yield Query(f"SELECT {_FIELDS}, state, leased FROM outbox WHERE no = ? FOR UPDATE", (no,))
    if not rows:
        return None
    *fields, state, leased = rows[0]
    job = _job(fields)
    if state == FAILED or job.due > now:
        return None
    if state == WAITING and leased > now:
        raise Busy
    yield Change("UPDATE outbox SET leased = ?, state = ? WHERE no = ?", (until, WAITING, no))
    return job


def hand_back(no: int, until: int, tries: int) -> Plan[None]:
    """It failed with whoever had claimed it; its message comes again, and the worker sends another after *until*."""
    yield Change("UPDATE outbox SET leased = ?, state = ?, tries = ? WHERE no = ?", (until, HANDED, tries, no))


def done(no: int) -> Plan[None]:
    """It was done."""
    yield Change("DELETE FROM outbox WHERE no = ?", (no,))


def again(no: int, due: int, tries: int) -> Plan[None]:
    """It is to be tried again at *due*."""
    yield Change("UPDATE outbox SET due = ?, tries = ?, leased = 0, state = ? WHERE no = ?", (due, tries, WAITING, no))


def give_up(no: int, tries: int) -> Plan[None]:
    """It failed too often and is kept aside."""
    yield Change("UPDATE outbox SET state = ?, tries = ?, leased = 0 WHERE no = ?", (FAILED, tries, no))


def overdue(topic: str, before: int, most: int) -> Plan[list[Job]]:
    """Rows of a topic that were due *before* that moment (ms since the epoch) and that nobody is at work on."""
    rows = yield Query(f"{_DUE} AND topic = ? ORDER BY due, no LIMIT ?", (WAITING, before, before, topic, most))
    return [_job(row) for row in rows]


def failed(most: int = 100) -> Plan[list[Job]]:
    """What was kept aside, oldest first."""
    rows = yield Query(f"SELECT {_FIELDS} FROM outbox WHERE state = ? ORDER BY no LIMIT ?", (FAILED, most))
    return [_job(row) for row in rows]


def retry(no: int = 0) -> Plan[int]:
    """Let what was kept aside be tried anew, all of it or the one numbered *no*; how many that is."""
    one, args = (" AND no = ?", (no,)) if no else ("", ())
    done = yield Change(f"UPDATE outbox SET state = ?, tries = 0 WHERE state = ?{one}", (WAITING, FAILED, *args))
    return int(done.rows)


def retry_of(no: int, orgs: Sequence[int]) -> Plan[bool]:
    """Let one that was kept aside be tried anew, if it is of one of those organisations; whether there is one."""
    done = yield Change(
        f"UPDATE outbox SET state = ?, tries = 0 WHERE state = ? AND no = ? AND org IN ({places(orgs)})",
        (WAITING, FAILED, no, *orgs),
    )
    return bool(done.rows)


class Standing(NamedTuple):
    """How the outbox stands: how many rows wait and are due, since when (ms since the epoch, 0: none), and failed."""

    due: int
    since: int
    failed: int


def standing(now: int) -> Plan[Standing]:
    """How the outbox stands at *now*."""
    waiting = "SELECT COUNT(*), MIN(due) FROM outbox WHERE state IN (?, ?) AND due <= ?"
    [(due, since)] = yield Query(waiting, (WAITING, HANDED, now))
    [(aside,)] = yield Query("SELECT COUNT(*) FROM outbox WHERE state = ?", (FAILED,))
    return Standing(int(due), int(since or 0), int(aside))


def _job(row: Sequence[Any]) -> Job:
    no, org, topic, what, due, tries, said = row
    words: dict[str, Any] = msgspec.json.decode(said)
    trace = words.pop(TRACE, "")
    return Job(no, org, topic, what, due, tries, words, trace)
