"""
Refills: a patient asks (a Task), a nurse may prepare it (a check and a note), a clinician approves or refuses.

Approving is prescribing the same again, with a check of today: what was safe a year ago need not be so now. The patient
reads a refusal's reason.
"""

from dataclasses import dataclass
from typing import Final

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict
from meridian.fhir import ours
from meridian.medications import issues, reasons
from meridian.medications.issues import Kept
from meridian.medications.listing import REFILL, Supply, supply
from meridian.medications.prescribing import Order, Prescribed, Said, code_of, patient_of, renew, settled
from meridian.medications.question import medication, name_of

CHECK: Final = "check"
"""`Task.input` of the check that prepared it."""
REFUSED: Final = "rejected"
_ASKABLE: Final = ("active", "completed", "on-hold")


def ask(work: Work, prescription: str, note: str) -> Plan[str]:
    """
    A Task that asks for more; its logical id.

    Raises:
        Conflict: If it was stopped, or was asked for already and nobody has decided.
    """
    request = yield from work.read("MedicationRequest", prescription)
    if request["status"] not in _ASKABLE:
        raise Conflict("This medicine is no longer prescribed; write to the clinic")
    yield from work.hold(patient_of(request))
    focus = f"MedicationRequest/{prescription}"
    tasks = yield from work.search("Task", [("focus", focus), ("status", ",".join(ours.OPEN_TASKS))])
    if any(code_of(task) == REFILL for task in tasks):
        raise Conflict("You have asked for this already; the clinic will answer")
    task = ours.task(
        REFILL,
        patient=f"Patient/{patient_of(request)}",
        focus=focus,
        requester=work.subject.who,
        owner=request.get("requester", {}).get("reference", ""),
        now=instant(work.now),
        role="nurse",
        note=note.strip(),
    )
    made = yield from work.create("Task", task)
    return str(made["id"])


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the queue."""

    task: Resource
    patient: Resource
    request: Resource
    name: str
    supply: Supply
    check: Kept | None = None


def queue(work: Work) -> Plan[list[Asked]]:
    """Everything that is asked for and not decided, oldest first."""
    tasks = yield from work.search(
        "Task", [("code", f"{ours.TASK}|{REFILL}"), ("status", ",".join(ours.OPEN_TASKS)), ("_sort", "authored-on")]
    )
    lines = []
    for task in tasks:
        line = yield from _asked(work, task)
        if line is not None:
            lines.append(line)
    return lines


def _asked(work: Work, task: Resource) -> Plan[Asked | None]:
    request = yield from work.find("MedicationRequest", prescription_of(task))
    patient = yield from work.find("Patient", patient_of(task))
    if request is None or patient is None:
        return None
    concept = yield from medication(work, request)
    fills = yield from work.search("MedicationDispense", [("prescription", f"MedicationRequest/{request['id']}")])
    issue = yield from _check_of(work, task)
    return Asked(task, patient, request, name_of(concept), supply(request, fills), issues.of(issue) if issue else None)


def _check_of(work: Work, task: Resource) -> Plan[Resource | None]:
    named = [one["valueReference"]["reference"] for one in task.get("input", []) if one["type"].get("text") == CHECK]
    if not named:
        return None
    return (yield from work.find("DetectedIssue", named[-1].partition("/")[2]))


def prescription_of(task: Resource) -> str:
    """Logical id of the prescription that a Task is about."""
    return str(task.get("focus", {}).get("reference", "")).removeprefix("MedicationRequest/")


def to_decide(work: Work, task: str) -> Plan[Resource]:
    """
    The Task, still to be decided.

    Raises:
        Conflict: If it was decided, or is of another kind.
    """
    found = yield from work.read("Task", task)
    _undecided(found)
    return found


def _undecided(task: Resource) -> None:
    if code_of(task) != REFILL or task["status"] not in ours.OPEN_TASKS:
        raise Conflict("This was decided already")


def again(request: Resource, refills: int) -> Resource:
    """The draft of the same again: medicine, dose and amount, with so many refills."""
    kept = ("medicationCodeableConcept", "medicationReference", "dosageInstruction", "reasonCode", "reasonReference")
    draft = {name: request[name] for name in kept if name in request}
    dispense = {name: value for name, value in request.get("dispenseRequest", {}).items() if name != "validityPeriod"}
    return {
        "resourceType": "MedicationRequest",
        **draft,
        "dispenseRequest": dispense | {"numberOfRepeatsAllowed": refills},
    }


def prepared(work: Work, task: str, check: str, note: str) -> Plan[None]:
    """Leave a check and a note at a Task, for whoever decides."""

    def noted(found: Resource) -> Resource:
        _undecided(found)
        kept = [one for one in found.get("input", []) if one["type"].get("text") != CHECK]
        link = {"type": {"text": CHECK}, "valueReference": {"reference": f"DetectedIssue/{check}"}}
        by = {"authorReference": {"reference": work.subject.who}} if work.subject.who else {}
        notes = [*found.get("note", []), *([{**by, "time": instant(work.now), "text": note}] if note else [])]
        done = settled(found, "received", work.now, input=[*kept, link])
        return {**done, "note": notes} if notes else done

    yield from work.change("Task", task, noted)


def approve(work: Work, task: str, order: Order) -> Plan[Prescribed]:
    """
    Prescribe the same again and close the Task.

    Raises:
        Conflict: If it was decided already, or the check does not serve.
    """
    yield from to_decide(work, task)
    done = yield from renew(work, order)
    output = [
        {"type": {"text": "prescription"}, "valueReference": {"reference": f"MedicationRequest/{done.request['id']}"}}
    ]

    def approved(found: Resource) -> Resource:
        _undecided(found)
        return settled(found, "completed", work.now, output=output)

    yield from work.change("Task", task, approved)
    return done


def refuse(work: Work, task: str, reason: Said) -> Plan[None]:
    """
    Refuse it, for a reason that the patient reads.

    Raises:
        Conflict: If it was decided already.
    """
    concept = reasons.concept("refusal", reason.code, reason.text)

    def refused(found: Resource) -> Resource:
        _undecided(found)
        return settled(found, REFUSED, work.now, statusReason=concept)

    yield from work.change("Task", task, refused)
