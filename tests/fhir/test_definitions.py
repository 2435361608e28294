"""The tables: small, quick to read, and what HL7 says."""

import time
from pathlib import Path

import pytest

from meridian.fhir import definitions
from meridian.fhir.types import TYPES

FOLDER = Path(definitions.__file__).parent


def test_the_tables_are_small_and_read_quickly() -> None:
    began = time.process_time()
    for path in FOLDER.glob("*.json"):
        definitions._read(path.stem)
    took = time.process_time() - began

    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 500_000
    assert took < 0.5  # 3 ms on a quiet machine


@pytest.mark.parametrize("name", TYPES)
def test_a_kept_type_is_a_resource_type_of_r4(name: str) -> None:
    assert definitions.is_resource(name)


@pytest.mark.parametrize("name", ["Resource", "DomainResource", "HumanName", "Patient.contact", "patient", ""])
def test_what_is_no_concrete_resource_type_is_none(name: str) -> None:
    assert not definitions.is_resource(name)


def test_a_choice_is_spelled_with_each_of_its_types() -> None:
    value = definitions.elements("MedicationRequest.dispenseRequest")["quantity"]
    dose = definitions.elements("Dosage.doseAndRate")["dose"]

    assert list(value.spellings()) == ["quantity"]
    assert list(dose.spellings()) == ["doseRange", "doseQuantity"]


def test_every_type_and_binding_named_in_a_line_is_in_the_tables() -> None:
    primitives = {"base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant"}
    primitives |= {"integer", "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid"}
    for structure in definitions.structures():
        for element in definitions.elements(structure).values():
            for kind in element.types:
                assert kind.code in primitives | {"xhtml"} or definitions.exists(kind.code), (structure, element)
                assert all(definitions.is_resource(target) for target in kind.targets), (structure, element)
            assert not element.codes or definitions.codes(element.codes), (structure, element)


def test_administrative_gender_has_the_codes_of_the_standard() -> None:
    assert definitions.codes("administrative-gender") == {
        "http://hl7.org/fhir/administrative-gender": {"male", "female", "other", "unknown"}
    }


def test_the_resource_types_are_those_of_r4() -> None:
    published = frozenset[str]().union(*definitions.codes("resource-types").values())

    assert definitions.resource_types() == published - {"Resource", "DomainResource"}
