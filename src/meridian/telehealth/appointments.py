"""
The Appointment behind a visit: whether it is held by video, when its doors are open, and as what somebody takes part.

A stranger, somebody else's patient, another organisation and an appointment without video all hear the same:
there is no such visit.
"""

from datetime import datetime
from typing import Final, NamedTuple

from meridian.access import video_visits
from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Conflict, NotFound
from meridian.fhir.ours import extended

MINUTE: Final = 60_000
OPENS: Final = 30 * MINUTE
CLOSES: Final = 4 * 60 * MINUTE
"""Before and after an appointment's beginning, ms: house policy, after va.gov-team#1772 (realtime.md section 5)."""
HOSTS: Final = frozenset({Role.CLINICIAN, Role.NURSE})
"""Whoever may open the visit in the chart may hold it: a colleague covers without further ado, and is named."""
COMING: Final = frozenset({"booked", "arrived", "checked-in", "noshow"})
"""`Appointment.status` of what may still take place."""


class Scene(NamedTuple):
    """A visit's Appointment, and as what the subject takes part; empty for the platform itself."""

    appointment: Resource
    part: str


def taking_part(work: Work, visit: str) -> Plan[Scene]:
    """
    The scene of a visit in which the subject takes part.

    Raises:
        NotFound: If they do not.
    """
    appointment = yield from of(work, visit)
    return Scene(appointment, (yield from part(work, appointment)))


def of(work: Work, visit: str) -> Plan[Resource]:
    """
    The Appointment of a video visit.

    Raises:
        NotFound: If it is none of the subject's, or not held by video.
    """
    appointment = yield from work.find("Appointment", visit)
    if appointment is None or not is_video(appointment):
        raise nowhere()
    return appointment


def nowhere() -> NotFound:
    """What everybody hears who has no part in a visit."""
    return NotFound("There is no such visit")


def is_video(appointment: Resource) -> bool:
    """Whether it is held by video."""
    found = extended(appointment, "video")
    return bool(found and found.get("valueBoolean"))


def starts(appointment: Resource) -> int:
    """When it begins, in ms since the epoch; 0 for one without a time."""
    return _ms(appointment.get("start", ""))


def ends(appointment: Resource) -> int:
    """When it is to end, likewise."""
    return _ms(appointment.get("end", ""))


def _ms(instant: str) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1000) if instant else 0


def refuse_closed(appointment: Resource, now: int) -> None:
    """
    Pass while the visit can be entered.

    Raises:
        Conflict: Before its doors open and after they close, and if it is not to take place.
    """
    if appointment["status"] not in COMING:
        raise Conflict("The visit is not to take place")
    start = starts(appointment)
    if not start - OPENS <= now < start + CLOSES:
        raise Conflict("The visit can be entered from 30 minutes before its start until 4 hours after it")


def patient_of(appointment: Resource) -> str:
    """
    Logical id of its patient.

    Raises:
        Conflict: If it is for nobody.
    """
    found = patients(appointment)
    if not found:
        raise Conflict("The appointment is for no patient")
    return found[0].removeprefix("Patient/")


def patients(appointment: Resource) -> list[str]:
    """References of its patients."""
    return _actors(appointment, "Patient/")


def practitioners(appointment: Resource) -> list[str]:
    """References of those who are to see the patient."""
    return _actors(appointment, "Practitioner/")


def _actors(appointment: Resource, kind: str) -> list[str]:
    references = (one.get("actor", {}).get("reference", "") for one in appointment.get("participant", ()))
    return [reference for reference in references if reference.startswith(kind)]


def me(work: Work) -> str:
    """The reference under which the subject takes part."""
    return work.subject.who or f"Account/{work.subject.account}"


def for_the_patient(work: Work) -> bool:
    """Whether the subject is the patient or was entrusted with acting for them; family that came by a link was not."""
    return work.subject.role in {Role.PATIENT, Role.PROXY}


def part(work: Work, appointment: Resource) -> Plan[str]:
    """
    As what the subject takes part.

    Raises:
        NotFound: If they have none; a guest's link is good for one visit.
    """
    subject = work.subject
    if subject.role in HOSTS:
        return "host"
    if subject.role is Role.PATIENT and patient_of(appointment) in subject.patients:
        return "patient"
    if subject.role is Role.PROXY and patient_of(appointment) in subject.patients:
        return "family"
    if subject.role is Role.GUEST:
        guest = yield from video_visits.guest(work, subject.who.removeprefix("Guest/"))
        if guest is not None and guest.visit == appointment["id"] and not guest.cancelled and guest.ends > work.now:
            return guest.part
    raise nowhere()
