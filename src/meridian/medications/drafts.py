"""
Drafts as they come from outside, made into resources that the standard allows before anything looks at them.

A draft lacks who and when; for the check it is given them, and then they are taken away again.
"""

from decimal import Decimal
from typing import Any, Final

from meridian.access.work import Resource
from meridian.faults import Invalid, Issue
from meridian.fhir import validation

_SOMEBODY: Final = {"subject": {"reference": "Patient/x"}}
_REQUEST: Final = {"resourceType": "MedicationRequest", "status": "draft", "intent": "order", **_SOMEBODY}
_STATEMENT: Final = {"resourceType": "MedicationStatement", "status": "active", **_SOMEBODY}
TAKEN_OVER: Final = (
    "medicationCodeableConcept", "medicationReference", "dosageInstruction", "dispenseRequest", "reasonCode",
    "reasonReference", "note", "substitution", "courseOfTherapyType", "category",
)  # fmt: skip
"""What a draft may say; everything else is said by whoever orders."""
_STATED: Final = ("medicationCodeableConcept", "medicationReference", "dosage")


def request(given: dict[str, Any]) -> Resource:
    """
    The draft of a prescription.

    Raises:
        Invalid: If it names no medicine, or is none as FHIR shapes it; with every place.
    """
    return {"resourceType": "MedicationRequest", **_good(given, TAKEN_OVER, _REQUEST)}


def statement(given: dict[str, Any]) -> Resource:
    """
    The draft of a statement: medication and dosage.

    Raises:
        Invalid: As above.
    """
    return {"resourceType": "MedicationStatement", **_good(given, _STATED, _STATEMENT)}


def dosages(given: Any) -> list[Resource]:
    """
    Dosages that come without a medicine.

    Raises:
        Invalid: If they are none as FHIR shapes them.
    """
    found: list[Resource] = _good({"dosage": given, "medicationCodeableConcept": {"text": "x"}}, _STATED, _STATEMENT)[
        "dosage"
    ]
    return found


def _good(given: dict[str, Any], names: tuple[str, ...], frame: Resource) -> Resource:
    kept = {name: exact(given[name]) for name in names if given.get(name)}
    if not kept.keys() & {"medicationCodeableConcept", "medicationReference"}:
        issue = Issue("required", "is missing", f"{frame['resourceType']}.medication")
        raise Invalid("It names no medicine", issues=(issue,))
    validation.check({**frame, **kept}, expect=frame["resourceType"])
    return kept


def exact(value: Any) -> Any:
    """JSON numbers as decimals, so that 0.1 is kept as it was written."""
    if isinstance(value, dict):
        return {key: exact(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    return Decimal(str(value)) if isinstance(value, float) else value
