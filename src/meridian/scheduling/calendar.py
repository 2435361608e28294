"""The calendar and the Today board as the portal shows them: appointments with the names of those who take part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Forbidden, Invalid, Issue
from meridian.scheduling import elements, hours, services, visits, zones
from meridian.scheduling.hours import Hours
from meridian.scheduling.naming import names
from meridian.scheduling.services import DAY, by_patient
from meridian.scheduling.spans import without

LONGEST = 45 * DAY
"""The longest stretch a calendar shows."""
SHOWN = "pending,booked,arrived,checked-in,fulfilled,noshow"
AT_ONCE = 50
"""Appointments whose Encounters one search asks for."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, or something, with a column of their own."""

    reference: str
    name: str
    schedule: str
    hours: Hours

    @property
    def kind(self) -> str:
        """`practitioner`, `room` or `device`."""
        return {"Location": "room", "Device": "device"}.get(self.reference.partition("/")[0], "practitioner")


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of an actor's column: `open`, `exception` (open besides), `time-off` or `hold`."""

    actor: str
    start: int
    end: int
    kind: str
    reason: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What stands between two instants."""

    zone: str
    actors: Sequence[Actor]
    appointments: Sequence[Resource]
    bands: Sequence[Band]
    names: Mapping[str, str] = field(default_factory=dict)


def calendar(work: Work, start: int, end: int, wanted: Sequence[str] = ()) -> Plan[Calendar]:
    """
    Appointments and hours between start and end (ms since the epoch), of *wanted* actors or of all.

    Raises:
        Invalid: If that is too long.
        Forbidden: To patients.
    """
    _staff(work)
    if end - start > LONGEST or end <= start:
        raise Invalid("A calendar shows up to 45 days", issues=(Issue("value", "is too far off", "to"),))
    zone = yield from zones.of_organisation(work)
    everyone = yield from actors(work, zone)
    shown = [one for one in everyone if not wanted or one.reference in wanted]
    found = yield from _between(work, start, end, [*wanted])
    bands = [band for one in shown for band in _bands(one, start, end)]
    holds = [one for one in found if elements.held_until(one)]
    bands += [
        Band(actor, elements.start_of(one), elements.end_of(one), "hold")
        for one in holds
        if elements.held_until(one) > work.now
        for actor in elements.actors_of(one)
    ]
    kept = [one for one in found if not elements.held_until(one)]
    known = yield from names(work, taking_part(kept))
    return Calendar(zone, shown, kept, bands, known)


def _staff(work: Work) -> None:
    if by_patient(work):
        raise Forbidden("The calendar is the clinic's")


def taking_part(appointments: Iterable[Resource]) -> list[str]:
    """References of everybody and everything in *appointments*, each once."""
    found: dict[str, None] = {}
    for one in appointments:
        found |= dict.fromkeys((elements.patient_of(one), elements.service_of(one)))
        found |= dict.fromkeys(elements.actors_of(one, all_of_them=True))
    return [one for one in found if one]


def actors(work: Work, zone: str) -> Plan[list[Actor]]:
    """Everybody and everything with a Schedule, practitioners first, by name."""
    found: dict[str, Actor] = {}
    for schedule in (yield from work.search("Schedule", [])):
        if schedule.get("active") is False:
            continue
        first = schedule["actor"][0]
        reference = first.get("reference", "")
        timetable = hours.read(schedule, zone)
        found.setdefault(reference, Actor(reference, first.get("display", ""), schedule["id"], timetable))
    known = yield from names(work, found)
    named = [
        Actor(one.reference, known.get(one.reference) or one.name, one.schedule, one.hours) for one in found.values()
    ]
    order = ("practitioner", "room", "device")
    return sorted(named, key=lambda one: (order.index(one.kind), one.name.casefold(), one.reference))


def _between(work: Work, start: int, end: int, wanted: Sequence[str]) -> Plan[list[Resource]]:
    """Appointments that overlap the stretch, asked for a week at a time."""
    found: dict[str, Resource] = {}
    begin = start - DAY
    while begin < end:
        until = min(begin + 7 * DAY, end)
        asked = [("date", f"ge{instant(begin)}"), ("date", f"lt{instant(until)}"), ("status", SHOWN)]
        if wanted:
            asked.append(("actor", ",".join(wanted)))
        some = yield from work.search("Appointment", asked)
        found.update({one["id"]: one for one in some if elements.end_of(one) > start})
        begin = until
    return sorted(found.values(), key=lambda one: (elements.start_of(one), one["id"]))


def _bands(actor: Actor, start: int, end: int) -> list[Band]:
    usual = Hours(actor.hours.zone, actor.hours.weekly, (), actor.hours.starts, actor.hours.ends)
    changes = [one for one in actor.hours.changes if one.start < end and start < one.end]
    away = [(one.start, one.end) for one in changes if one.kind != "extra"]
    bands = [Band(actor.reference, *span, "open") for span in without(usual.open(start, end), away)]
    return bands + [
        Band(
            actor.reference,
            max(one.start, start),
            min(one.end, end),
            "exception" if one.kind == "extra" else "time-off",
            one.reason,
            one.id,
        )
        for one in changes
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """One visit of the board."""

    appointment: Resource
    encounter: Resource | None
    state: str
    missing: bool
    """Whether it is over and nobody came, which somebody should say."""


@dataclass(frozen=True, slots=True)
class Board:
    """One day."""

    zone: str
    day: date
    lines: Sequence[Line]
    names: Mapping[str, str]


def board(work: Work, day: date | None = None) -> Plan[Board]:
    """The visits of a day of the organisation's clock, today unless another is named."""
    _staff(work)
    zone = yield from zones.of_organisation(work)
    day = day or zones.day_of(zone, work.now)
    start, end = zones.day_span(zone, day)
    asked = [("date", f"ge{instant(start)}"), ("date", f"lt{instant(end)}"), ("status", f"{SHOWN},cancelled")]
    found = [one for one in (yield from work.search("Appointment", asked)) if _on_board(one)]
    encounters = yield from _encounters(work, [one["id"] for one in found])
    lines = [_line(one, encounters.get(one["id"]), work.now) for one in sorted(found, key=elements.start_of)]
    rooms = [one for each in encounters.values() for one in rooms_of(each)]
    known = yield from names(work, [*taking_part(found), *rooms])
    return Board(zone, day, lines, known)


