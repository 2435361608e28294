"""Whose record a resource is in."""

from typing import Any

import pytest

from meridian.fhir import definitions
from meridian.fhir.compartments import _paths, patients_of
from meridian.fhir.types import TYPES

A, B = {"reference": "Patient/a"}, {"reference": "Patient/b"}

CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({"resourceType": "Patient", "id": "a"}, ["a"]),
    ({"resourceType": "Patient", "id": "a", "link": [{"other": B, "type": "seealso"}]}, ["a", "b"]),
    ({"resourceType": "Observation", "subject": A}, ["a"]),
    ({"resourceType": "Observation", "subject": A, "performer": [B]}, ["a", "b"]),
    ({"resourceType": "Observation", "subject": A, "performer": [A]}, ["a"]),
    ({"resourceType": "Observation", "subject": {"reference": "Patient/a/_history/3"}}, ["a"]),
    ({"resourceType": "Observation", "subject": {"reference": "Group/a"}}, []),
    ({"resourceType": "Observation", "subject": {"reference": "#a"}}, []),
    ({"resourceType": "Observation", "subject": {"reference": "http://elsewhere.example/fhir/Patient/a"}}, []),
    ({"resourceType": "Observation", "subject": {"display": "somebody"}}, []),
    ({"resourceType": "Observation"}, []),
    ({"resourceType": "Appointment", "participant": [{"actor": {"reference": "Practitioner/p"}}, {"actor": A}]}, ["a"]),
    ({"resourceType": "Task", "for": A, "focus": B}, ["a", "b"]),
    ({"resourceType": "Coverage", "policyHolder": B, "beneficiary": A}, ["a", "b"]),
    ({"resourceType": "Provenance", "target": [{"reference": "Observation/x"}, A]}, ["a"]),
    ({"resourceType": "AuditEvent", "agent": [{"who": B}], "entity": [{"what": A}]}, ["b", "a"]),
    ({"resourceType": "Group", "member": [{"entity": A}, {"entity": B}]}, ["a", "b"]),
    ({"resourceType": "Practitioner", "id": "p"}, []),
]


@pytest.mark.parametrize(("resource", "patients"), CASES)
def test_a_resource_is_in_the_compartments_its_elements_name(resource: dict[str, Any], patients: list[str]) -> None:
    assert patients_of(resource) == patients


@pytest.mark.parametrize("name", TYPES)
def test_every_path_of_a_compartment_leads_to_a_reference(name: str) -> None:
    for path in _paths(name):
        structure = name
        for part in path[:-1]:
            structure = definitions.elements(structure)[part].types[0].code
        assert definitions.elements(structure)[path[-1]].types[0].code == "Reference"


def test_a_binary_is_in_the_compartment_that_its_security_context_names() -> None:
    binary = {"resourceType": "Binary", "contentType": "text/plain", "securityContext": {"reference": "Patient/17"}}

    assert patients_of(binary) == ["17"]
    assert patients_of({"resourceType": "Binary", "contentType": "text/plain"}) == []
