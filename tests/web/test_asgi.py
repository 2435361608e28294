"""The one way through: what every request passes and what every answer carries."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from meridian.faults import Unavailable
from meridian.identity.facts import Identity
from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic
from meridian.web.exchange import Message, Scope

pytestmark = pytest.mark.anyio

EVERYWHERE = {
    "content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options",
    "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy", "x-request-id", "cache-control",
}  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/health", 200),
        ("GET", "/missing.js", 404),
        ("GET", "/.well-known/jwks.json", 200),
        ("GET", "/.well-known/other", 404),
        ("GET", "/fhir/R4/metadata", 200),
        ("GET", "/fhir/R4/Patient", 200),
        ("GET", "/fhir/R4/Patient/none", 404),
        ("GET", "/fhir/R4/Patient?name:frob=x", 400),
        ("GET", "/fhir/R5/Patient", 404),
        ("GET", "/fhir/R44", 404),
        ("GET", "/api", 404),
        ("GET", "/metrics", 404),
        ("GET", "/api/anything", 404),
        ("POST", "/fhir/R4/Patient", 415),
        ("PROPFIND", "/", 405),
    ],
)
async def test_every_answer_carries_the_security_headers(
    doctor: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await doctor.request(method, path)

    assert answer.status_code == status
    assert set(answer.headers) >= EVERYWHERE
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_patient_data_is_kept_by_no_cache(doctor: httpx.AsyncClient) -> None:
    assert (await doctor.get("/fhir/R4/Patient")).headers["cache-control"] == "no-store"


async def test_a_refusal_looks_as_its_surface_does(clinic: Clinic) -> None:
    async with clinic.client() as stranger:
        fhir, other = await stranger.get("/fhir/R4/Patient"), await stranger.get("/api/none")

    assert fhir.headers["content-type"].startswith("application/fhir+json")
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["requestId"] == other.headers["x-request-id"]


async def test_a_host_that_is_not_ours_is_not_served(doctor: httpx.AsyncClient) -> None:
    forged = await doctor.get("/fhir/R4/Patient", headers={"host": "evil.example"})
    health = await doctor.get("/health", headers={"host": "10.0.0.7:8360"})

    assert (forged.status_code, health.status_code) == (421, 200)


async def test_another_sites_page_cannot_write_with_our_cookie(clinic: Clinic) -> None:
    token = clinic.sign_in("clinician", "Practitioner/doc")
    body = {"resourceType": "Patient", "active": True}
    async with clinic.client() as browser:
        cookie = {"cookie": f"__Host-meridian={token}"}
        ours = await browser.post("/fhir/R4/Patient", json=body, headers=cookie | {"sec-fetch-site": "same-origin"})
        theirs = await browser.post("/fhir/R4/Patient", json=body, headers=cookie | {"origin": "https://evil.example"})

    assert (ours.status_code, theirs.status_code) == (201, 403)


@pytest.fixture
async def strict(sqlite_engine: Sqlite) -> Clinic:
    return Clinic(sqlite_engine, settings={"fhir_budget": 3, "proxies": ["127.0.0.1"]})


async def test_who_asks_too_often_is_told_when_to_come_back(strict: Clinic) -> None:
    async with strict.client(strict.sign_in("clinician", "Practitioner/doc")) as doctor:
        answers = [await doctor.get("/fhir/R4/Patient/none") for _ in range(5)]
    async with strict.client(strict.sign_in("nurse", "Practitioner/nurse")) as nurse:
        other = await nurse.get("/fhir/R4/Patient/none")

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert other.status_code == 404


async def test_guessing_tokens_is_counted_by_true_address(strict: Clinic) -> None:
    async with strict.client("forged") as guesser:
        here = [await guesser.get("/fhir/R4/Patient", headers={"x-forwarded-for": "6.6.6.6"}) for _ in range(301)]
        there = await guesser.get("/fhir/R4/Patient", headers={"x-forwarded-for": "7.7.7.7"})

    assert [answer.status_code for answer in here[-2:]] == [401, 429]
    assert there.status_code == 401


async def crash(_: str) -> Identity:
    """A part that breaks."""
    raise ValueError("Anna Berg")


async def test_a_crash_is_logged_without_its_words_and_answered_without_its_cause(
    sqlite_engine: Sqlite, caplog: pytest.LogCaptureFixture
) -> None:
    clinic = Clinic(sqlite_engine, settings={"authenticate": crash})
    with caplog.at_level(logging.ERROR, "meridian.web"):
        async with clinic.client("any") as client:
            answer = await client.get("/fhir/R4/Patient")

    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in caplog.text
    assert "ValueError" in caplog.text
    assert "Anna" not in caplog.text + answer.text


async def test_counting_a_request_under_api_is_no_activity_of_the_session(sqlite_engine: Sqlite) -> None:
    clinic = Clinic(sqlite_engine, settings={"authenticate": crash})
    token = clinic.sign_in("clinician")

    async with clinic.client(token) as client:
        answer = await client.get("/api/anything")

    assert answer.status_code == 404


def small_api() -> FastAPI:
    """Stands where `/api` is."""
    app = FastAPI()

    @app.post("/api/echo")
    async def echo(request: Request) -> dict[str, Any]:
        body = await request.body()
        address = request.client.host if request.client else ""
        return {"length": len(body), "id": request.scope["meridian.request"], "address": address}

    @app.get("/api/patients/search")
    async def search() -> dict[str, Any]:
        return {}

    @app.get("/api/crash")
    async def crash() -> None:
        raise RuntimeError("Anna Berg")

    return app


@pytest.fixture
async def api(sqlite_engine: Sqlite) -> AsyncIterator[httpx.AsyncClient]:
    app = small_api()
    clinic = Clinic(sqlite_engine, settings={"api": lambda: app, "proxies": ["127.0.0.1"]})
    token = clinic.sign_in("clinician", "Practitioner/doc")
    async with clinic.client(token) as client:
        yield client


async def test_the_api_is_given_the_body_the_id_and_the_true_address(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/echo", content=b"x" * 100, headers={"x-forwarded-for": "203.0.113.9"})

    assert answer.json() == {"length": 100, "id": answer.headers["x-request-id"], "address": "203.0.113.9"}
    assert set(answer.headers) >= EVERYWHERE
    assert "q=100" in answer.headers["ratelimit-policy"]


async def test_a_body_too_large_for_the_api_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.post("/api/echo", content=b"x" * 300_000)).status_code == 413


async def test_the_patient_search_has_a_budget_of_its_own(api: httpx.AsyncClient) -> None:
    answers = [await api.get("/api/patients/search?q=a") for _ in range(21)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert (await api.post("/api/echo")).status_code == 200


async def test_the_api_has_a_hundred_requests_a_minute(api: httpx.AsyncClient) -> None:
    answers = [await api.post("/api/echo") for _ in range(101)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]


async def test_a_crash_in_the_api_is_answered_once(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/crash")

    assert answer.status_code == 500
    assert "Anna" not in answer.text


async def lifespan(clinic: Clinic) -> list[str]:
    """What the application says while the server starts and stops."""
    asked: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    said: list[str] = []

    async def receive() -> Message:
        return asked.pop(0)

    async def send(message: Message) -> None:
        said.append(message["type"])

    scope: Scope = {"type": "lifespan"}
    await clinic.app(scope, receive, send)
    return said


async def test_what_runs_beside_starts_and_stops_with_the_server(sqlite_engine: Sqlite) -> None:
    ran: list[str] = []

    async def start() -> None:
        ran.append("start")

    async def stop() -> None:
        ran.append("stop")

    said = await lifespan(Clinic(sqlite_engine, settings={"start": start, "stop": stop}))

    assert ran == ["start", "stop"]
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_start_that_fails_is_told_to_the_server(sqlite_engine: Sqlite) -> None:
    async def start() -> None:
        raise Unavailable("The database is not there")

    with pytest.raises(Unavailable):
        await lifespan(Clinic(sqlite_engine, settings={"start": start}))


@pytest.mark.parametrize(("path", "host"), [("/", b"localhost"), ("/socket.io/", b"evil.example")])
async def test_a_websocket_is_closed_elsewhere_than_at_its_place(clinic: Clinic, path: str, host: bytes) -> None:
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message)

    await clinic.app({"type": "websocket", "path": path, "headers": [(b"host", host)]}, receive, send)

    assert [message["type"] for message in said] == ["websocket.close"]
