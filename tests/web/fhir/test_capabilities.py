"""The statement of capabilities is true: everything that it claims is called."""

from typing import Any

import httpx
import pytest

from meridian.fhir.types import TYPES
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio

OPEN = {"QuestionnaireResponse": {"status": "in-progress"}}
"""What was handed in stays: it is taken back by `entered-in-error`, not by a deletion."""

BASE = "/fhir/R4"

EXAMPLES = {
    "string": "x", "token": "x", "reference": "x", "date": "2026", "number": "1", "quantity": "1",
    "uri": "urn:x", "special": "1|1|1|km", "composite": "x$x",
}  # fmt: skip


@pytest.fixture
async def claimed(clinic: Clinic) -> list[dict[str, Any]]:
    async with clinic.client() as stranger:
        answer = await stranger.get(f"{BASE}/metadata")
    statement: dict[str, Any] = answer.json()
    assert statement["fhirVersion"] == "4.0.1"
    resources: list[dict[str, Any]] = statement["rest"][0]["resource"]
    return resources


async def test_every_kept_type_is_claimed_once(claimed: list[dict[str, Any]]) -> None:
    assert [one["type"] for one in claimed] == list(TYPES)


async def test_every_interaction_claimed_is_answered(
    claimed: list[dict[str, Any]], importer: httpx.AsyncClient, clinic: Clinic
) -> None:
    for one in claimed:
        kind, codes = one["type"], {each["code"] for each in one["interaction"]}
        if kind == "AuditEvent":
            async with clinic.client(clinic.sign_in("security-officer", "Practitioner/s")) as officer:
                found = await officer.get(f"{BASE}/AuditEvent?_count=1")
                assert codes == {"read", "search-type"}
                assert (await officer.get(found.json()["entry"][0]["fullUrl"])).status_code == 200
            continue
        resource = minimal(kind, "one") | OPEN.get(kind, {})
        here = f"{BASE}/{kind}"
        calls = {
            "create": await importer.post(here, json=resource),
            "update": await importer.put(f"{here}/one", json=resource),
            "patch": await importer.patch(
                f"{here}/one",
                json=[{"op": "test", "path": "/id", "value": "one"}],
                headers={"content-type": "application/json-patch+json"},
            ),
            "read": await importer.get(f"{here}/one"),
            "vread": await importer.get(f"{here}/one/_history/1"),
            "history-instance": await importer.get(f"{here}/one/_history"),
            "history-type": await importer.get(f"{here}/_history"),
            "search-type": await importer.get(here),
            "delete": await importer.delete(f"{here}/one"),
        }

        assert set(calls) == codes
        assert {code: call.status_code for code, call in calls.items() if call.status_code >= 300} == {}, kind


@pytest.mark.slow
async def test_every_search_parameter_claimed_is_answered(
    claimed: list[dict[str, Any]], importer: httpx.AsyncClient
) -> None:
    for one in claimed:
        if one["type"] == "AuditEvent":
            continue
        for parameter in one["searchParam"]:
            query = {parameter["name"]: EXAMPLES[parameter["type"]]}
            answer = await importer.get(f"{BASE}/{one['type']}", params=query)
            assert answer.status_code == 200 or parameter["type"] == "composite", (one["type"], query, answer.text)
            assert "not-supported" not in answer.text, (one["type"], query)


async def test_every_include_claimed_is_answered(claimed: list[dict[str, Any]], importer: httpx.AsyncClient) -> None:
    for one in claimed:
        if one["type"] == "AuditEvent":
            continue
        for start in range(0, len(one["searchInclude"]), 15):
            some = one["searchInclude"][start : start + 15]
            answer = await importer.get(f"{BASE}/{one['type']}", params=[("_include", each) for each in some])
            assert answer.status_code == 200, (one["type"], some, answer.text)


async def test_the_parameters_of_the_log_are_those_it_answers(claimed: list[dict[str, Any]], clinic: Clinic) -> None:
    examples = {"reference": "Patient/x", "token": "x", "date": "2026", "string": "x", "uri": "urn:x"}
    [one] = [each for each in claimed if each["type"] == "AuditEvent"]
    async with clinic.client(clinic.sign_in("security-officer", "Practitioner/s")) as officer:
        for parameter in one["searchParam"]:
            answer = await officer.get(f"{BASE}/AuditEvent", params={parameter["name"]: examples[parameter["type"]]})
            assert answer.status_code == 200, (parameter, answer.text)


async def test_a_stranger_learns_what_it_can_do_and_nothing_more(clinic: Clinic) -> None:
    async with clinic.client() as stranger:
        pretty = await stranger.get(f"{BASE}/metadata?_pretty=true&_format=json")
        refused = await stranger.get(f"{BASE}/metadata", headers={"accept": "application/fhir+xml"})

    assert pretty.text.startswith("{\n")
    assert refused.status_code == 406
