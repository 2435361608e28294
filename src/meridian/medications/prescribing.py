"""
Prescribing, changing, stopping: each one transaction, and each order resting on a check of just that.

An order is refused when its check is of another draft, of another patient, too old, used before, or when what it was
checked against has changed since; when an interruptive alert has no override; and when nothing was checked and nobody
says why it is ordered all the same. Nothing else stands in its way: a partner that is down keeps nobody from treatment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Invalid, Issue, NotFound
from meridian.fhir import ours
from meridian.medications import drafts, formulary, issues, reasons
from meridian.medications.dosage import words
from meridian.medications.findings import Outcome, Override
from meridian.medications.issues import Kept
from meridian.medications.question import picture

RECHECK: Final = "medication-recheck"
"""Code of the Task, and topic of the outbox."""
SOON: Final = 60_000
"""Milliseconds until the first re-check."""


@dataclass(frozen=True, slots=True)
class Said:
    """A coded reason with words of one's own."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """
    What is to be ordered.

    Args:
        patient: Logical id; empty to take it from what it replaces.
        request: The draft, as it was checked.
        check: Logical id of the DetectedIssue.
        encounter: Logical id; may be empty.
        overrides: Of the check's alerts.
        unavailable: Why it is ordered although nothing was checked.
        replaces: Logical id of the prescription it changes or renews.
    """

    patient: str
    request: Resource
    check: str
    encounter: str = ""
    overrides: Sequence[Override] = ()
    unavailable: Said | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Prescribed:
    """The MedicationRequest as it is kept, its dose in words, and the Task of a re-check if one was made."""

    request: Resource
    dose_line: str
    recheck: str = ""


def prescribe(work: Work, order: Order) -> Plan[Prescribed]:
    """
    Order it.

    Raises:
        Conflict: If the check does not serve.
        Invalid: If an override or reason is missing or unknown, or the draft is not one.
    """
    order = replace(order, request=drafts.request(order.request))
    yield from work.hold(order.patient)
    kept = issues.of((yield from work.read("DetectedIssue", order.check)))
    seen = yield from picture(work, order.patient, order.request, replaces=order.replaces)
    serves(kept, order.patient, seen.fingerprint, work.now)
    _answered(kept, order)
    yield from of_patient(work, order.encounter, order.patient)
    made = yield from work.create("MedicationRequest", written(work, order))
    yield from work.change("DetectedIssue", order.check, lambda issue: _concluded(issue, order, made["id"], work))
    recheck = ""
    if kept.result.outcome is Outcome.UNAVAILABLE:
        recheck = yield from follow_up(work, order.patient, made)
    return Prescribed(made, words.lines(made), recheck)


def of_patient(work: Work, encounter: str, patient: str) -> Plan[None]:
    """
    Hold that an encounter, if one is named, is the patient's.

    Raises:
        Invalid: If it is another's.
    """
    if encounter:
        found = yield from work.read("Encounter", encounter)
        if found.get("subject", {}).get("reference") != f"Patient/{patient}":
            issue = Issue("value", "is another patient's", "encounter")
            raise Invalid("The encounter is another patient's", issues=(issue,))


def serves(kept: Kept, patient: str, fingerprint: str, now: int) -> None:
    """
    Hold that an order may rest on the check.

    Raises:
        Conflict: If not, saying why.
    """
    if kept.patient != patient:
        raise _stale("The check is not of this patient")
    if kept.used:
        raise _stale("An order rests on this check already; check again")
    if now - kept.at > issues.USABLE:
        raise _stale("The check is older than 15 minutes; check again")
    if kept.fingerprint != fingerprint:
        raise _stale("The draft, or what the patient takes or does not tolerate, has changed since; check again")


def _stale(text: str) -> Conflict:
    return Conflict(text, issues=(Issue("conflict", text, "check"),))


def _answered(kept: Kept, order: Order) -> None:
    """Every interruptive alert is overridden, and an unchecked order has its reason."""
    given = {one.key for one in order.overrides}
    unknown = given - {one.key for one in kept.result.alerts}
    wrong = [Issue("value", "names no alert of this check", f"overrides[{key}]") for key in sorted(unknown)]
    wrong += [
        Issue("required", f"“{alert.title}” needs an override", f"overrides[{alert.key}]")
        for alert in kept.result.interruptive
        if alert.key not in given
    ]
    if kept.result.outcome is Outcome.UNAVAILABLE and order.unavailable is None:
        wrong.append(Issue("required", "is needed: no safety partner answered", "unavailable"))
    if wrong:
        raise Invalid("The check's alerts are not answered yet", issues=tuple(wrong))


def _concluded(issue: Resource, order: Order, made: str, work: Work) -> Resource:
    if issues.of(issue).used:  # another order came first
        raise _stale("An order rests on this check already; check again")
    done = issues.overridden(issues.implicating(issue, made), order.overrides, work.subject.who, work.now)
    if order.unavailable is not None and issues.of(issue).result.outcome is Outcome.UNAVAILABLE:
        said = reasons.concept("unavailable", order.unavailable.code, order.unavailable.text)
        done = issues.unavailable(done, said)
    return done


def written(work: Work, order: Order) -> Resource:
    """The MedicationRequest of an order: what the draft may say, and who and when."""
    draft = {name: value for name, value in order.request.items() if name != "resourceType"}
    if line := formulary.of_concept(draft.get("medicationCodeableConcept", {})):
        draft["medicationCodeableConcept"] = line.concept  # the words are those of the code
    draft["dosageInstruction"] = [_worded(one) for one in draft.get("dosageInstruction", [])]
    if not any(one.get("text") for one in draft["dosageInstruction"]):
        issue = Issue("required", "is missing: say how it is taken", "MedicationRequest.dosageInstruction")
        raise Invalid("The order has no dose", issues=(issue,))
    made: Resource = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        **draft,
        "subject": {"reference": f"Patient/{order.patient}"},
        "authoredOn": instant(work.now),
        "detectedIssue": [{"reference": f"DetectedIssue/{order.check}"}],
    }
    if work.subject.who:
        made["requester"] = {"reference": work.subject.who}
    if order.encounter:
        made["encounter"] = {"reference": f"Encounter/{order.encounter}"}
    if order.replaces:
        made["priorPrescription"] = {"reference": f"MedicationRequest/{order.replaces}"}
    return made


def _worded(dosage: Resource) -> Resource:
    """With its line in words, made from its structure where it has one."""
    return {**dosage, "text": words.line(dosage)}


def follow_up(work: Work, patient: str, request: Resource) -> Plan[str]:
    """A Task that says it is still to be checked, and the job that does so; the Task's logical id."""
    who = work.subject.who
    task = ours.task(
        RECHECK,
        patient=f"Patient/{patient}",
        focus=f"MedicationRequest/{request['id']}",
        owner=who,
        requester=who,
        now=instant(work.now),
        role="clinician",
        note="Ordered while no safety partner answered. It is checked by itself when one is back.",
    )
    made = yield from work.create("Task", task | {"status": "on-hold"})
    yield from work.emit(RECHECK, f"MedicationRequest/{request['id']}", due=work.now + SOON, said={"task": made["id"]})
    return str(made["id"])


