"""
A visit from its beginning to its end: opened from an appointment or for somebody who came or called, and finished.

Scheduling makes the Encounter at arrival and takes it up to the room; from `in-progress` on it is written here. Who
opens it joins its participants, and by that the patient's care team.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import AMBULATORY, ATTENDER, VIRTUAL
from meridian.charting.notes.reading import of_patient
from meridian.charting.notes.templates import Template, templates
from meridian.charting.people import myself, patient_of
from meridian.clock import instant
from meridian.faults import Conflict, Invalid, Issue
from meridian.fhir import ours

OPEN: Final = "Encounter/$open"
FINISH: Final = "Encounter/$finish"

CLASSES: Final = {"visit": AMBULATORY, "video": VIRTUAL, "phone": VIRTUAL}
"""How somebody was seen; a telephone call is a virtual encounter whose type says so."""
COMING: Final = frozenset({"booked", "arrived", "checked-in"})
UNDER_WAY: Final = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave"})


@dataclass(frozen=True, slots=True)
class Opening:
    """
    What is opened.

    Args:
        appointment: Logical id of the Appointment; or
        patient: logical id of who came without one.
        reason: Why, in a few words.
        way: One of `CLASSES`.
    """

    appointment: str = ""
    patient: str = ""
    reason: str = ""
    way: str = "visit"


def opened(opening: Opening) -> Callable[[Work], Plan[Resource]]:
    """
    The Encounter, in progress, with whoever asks taking part; the same one when it is opened again.

    Raises (when driven):
        Conflict: If the appointment was cancelled, missed or is over.
        Invalid: If neither an appointment nor a patient is named, or both.
    """

    def plan(work: Work) -> Plan[Resource]:
        if bool(opening.appointment) == bool(opening.patient):
            raise _wrong("Name an appointment or a patient", "appointment")
        me = yield from myself(work)
        if opening.patient:
            yield from work.read("Patient", opening.patient)
            return (yield from work.create("Encounter", _begun(work.now, me, opening)))
        appointment = yield from work.change("Appointment", opening.appointment, _checked_in)
        there = yield from work.search("Encounter", [("appointment", f"Appointment/{opening.appointment}")])
        under_way = [one for one in there if one["status"] in UNDER_WAY]
        if under_way:
            return (yield from work.change("Encounter", under_way[0]["id"], lambda one: joined(one, me, work.now)))
        of = Opening(opening.appointment, _attending(appointment), opening.reason, _way(appointment, opening.way))
        begun = _begun(work.now, me, of)
        return (yield from work.create("Encounter", {**_asked(appointment), **begun}))

    return plan


Workspace: TypeAlias = tuple[Resource, list[dict[str, Any]], list[str], list[Template]]
"""A visit, its notes as lines, where one has unfinished text of it, and the templates."""


def workspace(encounter: str) -> Callable[[Work], Plan[Workspace]]:
    """What somebody needs to write at the visit."""

    def plan(work: Work) -> Plan[Workspace]:
        present = yield from work.read("Encounter", encounter)
        notes = yield from of_patient(patient_of(present), encounter)(work)
        drafts = yield from work.my_drafts(f"note:Encounter/{encounter}")
        return present, notes, drafts, (yield from templates(work))

    return plan


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished Encounter, and the notes of it that nobody has signed yet."""

    encounter: Resource
    unsigned: tuple[str, ...]


def finished(encounter: str, *, anyway: bool = False) -> Callable[[Work], Plan[Finished]]:
    """
    End the visit, and with it its appointment.

    Unfinished writing is told first; with *anyway* it stays to be done, a Task for whoever began it.

    Raises (when driven):
        Conflict: If notes of it are unsigned or a draft is open, unless *anyway*; if it is over already.
    """

    def plan(work: Work) -> Plan[Finished]:
        me = yield from myself(work)
        present = yield from work.read("Encounter", encounter)
        if present["status"] not in UNDER_WAY:
            raise Conflict("This visit is over already")
        notes = yield from work.search("DocumentReference", [("encounter", f"Encounter/{encounter}")])
        unsigned = [note for note in notes if note.get("docStatus") == "preliminary" and note["status"] == "current"]
        drafts = yield from work.my_drafts(f"note:Encounter/{encounter}")
        if (unsigned or drafts) and not anyway:
            raise Conflict("Something is not finished", issues=(*_unsigned(unsigned), *_unsaved(drafts)))
        for note in unsigned:
            yield from work.create("Task", _to_sign(note, me, work.now))
        ended = yield from work.change("Encounter", encounter, lambda one: moved(one, "finished", work.now))
        for reference in present.get("appointment", ()):
            kind, _, logical_id = reference.get("reference", "").partition("/")
            if kind == "Appointment" and (yield from work.find("Appointment", logical_id)) is not None:
                yield from work.change("Appointment", logical_id, _fulfilled)
        return Finished(ended, tuple(note["id"] for note in unsigned))

    return plan