def _on_board(appointment: Resource) -> bool:
    """Holds, and what was only asked for, are not of the day."""
    return appointment["status"] != "pending" and bool(elements.patient_of(appointment))


def _line(appointment: Resource, encounter: Resource | None, now: int) -> Line:
    state = visits.state_of(appointment, encounter)
    missing = state == "booked" and elements.end_of(appointment) + visits.LATE < now
    return Line(appointment, encounter, state, missing)


def _encounters(work: Work, ids: Sequence[str]) -> Plan[dict[str, Resource]]:
    """The Encounter of each Appointment that has one."""
    found: dict[str, Resource] = {}
    for first in range(0, len(ids), AT_ONCE):
        wanted = ",".join(f"Appointment/{one}" for one in ids[first : first + AT_ONCE])
        for encounter in (yield from work.search("Encounter", [("appointment", wanted)])):
            if encounter["status"] not in {"cancelled", "entered-in-error"}:
                for reference in encounter["appointment"]:
                    found[reference["reference"].removeprefix("Appointment/")] = encounter
    return found


def rooms_of(encounter: Resource) -> list[str]:
    """References of the places it is at now."""
    return [
        one["location"]["reference"]
        for one in encounter.get("location", ())
        if one.get("status") != "completed" and "reference" in one["location"]
    ]


def offered(work: Work) -> Plan[list[Resource]]:
    """HealthcareServices by name: all of them to staff, those that are not hidden to patients."""
    found = yield from work.search("HealthcareService", [])
    shown = [one for one in found if not by_patient(work) or _open_to_patients(services.read(one))]
    return sorted(shown, key=lambda one: (one.get("name", "").casefold(), one["id"]))


def _open_to_patients(service: services.Service) -> bool:
    return service.active and service.mode != "hidden"