def change(work: Work, order: Order, reason: Said) -> Plan[Prescribed]:
    """
    Another prescription in place of one, which is stopped for the reason.

    Raises:
        Conflict: If the one before does not run any more, and what `prescribe` raises.
    """
    before = yield from work.read("MedicationRequest", order.replaces)
    patient = patient_of(before)
    done = yield from prescribe(work, replace(order, patient=patient))
    concept = reasons.concept("change", reason.code, reason.text)
    yield from _ended(work, order.replaces, "stopped", concept)
    return done


def renew(work: Work, order: Order) -> Plan[Prescribed]:
    """The same again: the one before is completed by it."""
    done = yield from prescribe(work, order)
    yield from _ended(work, order.replaces, "completed", {"text": "Renewed"})
    return done


def stop(work: Work, prescription: str, reason: Said) -> Plan[None]:
    """
    Stop it.

    Raises:
        Conflict: If it does not run any more.
    """
    concept = reasons.concept("stop", reason.code, reason.text)
    status = "entered-in-error" if reason.code == "entered-in-error" else "stopped"
    yield from _ended(work, prescription, status, concept)


def _ended(work: Work, prescription: str, status: str, reason: Resource) -> Plan[None]:
    def ended(request: Resource) -> Resource:
        if request["status"] not in ("active", "on-hold", "draft") and not (
            status == "completed" and request["status"] == "completed"
        ):
            raise Conflict("This prescription has ended already")
        return {**request, "status": status, "statusReason": reason}

    yield from work.change("MedicationRequest", prescription, ended)
    yield from work.withdraw(RECHECK, f"MedicationRequest/{prescription}")
    tasks = yield from work.search(
        "Task", [("focus", f"MedicationRequest/{prescription}"), ("status", ",".join(ours.OPEN_TASKS))]
    )
    for task in tasks:
        if code_of(task) == RECHECK:
            yield from work.change("Task", task["id"], lambda one: settled(one, "cancelled", work.now))


def code_of(task: Resource) -> str:
    """Which kind of Task it is."""
    return next(
        (str(one["code"]) for one in task.get("code", {}).get("coding", []) if one.get("system") == ours.TASK), ""
    )


def settled(task: Resource, status: str, now: int, **more: Any) -> Resource:
    """*task* in another status, as of now."""
    return {**task, "status": status, "lastModified": instant(now), **more}


def patient_of(resource: Resource) -> str:
    """Logical id of whom a request or Task is about."""
    reference = (resource.get("subject") or resource.get("for") or resource.get("patient") or {}).get("reference", "")
    if not reference.startswith("Patient/"):
        raise NotFound("There is no such prescription")
    return str(reference.removeprefix("Patient/"))
