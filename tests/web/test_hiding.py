"""What is not yours looks, in every byte and in time, like what is not there."""

import statistics
import time
from typing import Any

import httpx
import pytest

from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio

BASE = "/fhir/R4"
SECRET = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
PATCH = b'[{"op":"add","path":"/note","value":[{"text":"x"}]}]'


def observation(logical_id: str, patient: str, **more: Any) -> dict[str, Any]:
    subject = {"reference": f"Patient/{patient}"}
    return {
        "resourceType": "Observation", "id": logical_id, "status": "final", "code": {"text": "x"}, "subject": subject,
    } | more  # fmt: skip


@pytest.fixture
async def records(importer: httpx.AsyncClient) -> None:
    for resource in (
        {"resourceType": "Patient", "id": "ann"},
        {"resourceType": "Patient", "id": "ben"},
        observation("hidden", "ben", meta=SECRET),
        observation("deleted", "ben", meta=SECRET),
    ):
        answer = await importer.put(f"{BASE}/{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code == 201, answer.text
    await importer.delete(f"{BASE}/Observation/deleted")


def asked(logical_id: str) -> list[tuple[str, str, dict[str, str], bytes]]:
    """Every way to ask for one resource."""
    here = f"{BASE}/Observation/{logical_id}"
    fhir, patch = {"content-type": "application/fhir+json"}, {"content-type": "application/json-patch+json"}
    body = b'{"resourceType":"Observation","id":"%s","status":"final","code":{"text":"x"}}' % logical_id.encode()
    return [
        ("GET", here, {}, b""),
        ("HEAD", here, {}, b""),
        ("GET", here, {"if-none-match": 'W/"1"'}, b""),
        ("GET", f"{here}?_summary=true", {}, b""),
        ("GET", f"{here}/_history", {}, b""),
        ("GET", f"{here}/_history/1", {}, b""),
        ("GET", f"{here}/_history/2", {}, b""),
        ("PUT", here, fhir, body),
        ("PUT", here, fhir | {"if-match": 'W/"1"'}, body),
        ("PUT", here, fhir | {"if-match": 'W/"7"'}, body),
        ("PATCH", here, patch, PATCH),
        ("PATCH", here, patch | {"if-match": 'W/"1"'}, PATCH),
        ("DELETE", here, {}, b""),
        ("DELETE", here, {"if-match": 'W/"1"'}, b""),
    ]


def seen(answer: httpx.Response, logical_id: str) -> tuple[int, dict[str, str], bytes]:
    """All that a caller gets, without the request's id, the budget's clock, and the id that was asked for."""
    headers = {k: v for k, v in answer.headers.items() if k not in {"x-request-id", "ratelimit"}}
    return answer.status_code, headers, answer.content.replace(logical_id.encode(), b"?")


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("hidden", ["hidden", "deleted"])
async def test_not_yours_equals_not_there(doctor: httpx.AsyncClient, hidden: str) -> None:
    absent = "x" * len(hidden)
    for (method, url, headers, body), (_, other, _, nobody) in zip(asked(hidden), asked(absent), strict=True):
        one = await doctor.request(method, url, headers=headers, content=body)
        two = await doctor.request(method, other, headers=headers, content=nobody)

        assert one.status_code == 404, (method, url)
        assert seen(one, hidden) == seen(two, absent), (method, url)


@pytest.mark.usefixtures("records")
async def test_a_stranger_to_the_type_is_refused_whatever_is_there(clinic: Clinic) -> None:
    async with clinic.client(clinic.sign_in("front-desk", "Practitioner/desk")) as desk:
        one, two = [await desk.get(f"{BASE}/Observation/{name}") for name in ("hidden", "absent")]

    assert one.status_code == 403
    assert seen(one, "hidden") == seen(two, "absent")


@pytest.mark.usefixtures("records")
async def test_another_organisation_is_not_there(clinic: Clinic) -> None:
    elsewhere = clinic.sign_in("service", "Device/other", org=2)
    async with clinic.client(elsewhere) as other:
        one, two = [await other.get(f"{BASE}/Observation/{name}") for name in ("hidden", "absent")]
        found = await other.get(f"{BASE}/Observation?status=final")
        history = await other.get(f"{BASE}/Observation/_history")

    assert seen(one, "hidden") == seen(two, "absent")
    assert found.json()["total"] == history.json()["total"] == 0


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    "query",
    ["Observation?status=final&_total=accurate", "Observation?_id=hidden", "Observation?subject=Patient/ben",
     "Observation?_summary=count", "Patient?_id=ben&_revinclude=Observation:subject",
     "Patient?_has:Observation:subject:status=final", "Observation?subject:Patient._id=ben",
     "Patient/ben/$everything", "Observation/_history"],
)  # fmt: skip
async def test_what_is_not_yours_is_neither_found_nor_counted(doctor: httpx.AsyncClient, query: str) -> None:
    answer = await doctor.get(f"{BASE}/{query}")

    assert answer.status_code == 200
    assert b"Observation/hidden" not in answer.content.replace(b"_id=hidden", b"")
    kinds = [entry["resource"]["resourceType"] for entry in answer.json().get("entry", ())]
    assert "Observation" not in kinds
    if not query.startswith("Patient"):
        assert answer.json().get("total", 0) == 0


