"""
The wait list: who would come earlier, and offers of times that become free.

A place on the list is an Appointment `waitlist` with the days that suit. When a time becomes free, the first whom it
suits is offered it: the same Appointment becomes `pending` at that time, held until the offer ends. Accepted it is
booked; declined or left alone it goes back to the list, remembers that time, and the next in line is asked.
"""

from dataclasses import dataclass
from datetime import time

from meridian.access.diary import busy, milliseconds
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.fhir.ours import extended, extension
from meridian.scheduling import booking, elements, moving, reminders, services, zones
from meridian.scheduling.availability import overlapping
from meridian.scheduling.elements import Times
from meridian.scheduling.naming import expected, names
from meridian.scheduling.services import MINUTE

PARTS = {"morning": (time(0), time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), time(23, 59))}
"""Parts of a day, by the local clock at which a visit begins."""
OFFERED = 120 * MINUTE
"""How long an offer stands, house policy; never into the visit itself."""
SHORTEST = 30 * MINUTE
"""Before a visit: what becomes free later than that is offered to nobody."""
MOST_WAITING = 3
"""Places on the list that a patient may have at one time."""
EXPIRE = "Appointment/$expire"
OFFER = "Appointment/$offer"


@dataclass(frozen=True, slots=True)
class Wait:
    """
    What would suit.

    Args:
        service: Reference of the HealthcareService.
        start: From when, in ms since the epoch.
        end: Until when.
        patient: Reference of the patient; one's own where there is only one.
        days: Days of the week, 0 is Monday; empty is any.
        part: One of `PARTS`; empty is any.
        actor: Reference of a provider; empty is anybody.
    """

    service: str
    start: int
    end: int
    patient: str = ""
    days: tuple[int, ...] = ()
    part: str = ""
    actor: str = ""


def join(work: Work, wait: Wait) -> Plan[Resource]:
    """
    A place on the list.

    Raises:
        Conflict: If the patient waits for as much as can be waited for already.
    """
    if wait.end <= max(wait.start, work.now):
        raise Invalid("The days to wait for are over", issues=(Issue("value", "is over", "to"),))
    if wait.part and wait.part not in PARTS:
        raise Invalid("That is no part of a day", issues=(Issue("value", "is no part of a day", "partOfDay"),))
    service = yield from booking.bookable(work, wait.service)
    patient = yield from booking.patient_for(work, wait.patient)
    if services.by_patient(work):
        yield from work.hold(patient.removeprefix("Patient/"))
        waiting = yield from work.search("Appointment", [("patient", patient), ("status", "waitlist")])
        if len(waiting) >= MOST_WAITING:
            raise Conflict("You wait for as many visits as can be waited for")
    yield from expected(work, [wait.actor] if wait.actor else [])
    zone = yield from zones.of_organisation(work)
    known = yield from names(work, [patient, *([wait.actor] if wait.actor else [])])
    parts = [extension("day", valueCode=zones.DAYS[day]) for day in sorted(set(wait.days))]
    if wait.part:
        parts.append(extension("part", valueCode=wait.part))
    if wait.actor:
        parts.append(
            extension("actor", valueReference={"reference": wait.actor, "display": known.get(wait.actor, "?")})
        )
    parts.append(extension("since", valueInstant=instant(work.now)))
    appointment = {
        "resourceType": "Appointment",
        "status": "waitlist",
        "extension": [extension("wait", extension=parts)],
        "created": instant(work.now),
        "minutesDuration": service.minutes,
        "requestedPeriod": [{"start": zones.stamp(zone, wait.start), "end": zones.stamp(zone, wait.end)}],
        "participant": [
            elements.participant(patient, known.get(patient, "")),
            elements.participant(service.reference, service.name, required="information-only"),
        ],
    }
    if service.type:
        appointment["serviceType"] = list(service.type)
    return (yield from work.create("Appointment", appointment))


def offer(work: Work, start: int, end: int, service: str, actors: tuple[str, ...]) -> Plan[Resource | None]:
    """Offer a time that became free to the first whom it suits; nothing where it is taken again, or suits nobody."""
    if start - work.now < SHORTEST or not actors:
        return None
    if overlapping((yield from busy(work, actors, start, end)), start, end):
        return None
    asked = [("status", "waitlist"), ("actor", service)]
    for one in sorted((yield from work.search("Appointment", asked)), key=_since):
        zone = yield from zones.of_organisation(work)
        if _suits(one, start, end, actors, zone):
            return (yield from _offered(work, one, Times(start, end, zone), actors))
    return None


def _since(appointment: Resource) -> tuple[str, str]:
    """When somebody began to wait, which is the order of the list."""
    said = extended(extended(appointment, "wait") or {}, "since") or {}
    return str(said.get("valueInstant", appointment.get("created", ""))), appointment["id"]


