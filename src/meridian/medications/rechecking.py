"""
Checking again what was ordered while no partner answered, until one does.

A clear answer closes the Task by itself. Anything else goes to the prescriber: the Task becomes theirs to do, urgent
when something interrupts. While no partner answers, the job comes back later and nothing else is written than that it
was tried.
"""

from typing import Final

from meridian.access.work import Plan, Resource, Work
from meridian.fhir import ours
from meridian.medications import issues
from meridian.medications.findings import Outcome, Result
from meridian.medications.prescribing import RECHECK, code_of, patient_of, settled
from meridian.medications.question import RUNNING, Picture, picture

PAUSE: Final = 5 * 60_000
"""Milliseconds until it is tried again while partners are down."""


def look(work: Work, prescription: str) -> Plan[tuple[str, Picture] | None]:
    """Patient and picture of a prescription; `None` when it does not run any more."""
    request = yield from work.find("MedicationRequest", prescription)
    if request is None or request["status"] not in RUNNING:
        return None
    patient = patient_of(request)
    return patient, (yield from picture(work, patient, request, replaces=prescription))


def conclude(work: Work, prescription: str, patient: str, seen: Picture, result: Result) -> Plan[None]:
    """Keep the answer, and let the Task go where it belongs."""
    made = issues.resource(result, patient, seen.fingerprint, work.now, order=prescription, labels=seen.labels)
    issue = yield from work.create("DetectedIssue", made)
    for task in (yield from open_tasks(work, prescription)):
        yield from work.change("Task", task["id"], lambda one: _judged(one, issue["id"], result, work.now))


def drop(work: Work, prescription: str) -> Plan[None]:
    """There is nothing to check any more."""
    for task in (yield from open_tasks(work, prescription)):
        yield from work.change("Task", task["id"], lambda one: settled(one, "cancelled", work.now))


def open_tasks(work: Work, prescription: str) -> Plan[list[Resource]]:
    """Re-checks of a prescription that are still to be done."""
    pairs = [("focus", f"MedicationRequest/{prescription}"), ("status", ",".join(ours.OPEN_TASKS))]
    found = yield from work.search("Task", pairs)
    return [one for one in found if code_of(one) == RECHECK]


def _judged(task: Resource, issue: str, result: Result, now: int) -> Resource:
    link = {"type": {"text": "check"}, "valueReference": {"reference": f"DetectedIssue/{issue}"}}
    if result.outcome is Outcome.CLEAR:
        return settled(task, "completed", now, output=[link], description="Checked again: nothing found.")
    kept = [one for one in task.get("input", []) if one["type"].get("text") != "check"]
    said = "Checked again, and something was found." if result.alerts else "Checked again, in part only."
    urgent = {"priority": "urgent"} if result.interruptive else {}
    return settled(task, "requested", now, input=[*kept, link], description=said, **urgent)
