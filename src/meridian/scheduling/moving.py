"""
Another time, or other people, for the same Appointment: its id stays, its history says what it was before, and why.

Of a series this one alone is moved, or it and all that follow by as many days and to the same hour of the day.
"""

from dataclasses import dataclass
from datetime import datetime

from meridian.access.diary import busy
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.fhir import ours
from meridian.scheduling import booking, elements, reminders, services, zones
from meridian.scheduling.availability import Opening, overlapping
from meridian.scheduling.booking import Wanted
from meridian.scheduling.elements import OPEN, Times
from meridian.scheduling.naming import expected, names
from meridian.scheduling.services import MINUTE, Service, by_patient

FREED = "appointment-freed"


@dataclass(frozen=True, slots=True)
class Move:
    """
    Where to.

    Args:
        start: When, in ms since the epoch.
        end: Until when; 0 keeps its length.
        actors: References of whose time it takes; empty keeps them.
        reason: Why, in the words of whoever moves it.
        following: Whether those of the series that come after it move too.
        version: The version it must be at; `None` is any.
    """

    start: int
    end: int = 0
    actors: tuple[str, ...] = ()
    reason: str = ""
    following: bool = False
    version: int | None = None


def reschedule(work: Work, logical_id: str, move: Move) -> Plan[Resource]:
    """
    The Appointment at its new time.

    Raises:
        Conflict: If it cannot be moved any more, or the time is not free; names the next that are.
        Forbidden: If a patient moves it later than the service allows.
    """
    there = yield from work.read("Appointment", logical_id)
    _movable(there)
    if move.following and elements.series_of(there):
        return (yield from _following(work, there, move))
    service = yield from service_for(work, there)
    opening = yield from _opening(work, service, there, move)
    asks = by_patient(work) and service is not None and service.mode == "request" and there["status"] == "booked"
    if asks:
        raise Forbidden("This visit is moved by the clinic: call, or ask for another time")
    return (yield from _moved(work, there, opening, move, if_match=move.version))


def _movable(appointment: Resource) -> None:
    if appointment["status"] not in OPEN or elements.held_until(appointment) or not elements.start_of(appointment):
        raise Conflict("It cannot be moved any more")


def service_for(work: Work, appointment: Resource) -> Plan[Service | None]:
    """The service it is for, where it names one; patients can only change what is for one they may book."""
    reference = elements.service_of(appointment)
    if not by_patient(work):
        found = yield from work.find("HealthcareService", reference.partition("/")[2] or "-")
        return services.read(found) if found is not None else None
    if not reference:
        raise Forbidden("This visit is changed by the clinic: call")
    return (yield from booking.bookable(work, reference))


def _opening(work: Work, service: Service | None, there: Resource, move: Move) -> Plan[Opening]:
    length = elements.end_of(there) - elements.start_of(there)
    actors = move.actors or elements.actors_of(there)
    if not by_patient(work):
        yield from expected(work, move.actors)
    wanted = Wanted(elements.service_of(there), move.start, move.end or move.start + length, actors)
    if service is not None and by_patient(work):
        in_time(work, service, there)
        people = tuple(one for one in actors if one.startswith("Practitioner")) if not move.actors else actors
        wanted = Wanted(service.reference, move.start, actors=people)
    if service is not None:
        return (yield from booking.free(work, service, wanted, but=there["id"]))
    claims = yield from busy(work, actors, wanted.start, wanted.end, there["id"])
    if wanted.end <= wanted.start:
        raise Invalid("It ends before it begins", issues=(Issue("value", "is not after the start", "end"),))
    if overlapping(claims, wanted.start, wanted.end):
        raise Conflict("That time is taken")
    return Opening(wanted.start, wanted.end, actors, (yield from zones.of_organisation(work)))


def in_time(work: Work, service: Service, appointment: Resource) -> None:
    """
    Pass while patients may still change it by themselves.

    Raises:
        Forbidden: After that.
    """
    if elements.start_of(appointment) - work.now < service.notice * MINUTE:
        raise Forbidden("It is too late to change this visit online: call the clinic")


