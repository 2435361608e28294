"""Real data: HL7's own examples and Synthea's patients are accepted and read back as they were."""

import json
import random
import tarfile
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from meridian.faults import Invalid
from meridian.fhir.bundles import transaction
from meridian.fhir.codec import decode, encode
from meridian.fhir.compartments import patients_of
from meridian.fhir.references import references, rewrite
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


JUNK: list[Any] = [
    None,
    1,
    True,
    "",
    "x",
    "#",
    [],
    {},
    [None],
    [{}],
    [[]],
    {"id": "a"},
    {"coding": "x"},
    Decimal("1.5"),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each object or array in *value* with each property or index it has."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def damaged(resource: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """*resource* with up to three things in it replaced, added beside, or taken out."""
    for _ in range(chance.randint(1, 3)):
        container, key = chance.choice(list(places(resource)))
        junk = deepcopy(chance.choice(JUNK))
        if isinstance(key, str) and chance.random() < 0.3:
            del container[key]
        elif isinstance(key, str) and chance.random() < 0.3:
            container[f"_{key}"] = junk
        else:
            container[key] = junk
    return resource


def test_a_damaged_example_is_accepted_or_refused_and_nothing_else(examples: dict[str, bytes]) -> None:
    chance = random.Random(20_191_101)  # noqa: S311 - a test that can be repeated
    for body in list(examples.values()) * 10:
        resource = damaged(decode(body), chance)
        if not issues(resource):
            list(references(resource))
            patients_of({"id": "1"} | resource)
