"""Anything at all in place of each part of a question to `/api` and to the operations of FHIR: never a crash."""

import json
import random
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from meridian.testing.neighbours import Neighbours, neighbours, sent
from meridian.testing.questions import QUERIES, ROUTES, Route
from meridian.web.api.application import describe

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(240)]

FHIR = "/fhir/R4"
RAW = {
    "huge": b"1e400",
    "tiny": b"-1e-400",
    "long": b"9" * 5000,
    "not a number": b"NaN",
    "infinite": b"Infinity",
    "half a pair": b'"\\ud800"',
    "nothing": b'"\\u0000"',
    "bell": b'"\\u0007"',
    "backwards": '"\u202eabc"'.encode(),
    "astral": '"\U0001f600"'.encode(),
    "isolates": '"\u2066\u2067x\u2069"'.encode(),
    "very long": b'"' + b"x" * 210_000 + b'"',
    "words": b'"plain words"',
    "empty": b'""',
    "null": b"null",
    "yes": b"true",
    "minus": b"-1",
    "half": b"0.5",
    "big": b"9223372036854775808",
    "date": b'"0000-00-00T25:61:61Z"',
    "last day": b'"9999-12-31T23:59:59Z"',
    "first day": b'"0001-01-01T00:00:00+14:00"',
    "list": b"[]",
    "nested": b"[[[[{}]]]]",
    "object": b'{"a":{"b":[null]}}',
    "reference": b'"Patient/../Patient/ben"',
    "url": b'"https://evil.example/Patient/ben"',
    "quote": b'"\'; DROP TABLE draft; --"',
    "markup": b'"<img src=x onerror=alert(1)>"',
    "wildcard": b'"%_\\\\"',
    "deep": b"[" * 5000 + b"]" * 5000,
    "deeper": b'{"a":' * 400 + b"1" + b"}" * 400,
    "same twice": b'{"a":1,"a":2}',
}
MARK = "zzmarkzz"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def around(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Neighbours]:
    del anyio_backend
    async with neighbours(tmp_path_factory.mktemp("hostile")) as made:
        yield made


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every object or list with each of its keys or indexes."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def spoiled(body: str) -> Iterator[tuple[str, bytes]]:
    """The body with each part of it replaced by each value, one at a time."""
    whole = json.loads(body)
    for number in range(len(list(places(whole)))):
        changed = deepcopy(whole)
        where, key = list(places(changed))[number]
        where[key] = MARK
        text = json.dumps(changed).encode()
        for name, value in RAW.items():
            yield f"{key}: {name}", text.replace(b'"' + MARK.encode() + b'"', value)
    for name, value in RAW.items():
        yield name, value


def filled(around: Neighbours, text: str) -> str:
    for slot, name in around.ids["ann"].items():
        text = text.replace(f"<{slot}>", name)
    return text


def crashes(answer: httpx.Response, media: str) -> bool:
    """Whether an answer is a crash, or a refusal that is not in words."""
    refused = answer.status_code >= 400
    return answer.status_code >= 500 or (refused and answer.headers.get("content-type", "").partition(";")[0] != media)


MOST = 25
"""Questions of each route and role, drawn from all there are."""


@pytest.mark.parametrize("role", ["clinician", "patient", "front-desk", "administrator"])
async def test_whatever_a_body_holds_is_answered_in_words(around: Neighbours, role: str) -> None:
    wrong = []
    chance = random.Random(role)  # noqa: S311  # a test that can be repeated
    async with around.client(around.sign_in(role)) as client:
        for route in (one for one in ROUTES if one.body):
            every = list(spoiled(filled(around, route.body)))
            for what, body in chance.sample(every, min(MOST, len(every))):
                media = "application/fhir+json" if route.path == "/api/results/intake" else "application/json"
                answer = await client.request(
                    route.method, filled(around, route.filled_path), content=body, headers={"content-type": media}
                )
                if crashes(answer, "application/problem+json"):
                    wrong.append(f"{route.name} {what}: {answer.status_code} {answer.text[:200]}")

    assert wrong == [], "\n".join(wrong)


IDS = ["%00", "x" * 65, "x" * 3000, "..", "%2e%2e%2f", "%ED%A0%80", "%F0%9F%98%80", "%E2%80%AE", "'", "-", "%25",
       "a%0Ab", "none", "0", "%FF"]  # fmt: skip


