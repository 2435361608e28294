"""The least valid resource of any kept type, made from its definition: for tests that must reach every type."""

from copy import deepcopy
from itertools import islice
from typing import Any

from meridian.fhir.compartments import _paths
from meridian.fhir.definitions import Element, Type, codes, elements, exists
from meridian.fhir.types import SUPPORTED

Json = dict[str, Any]

_VALUES: dict[str, Any] = {
    "string": "x", "markdown": "x", "code": "x", "id": "x", "uri": "urn:x", "url": "urn:x", "canonical": "urn:x",
    "oid": "urn:oid:1.2", "uuid": "urn:uuid:4f6a30d8-6a41-4a3b-8f37-000000000001", "boolean": True, "integer": 1,
    "positiveInt": 1, "unsignedInt": 1, "decimal": 1, "date": "2026-01-01", "dateTime": "2026-01-01",
    "instant": "2026-01-01T00:00:00Z", "time": "12:00:00", "base64Binary": "AAAA",
}  # fmt: skip
_SHAPES: dict[str, Json] = {
    "CodeableConcept": {"text": "x"},
    "Coding": {"code": "x"},
    "Identifier": {"value": "x"},
    "Period": {"start": "2026-01-01"},
    "Quantity": {"value": 1},
    "Money": {"value": 1, "currency": "EUR"},
    "Attachment": {"title": "x"},
    "Annotation": {"text": "x"},
    "HumanName": {"text": "x"},
    "Timing": {"code": {"text": "x"}},
    "Narrative": {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
}
_SPECIAL: dict[str, Json] = {  # what invariants ask beyond cardinality
    "Organization": {"name": "x"},
    "Patient": {"active": True},
    "AllergyIntolerance": {"clinicalStatus": {"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]}},
    "Consent": {"policyRule": {"text": "x"}},
    "Questionnaire": {"name": "X"},
    "Appointment": {"status": "proposed", "participant": [{"status": "accepted", "type": [{"text": "x"}]}]},
}  # fmt: skip


def minimal(resource_type: str, logical_id: str = "", *, patient: str = "", **more: Any) -> Json:
    """
    A valid resource of the type with little more than what must be in it.

    Args:
        resource_type: A kept type.
        logical_id: Its id; none when empty.
        patient: Logical id of the patient in whose compartment it is to be, where the type can be in one.
        more: Elements that replace whole ones.
    """
    resource: Json = {"resourceType": resource_type}
    if logical_id:
        resource["id"] = logical_id
    resource |= _required(resource_type) | deepcopy(_SPECIAL.get(resource_type, {}))
    if patient and resource_type != "Patient":
        for path in islice(_paths(resource_type), 1):
            _refer(resource, resource_type, path, f"Patient/{patient}")
    return resource | more


def can_be_a_patients(resource_type: str) -> bool:
    """Whether resources of the type can be in a patient's compartment."""
    return resource_type == "Patient" or bool(_paths(resource_type))


def _required(structure: str) -> Json:
    found: Json = {}
    for element in elements(structure).values():
        if element.least:
            name, kind = next(iter(element.spellings().items()))
            value = _value(element, kind)
            found[name] = [value] if element.repeats else value
    return found


def _value(element: Element, kind: Type) -> Any:
    if element.codes and kind.code == "code":
        return min(code for listed in codes(element.codes).values() for code in listed)
    if element.codes:
        system, listed = next(iter(codes(element.codes).items()))
        coding = {"system": system, "code": min(listed)}
        return {"coding": [coding]} if kind.code == "CodeableConcept" else coding
    if kind.code == "Reference":
        target = next((one for one in kind.targets if one in SUPPORTED), "Organization")
        return {"reference": f"{target}/elsewhere"}
    if kind.code in _SHAPES:
        return deepcopy(_SHAPES[kind.code])
    return _required(kind.code) if exists(kind.code) else _VALUES[kind.code]


def _refer(value: Json, structure: str, path: tuple[str, ...], reference: str) -> None:
    """Put the reference where the compartment looks for it."""
    element = elements(structure)[path[0]]
    kind = element.types[0].code
    inner: Json = {"reference": reference}
    if len(path) > 1:
        present = value.get(path[0])
        inner = (present[0] if isinstance(present, list) else present) or _required(kind)
        _refer(inner, kind, path[1:], reference)
    value[path[0]] = [inner] if element.repeats else inner