def joined(encounter: Resource, me: Resource, now: int) -> Resource:
    """*encounter* in progress, with *me* taking part since now."""
    at = instant(now)
    people = encounter.setdefault("participant", [])
    if not any(one.get("individual", {}).get("reference") == me["reference"] for one in people):
        people.append({"type": [ATTENDER.concept()], "period": {"start": at}, "individual": me})
    encounter.setdefault("period", {}).setdefault("start", at)
    return encounter if encounter["status"] == "in-progress" else moved(encounter, "in-progress", now)


def moved(encounter: Resource, status: str, now: int) -> Resource:
    """*encounter* in another status, with the one before in its history."""
    at = instant(now)
    history = encounter.setdefault("statusHistory", [])
    since = history[-1]["period"].get("end") if history else encounter.get("period", {}).get("start")
    start = since if since and datetime.fromisoformat(since) <= datetime.fromisoformat(at) else at
    history.append({"status": encounter["status"], "period": {"start": start, "end": at}})
    encounter["status"] = status
    if status == "finished":
        period = encounter.setdefault("period", {})
        begun = period.get("start", at)
        period["start"] = begun if datetime.fromisoformat(begun) <= datetime.fromisoformat(at) else at
        period["end"] = at
    return encounter


def _begun(now: int, me: Resource, opening: Opening) -> Resource:
    begun: Resource = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": CLASSES[opening.way].coding(),
        "subject": {"reference": f"Patient/{opening.patient}"},
        "participant": [{"type": [ATTENDER.concept()], "period": {"start": instant(now)}, "individual": me}],
        "period": {"start": instant(now)},
    }
    if opening.way == "phone":
        begun["type"] = [{"text": "Telephone call"}]
    if opening.reason:
        begun["reasonCode"] = [{"text": opening.reason}]
    if opening.appointment:
        begun["appointment"] = [{"reference": f"Appointment/{opening.appointment}"}]
    return begun


def _asked(appointment: Resource) -> Resource:
    """What a visit takes over of its appointment: what for, and why."""
    taken = {"type": appointment.get("serviceType"), "reasonCode": appointment.get("reasonCode")}
    return {name: kept for name, kept in taken.items() if kept}


def _checked_in(appointment: Resource) -> Resource:
    status = appointment["status"]
    if status not in COMING:
        raise Conflict(f"The appointment is {status}; book another, or open a visit without one")
    appointment["status"] = "checked-in"
    return appointment


def _fulfilled(appointment: Resource) -> Resource:
    if appointment["status"] in COMING:
        appointment["status"] = "fulfilled"
    return appointment


def _attending(appointment: Resource) -> str:
    actors = (one.get("actor", {}).get("reference", "") for one in appointment.get("participant", ()))
    found = [actor.removeprefix("Patient/") for actor in actors if actor.startswith("Patient/")]
    if len(found) != 1:
        raise Conflict("The appointment is not for one patient; open a visit for each")
    return str(found[0])


def _way(appointment: Resource, asked: str) -> str:
    return "video" if asked == "visit" and ours.extended(appointment, "video") is not None else asked


def _to_sign(note: Resource, me: Resource, now: int) -> Resource:
    author = next((one.get("reference", "") for one in note.get("author", ())), me["reference"])
    return ours.task(
        "to-do",
        patient=note["subject"]["reference"],
        focus=f"DocumentReference/{note['id']}",
        owner=author,
        requester=me["reference"],
        now=instant(now),
        note="Sign the note of this visit",
    )


def _unsigned(notes: list[Resource]) -> tuple[Issue, ...]:
    return tuple(Issue("business-rule", "A note is not signed", f"DocumentReference/{note['id']}") for note in notes)


def _unsaved(places: list[str]) -> tuple[Issue, ...]:
    return tuple(Issue("business-rule", "A draft is open", place) for place in places)


def _wrong(text: str, place: str) -> Invalid:
    return Invalid(text, issues=(Issue("required", text, place),))
