"""
The day itself: who has arrived, who is in which room, who did not come, who came without an appointment.

Arriving makes the Encounter, which carries the visit from then on: `arrived`, `triaged` in a room, and, written by
charting, `in-progress` and `finished`.
"""

from dataclasses import dataclass

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden
from meridian.scheduling import booking, elements, reminders, services, zones
from meridian.scheduling.elements import KIND, Times
from meridian.scheduling.naming import expected, names
from meridian.scheduling.services import MINUTE, by_patient

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
UNDER_WAY = {"in-progress": "with-provider", "onleave": "with-provider", "finished": "done"}
"""States of the board by `Encounter.status`, of what charting writes."""
LATE = 15 * MINUTE
"""After the end of a visit to which nobody came: from then on the board suggests to say so."""


def state_of(appointment: Resource, encounter: Resource | None) -> str:
    """
    Where a visit stands: `booked`, `arrived`, `in-room`, `with-provider`, `done`, `no-show` or `cancelled`.

    >>> state_of({"status": "checked-in"}, {"status": "triaged"})
    'in-room'
    """
    status = appointment["status"]
    if status in {"noshow", "cancelled"}:
        return "no-show" if status == "noshow" else "cancelled"
    if encounter is not None:
        known = UNDER_WAY | {"arrived": "arrived", "triaged": "in-room"}
        if encounter["status"] in known:
            return known[encounter["status"]]
    return {"arrived": "arrived", "checked-in": "arrived", "fulfilled": "done"}.get(status, "booked")


def arrive(work: Work, logical_id: str) -> Plan[Resource]:
    """
    The Appointment `arrived`, with an Encounter; of one that has arrived already, as it is.

    Raises:
        Conflict: If it is not to take place, or (for its patient) not today.
    """
    there = yield from work.read("Appointment", logical_id)
    if there["status"] in {"arrived", "checked-in"}:
        return there
    if by_patient(work):
        yield from _today(work, there)

    def arrived(appointment: Resource) -> Resource:
        if appointment["status"] not in {"booked", "noshow"}:
            raise Conflict("It is not to take place")
        return {**{key: kept for key, kept in appointment.items() if key != "cancelationReason"}, "status": "arrived"}

    made = yield from work.change("Appointment", logical_id, arrived)
    yield from reminders.drop(work, logical_id)
    yield from work.create("Encounter", _encounter(work, made))
    return made


def _today(work: Work, appointment: Resource) -> Plan[None]:
    zone = elements.zone_of(appointment, (yield from zones.of_organisation(work)))
    if zones.day_of(zone, work.now) != zones.day_of(zone, elements.start_of(appointment)):
        raise Conflict("Check in on the day of the visit")


def _encounter(work: Work, appointment: Resource) -> Resource:
    video = elements.is_video(appointment)
    now = instant(work.now)
    encounter: Resource = {
        "resourceType": "Encounter",
        "status": "arrived",
        "statusHistory": [{"status": "arrived", "period": {"start": now}}],
        "class": {
            "system": ACT_CODE,
            "code": "VR" if video else "AMB",
            "display": "virtual" if video else "ambulatory",
        },
        "subject": {"reference": elements.patient_of(appointment)},
        "appointment": [{"reference": f"Appointment/{appointment['id']}"}],
        "type": appointment.get("serviceType") or [{"text": name} for name in _named(appointment, "HealthcareService")],
        "participant": [{"individual": one} for one in _actors(appointment, "Practitioner")],
        "period": {"start": now},
        "serviceProvider": {"reference": f"Organization/{work.subject.organisation}"},
    }
    for name in ("reasonCode", "serviceType"):
        if appointment.get(name):
            encounter[name] = appointment[name][0] if name == "serviceType" else appointment[name]
    return {key: value for key, value in encounter.items() if value}


def _actors(appointment: Resource, kind: str) -> list[Resource]:
    """References to those of a kind who take part, with what they are called."""
    actors: list[Resource] = [one.get("actor", {}) for one in appointment.get("participant", ())]
    return [one for one in actors if one.get("reference", "").startswith(kind)]


def _named(appointment: Resource, kind: str) -> list[str]:
    return [one["display"] for one in _actors(appointment, kind) if one.get("display")]


def encounter_of(work: Work, logical_id: str) -> Plan[Resource | None]:
    """The Encounter of an Appointment, unless it was cancelled."""
    found = yield from work.search("Encounter", [("appointment", f"Appointment/{logical_id}")])
    return next((one for one in found if one["status"] not in {"cancelled", "entered-in-error"}), None)