def _moved(work: Work, there: Resource, opening: Opening, move: Move, *, if_match: int | None = None) -> Plan[Resource]:
    known = yield from names(work, opening.actors)

    def moved(appointment: Resource) -> Resource:
        _movable(appointment)
        changed = elements.timed(appointment, Times(opening.start, opening.end, opening.zone))
        changed = elements.acted(changed, opening.actors, known)
        said = {"valueString": move.reason} if move.reason else {}
        return elements.extending(changed, "reschedule-reason", **said)

    made = yield from work.change("Appointment", there["id"], moved, if_match=if_match)
    yield from freed(work, there)
    yield from reminders.arrange(work, made)
    if opening.start != elements.start_of(there):
        yield from reminders.tell(work, made, reminders.CHANGED)
    return made


def freed(work: Work, before: Resource) -> Plan[None]:
    """Have the time that an appointment had offered to those who wait."""
    start, end = elements.start_of(before), elements.end_of(before)
    service = elements.service_of(before)
    if start > work.now and service:
        said = {"start": start, "end": end, "service": service, "actors": list(elements.actors_of(before))}
        yield from work.emit(FREED, f"Appointment/{before['id']}", said=said)


def _following(work: Work, there: Resource, move: Move) -> Plan[Resource]:
    """It and all after it in the series, or none: a refusal names each day that is not free."""
    if by_patient(work):
        raise Forbidden("A series is moved by the clinic: call")
    zone = elements.zone_of(there, (yield from zones.of_organisation(work)))
    shift = _Shift.of(there, move, zone)
    series = yield from later_in_series(work, there)
    moved, refused = [], []
    for one in sorted(series, key=elements.start_of, reverse=move.start > elements.start_of(there)):
        opening = shift.opening(one, move.actors or elements.actors_of(one))
        try:
            moved.append((yield from _moved(work, one, opening, move)))
        except Conflict:
            refused.append(opening)
    if refused:
        raise clashes(refused)
    return next(one for one in moved if one["id"] == there["id"])


def clashes(openings: list[Opening]) -> Conflict:
    """The refusal of a whole series, which names each time that is not free."""
    ordered = sorted(openings, key=lambda one: one.start)
    issues = tuple(Issue("conflict", zones.stamp(one.zone, one.start), "Appointment.series") for one in ordered)
    return Conflict(f"{len(issues)} of the times are not free, so none was kept", issues=issues)


@dataclass(frozen=True, slots=True)
class _Shift:
    """By how many days, to which hour of the local clock, and how long from then on."""

    days: int
    to: datetime
    length: int
    zone: str

    @classmethod
    def of(cls, there: Resource, move: Move, zone: str) -> "_Shift":
        before, after = zones.local(zone, elements.start_of(there)), zones.local(zone, move.start)
        length = (move.end or 0) - move.start if move.end else elements.end_of(there) - elements.start_of(there)
        if length <= 0:
            raise Invalid("It ends before it begins", issues=(Issue("value", "is not after the start", "end"),))
        return cls((after.date() - before.date()).days, after, length, zone)

    def opening(self, appointment: Resource, actors: tuple[str, ...]) -> Opening:
        day = zones.day_of(self.zone, elements.start_of(appointment))
        start = zones.at(self.zone, day.fromordinal(day.toordinal() + self.days), self.to.time())
        return Opening(start, start + self.length, actors, self.zone)


def later_in_series(work: Work, appointment: Resource) -> Plan[list[Resource]]:
    """It and those after it in its series that are still to come."""
    name = f"{elements.SERIES}|{elements.series_of(appointment)}"
    start = elements.start_of(appointment)
    asked = [("identifier", name), ("date", f"ge{instant(start)}"), ("status", ",".join(OPEN))]
    return (yield from work.search("Appointment", asked))


def request_of(work: Work, logical_id: str) -> Plan[Resource | None]:
    """The open Task that asks for the appointment, if there is one."""
    asked = [("focus", f"Appointment/{logical_id}"), ("code", f"{ours.TASK}|appointment-request")]
    found = yield from work.search("Task", [*asked, ("status", ",".join(ours.OPEN_TASKS))])
    return found[0] if found else None
