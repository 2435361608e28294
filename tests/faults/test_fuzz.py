"""Anything at all, sent to a real server: refused in words, or kept as it was said; never a crash."""

import json
import tarfile
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.fhir.types import SUPPORTED
from meridian.testing.served import Answer, Served

pytestmark = [pytest.mark.data, pytest.mark.slow]

ARCHIVE = "fhir-r4-examples/hl7-fhir-r4-examples-4.0.1-instances.tar.xz"
SMALL = 4000
FEW = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)

VALUES: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, 1e308, "", " ", "\ud800", "x" * 5000, "\u202e", "😀", [], {}, [[]], [None], {"": 1},
    "2020-13-45", "9999-12-31T23:59:59Z", "0001-01-01", "#x", "Patient/x", "urn:uuid:x", "<div>", "%_\\'\"", "Infinity",
    {"resourceType": "Patient"}, {"extension": [{"url": "x", "valueString": "y"}]}, [{}] * 3, "Patient/" + "a" * 64,
    "\u0130", "\ufb03", "\x7f\x1f", "A" * 130, ["a", None, "b"], {"value": 1, "system": "x"},
]  # fmt: skip
TEXTS = [
    "x", "1", "-1", "1.5", "1e400", "2020-02-30", "ge2020-01-01", "sa9999", "ap2020", "2020-01-01T00:00:00+14:00", "|",
    "a|b", "|||", "$", "a$b$c", "1|u|c", "Patient/1", "urn:uuid:1", "true", "", "%", "_", "\\", "'", '"', "😀",
    "\u0130", "a" * 121, "x" * 4000, ",,", "a\\,b", "\u202e", "9" * 400, "gt", "NaN", "\n", "*", "\x00",
]  # fmt: skip
MODIFIERS = ["", "", "", ":exact", ":contains", ":missing", ":not", ":text", ":identifier", ":above", ":below", ":in",
             ":of-type", ":Patient", ":iterate", ":wrong", ".name", ":Patient.name", ".wrong"]  # fmt: skip
RESULTS = ["_sort", "_count", "_include", "_revinclude", "_elements", "_summary", "_total", "_id", "_lastUpdated",
           "_tag", "_has:Observation:patient:code", "_cursor", "_format", "_include:iterate", "_has:x",
           "_has:a:b:c:d"]  # fmt: skip


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> list[dict[str, Any]]:
    if not (shared_data / ARCHIVE).is_file():
        pytest.skip("the official examples are not there")
    with tarfile.open(shared_data / ARCHIVE) as archive:
        small = (one for one in archive if one.isfile() and one.size < SMALL and one.name.endswith(".json"))
        read = [json.loads(file.read()) for one in small if (file := archive.extractfile(one))]
    return [one for one in read if one.get("resourceType") in SUPPORTED]


@pytest.fixture(scope="module")
def parameters(server: Served) -> list[tuple[str, list[str]]]:
    offered = server.fhir("GET", "/metadata").json["rest"][0]["resource"]
    return [(one["type"], [each["name"] for each in one.get("searchParam", [])]) for one in offered]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every object or array with each of its keys or indexes."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [pair for key in keys for pair in ((value, key), *places(value[key]))]


def spoiled(draw: st.DataObject, resource: dict[str, Any]) -> dict[str, Any]:
    spoilt = deepcopy(resource)
    for _ in range(draw.draw(st.integers(1, 3))):
        where, key = draw.draw(st.sampled_from(places(spoilt) or [(spoilt, "id")]))
        value = deepcopy(draw.draw(st.sampled_from(VALUES)))
        how = draw.draw(st.sampled_from(["replace", "replace", "beside", "double"]))
        if how == "beside" and isinstance(where, dict):
            where[f"_{key}"] = value
        else:
            where[key] = [where.get(key)] * 2 if how == "double" and isinstance(where, dict) else value
    return spoilt


def without_meta(resource: dict[str, Any]) -> Any:
    return {name: value for name, value in resource.items() if name not in {"id", "meta"}}


def refused(answer: Answer) -> bool:
    return answer.status < 500 and bool(answer.json["issue"][0]["diagnostics"])


@given(draw=st.data())
@FEW
def test_a_spoiled_example_is_refused_in_words_or_kept_as_it_is(
    server: Served, examples: list[dict[str, Any]], draw: st.DataObject
) -> None:
    sent = spoiled(draw, draw.draw(st.sampled_from(examples)))
    kind = sent.get("resourceType")

    answer = server.fhir("POST", f"/{kind if isinstance(kind, str) and kind in SUPPORTED else 'Patient'}", sent)

    if answer.status == 201:
        assert without_meta(answer.json) == without_meta(json.loads(json.dumps(sent)))
    else:
        assert refused(answer)


@given(draw=st.data())
@FEW
def test_any_search_is_answered_or_refused_in_words(
    server: Served, parameters: list[tuple[str, list[str]]], draw: st.DataObject
) -> None:
    kind, names = draw.draw(st.sampled_from(parameters))
    name = st.builds(str.__add__, st.sampled_from(names), st.sampled_from(MODIFIERS)) | st.sampled_from(RESULTS)
    pairs = draw.draw(st.lists(st.tuples(name, st.sampled_from([*TEXTS, *names])), min_size=1, max_size=3))

    answer = server.fhir("GET", f"/{kind}?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs))

    assert answer.status == 200 or refused(answer), answer
