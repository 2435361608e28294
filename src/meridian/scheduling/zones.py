"""
Local clocks: what they show at an instant, and at which instant they show it, on the days they are changed as well.

A time that is skipped in spring is read with the offset from before the change, and one that comes twice in autumn is
the first (RFC 5545 section 3.3.5 reads local times so). Zones come from the package `tzdata` where the system has none.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from meridian.access.work import Plan, Resource, Work
from meridian.faults import Forbidden, Gone, Invalid, Issue
from meridian.fhir.ours import extended, extension

DEFAULT = "America/New_York"
"""Of an organisation that does not say."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Codes of days, as FHIR has them. Source: hl7.org/fhir/R4/valueset-days-of-week.html."""


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """
    The zone of that IANA name.

    Raises:
        Invalid: If there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as wrong:
        raise Invalid("There is no such time zone", issues=(Issue("value", "is no IANA time zone", "zone"),)) from wrong


@lru_cache(maxsize=16_384)
def at(name: str, day: date, clock: time) -> int:
    """
    Milliseconds since the epoch when the clocks of a zone show *clock* on *day*.

    >>> at("America/New_York", date(2026, 3, 8), time(12)) - at("America/New_York", date(2026, 3, 8), time(0))
    39600000
    """
    return round(datetime.combine(day, clock, zone(name)).timestamp() * 1000)


def local(name: str, moment: int) -> datetime:
    """What the clocks of a zone show."""
    return datetime.fromtimestamp(moment / 1000, zone(name))


def day_of(name: str, moment: int) -> date:
    """Which day it is there."""
    return local(name, moment).date()


def day_span(name: str, day: date) -> tuple[int, int]:
    """A whole day there, which has 23 or 25 hours when clocks are changed."""
    return at(name, day, time(0)), at(name, day + timedelta(days=1), time(0))


def stamp(name: str, moment: int) -> str:
    """
    A FHIR instant with the zone's offset.

    >>> stamp("America/New_York", 0)
    '1969-12-31T19:00:00-05:00'
    """
    return local(name, moment).isoformat(timespec="milliseconds" if moment % 1000 else "seconds")


def of(resource: Resource | None) -> str:
    """The zone that a resource names by its extension; empty when it names none."""
    found = extended(resource, "timezone") if resource else None
    return str(found.get("valueCode", "")) if found else ""


def named(name: str) -> Resource:
    """The extension that names a zone; raises `Invalid` where there is none."""
    return extension("timezone", valueCode=zone(name).key)


def of_organisation(work: Work) -> Plan[str]:
    """The organisation's zone."""
    try:
        organisation = yield from work.find("Organization", work.subject.organisation)
    except (Forbidden, Gone):
        return DEFAULT
    return of(organisation) or DEFAULT
