"""HL7's invariants mean to us what they mean to fhirpathpy, an independent reading of FHIRPath."""

import tarfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from fhirpathpy import compile as fhirpathpy_compile
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from meridian.fhir import definitions
from meridian.fhir.codec import decode
from meridian.fhir.types import SUPPORTED
from meridian.fhir.validation import invariants
from meridian.fhir.validation.fhirpath import NotStated, holds
from meridian.fhir.validation.times import compare

SAMPLES = 8
"""Objects of each structure that are looked at, each also with one property taken out in turn."""

DIFFERENT = {
    "que-7": "fhirpathpy takes no answerBoolean for a Boolean",
}
"""Where fhirpathpy is known to be wrong."""


def stated() -> Iterator[tuple[str, str, str, str]]:
    """Path, focus, key and expression of each invariant that is compiled."""
    for path, own in definitions.invariants().items():
        parent, _, name = path.rpartition(".")
        kinds = [path] if definitions.exists(path) else [t.spelled for t in definitions.elements(parent)[name].types]
        for key, (expression, _) in own.items():
            if key not in invariants.ELSEWHERE and key not in invariants._WRITTEN:
                yield from ((path, focus, key, expression) for focus in kinds)


def compiles(expression: str, focus: str) -> bool:
    try:
        holds(expression, focus)
    except NotStated:
        return False
    return True


def test_every_invariant_is_stated_but_for_those_that_say_why_not() -> None:
    some = {key for _, focus, key, expression in stated() if compiles(expression, focus)}
    every = {key for _, _, key, _ in stated()}

    assert every - some == set(invariants.NOT_STATED)


def test_no_invariant_of_a_kept_type_is_left_out() -> None:
    left_out = {path.partition(".")[0] for path, _, key, _ in stated() if key in invariants.NOT_STATED}

    assert not left_out & SUPPORTED


def test_what_is_enforced_elsewhere_is_an_invariant_of_r4() -> None:
    keys = {key for own in definitions.invariants().values() for key in own}

    assert keys >= set(invariants.ELSEWHERE) | set(invariants._WRITTEN)


Sample = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def samples(shared_data: Path) -> Sample:
    """Objects of each structure, as official examples have them."""
    found: Sample = defaultdict(list)
    [archive] = (shared_data / "fhir-r4-examples").glob("*.tar.xz")
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.name.endswith(".json") else None
            resource = decode(content.read()) if content else {}
            if resource.get("resourceType") in SUPPORTED:
                _gather(resource, resource["resourceType"], found)
    return found


def _gather(value: dict[str, Any], structure: str, found: Sample) -> None:
    if len(found[structure]) < SAMPLES:
        found[structure].append(value)
    spelled = {key: t for e in definitions.elements(structure).values() for key, t in e.spellings().items()}
    for key, item in value.items():
        kind = spelled[key].code if key in spelled else ""
        for one in item if isinstance(item, list) else [item]:
            if isinstance(one, dict) and kind != "Resource" and definitions.exists(kind):
                _gather(one, kind, found)


def variants(objects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each object whole, and without each of its properties."""
    for value in objects:
        yield value
        for gone in value:
            yield {key: item for key, item in value.items() if key != gone}


@pytest.mark.data
def test_fhirpathpy_gives_the_same_answers(samples: Sample) -> None:
    compared: dict[str, int] = defaultdict(int)
    differences = []
    for _, focus, key, expression in stated():
        if key in DIFFERENT or not compiles(expression, focus):
            continue
        ours = holds(expression, focus)
        theirs = fhirpathpy_compile(expression, models["r4"])
        for value in islice(variants(samples.get(focus, [])), 4 * SAMPLES):
            try:
                node = ResourceNode.create_node(value, focus)  # type: ignore[no-untyped-call]  # it has no types
                [answer] = theirs(node, {"resource": value, "ucum": "http://unitsofmeasure.org"}) or [None]
            except Exception:  # noqa: BLE001, S112 - fhirpathpy lacks some functions and says so by Exception
                continue
            compared[key] += 1
            if answer is not None and ours(value) is not answer:
                differences.append((key, expression, value, answer, ours(value)))

    assert differences == []
    assert len(compared) >= 60


@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        ("2012", "2013", -1),
        ("2012", "2012", 0),
        ("2012", "2012-05", None),
        ("2012-05-02", "2012-05", None),
        ("2012-05-02", "2012-06", -1),
        ("2012-05-02T10:00:00Z", "2012-05-02", None),
        ("2012-05-02T10:00:00Z", "2012-05-04", -1),
        ("2012-05-02T10:00:00Z", "2012-05-02T12:00:00+02:00", 0),
        ("2012-05-02T10:00:00Z", "2012-05-02T10:00:00.5Z", -1),
        ("2012-05-02T23:59:60Z", "2012-05-03T00:00:00Z", -1),
        ("0001-01-01", "9999-12-31", -1),
        ("0001", "9999-12", None),
        (1, 2, -1),
        ({"value": 1, "unit": "kg"}, {"value": 2, "unit": "kg"}, -1),
        ({"value": 1, "unit": "kg"}, {"value": 2, "unit": "g"}, None),
        ("a", 1, None),
    ],
)
def test_an_order_is_only_told_where_it_is_certain(left: Any, right: Any, sign: int | None) -> None:
    assert compare(left, right) == sign
    assert compare(right, left) == (None if sign is None else -sign)