async def test_whatever_stands_in_an_address_is_answered_in_words(around: Neighbours) -> None:
    wrong = []
    for role in ("clinician", "patient"):
        async with around.client(around.sign_in(role)) as client:
            for route in (one for one in ROUTES if "<" in one.filled_path.partition("?")[0]):
                for odd in IDS:
                    path = "/".join(
                        odd if "<" in part else part for part in route.filled_path.partition("?")[0].split("/")
                    )
                    query = filled(around, QUERIES.get(route.path, ""))
                    answer = await _asked(client, route, f"{path}?{query}", filled(around, route.body))
                    if crashes(answer, "application/problem+json"):
                        wrong.append(f"{route.method} {path[:90]}: {answer.status_code} {answer.text[:200]}")

    assert wrong == [], "\n".join(wrong)


async def test_whatever_stands_in_a_query_is_answered_in_words(around: Neighbours) -> None:
    wrong = []
    odd = [
        *IDS,
        "1e400",
        "9" * 400,
        "2020-01-01T00:00:00%2B99:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "true",
        "%3B",
    ]
    async with around.client(around.sign_in("clinician")) as client:
        described = describe()["paths"]
        for route in (one for one in ROUTES if one.method == "GET"):
            path, _, query = filled(around, route.filled_path).partition("?")
            declared = described[route.path]["get"].get("parameters", ())
            names = [one["name"] for one in declared if one["in"] == "query"]
            for name in names:
                others = "&".join(one for one in query.split("&") if one and not one.startswith(f"{name}="))
                for value in odd:
                    answer = await client.get(f"{path}?{others}&{name}={value}")
                    if crashes(answer, "application/problem+json"):
                        wrong.append(f"{path}?{name}={value[:60]}: {answer.status_code} {answer.text[:200]}")

    assert wrong == [], "\n".join(wrong)


async def _asked(client: httpx.AsyncClient, route: Route, address: str, body: str) -> httpx.Response:
    headers = {"content-type": "application/json"}
    return await client.request(route.method, address, content=body.encode() or None, headers=headers)


OPERATIONS: dict[str, dict[str, Any]] = {
    "Appointment/$find": {
        "service": "HealthcareService/<service>",
        "start": "2099-03-02T10:00:00Z",
        "end": "2099-03-03T10:00:00Z",
        "actor": "Practitioner/<practitioner>",
        "duration": 30,
        "count": 2,
    },
    "Appointment/$hold": {
        "service": "HealthcareService/<service>",
        "start": "2099-03-02T10:00:00Z",
        "patient": "Patient/<patient>",
    },
    "Appointment/$book": {
        "service": "HealthcareService/<service>",
        "start": "2099-03-02T10:00:00Z",
        "patient": "Patient/<patient>",
        "reason": "x",
        "held": "Appointment/<offer>",
    },
    "Appointment/<appointment>/$reschedule": {
        "start": "2099-03-02T10:00:00Z",
        "reason": "x",
        "scope": "following",
        "version": 1,
    },
    "Appointment/<appointment>/$cancel": {"reason": "pat", "comment": "x", "scope": "one"},
    "Patient/$match": {"resource": {"resourceType": "Patient"}, "onlyCertainMatches": True, "count": 3},
}
PARTS: dict[str, bytes] = {
    "two values": b'{"name":"%s","valueString":"x","valueInteger":1}',
    "no value": b'{"name":"%s"}',
    "a part": b'{"name":"%s","part":[{"name":"x","valueString":"y"}]}',
    "a resource": b'{"name":"%s","resource":{"resourceType":"Patient"}}',
    "another resource": b'{"name":"%s","resource":{"resourceType":"Bundle","type":"batch"}}',
    "a reference": b'{"name":"%s","valueReference":{"reference":"Patient/../x"}}',
    "a number": b'{"name":"%s","valueDecimal":1e400}',
    "an integer": b'{"name":"%s","valueInteger":2147483648}',
    "a minus": b'{"name":"%s","valueInteger":-5}',
    "a date": b'{"name":"%s","valueDateTime":"9999-12-31T23:59:59Z"}',
    "a first date": b'{"name":"%s","valueString":"0001-01-01T00:00:00Z"}',
    "an instant": b'{"name":"%s","valueInstant":"2020-02-30T00:00:00Z"}',
    "text": b'{"name":"%s","valueString":"\\ud800"}',
    "nul": b'{"name":"%s","valueString":"a\\u0000b"}',
    "long": b'{"name":"%s","valueString":"' + b"x" * 100_000 + b'"}',
    "a list": b'{"name":"%s","valueString":["x"]}',
    "twice": b'{"name":"%s","valueString":"x"},{"name":"%s","valueString":"y"}',
    "null": b"null",
    "a word": b'"%s"',
}


