"""
Holding a time for some minutes, and booking it.

Patients, and those in their place, book what the clinic offers: a service they may see, a time that `find` gives,
ahead of its lead, within its horizon, and not more visits than it allows. Staff book any time that nobody has.
"""

from dataclasses import dataclass
from typing import NoReturn

from meridian.access.diary import busy, taken
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.fhir import ours
from meridian.scheduling import elements, reminders, services, zones
from meridian.scheduling.availability import Opening, Wish, find, overlapping
from meridian.scheduling.elements import Times
from meridian.scheduling.naming import expected, names
from meridian.scheduling.services import DAY, MINUTE, Service, by_patient

HOLD = 5 * MINUTE
"""How long a time is held for somebody who is still filling in a form."""
MOST_HOLDS = 2
"""Holds that a patient may have at one time."""
NEXT = 5
"""Free times that a refusal names."""
AHEAD = 14 * DAY
"""How far ahead a refusal looks for them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What is to be booked.

    Args:
        service: Reference of the HealthcareService.
        start: When, in ms since the epoch.
        end: Until when; 0 is as long as the service takes.
        actors: References of whose time it takes; those who are free when none is named.
        patient: Reference of the patient; one's own where there is only one.
        reason: What for, in the words of whoever books.
        comment: For the clinic's eyes.
        series: Name of the series it belongs to.
    """

    service: str
    start: int
    end: int = 0
    actors: tuple[str, ...] = ()
    patient: str = ""
    reason: str = ""
    comment: str = ""
    series: str = ""


def hold(work: Work, wanted: Wanted) -> Plan[Resource]:
    """
    A pending Appointment that keeps the time for `HOLD`.

    Raises:
        Conflict: If the time is not free; names the next that are.
        Forbidden: If patients may not book the service by themselves.
    """
    service = yield from bookable(work, wanted.service)
    appointment = yield from placed(work, service, wanted, "pending")
    if by_patient(work):
        yield from _few_holds(work, elements.patient_of(appointment))
    held = elements.extending(appointment, "hold-expires", valueInstant=instant(work.now + HOLD))
    return (yield from _created(work, service, wanted, held))


def book(work: Work, wanted: Wanted) -> Plan[Resource]:
    """
    An Appointment: booked, or pending with a Task to approve it when a patient asks for a service that wants asking.

    Raises:
        Conflict: If the time is not free, or the patient has as many visits to come as the service allows.
        Forbidden: If patients may not book the service by themselves.
    """
    service = yield from bookable(work, wanted.service)
    asks = by_patient(work) and service.mode == "request"
    appointment = yield from placed(work, service, wanted, "pending" if asks else "booked")
    if by_patient(work):
        yield from _few_open(work, service, elements.patient_of(appointment))
    made = yield from _created(work, service, wanted, appointment)
    yield from _settled(work, made, asks=asks)
    return made


def book_held(work: Work, held: str, wanted_reason: str = "", comment: str = "") -> Plan[Resource]:
    """
    The held Appointment, booked.

    Raises:
        Conflict: If the hold has ended and somebody else has the time, or it is no hold any more.
    """
    there = yield from work.read("Appointment", held.removeprefix("Appointment/"))
    if not elements.held_until(there) or ours.extended(there, "wait"):
        raise Conflict("It is not held any more")
    service = yield from bookable(work, elements.service_of(there))
    asks = by_patient(work) and service.mode == "request"
    if by_patient(work):
        yield from _few_open(work, service, elements.patient_of(there), but=there["id"])

    def booked(appointment: Resource) -> Resource:
        if not elements.held_until(appointment):
            raise Conflict("It is not held any more")
        kept = elements.extending(appointment, "hold-expires")
        return _told({**kept, "status": "pending" if asks else "booked"}, wanted_reason, comment)

    try:
        made = yield from work.change("Appointment", there["id"], booked)
    except Conflict:
        wanted = Wanted(service.reference, elements.start_of(there), actors=elements.actors_of(there))
        yield from refuse(work, service, wanted)
    yield from _settled(work, made, asks=asks)
    return made


def bookable(work: Work, reference: str) -> Plan[Service]:
    """
    The service.

    Raises:
        Forbidden: If patients may look at its times and not book them by themselves.
    """
    service = yield from services.of(work, reference)
    if by_patient(work) and service.mode == "view":
        raise Forbidden("This service is not booked online: call the clinic")
    return service


def placed(work: Work, service: Service, wanted: Wanted, status: str) -> Plan[Resource]:
    """The Appointment as it would be, its time found to be free."""
    patient = yield from patient_for(work, wanted.patient)
    if not by_patient(work):  # whom a service does not offer is not free for them
        yield from expected(work, wanted.actors)
    opening = yield from free(work, service, wanted)
    times = Times(opening.start, opening.end, opening.zone)
    known = yield from names(work, (patient, *opening.actors))
    made = elements.made(service, times, opening.actors, status=status, patient=patient, names=known)
    if wanted.series:
        made["identifier"] = [{"system": elements.SERIES, "value": wanted.series}]
    return _told({**made, "created": instant(work.now)}, wanted.reason, wanted.comment)


