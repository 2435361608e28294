"""
How the platform fares, for those who look after it: counts and codes of nobody in particular, and jobs that stopped.

Looking leaves no entry of its own, since nothing here is about anybody; a refusal does, and so does letting a job be
tried again. An administrator sees the jobs of their own organisation and the platform's, by topic alone: what a job is
about may be somebody.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from meridian.access.door import Door
from meridian.access.subject import Role
from meridian.faults import Forbidden, NotFound
from meridian.store import outbox, samples, watched
from meridian.store.plan import Plan
from meridian.store.watched import Alarm
from meridian.telemetry.minutes import Minute

OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.PLATFORM_OPERATOR})
"""May look."""
OFFICERS = frozenset({Role.SECURITY_OFFICER})
"""May see what shows that all is well, and take it along."""
MENDERS = frozenset({Role.ADMINISTRATOR, Role.PLATFORM_OPERATOR})
"""May let a job be tried again."""
LOOK, RETRY = "platform-status", "job-retried"
"""What it is called in the log."""
PLATFORM = 0
"""The number of no organisation."""
DAY = 24 * 3_600_000
ALARMS = 7 * DAY
"""Milliseconds that alarms are shown."""
MOST_JOBS = 500


class Stopped(NamedTuple):
    """A job that was given up: what kind it is of, how often it was tried, and when it was due."""

    no: int
    topic: str
    tries: int
    due: int
    own: bool
    """Whether it is the organisation's, and not the platform's."""


class Fares(NamedTuple):
    """How the platform fares: minutes of all processes with when each began and whose it is, alarms, stopped jobs."""

    now: int
    minutes: Sequence[tuple[int, str, Minute]]
    alarms: Sequence[Alarm]
    stopped: Sequence[Stopped]


_minute = msgspec.json.Decoder(Minute).decode


async def fares(door: Door, back: int) -> Fares:
    """
    How it fares, with the minutes of the last so many milliseconds.

    Raises:
        Forbidden: If the role does not look after the platform.
    """
    await _allow(door, OVERSEERS, LOOK)
    now = door.clock()
    kept = await door.engine.read(lambda: samples.since(now - back))
    alarms = await door.engine.read(lambda: watched.alarms(now - ALARMS))
    jobs = await door.engine.read(lambda: outbox.failed(MOST_JOBS))
    return Fares(
        now,
        [(one.at, one.process, _minute(one.said)) for one in kept],
        alarms,
        [
            Stopped(job.no, job.topic, job.tries, job.due, job.org == door.subject.org)
            for job in jobs
            if job.org in (PLATFORM, door.subject.org)
        ],
    )


async def retry(door: Door, no: int) -> None:
    """
    Let the stopped job numbered *no* be tried again.

    Raises:
        Forbidden: If the role may not.
        NotFound: If it is not there, is another organisation's, or has not stopped.
    """
    await _allow(door, MENDERS, RETRY)

    def tried() -> Plan[None]:
        if not (yield from outbox.retry_of(no, (PLATFORM, door.subject.org))):
            raise NotFound("There is no such job that has stopped")
        yield door.recorded(RETRY, f"Job/{no}", rule="own-platform")

    await door.do(RETRY, f"Job/{no}", lambda: tried)


async def oversee(door: Door, action: str) -> None:
    """
    Let an officer have what shows that all is well: the entry of *action* is durable when this returns.

    Raises:
        Forbidden: If the role oversees nothing.
    """
    await _allow(door, OFFICERS, action)
    await door.record(action, "", rule="own-oversight")


async def _allow(door: Door, roles: frozenset[Role], action: str) -> None:
    if door.subject.role not in roles:
        await door.refuse(action, "", Forbidden("Your role does not look after the platform"))
