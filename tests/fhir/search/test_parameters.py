"""Every search parameter of every type that is kept, against HL7's definitions and examples."""

import json
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from fhirpathpy import evaluate
from fhirpathpy.models import models

from meridian.fhir import definitions
from meridian.fhir.search import extract, parameters
from meridian.fhir.search.expressions import read
from meridian.fhir.search.hashing import number
from meridian.fhir.search.routes import Hop, Route, routes
from meridian.fhir.types import SUPPORTED, TYPES

MODIFIERS = ("text", "of-type", "identifier")


@pytest.fixture(scope="session")
def examples(shared_data: Path) -> list[dict[str, Any]]:
    """HL7's example instances of the types that are kept."""
    [archive] = (shared_data / "fhir-r4-examples").glob("*.tar.xz")
    return [r for r in _resources(archive) if r.get("resourceType") in SUPPORTED]


def _resources(archive: Path) -> Iterator[dict[str, Any]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None and member.name.endswith(".json"):
                yield json.loads(file.read(), parse_float=Decimal)


@pytest.mark.parametrize("resource_type", TYPES)
def test_every_parameter_of_a_type_is_answered_by_rows(resource_type: str) -> None:
    expected = {
        raw["code"]
        for raw in definitions.search_parameters()
        if "expression" in raw and {resource_type, "Resource", "DomainResource"} & set(raw["base"])
    }

    found = parameters(resource_type)

    assert set(found) == expected
    assert all(p.stored for p in found.values() if p.code not in {"_id", "_lastUpdated"})


def test_no_two_parameters_share_a_number() -> None:
    names = [f"{t}.{code}{m}" for t in TYPES for code in parameters(t) for m in ("", *(f":{m}" for m in MODIFIERS))]

    assert len({number(name) for name in names}) == len(names)


def test_no_two_types_share_a_number() -> None:
    assert len({number(name) for name in TYPES}) == len(TYPES)


def test_what_says_the_same_is_kept_once() -> None:
    observation = parameters("Observation")

    assert observation["patient"].stored == observation["subject"].stored
    assert observation["patient"].only_type == "Patient"
    assert set(observation["combo-code"].stored) == {observation["code"].number, observation["component-code"].number}
    assert parameters("Patient")["phone"].stored == parameters("Patient")["telecom"].stored
    assert parameters("Patient")["phone"].only_system == "phone"


@pytest.mark.parametrize(
    "shape",
    [
        "Patient.name.first()",
        "Patient.name[0]",
        "Patient.a & Patient.b",
        "Patient.where(active)",
        "",
        "Patient.name.exists()",
    ],
)
def test_an_expression_of_unknown_shape_stops_the_start(shape: str) -> None:
    with pytest.raises(ValueError, match="unknown shape"):
        read(shape)


@pytest.mark.data
def test_every_example_has_rows(examples: list[dict[str, Any]]) -> None:
    for resource in examples:
        rows = extract(resource)
        known = {n for p in parameters(resource["resourceType"]).values() for n in p.stored}
        assert {row[0] for row in (*rows.date, *rows.amount, *rows.link, *rows.pair)} <= known


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_values_are_those_that_fhirpath_finds(examples: list[dict[str, Any]]) -> None:
    model = models["r4"]
    compared = 0
    for resource in examples:
        for raw in definitions.search_parameters():
            parameter = parameters(resource["resourceType"]).get(raw["code"])
            if parameter is None or not _own(raw, resource) or parameter.kind == "composite":
                continue
            expression = _plain(raw, resource["resourceType"])
            if not expression:
                continue
            expected = evaluate(_floats(resource), expression, {}, model)
            ways = [
                way
                for path in read(raw["expression"])
                if path.root == resource["resourceType"]
                for way in routes(path, path.root)
            ]
            found = [value for way in ways for value in _values(resource, way)]
            assert _shown(found) == _shown(expected), (resource["resourceType"], resource.get("id"), raw["code"])
            compared += bool(found)
    assert compared > 500


def _own(raw: dict[str, Any], resource: dict[str, Any]) -> bool:
    return resource["resourceType"] in raw["base"] and raw["code"] != "deceased"


def _plain(raw: dict[str, Any], resource_type: str) -> str:
    """The expression in the part of FHIRPath that the library runs; empty where it has none."""
    parts = [p.strip() for p in raw["expression"].split("|")]
    parts = [p for p in parts if p.lstrip("(").startswith(resource_type) and "resolve()" not in p]
    return " | ".join(f"({_of_type(p)})" for p in parts)


def _of_type(part: str) -> str:
    if part.startswith("(") and " as " in part:
        path, _, rest = part[1:].partition(" as ")
        kind, _, tail = rest.partition(")")
        return f"{path}.ofType({kind}){tail}"
    return part.replace(".as(", ".ofType(")


def _values(resource: dict[str, Any], route: Route) -> list[Any]:
    if route.refers:
        return []
    found: list[Any] = [resource]
    for hop in route.hops:
        found = [value for one in found for value in _step(one, hop)]
    return found


def _step(value: dict[str, Any], hop: Hop) -> list[Any]:
    child = value.get(hop.name)
    if child is None:
        return []
    children = child if hop.many else [child]
    return [one for one in children if one is not None and (not hop.where[0] or one.get(hop.where[0]) == hop.where[1])]


def _floats(value: Any) -> Any:
    return json.loads(json.dumps(value, default=float))


def _shown(values: list[Any]) -> list[str]:
    """Without those that a choice brings and the kind cannot use, and without order."""
    return sorted({json.dumps(cast("Any", _floats(value)), sort_keys=True) for value in values})
