"""
Appointments that recur: every one a row of its own, sharing the identifier of the series; all are booked, or none.

A rule is RFC 5545's, on the local clock: "every Tuesday at 09:00" stays 09:00 when clocks are changed.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from meridian.access.work import Plan, Resource, Work
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.scheduling import booking, elements, moving, reminders, zones
from meridian.scheduling.availability import Opening
from meridian.scheduling.booking import Wanted
from meridian.scheduling.elements import Times
from meridian.scheduling.services import MINUTE, by_patient

FREQUENCIES: Final = ("daily", "weekly", "monthly")
MOST: Final = 104
"""Appointments of one series, house policy: two years of weeks."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    How it recurs.

    Args:
        frequency: One of `FREQUENCIES`.
        interval: Every so many of them.
        count: How many appointments; 0 where *until* says it.
        until: The last day.
        days: Days of the week, 0 is Monday; empty is that of the first.
    """

    frequency: str
    interval: int = 1
    count: int = 0
    until: date | None = None
    days: tuple[int, ...] = ()


def starts(rule: Rule, first: int, zone: str) -> list[int]:
    """
    When the appointments of a series begin, the first included (ms since the epoch).

    Raises:
        Invalid: If it has no end, is over `MOST`, or is not understood.
    """
    from dateutil import rrule  # noqa: PLC0415  # 20 ms that only series need

    if rule.frequency not in FREQUENCIES or rule.interval < 1 or bool(rule.count) is bool(rule.until):
        raise _wrong("is a frequency, an interval, and either a count or a last day")
    local = zones.local(zone, first).replace(tzinfo=None)
    until = datetime.combine(rule.until, local.time()) if rule.until else None
    expanded = rrule.rrule(
        FREQUENCIES_OF[rule.frequency](rrule),
        dtstart=local,
        interval=rule.interval,
        count=min(rule.count, MOST + 1) or None,
        until=until,
        byweekday=rule.days or None,
    )
    found: list[int] = []
    for one in expanded:
        if len(found) >= MOST:
            raise _wrong(f"makes more than {MOST} appointments")
        found.append(zones.at(zone, one.date(), one.time()))
    if not found:
        raise _wrong("makes no appointment")
    return found


FREQUENCIES_OF = {
    "daily": lambda rrule: rrule.DAILY,
    "weekly": lambda rrule: rrule.WEEKLY,
    "monthly": lambda rrule: rrule.MONTHLY,
}


def _wrong(text: str) -> Invalid:
    return Invalid(f"The rule of a series {text}", issues=(Issue("value", text, "rule"),))


def book(work: Work, wanted: Wanted, rule: Rule) -> Plan[list[Resource]]:
    """
    Every appointment of the series, with the people and rooms of the first.

    Raises:
        Conflict: If any time is not free: names each; none is booked then.
        Forbidden: To patients, who book one visit at a time.
    """
    if by_patient(work):
        raise Forbidden("A series is booked by the clinic: call")
    service = yield from booking.bookable(work, wanted.service)
    zone = yield from zones.of_organisation(work)
    times = starts(rule, wanted.start, zone)
    named = replace(wanted, series=wanted.series or str(uuid.uuid4()))
    first = yield from booking.placed(
        work, service, replace(named, start=times[0], end=_end(wanted, times[0])), "booked"
    )
    length = elements.end_of(first) - elements.start_of(first)
    made: list[Resource] = []
    refused: list[Opening] = []
    for start in times:
        one = elements.timed(first, Times(start, start + length, elements.zone_of(first, zone)))
        try:
            made.append((yield from work.create("Appointment", one)))
        except Conflict:
            refused.append(Opening(start, start + length, elements.actors_of(one), zone))
    if refused:
        raise moving.clashes(refused)
    for one in made:
        yield from reminders.arrange(work, one)
    yield from reminders.tell(work, made[0], reminders.BOOKED)
    return made


def _end(wanted: Wanted, start: int) -> int:
    length = wanted.end - wanted.start
    return start + length if wanted.end and length >= MINUTE else 0