@pytest.mark.parametrize("role", ["clinician", "patient", "front-desk"])
async def test_whatever_parameters_hold_an_operation_says_an_outcome(around: Neighbours, role: str) -> None:
    wrong = []
    headers = {"content-type": "application/fhir+json"}
    async with around.client(around.sign_in(role)) as client:
        for path, given in OPERATIONS.items():
            bodies = dict(RAW)
            for name in given:
                others = [json.dumps(_part(one, value)) for one, value in given.items() if one != name]
                for what, part in PARTS.items():
                    text = part.replace(b"%s", name.encode()).decode()
                    whole = ",".join([*others, text])
                    bodies[f"{name}: {what}"] = filled(
                        around, f'{{"resourceType":"Parameters","parameter":[{whole}]}}'
                    ).encode()
            for what, body in bodies.items():
                answer = await client.post(f"{FHIR}/{filled(around, path)}", content=body, headers=headers)
                if crashes(answer, "application/fhir+json"):
                    wrong.append(f"{path} {what}: {answer.status_code} {answer.text[:300]}")

    assert wrong == [], "\n".join(wrong)


def _part(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"name": name, "resource": value}
    kind = {bool: "valueBoolean", int: "valueInteger"}.get(type(value), "valueString")
    return {"name": name, kind: value}


async def test_an_operation_that_is_got_takes_any_query(around: Neighbours) -> None:
    wrong = []
    async with around.client(around.sign_in("patient")) as client:
        given = "service=HealthcareService/ann-service&start=2099-03-02T10:00:00Z&end=2099-03-03T10:00:00Z"
        for name in ("service", "start", "end", "actor", "duration", "count", "each", "moving"):
            for odd in [*IDS, "1e400", "99999999999999999999", "-1", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]:
                answer = await client.get(f"{FHIR}/Appointment/$find?{given}&{name}={odd}")
                if crashes(answer, "application/fhir+json"):
                    wrong.append(f"{name}={odd[:40]}: {answer.status_code} {answer.text[:300]}")

    assert wrong == [], "\n".join(wrong)


async def begun(client: httpx.AsyncClient) -> str:
    answer = await client.post("/api/documents/uploads", json={"name": "x.pdf", "size": 9, "patient": "ann"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


OFFSETS = ["", "-1", "+1", "1e3", "0x10", "9" * 400, "1.0", " ", "NaN", "262144", "9", "10", "%D9%A3", "0,0", "0;1"]


async def test_an_offset_that_is_none_keeps_nothing(around: Neighbours) -> None:
    async with around.client(around.sign_in("clinician")) as client:
        upload = await begun(client)
        for offset in OFFSETS:
            headers = {"upload-offset": offset}
            answer = await client.patch(f"/api/documents/uploads/{upload}", content=b"x" * 9, headers=headers)
            state = await client.get(f"/api/documents/uploads/{upload}")

            assert answer.status_code in {400, 409, 422}, (offset, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert state.json()["offset"] == 0, offset


async def test_more_than_was_announced_is_not_kept(around: Neighbours) -> None:
    async with around.client(around.sign_in("clinician")) as client:
        upload = await begun(client)
        for size in (10, 300_000, 9_000_000):
            headers = {"upload-offset": "0"}
            answer = await client.patch(f"/api/documents/uploads/{upload}", content=b"x" * size, headers=headers)
            state = await client.get(f"/api/documents/uploads/{upload}")

            assert answer.status_code in {413, 422}, answer.text
            assert state.json()["offset"] == 0


async def test_a_link_to_a_document_is_nobodys_that_it_was_not_given_to(around: Neighbours) -> None:
    """Altered in any letter, cut, lengthened, asked from another session, or by nobody, it is the same as none."""
    async with around.client(around.sign_in("clinician")) as doctor, around.client(around.sign_in("nurse")) as nurse:
        document = await sent(doctor, "x.pdf", "ann")
        await around.settle()
        url = (await doctor.post(f"/api/documents/{document}/link")).json()["url"]
        head, _, token = url.rpartition("/")
        altered = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token) - 1)]
        for one in [*altered, token[:-1], f"{token}A", token.lower(), token.swapcase(), "", f"{token}%00", f"{token}/"]:
            answer = await doctor.get(f"{head}/{one}")
            assert answer.status_code in {404, 405, 307}, one
        assert (await nurse.get(url)).status_code == 404
        async with around.client() as nobody:
            assert (await nobody.get(url)).status_code == 401
        assert (await doctor.get(url)).status_code == 200


async def test_a_link_of_a_reminder_is_nobodys_guess(around: Neighbours) -> None:
    async with around.client() as nobody:
        for token in ("x", "A" * 43, "A" * 4000, "%00", "%2e%2e", "\u202e"):
            for answer in (
                await nobody.get(f"/api/appointment-links/{quote(token, safe='%')}"),
                await nobody.post(f"/api/appointment-links/{quote(token, safe='%')}", json={"action": "cancel"}),
            ):
                assert answer.status_code in {404, 410, 422}, (token, answer.text)
                assert answer.headers["content-type"] == "application/problem+json"
