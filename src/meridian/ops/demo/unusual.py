"""What a security officer finds on the first day: alarms of the last two days, and sign-ins that failed."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from meridian.audit.detectors import ALERT, FAILED
from meridian.audit.entry import Entry
from meridian.ops.demo.organisations import HARBOR, STAFF
from meridian.ops.demo.roster import roster

STRANGER = "203.0.113.77"
"""An address of RFC 5737 from which somebody guesses passwords."""
GUESSES = 9
LOOKS = (("no-relation", "nurse2", "omar-alsayed", 27), ("protected-record", "lab", "grace-mbeki", 20))
"""Alarms: kind, who looked, whose record, hours ago."""
MANY = ("bulk-reading", "pharmacy", 44)


async def write(keep: Callable[[Entry], Awaitable[None]], org: int, now: datetime) -> None:
    """Have *keep* put them into the log of Harbor, whose number is *org*."""
    for entry in sorted(_entries(org, now), key=lambda one: one.time):
        await keep(entry)


def _entries(org: int, now: datetime) -> Iterator[Entry]:
    for each in range(GUESSES):
        at = _ms(now - timedelta(hours=6, minutes=-each))
        yield Entry(org, at, FAILED, outcome="failed", rule="password", address=STRANGER, agent="python-requests/2")
    lives = {life.key: life.id for life in roster(now.date()) if life.organisation is HARBOR}
    for kind, seat, key, hours in LOOKS:
        role, who = _member(seat)
        yield Entry(
            org, _ms(now - timedelta(hours=hours)), ALERT + kind, who=who, role=role, what=f"Patient/{lives[key]}",
            patient=lives[key],
        )  # fmt: skip
    kind, seat, hours = MANY
    role, who = _member(seat)
    yield Entry(org, _ms(now - timedelta(hours=hours)), ALERT + kind, who=who, role=role)


def _member(seat: str) -> tuple[str, str]:
    found = next(one for one in STAFF if one.organisation is HARBOR and one.seat == seat)
    return found.role.value, f"Practitioner/{found.id}"


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