def _told(appointment: Resource, reason: str, comment: str) -> Resource:
    said: Resource = {}
    if reason:
        said |= {"reasonCode": [{"text": reason}], "description": reason}
    if comment:
        said["comment"] = comment
    return appointment | said


def patient_for(work: Work, reference: str) -> Plan[str]:
    """
    The reference of the patient who is meant.

    Raises:
        NotFound: If there is none, or none that is the subject's.
        Invalid: If none is named, and there are several.
    """
    own = work.subject.patients
    if not reference and len(own) == 1 and by_patient(work):
        reference = f"Patient/{own[0]}"
    if not reference:
        raise Invalid("Say for which patient", issues=(Issue("required", "is missing", "patient"),))
    logical_id = reference.removeprefix("Patient/")
    yield from work.read("Patient", logical_id)
    return f"Patient/{logical_id}"


def free(work: Work, service: Service, wanted: Wanted, but: str = "") -> Plan[Opening]:
    """
    Who is there at the time that is wanted.

    Raises:
        Conflict: If the time is not free; names the next that are.
    """
    end = wanted.end or wanted.start + service.minutes * MINUTE
    if end <= wanted.start:
        raise Invalid("It ends before it begins", issues=(Issue("value", "is not after the start", "end"),))
    if by_patient(work) or not wanted.actors:
        wish = _wish(work, service, wanted, end, but)
        found = [one for one in (yield from find(work, wish)) if one.start == wanted.start]
        if not found:
            yield from refuse(work, service, wanted, but=but)
        return found[0]
    claims = yield from busy(work, wanted.actors, wanted.start, end, but)
    clashing = overlapping(claims, wanted.start, end)
    if clashing:
        yield from refuse(work, service, wanted, clashing[0].actor, but=but)
    zone = yield from zones.of_organisation(work)
    return Opening(wanted.start, end, tuple(dict.fromkeys(wanted.actors)), zone)


def _wish(work: Work, service: Service, wanted: Wanted, end: int, but: str) -> Wish:
    minutes = 0 if by_patient(work) else (end - wanted.start) // MINUTE
    last = wanted.start + service.minutes * MINUTE if by_patient(work) else end
    return Wish(service, wanted.start, last, minutes, wanted.actors, but=but)


def refuse(work: Work, service: Service, wanted: Wanted, actor: str = "", but: str = "") -> Plan[NoReturn]:
    """
    Say that the time is not free, and which are.

    Raises:
        Conflict: Always; its issues at `Appointment.start` are the next free times.
    """
    start = max(wanted.start, work.now)
    wish = Wish(service, start, start + AHEAD, actors=wanted.actors, count=NEXT + 1, but=but)
    try:
        found = yield from find(work, wish)
    except Invalid:
        found = []
    later = [one for one in found if one.start != wanted.start][:NEXT]
    issues = tuple(Issue("informational", zones.stamp(one.zone, one.start), "Appointment.start") for one in later)
    raise taken(actor or next(iter(wanted.actors), "Practitioner"), *issues)


def _created(work: Work, service: Service, wanted: Wanted, appointment: Resource) -> Plan[Resource]:
    """Kept; who comes second between looking and keeping is refused as if they had seen it."""
    try:
        return (yield from work.create("Appointment", appointment))
    except Conflict:
        return (yield from refuse(work, service, wanted))


def _settled(work: Work, appointment: Resource, *, asks: bool) -> Plan[None]:
    """What follows from a booking: reminders, or a Task for whoever approves it."""
    if not asks:
        yield from reminders.arrange(work, appointment)
        yield from reminders.tell(work, appointment, reminders.BOOKED)
        return
    task = ours.task(
        "appointment-request",
        patient=elements.patient_of(appointment),
        focus=f"Appointment/{appointment['id']}",
        requester=elements.patient_of(appointment),
        now=instant(work.now),
        due=appointment["start"],
        role="front-desk",
    )
    yield from work.create("Task", task)


def to_come(work: Work, patient: str) -> Plan[list[Resource]]:
    """The patient's appointments to come, held ones among them."""
    asked = [("patient", patient), ("status", "pending,booked"), ("date", f"ge{instant(work.now)}")]
    return (yield from work.search("Appointment", asked))


def _few_open(work: Work, service: Service, patient: str, but: str = "") -> Plan[None]:
    yield from work.hold(patient.removeprefix("Patient/"))
    open_ones = yield from to_come(work, patient)
    counted = [one for one in open_ones if one["id"] != but and not 0 < elements.held_until(one) <= work.now]
    if len(counted) >= service.most_open:
        raise Conflict("You have as many visits to come as can be booked online: cancel one, or call the clinic")


def _few_holds(work: Work, patient: str) -> Plan[None]:
    yield from work.hold(patient.removeprefix("Patient/"))
    held = [one for one in (yield from to_come(work, patient)) if elements.held_until(one) > work.now]
    if len(held) >= MOST_HOLDS:
        raise Conflict("You hold other times already: book or leave one of them first")
