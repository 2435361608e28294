"""
When somebody may be booked: weekly hours, exceptions and time off, kept as extensions of a Schedule.

Hours are what the clock on the wall shows, so that "09:00 to 17:00" stays that when clocks are changed. Exceptions are
instants: a day off is a day of that zone, whoever asks.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from meridian.access.diary import milliseconds
from meridian.access.work import Resource
from meridian.fhir.ours import EXTENSIONS, extended, extension
from meridian.scheduling import zones
from meridian.scheduling.spans import Span, joined, within, without

WEEKLY: Final = f"{EXTENSIONS}/weekly-hours"
CHANGE: Final = f"{EXTENSIONS}/hours-change"
KINDS: Final = ("closed", "time-off", "extra")
"""Kinds of exception: the first two take away, the last adds."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """
    Hours that recur.

    Args:
        days: 0 is Monday.
        start: On the local clock.
        end: Likewise; on the next day if it is not after *start*.
        services: `HealthcareService/x` to which they are kept; empty for all.
    """

    days: frozenset[int]
    start: time
    end: time
    services: tuple[str, ...] = ()

    def on(self, zone: str, day: date) -> Span:
        """As instants, on a day of `days`."""
        later = day if self.end > self.start else day + timedelta(days=1)
        return zones.at(zone, day, self.start), zones.at(zone, later, self.end)


@dataclass(frozen=True, slots=True)
class Change:
    """An exception: *kind* of `KINDS`, from *start* to *end* (ms since the epoch)."""

    id: str
    kind: str
    start: int
    end: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """When one actor may be booked; *starts* and *ends* bound it where they are not 0, and *always* opens all of it."""

    zone: str
    weekly: tuple[Weekly, ...] = ()
    changes: tuple[Change, ...] = ()
    starts: int = 0
    ends: int = 0
    always: bool = False

    def open(self, start: int, end: int, service: str = "") -> list[Span]:
        """
        The hours between start and end (ms since the epoch).

        Args:
            start: From when.
            end: Until when.
            service: `HealthcareService/x`: hours kept to other services are left out; empty leaves none out.
        """
        start, end = max(start, self.starts), min(end, self.ends or end)
        if start >= end:
            return []
        if self.always:
            return [(start, end)]
        day, last = zones.day_of(self.zone, start) - timedelta(days=1), zones.day_of(self.zone, end)
        found: list[Span] = []
        while day <= last:
            weekday = day.weekday()
            found += [
                one.on(self.zone, day)
                for one in self.weekly
                if weekday in one.days and (not service or not one.services or service in one.services)
            ]
            day += timedelta(days=1)
        found += [(one.start, one.end) for one in self.changes if one.kind == "extra"]
        away = [(one.start, one.end) for one in self.changes if one.kind != "extra"]
        return within(without(joined(found), away), start, end)


ALWAYS: Final = Hours("UTC", always=True)
"""Of rooms and devices that keep no hours of their own."""
NEVER: Final = Hours("UTC")


def read(schedule: Resource, default: str) -> Hours:
    """What a Schedule says; *default* is the zone of one that names none. None at all when it is not active."""
    name = zones.of(schedule) or default
    if schedule.get("active") is False:
        return Hours(name)
    extensions = schedule.get("extension", ())
    horizon = schedule.get("planningHorizon", {})
    return Hours(
        zone=name,
        weekly=tuple(_weekly(one) for one in extensions if one.get("url") == WEEKLY),
        changes=tuple(_change(one) for one in extensions if one.get("url") == CHANGE),
        starts=_bound(horizon.get("start"), name, later=0),
        ends=_bound(horizon.get("end"), name, later=1),
    )


def _bound(text: str | None, zone: str, *, later: int) -> int:
    """A dateTime as an instant; a day alone ends when the next begins, and coarser ones bound nothing."""
    if text is None or len(text) < len("2026-01-01"):
        return 0
    if "T" in text:
        return milliseconds(text)
    return zones.at(zone, date.fromisoformat(text) + timedelta(days=later), time(0))


def _weekly(one: Resource) -> Weekly:
    parts = one.get("extension", ())
    return Weekly(
        days=frozenset(zones.DAYS.index(day) for day in _all(parts, "day", "valueCode") if day in zones.DAYS),
        start=time.fromisoformat(_first(parts, "start", "valueTime", "00:00:00")),
        end=time.fromisoformat(_first(parts, "end", "valueTime", "00:00:00")),
        services=tuple(reference["reference"] for reference in _all(parts, "service", "valueReference")),
    )


def _change(one: Resource) -> Change:
    parts = one.get("extension", ())
    period = _first(parts, "period", "valuePeriod", {})
    return Change(
        id=_first(parts, "id", "valueString", ""),
        kind=_first(parts, "kind", "valueCode", "closed"),
        start=milliseconds(period["start"]) if "start" in period else 0,
        end=milliseconds(period["end"]) if "end" in period else 1 << 52,
        reason=_first(parts, "reason", "valueString", ""),
    )


def _all(parts: Any, name: str, kind: str) -> list[Any]:
    return [one[kind] for one in parts if one.get("url") == f"{EXTENSIONS}/{name}" and kind in one]


def _first(parts: Any, name: str, kind: str, default: Any) -> Any:
    return next(iter(_all(parts, name, kind)), default)


def written(schedule: Resource, hours: Hours) -> Resource:
    """*schedule* with these hours instead of its own; everything else in it stays."""
    others = [
        one
        for one in schedule.get("extension", ())
        if one.get("url") not in {WEEKLY, CHANGE} and one is not extended(schedule, "timezone")
    ]
    made = [zones.named(hours.zone), *map(_weekly_made, hours.weekly)]
    made += [_change_made(one, hours.zone) for one in hours.changes]
    return {**schedule, "extension": [*others, *made]}


def _weekly_made(one: Weekly) -> Resource:
    parts = [extension("day", valueCode=zones.DAYS[day]) for day in sorted(one.days)]
    parts += [extension("start", valueTime=one.start.isoformat()), extension("end", valueTime=one.end.isoformat())]
    parts += [extension("service", valueReference={"reference": service}) for service in one.services]
    return {"url": WEEKLY, "extension": parts}


def _change_made(one: Change, zone: str) -> Resource:
    period = {"start": zones.stamp(zone, one.start), "end": zones.stamp(zone, one.end)}
    parts = [extension("id", valueString=one.id), extension("kind", valueCode=one.kind)]
    parts.append(extension("period", valuePeriod=period))
    if one.reason:
        parts.append(extension("reason", valueString=one.reason))
    return {"url": CHANGE, "extension": parts}
