"""
Going through the list with the patient.

Each medicine is continued, stopped, changed, added or not taken, all written in one transaction with a Procedure that
says it was done.

What the patient says they take becomes a MedicationStatement; a prescription is stopped only by whoever may. `change`
records how it is really taken; another dose is prescribed by prescribing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Invalid, Issue
from meridian.medications import drafts
from meridian.medications.dosage import words
from meridian.medications.listing import RECONCILIATION
from meridian.medications.prescribing import Said, of_patient, stop
from meridian.medications.question import medication

SNOMED: Final = "http://snomed.info/sct"
MOST: Final = 100
"""Medicines of one reconciliation."""
_STATUS: Final = {
    "continue": "active",
    "change": "active",
    "add": "active",
    "not-taking": "not-taken",
    "stop": "stopped",
}


@dataclass(frozen=True, slots=True)
class Item:
    """
    What was found out about one medicine.

    Args:
        action: `continue`, `stop`, `change`, `add` or `not-taking`.
        reference: Of the line; empty for `add`.
        new: For `add` and `change`, a MedicationStatement's medication and dosage.
        code: Why it is stopped.
        note: In words.
    """

    action: str
    reference: str = ""
    new: dict[str, Any] | None = None
    code: str = ""
    note: str = ""


def reconcile(work: Work, patient: str, items: Sequence[Item], encounter: str) -> Plan[tuple[str, list[str]]]:
    """
    Write it down; the Procedure's logical id, and references of the rest.

    Raises:
        Invalid: If an item is not whole.
        Forbidden: If a prescription is to be stopped by somebody who may not.
    """
    if not 1 <= len(items) <= MOST:
        raise Invalid(f"A reconciliation has 1 to {MOST} medicines")
    yield from work.read("Patient", patient)
    yield from of_patient(work, encounter, patient)
    written = []
    for place, item in enumerate(items):
        written.extend((yield from _item(work, patient, item, encounter, place)))
    done = yield from work.create("Procedure", _procedure(work, patient, encounter))
    return done["id"], written


def _item(work: Work, patient: str, item: Item, encounter: str, place: int) -> Plan[list[str]]:
    kind, _, logical_id = item.reference.partition("/")
    if item.action == "add":
        if not item.new:
            raise _missing(place, "new")
        return [(yield from _state(work, patient, item, drafts.statement(item.new), encounter=encounter))]
    if not logical_id:
        raise _missing(place, "reference")
    known = yield from work.read(kind, logical_id)
    if known.get("subject", {}).get("reference") != f"Patient/{patient}":
        raise Invalid(
            "A medicine is another patient's", issues=(Issue("value", "is not the patient's", f"items[{place}]"),)
        )
    if kind == "MedicationStatement":
        yield from work.change(kind, logical_id, lambda one: _restated(one, item, work))
        return [item.reference]
    if item.action == "stop":
        if not item.code:
            raise _missing(place, "code")
        yield from stop(work, logical_id, Said(item.code, item.note))
        return [item.reference]
    concept = yield from medication(work, known)
    doses = (
        drafts.dosages(item.new["dosage"]) if item.new and item.new.get("dosage") else known.get("dosageInstruction")
    )
    said = {"medicationCodeableConcept": concept, "dosage": doses or []}
    return [(yield from _state(work, patient, item, said, encounter=encounter, derived=item.reference))]


def _missing(place: int, name: str) -> Invalid:
    return Invalid(
        f"Item {place + 1} has no {name}", issues=(Issue("required", "is missing", f"items[{place}].{name}"),)
    )


def _state(
    work: Work, patient: str, item: Item, said: dict[str, Any], *, encounter: str, derived: str = ""
) -> Plan[str]:
    concept = yield from medication(work, {"resourceType": "MedicationStatement", **said})
    made: Resource = {
        "resourceType": "MedicationStatement",
        "status": _STATUS[item.action],
        "medicationCodeableConcept": concept,
        "subject": {"reference": f"Patient/{patient}"},
        "dateAsserted": instant(work.now),
        "informationSource": {"reference": f"Patient/{patient}"},
    }
    if doses := [_worded(one) for one in said.get("dosage", [])]:
        made["dosage"] = doses
    if encounter:
        made["context"] = {"reference": f"Encounter/{encounter}"}
    if derived:
        made["derivedFrom"] = [{"reference": derived}]
    if item.note:
        made["note"] = [{"text": item.note}]
    kept = yield from work.create("MedicationStatement", made)
    return f"MedicationStatement/{kept['id']}"


def _worded(dosage: Resource) -> Resource:
    line = words.line(dosage)
    return {**dosage, "text": line} if line else dosage


def _restated(statement: Resource, item: Item, work: Work) -> Resource:
    changed = {**statement, "status": _STATUS[item.action], "dateAsserted": instant(work.now)}
    if item.new and item.new.get("dosage"):
        changed["dosage"] = [_worded(one) for one in drafts.dosages(item.new["dosage"])]
    if item.note:
        changed["note"] = [*statement.get("note", []), {"text": item.note}]
    return changed


def _procedure(work: Work, patient: str, encounter: str) -> Resource:
    made: Resource = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {
            "coding": [{"system": SNOMED, "code": RECONCILIATION, "display": "Medication Reconciliation (procedure)"}],
            "text": "Medicines gone through with the patient",
        },
        "subject": {"reference": f"Patient/{patient}"},
        "performedDateTime": instant(work.now),
    }
    if work.subject.who.startswith("Practitioner/"):
        made["performer"] = [{"actor": {"reference": work.subject.who}}]
    if encounter:
        made["encounter"] = {"reference": f"Encounter/{encounter}"}
    return made
