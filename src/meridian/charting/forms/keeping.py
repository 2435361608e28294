"""
The clinic's forms: listed, kept and retired, and sent to patients as Tasks.

A form that somebody is to fill in is a Task (`complete-form`) for the patient, whose focus is the Questionnaire. The
same form is asked once for a visit, however often it is sent.
"""

from collections.abc import Callable
from typing import Final

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import coded
from meridian.charting.forms import shape
from meridian.charting.notes.templates import SYSTEM, TEMPLATE
from meridian.clock import instant
from meridian.faults import Conflict
from meridian.fhir import ours, validation

LIST: Final = "Questionnaire/$list"
KEEP: Final = "Questionnaire/$keep"
SEND: Final = "Task/$send-form"

TOPIC: Final = "forms-for-visit"
"""Of the outbox: what a service asks before a visit is to be sent, about an Appointment."""
PRE_VISIT: Final = "pre-visit-form"
"""Our extension of a HealthcareService: a form that its patients are sent."""


def listed(*, every: bool) -> Callable[[Work], Plan[list[Resource]]]:
    """Forms that can be sent; with *every* drafts, retired ones and note templates too. By title."""

    def plan(work: Work) -> Plan[list[Resource]]:
        found = yield from work.search("Questionnaire", [] if every else [("status", "active")])
        shown = found if every else [one for one in found if not is_template(one)]
        return sorted(shown, key=lambda one: str(one.get("title", "")).casefold())

    return plan


def kept(form: Resource, logical_id: str = "", *, base: int | None = None) -> Callable[[Work], Plan[Resource]]:
    """
    The form, new or (by *logical_id*) changed; *base* is the version it was changed from.

    Raises (when driven):
        Invalid: If it asks more than we can.
    """

    def plan(work: Work) -> Plan[Resource]:
        validation.check(form, expect="Questionnaire")
        shape.check(form)
        if not logical_id:
            return (yield from work.create("Questionnaire", form))
        whole = {**form, "id": logical_id}
        return (yield from work.update("Questionnaire", logical_id, whole, if_match=base))

    return plan


def sent(patient: str, form: str, *, appointment: str = "", due: str = "") -> Callable[[Work], Plan[Resource]]:
    """
    The Task for the patient to fill in a form; the present one where it has been sent already.

    Args:
        patient: Logical id.
        form: Logical id of the Questionnaire.
        appointment: Logical id of the visit it is for; empty for none.
        due: Instant; where empty, the beginning of the visit.

    Raises (when driven):
        Conflict: If the form is not in use.
    """

    def plan(work: Work) -> Plan[Resource]:
        yield from work.read("Patient", patient)
        asked = yield from work.read("Questionnaire", form)
        if asked.get("status") != "active" or is_template(asked):
            raise Conflict("This form is not in use")
        until = due
        if appointment:
            visit = yield from work.read("Appointment", appointment)
            until = due or str(visit.get("start", ""))
        open_ones = yield from work.search(
            "Task", [("patient", patient), ("code", f"{ours.TASK}|complete-form"), ("focus", f"Questionnaire/{form}")]
        )
        reason = f"Appointment/{appointment}" if appointment else ""
        for task in open_ones:
            same = task.get("reasonReference", {}).get("reference", "") == reason
            if same and (task["status"] in ours.OPEN_TASKS or reason):
                return task
        made = ours.task(
            "complete-form",
            patient=f"Patient/{patient}",
            focus=f"Questionnaire/{form}",
            owner=f"Patient/{patient}",
            requester=work.subject.who,
            now=instant(work.now),
            due=until,
            note=str(asked.get("title", "")),
        )
        if reason:
            made["reasonReference"] = {"reference": reason}
        return (yield from work.create("Task", made))

    return plan


def sent_for(appointment: str) -> Callable[[Work], Plan[list[Resource]]]:
    """The Tasks for all forms that the services of an appointment ask before it; for the worker."""

    def plan(work: Work) -> Plan[list[Resource]]:
        visit = yield from work.read("Appointment", appointment)
        if visit["status"] != "booked":
            return []
        actors = [one.get("actor", {}).get("reference", "") for one in visit.get("participant", ())]
        patients = [actor.removeprefix("Patient/") for actor in actors if actor.startswith("Patient/")]
        services = [actor.removeprefix("HealthcareService/") for actor in actors if actor.startswith("HealthcareS")]
        made = []
        for service in dict.fromkeys(services):
            found = yield from work.find("HealthcareService", service)
            for form in asked_before(found or {}):
                for patient in patients:
                    made.append((yield from sent(patient, form, appointment=appointment)(work)))  # noqa: PERF401  # steps
        return made

    return plan


def asked_before(service: Resource) -> list[str]:
    """Logical ids of the forms that a service asks before its visits."""
    url = f"{ours.EXTENSIONS}/{PRE_VISIT}"
    found = [one["valueReference"].get("reference", "") for one in service.get("extension", ()) if one["url"] == url]
    return [one.removeprefix("Questionnaire/") for one in found]


def is_template(form: Resource) -> bool:
    """Whether it is what notes begin with, and nobody's to fill in."""
    contexts = (one.get("valueCodeableConcept") for one in form.get("useContext", ()))
    return any(coded(one, SYSTEM) == TEMPLATE for one in contexts)