def _suits(entry: Resource, start: int, end: int, actors: tuple[str, ...], zone: str) -> bool:
    wait = extended(entry, "wait") or {}
    local = zones.local(zone, start)
    days = [one["valueCode"] for one in _parts(wait, "day")]
    part = (extended(wait, "part") or {}).get("valueCode", "")
    actor = (extended(wait, "actor") or {}).get("valueReference", {}).get("reference", "")
    refused = {milliseconds(one["valueInstant"]) for one in _parts(wait, "declined")}
    period = entry.get("requestedPeriod", [{}])[0]
    inside = _bound(period, "start", 0) <= start and end <= _bound(period, "end", 1 << 52)
    fits = entry.get("minutesDuration", 0) * MINUTE <= end - start
    hours = PARTS.get(part, (time(0), time(23, 59, 59)))
    return (
        inside
        and fits
        and start not in refused
        and (not days or zones.DAYS[local.weekday()] in days)
        and hours[0] <= local.time() < hours[1]
        and (not actor or actor in actors)
    )


def _parts(wait: Resource, name: str) -> list[Resource]:
    url = extension(name)["url"]
    return [one for one in wait.get("extension", ()) if one.get("url") == url]


def _bound(period: Resource, name: str, default: int) -> int:
    text = str(period.get(name, ""))
    return milliseconds(text) if "T" in text else default


def _offered(work: Work, entry: Resource, times: Times, actors: tuple[str, ...]) -> Plan[Resource]:
    known = yield from names(work, actors)
    until = min(work.now + OFFERED, times.start - SHORTEST // 2)
    length = entry.get("minutesDuration", 0) * MINUTE

    def offered(appointment: Resource) -> Resource:
        if appointment["status"] != "waitlist":
            raise Conflict("It waits no more")
        at = elements.acted(appointment, actors, known)
        at = elements.timed(at, Times(times.start, times.start + length if length else times.end, times.zone))
        return elements.extending({**at, "status": "pending"}, "hold-expires", valueInstant=instant(until))

    made = yield from work.change("Appointment", entry["id"], offered)
    yield from reminders.tell(work, made, reminders.OFFERED)
    return made


def is_offer(appointment: Resource) -> bool:
    """Whether it is a place on the wait list at a time that is offered."""
    return appointment["status"] == "pending" and extended(appointment, "wait") is not None


def accept(work: Work, logical_id: str) -> Plan[Resource]:
    """
    The offer, booked.

    Raises:
        Conflict: If it has ended.
    """

    def booked(appointment: Resource) -> Resource:
        if not is_offer(appointment) or elements.held_until(appointment) <= work.now:
            raise Conflict("The offer has ended")
        kept = elements.extending(elements.extending(appointment, "hold-expires"), "wait")
        return {**{key: value for key, value in kept.items() if key != "requestedPeriod"}, "status": "booked"}

    made = yield from work.change("Appointment", logical_id, booked)
    yield from reminders.arrange(work, made)
    return made


def decline(work: Work, logical_id: str) -> Plan[Resource]:
    """
    Back on the list, the time offered to the next in line.

    Raises:
        Conflict: If it is not offered any more.
    """
    there = yield from work.read("Appointment", logical_id)
    if not is_offer(there):
        raise Conflict("The offer has ended")
    return (yield from _returned(work, there))


def _returned(work: Work, there: Resource) -> Plan[Resource]:
    def returned(appointment: Resource) -> Resource:
        if not is_offer(appointment):
            raise Conflict("The offer has ended")
        wait = extended(appointment, "wait") or {}
        declined = extension("declined", valueInstant=appointment["start"])
        back = elements.extending(elements.acted(appointment, (), {}), "hold-expires")
        back = elements.extending(back, "wait", extension=[*wait.get("extension", ()), declined])
        kept = {key: value for key, value in back.items() if key not in {"start", "end"}}
        return {**kept, "status": "waitlist"}

    yield from moving.freed(work, there)
    return (yield from work.change("Appointment", there["id"], returned))


def expire(work: Work, logical_id: str) -> Plan[None]:
    """End a hold whose time is over: an offer goes back to the list and to the next, any other hold is cancelled."""
    there = yield from work.find("Appointment", logical_id)
    if there is None or not 0 < elements.held_until(there) <= work.now:
        return
    if is_offer(there):
        yield from _returned(work, there)
        return

    def ended(appointment: Resource) -> Resource:
        if not 0 < elements.held_until(appointment) <= work.now:
            raise Conflict("It has been booked meanwhile")
        return elements.cancelled(appointment, "other")

    yield from work.change("Appointment", logical_id, ended)


def leave(work: Work, logical_id: str) -> Plan[None]:
    """Off the list."""
    there = yield from work.read("Appointment", logical_id)
    if extended(there, "wait") is None or there["status"] not in {"waitlist", "pending"}:
        raise Conflict("It does not wait any more")
    if services.by_patient(work) and elements.patient_of(there).removeprefix("Patient/") not in work.subject.patients:
        raise Forbidden("It is somebody else's")
    if is_offer(there):
        yield from moving.freed(work, there)
    yield from work.change("Appointment", logical_id, lambda one: elements.cancelled(one, "pat"))


def listed(work: Work, service: str = "") -> Plan[list[Resource]]:
    """Places on the list, the longest waiting first, those with an offer among them; a patient's own, to a patient."""
    asked = [("status", "waitlist,pending")] + ([("actor", service)] if service else [])
    if services.by_patient(work):
        asked.append(("patient", ",".join(f"Patient/{one}" for one in work.subject.patients)))
    found = yield from work.search("Appointment", asked)
    return sorted((one for one in found if extended(one, "wait") is not None), key=_since)