def into_room(work: Work, logical_id: str, room: str) -> Plan[Resource]:
    """The Appointment `checked-in` and its Encounter `triaged`, in a room (`Location/x`) where one is named."""
    there = yield from arrive(work, logical_id)
    encounter = yield from encounter_of(work, logical_id)
    if encounter is None:
        raise Conflict("The visit has not begun")

    yield from expected(work, [room] if room else [])
    known = yield from names(work, [room] if room else [])
    place = {"reference": room} | ({"display": known[room]} if room in known else {})

    def triaged(one: Resource) -> Resource:
        if one["status"] not in {"arrived", "triaged"}:
            raise Conflict("The visit goes on already")
        located = {"location": [{"location": place, "status": "active"}]} if room else {}
        return _became({**one, **located}, "triaged", instant(work.now))

    yield from work.change("Encounter", encounter["id"], triaged)
    if there["status"] == "checked-in":
        return there
    return (yield from work.change("Appointment", logical_id, lambda one: {**one, "status": "checked-in"}))


def wait(work: Work, logical_id: str) -> Plan[Resource]:
    """
    Arrived, as `arrive`; whoever is in a room waits again, since when they came.

    Raises:
        Conflict: If it is not to take place, or somebody is with the patient already.
    """
    there = yield from arrive(work, logical_id)
    encounter = yield from encounter_of(work, logical_id)
    if encounter is None or encounter["status"] == "arrived":
        return there

    def waiting(one: Resource) -> Resource:
        if one["status"] != "triaged":
            raise Conflict("The visit goes on already")
        return _became({key: kept for key, kept in one.items() if key != "location"}, "arrived", instant(work.now))

    yield from work.change("Encounter", encounter["id"], waiting)
    return (yield from work.change("Appointment", logical_id, lambda one: {**one, "status": "arrived"}))


def _became(encounter: Resource, status: str, now: str) -> Resource:
    """*encounter* in another state, and how long it was in the one before."""
    if encounter["status"] == status:
        return encounter
    history = [dict(one) for one in encounter.get("statusHistory", ())]
    if history:
        history[-1] = {**history[-1], "period": {**history[-1]["period"], "end": now}}
    return {**encounter, "status": status, "statusHistory": [*history, {"status": status, "period": {"start": now}}]}


def absent(work: Work, logical_id: str) -> Plan[Resource]:
    """
    The Appointment `noshow`.

    Raises:
        Conflict: If it is still to come, or somebody came.
    """

    def missed(appointment: Resource) -> Resource:
        if appointment["status"] != "booked" or elements.start_of(appointment) > work.now:
            raise Conflict("Nobody can be missing from it")
        return {**appointment, "status": "noshow"}

    made = yield from work.change("Appointment", logical_id, missed)
    yield from reminders.drop(work, logical_id)
    return made


def take_back(work: Work, logical_id: str) -> Plan[Resource]:
    """An arrival or an absence that was a mistake: `booked` as before, the Encounter cancelled."""
    encounter = yield from encounter_of(work, logical_id)
    if encounter is not None:
        if encounter["status"] not in {"arrived", "triaged"}:
            raise Conflict("The visit goes on already")
        ended = instant(work.now)
        yield from work.change(
            "Encounter",
            encounter["id"],
            lambda one: {**_became(one, "cancelled", ended), "period": {**one["period"], "end": ended}},
        )

    def booked(appointment: Resource) -> Resource:
        if appointment["status"] not in {"arrived", "checked-in", "noshow"}:
            raise Conflict("There is nothing to take back")
        return {**appointment, "status": "booked"}

    return (yield from work.change("Appointment", logical_id, booked))


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody who came without an appointment; *provider* is who is to see them, where that is known."""

    patient: str
    service: str
    provider: str = ""
    reason: str = ""


def walk_in(work: Work, who: WalkIn) -> Plan[Resource]:
    """An Appointment that has arrived and takes nobody's time, so that a full provider can; with an Encounter."""
    if by_patient(work):
        raise Forbidden("The front desk takes you in")
    service = yield from services.of(work, who.service)
    patient = yield from booking.patient_for(work, who.patient)
    yield from expected(work, [who.provider] if who.provider else [])
    zone = yield from zones.of_organisation(work)
    known = yield from names(work, [patient, *([who.provider] if who.provider else [])])
    times = Times(work.now, work.now + service.minutes * MINUTE, zone)
    made = elements.made(service, times, (), status="arrived", patient=patient, names=known)
    if who.provider:
        seen_by = elements.participant(who.provider, known.get(who.provider, ""), required="information-only")
        made["participant"].insert(1, seen_by)
    made["appointmentType"] = {"coding": [{"system": KIND, "code": "WALKIN"}]}
    if who.reason:
        made |= {"reasonCode": [{"text": who.reason}], "description": who.reason}
    kept = yield from work.create("Appointment", {**made, "created": instant(work.now)})
    yield from work.create("Encounter", _encounter(work, kept))
    return kept