@pytest.mark.usefixtures("records")
async def test_a_condition_finds_only_what_is_yours(doctor: httpx.AsyncClient) -> None:
    condition = {"if-none-exist": "subject=Patient/ben"}
    answer = await doctor.post(f"{BASE}/Observation", json=observation("new", "ben"), headers=condition)

    assert answer.status_code == 201


@pytest.mark.usefixtures("records")
async def test_the_care_team_sees_what_is_labelled(clinic: Clinic, importer: httpx.AsyncClient) -> None:
    practitioner = [{"reference": "Practitioner/carer"}]
    ben = {"resourceType": "Patient", "id": "ben", "generalPractitioner": practitioner}
    await importer.put(f"{BASE}/Patient/ben", json=ben)

    async with clinic.client(clinic.sign_in("clinician", "Practitioner/carer")) as carer:
        assert (await carer.get(f"{BASE}/Observation/hidden")).status_code == 200


@pytest.mark.usefixtures("records")
async def test_nobody_writes_what_would_not_be_theirs(doctor: httpx.AsyncClient, clinic: Clinic) -> None:
    labelled = await doctor.post(f"{BASE}/Observation", json=observation("x", "ben", meta=SECRET))
    answers = {"resourceType": "QuestionnaireResponse", "status": "completed"}
    bens, anns = ({"subject": {"reference": f"Patient/{one}"}} for one in ("ben", "ann"))
    async with clinic.client(clinic.sign_in("patient", "Patient/ann", patients=["ann"])) as ann:
        anothers = await ann.post(f"{BASE}/QuestionnaireResponse", json=answers | bens)
        nobodys = await ann.post(f"{BASE}/QuestionnaireResponse", json=answers)
        own = await ann.post(f"{BASE}/QuestionnaireResponse", json=answers | anns)

    assert [a.status_code for a in (labelled, anothers, nobodys, own)] == [403, 403, 403, 201]


@pytest.mark.slow
@pytest.mark.usefixtures("records")
async def test_the_time_does_not_tell_not_yours_from_not_there(doctor: httpx.AsyncClient) -> None:
    """Medians of interleaved reads differ by less than the noise between two halves of one of them allows."""
    times: dict[str, list[float]] = {"hidden": [], "absent": []}
    for turn in range(600):
        for name in ("hidden", "absent") if turn % 2 else ("absent", "hidden"):
            start = time.perf_counter()
            await doctor.get(f"{BASE}/Observation/{name}")
            times[name].append(time.perf_counter() - start)

    here, there = (statistics.median(times[name]) for name in ("hidden", "absent"))

    assert abs(here - there) < 0.1 * there
