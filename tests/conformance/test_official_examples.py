"""Real data: HL7's own examples and Synthea's patients are accepted and read back as they were."""

import json
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from meridian.faults import Invalid
from meridian.fhir.bundles import transaction
from meridian.fhir.codec import decode, encode
from meridian.fhir.compartments import patients_of
from meridian.fhir.references import rewrite
from meridian.fhir.types import SUPPORTED
from meridian.fhir.validation import check

pytestmark = pytest.mark.data

DEFECTS = {
    "MedicationRequest-medrx0301.json": (
        "names a Practitioner where R4 allows an Organization only",
        "MedicationRequest.dispenseRequest.performer.reference",
    ),
    "Observation-clinical-gender.json": (
        "names an Encounter as performer",
        "Observation.performer[0].reference",
    ),
    "Questionnaire-qs1.json": (
        "has items without linkId, which is 1..1",
        "Questionnaire.item[0].item[0].linkId",
    ),
    "Questionnaire-zika-virus-exposure-assessment.json": (
        "has a narrative of white space, against txt-2",
        "Questionnaire.text.div",
    ),
}
"""Official examples that break R4 themselves: why, and where."""


def members(archive: Path, folder: str = "") -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as files:
        for member in files:
            content = (
                files.extractfile(member) if member.name.startswith(folder) and member.name.endswith(".json") else None
            )
            if content is not None:
                yield Path(member.name).name, content.read()


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> dict[str, bytes]:
    [archive] = (shared_data / "fhir-r4-examples").glob("*.tar.xz")
    kept = {name: body for name, body in members(archive) if decode(body).get("resourceType") in SUPPORTED}
    assert len(kept) > 400
    return kept


@pytest.fixture(scope="module")
def bundles(shared_data: Path) -> dict[str, bytes]:
    [archive] = (shared_data / "synthea").glob("*.tar.xz")
    found = dict(members(archive))
    assert len(found) == 48
    return found


def issues(resource: dict[str, Any], *, conditional: bool = False) -> list[str]:
    try:
        check(resource, conditional=conditional)
    except Invalid as fault:
        return [f"{issue.place} {issue.text}" for issue in fault.issues]
    return []


def test_every_official_example_of_a_kept_type_is_accepted_but_for_its_own_defects(examples: dict[str, bytes]) -> None:
    refused = {name: found[0].split(" ")[0] for name, body in examples.items() if (found := issues(decode(body)))}

    assert refused == {name: place for name, (_, place) in DEFECTS.items()}


def test_every_official_example_reads_back_as_it_was(examples: dict[str, bytes]) -> None:
    for name, body in examples.items():
        assert decode(encode(decode(body))) == decode(body), name
        assert json.loads(encode(decode(body)), parse_float=Decimal) == json.loads(body, parse_float=Decimal), name


def test_every_us_core_example_is_accepted(shared_data: Path) -> None:
    bodies = {
        name: body
        for archive in (shared_data / "us-core").glob("*.tgz")
        for name, body in members(archive, "package/example")
    }
    kept = [resource for body in bodies.values() if (resource := decode(body)).get("resourceType") in SUPPORTED]

    assert len(kept) > 150
    assert [found for resource in kept if (found := issues(resource))] == []


def test_every_synthea_resource_is_accepted(bundles: dict[str, bytes]) -> None:
    wrong = {
        f"{name} entry {index}": found
        for name, body in bundles.items()
        for index, entry in enumerate(decode(body)["entry"])
        if (found := issues(entry["resource"], conditional=True))
    }

    assert wrong == {}


def test_every_synthea_bundle_is_a_transaction(bundles: dict[str, bytes]) -> None:
    assert sum(len(transaction(decode(body))) for body in bundles.values()) == 12_818


def test_every_clinical_synthea_resource_belongs_to_a_patient(bundles: dict[str, bytes]) -> None:

    shared = {"Organization", "Practitioner"}
    for body in bundles.values():
        entries = decode(body)["entry"]
        names = {e["fullUrl"]: f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in entries}
        for entry in entries:
            rewrite(entry["resource"], names)
            assert bool(patients_of(entry["resource"])) is (entry["resource"]["resourceType"] not in shared)
