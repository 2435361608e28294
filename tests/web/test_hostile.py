"""Hostile input, end to end: a 4xx OperationOutcome that names the place, in bounded time and memory."""

import json
import time
import tracemalloc
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio

BASE = "/fhir/R4"
FHIR = {"content-type": "application/fhir+json"}
DEEP = b'{"resourceType":"Patient","extension":' + b'[{"extension":' * 10_000 + b"1" + b"}]" * 10_000 + b"}"

BODIES: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b'"Patient"', 400),
    (b"{}", 422),
    (b"\x00", 400),
    (b'{"resourceType":"Patient","id":"\\u0000"}', 400),
    (b'{"resourceType":"Patient","gender":"\\ud800"}', 400),
    (b'{"resourceType":"Patient","gender":"\xff\xfe"}', 400),
    (b'{"resourceType":"Patient","multipleBirthInteger":NaN}', 400),
    (b'{"resourceType":"Patient","multipleBirthInteger":1e999999999}', 422),
    (b'{"resourceType":"Patient","active":true,"active":false}', 400),
    (b'{"resourceType":["Patient"]}', 422),
    (b'{"resourceType":"Patient","name":"Anne"}', 422),
    (b'{"resourceType":"Patient","name":[{"family":{"x":1}}]}', 422),
    (b'{"resourceType":"Patient","birthDate":"9999-99-99"}', 422),
    (b'{"resourceType":"Patient","birthDate":"-4713-01-01"}', 422),
    (b'{"resourceType":"Patient","birthDate":"2026-02-30"}', 422),
    (b'{"resourceType":"Patient","active":true,"colour":"red"}', 422),
    (b'{"resourceType":"Observation","status":"final","code":{"text":"x"}}', 422),
    (b'{"resourceType":"Patient","text":{"status":"generated","div":"<div><script>x</script></div>"}}', 422),
    (DEEP, 413),
    (b"[" * 100_000, 413),
    (b'{"resourceType":"Patient","name":[' + b"{}," * 100_000 + b"{}]}", 422),
]


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
async def test_a_bad_body_is_refused_in_words(doctor: httpx.AsyncClient, body: bytes, status: int) -> None:
    start = time.perf_counter()

    answer = await doctor.post(f"{BASE}/Patient", content=body, headers=FHIR)

    assert answer.status_code in {status, 400} if status == 413 else answer.status_code == status, answer.text[:300]
    assert answer.json()["issue"][0]["severity"] == "error"
    assert len(answer.content) < 50_000
    assert time.perf_counter() - start < 5


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65_536):
        yield b"a" * 65_536


async def test_a_hundred_megabytes_are_refused_without_being_kept(doctor: httpx.AsyncClient) -> None:
    tracemalloc.start()
    told = await doctor.post(f"{BASE}/Patient", content=b"", headers=FHIR | {"content-length": "104857600"})
    streamed = await doctor.post(f"{BASE}/Patient", content=chunks(104_857_600), headers=FHIR)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (told.status_code, streamed.status_code) == (413, 413)
    assert peak < 250_000_000  # the test's own client holds the body once


@pytest.mark.parametrize(
    "value",
    ["' OR 1=1 --", '"; DROP TABLE resource; --', "%", "_", "\\", "\\,", "$", "|", ",", ",,,", "||||", "a" * 5000,
     "\N{PILE OF POO}" * 500,
     "\u202e", "\u0000", "{{7*7}}", "../../etc/passwd", "<script>", "1e9999", "ge", "9999-99-99", "-1", "٣"],
    ids=range(23),
)  # fmt: skip
@pytest.mark.parametrize(
    "name",
    ["name", "identifier", "birthdate", "_id", "general-practitioner", "_lastUpdated", "_count", "_sort", "_cursor",
     "_include"],
)  # fmt: skip
async def test_a_hostile_search_is_a_plain_search_or_refused(doctor: httpx.AsyncClient, name: str, value: str) -> None:
    start = time.perf_counter()

    answer = await doctor.get(f"{BASE}/Patient?{name}={quote(value)}")

    assert answer.status_code in {200, 400, 422}, answer.text[:300]
    assert answer.status_code == 200 or value not in answer.text or len(value) < 3
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    "query",
    ["name=" + "&name=".join("a" * 300), "_has:" * 50 + "x=1", "a." * 100 + "x=1", "_include=*&" * 100,
     "_sort=" + ",".join(["name"] * 500), "name=%ud800", "name=%C0%80", "=", "&&&", "name",
     "_revinclude=*&_include=*:*"],
    ids=range(11),
)  # fmt: skip
async def test_a_costly_or_garbled_search_is_refused(doctor: httpx.AsyncClient, query: str) -> None:
    answer = await doctor.get(f"{BASE}/Patient?{query}")

    assert answer.status_code in {200, 400, 422}
    assert answer.json()["resourceType"] in {"OperationOutcome", "Bundle"}


@pytest.mark.parametrize(
    "patch",
    [b"{}", b"[1]", b'[{"op":"frob"}]', b'[{"op":"add","path":"x"}]', b'[{"op":"replace","path":"/id","value":"y"}]',
     b'[{"op":"copy","from":"","path":"/contained"}]', b'[{"op":"add","path":"/resourceType","value":"Group"}]'],
    ids=range(7),
)  # fmt: skip
async def test_a_bad_patch_is_refused(doctor: httpx.AsyncClient, patch: bytes) -> None:
    anne = (await doctor.post(f"{BASE}/Patient", json=minimal("Patient"))).json()["id"]

    answer = await doctor.patch(
        f"{BASE}/Patient/{anne}", content=patch, headers={"content-type": "application/json-patch+json"}
    )

    assert answer.status_code in {400, 422}
    assert (await doctor.get(f"{BASE}/Patient/{anne}")).headers["etag"] == 'W/"1"'


@pytest.mark.parametrize("kind", ["batch", "transaction", "message", ""])
@pytest.mark.parametrize(
    "entries",
    [None, {}, "x", [None], [1], [{}], [{"request": 1}], [{"request": {"method": "GET", "url": 1}}]],
    ids=range(8),
)
async def test_a_bad_bundle_is_refused_or_each_of_its_entries(
    doctor: httpx.AsyncClient, kind: str, entries: object
) -> None:
    bundle = {"resourceType": "Bundle", "type": kind, "entry": entries}

    answer = await doctor.post(BASE, content=json.dumps(bundle), headers=FHIR)

    assert answer.status_code < 500
    if answer.status_code == 200:
        assert all(entry["response"]["status"] >= "4" for entry in answer.json().get("entry", ()))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "id", "meta", "extension", "resourceType", "contained", "x"]), inner)
    ),
    max_leaves=20,
)


@given(
    st.dictionaries(
        st.sampled_from(["name", "id", "meta", "text", "contact", "link", "birthDate", "_birthDate"]), json_values
    )
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_body_makes_the_server_stumble(doctor: httpx.AsyncClient, body: dict[str, object]) -> None:
    text = json.dumps({"resourceType": "Patient"} | body)

    answer = await doctor.post(f"{BASE}/Patient", content=text, headers=FHIR)

    assert answer.status_code in {201, 400, 413, 422}, answer.text[:500]
