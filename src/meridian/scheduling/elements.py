"""An Appointment's elements, read and made; times are ms since the epoch here and instants of a zone there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from meridian.access.diary import milliseconds
from meridian.access.work import Resource
from meridian.fhir.ours import BASE, EXTENSIONS, extended, extension
from meridian.scheduling.services import Service
from meridian.scheduling.zones import stamp

SERIES: Final = f"{BASE}/appointment-series"
"""System of the identifier that the appointments of one series share."""
CANCELLATION: Final = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
"""Source: hl7.org/fhir/R4/valueset-appointment-cancellation-reason.html."""
KIND: Final = "http://terminology.hl7.org/CodeSystem/v2-0276"
"""Source: hl7.org/fhir/R4/v2/0276/index.html."""
OPEN: Final = ("pending", "booked")
"""States of an appointment to come."""
CLAIMING: Final = frozenset({"Practitioner", "PractitionerRole", "Device", "Location"})


@dataclass(frozen=True, slots=True)
class Times:
    """A beginning and an end, and the zone to say them in."""

    start: int
    end: int
    zone: str


def start_of(appointment: Resource) -> int:
    """When it begins; 0 for one without a time."""
    return milliseconds(appointment["start"]) if "start" in appointment else 0


def end_of(appointment: Resource) -> int:
    """When it ends; 0 for one without a time."""
    return milliseconds(appointment["end"]) if "end" in appointment else 0


def _references(appointment: Resource) -> Iterable[tuple[str, Resource]]:
    for participant in appointment.get("participant", ()):
        text = participant.get("actor", {}).get("reference", "")
        if text:
            yield text, participant


def patient_of(appointment: Resource) -> str:
    """Reference of its patient; empty when it names none."""
    return next((text for text, _ in _references(appointment) if text.startswith("Patient/")), "")


def service_of(appointment: Resource) -> str:
    """Reference of its HealthcareService; empty when it names none."""
    return next((text for text, _ in _references(appointment) if text.startswith("HealthcareService/")), "")


def actors_of(appointment: Resource, *, all_of_them: bool = False) -> tuple[str, ...]:
    """References of those whose time it takes; with *all_of_them* also those who are there for information."""
    return tuple(
        text
        for text, participant in _references(appointment)
        if text.partition("/")[0] in CLAIMING and (all_of_them or participant.get("required") != "information-only")
    )


def series_of(appointment: Resource) -> str:
    """Name of the series it belongs to; empty for none."""
    found = (one.get("value", "") for one in appointment.get("identifier", ()) if one.get("system") == SERIES)
    return next(found, "")


def is_video(appointment: Resource) -> bool:
    """Whether it is held by video."""
    found = extended(appointment, "video")
    return bool(found and found.get("valueBoolean"))


def held_until(appointment: Resource) -> int:
    """When its hold ends; 0 for what is no hold."""
    found = extended(appointment, "hold-expires")
    return milliseconds(found["valueInstant"]) if found and appointment["status"] == "pending" else 0


def zone_of(appointment: Resource, default: str) -> str:
    """The zone that its times are said in."""
    found = extended(appointment, "timezone")
    return str(found["valueCode"]) if found else default


def participant(reference: str, display: str = "", *, required: str = "required", status: str = "accepted") -> Resource:
    """A participant."""
    actor = {"reference": reference} | ({"display": display} if display else {})
    return {"actor": actor, "required": required, "status": status}


def made(
    service: Service,
    times: Times,
    actors: Iterable[str],
    *,
    status: str,
    patient: str = "",
    names: dict[str, str] | None = None,
) -> Resource:
    """
    An Appointment for *service*.

    Args:
        service: What for.
        times: When.
        actors: Whose time it takes.
        status: `proposed`, `pending`, `booked`, …
        patient: Reference of the patient; a proposal has none.
        names: What references are called.
    """
    known = names or {}
    people = [participant(patient, known.get(patient, ""), status="accepted")] if patient else []
    people += [participant(one, known.get(one, "")) for one in actors]
    people.append(participant(service.reference, service.name, required="information-only"))
    appointment: Resource = {"resourceType": "Appointment", "status": status}
    if service.type:
        appointment["serviceType"] = list(service.type)
    extensions = []
    if service.video:
        extensions.append(extension("video", valueBoolean=True))
    if service.before or service.after:
        quiet = [extension(name, valueUnsignedInt=getattr(service, name)) for name in ("before", "after")]
        extensions.append(extension("quiet", extension=quiet))
    return timed({**appointment, "extension": extensions, "participant": people}, times)


def timed(appointment: Resource, times: Times) -> Resource:
    """*appointment* at other times."""
    changed = {
        **appointment,
        "start": stamp(times.zone, times.start),
        "end": stamp(times.zone, times.end),
        "minutesDuration": max(1, (times.end - times.start) // 60_000),
    }
    return extending(changed, "timezone", valueCode=times.zone)


def extending(resource: Resource, name: str, **value: Any) -> Resource:
    """*resource* with one extension instead of those of that name; without a value, with none."""
    others = [one for one in resource.get("extension", ()) if one.get("url") != f"{EXTENSIONS}/{name}"]
    extensions = [*others, extension(name, **value)] if value else others
    changed = {key: kept for key, kept in resource.items() if key != "extension"}
    return {**changed, "extension": extensions} if extensions else changed


def acted(appointment: Resource, actors: Iterable[str], names: dict[str, str]) -> Resource:
    """*appointment* with others' time taken instead."""
    kept = [
        one
        for one in appointment["participant"]
        if one.get("actor", {}).get("reference", "").partition("/")[0] not in CLAIMING
        or one.get("required") == "information-only"
    ]
    taken = [participant(one, names.get(one, "")) for one in actors]
    patient = [one for one in kept if one.get("actor", {}).get("reference", "").startswith("Patient/")]
    return {**appointment, "participant": [*patient, *taken, *(one for one in kept if one not in patient)]}


def cancelled(appointment: Resource, code: str, text: str = "") -> Resource:
    """*appointment*, cancelled for a reason of `CANCELLATION`."""
    reason: Resource = {"coding": [{"system": CANCELLATION, "code": code}]}
    if text:
        reason["text"] = text
    return {**appointment, "status": "cancelled", "cancelationReason": reason}
