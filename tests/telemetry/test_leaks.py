"""
Names, birth dates and addresses that nobody has, sent through failures of every kind: nothing says them again.

The whole house, with its log, figures, traces and mails; only a right answer, to whom it belongs, may hold them.
"""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest

from meridian import clock
from meridian.access.chart import Chart
from meridian.app.house import House, opened
from meridian.identity import totp
from meridian.settings import Settings, edition
from meridian.store import outbox
from meridian.telemetry import spans
from meridian.telemetry.otlp import Exporter
from meridian.testing.lines import Lines
from meridian.web.asgi import App

pytestmark = pytest.mark.anyio
NAME, BORN, MAIL, WORD = "Zebedeecanary", "1931-04-17", "zebedeecanary@mail.example", "canary secret word"
CANARIES = ("ebedeecanary", "1931-04-17", "1931", "canary", "CANARY", "Canary")
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "violet teapot under nine stairs"
ORIGIN = {"origin": "http://localhost:8360"}


@dataclass
class Kept:
    """Takes spans."""

    taken: list[spans.Span] = field(default_factory=list)

    def take(self, span: spans.Span) -> None:
        self.taken.append(span)


@dataclass
class Place:
    """A house that is watched, and a browser in front of it."""

    house: House
    app: App
    browser: httpx.AsyncClient
    lines: Lines
    kept: Kept
    said: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, *expected: int, **more: Any) -> httpx.Response:
        """A request that is refused: what is answered is kept, to be looked through."""
        answer = await self.browser.request(method, path, **more)
        assert answer.status_code in expected, (path, answer.status_code, answer.text)
        self.said.append(answer.text + "\n".join(f"{name}: {value}" for name, value in answer.headers.items()))
        return answer

    def everything(self) -> dict[str, str]:
        """All that the platform has said of itself."""
        assert self.house.watch is not None
        return {
            "log": self.lines.text,
            "figures": generate_latest(self.house.watch.registry).decode(),
            "traces": Exporter("http://127.0.0.1:9", "e", "0").encoded(self.kept.taken).decode(),
            "errors": "\n".join(self.said),
        }


@pytest.fixture
def lines() -> Iterator[Lines]:
    with Lines() as caught:
        yield caught


@pytest.fixture
async def place(tmp_path: Path, lines: Lines) -> AsyncIterator[Place]:
    kept = Kept()
    spans.begin(kept, 1.0)
    async with opened(Settings(edition("meridian-pms"), tmp_path)) as house:
        operator = house.identity.administration
        org = await operator.create_organisation("org-1", "Harbour")
        account = await operator.create_account(MAIL, NAME, PASSWORD, totp_seed=SEED)
        await operator.add_membership(account, org, "clinician", who="Practitioner/doc")
        app = house.app()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.9", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8360", headers=ORIGIN) as browser:
            yield Place(house, app, browser, lines, kept)
    spans.end()


async def signed_in(place: Place) -> None:
    said = await place.browser.post("/api/session", json={"email": MAIL, "password": PASSWORD})
    cookie = said.headers["set-cookie"].partition(";")[0]
    code = totp.code_at(SEED, clock.now() // totp.STEP_MS)
    done = await place.browser.post("/api/session/totp", json={"code": code}, headers={"cookie": cookie})
    assert done.json()["step"] == "done", done.text
    cookies = [one.partition(";")[0] for one in done.headers.get_list("set-cookie")]
    place.browser.headers["cookie"] = "; ".join(one for one in cookies if not one.endswith("="))


async def fails_of_every_kind(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await place.ask("POST", "/api/session", 401, json={"email": f"other-{MAIL}", "password": WORD})
    await place.ask("POST", "/api/session", 422, 400, json={"email": MAIL, "unknown": WORD})
    await place.ask(
        "POST", "/api/session", 422, 400, content=f'{{"email": "{MAIL}', headers={"content-type": "application/json"}
    )
    await place.ask("POST", "/api/recovery", 202, 204, 200, json={"email": MAIL})
    await place.ask("GET", f"/fhir/R4/Patient?name={NAME}&birthdate={BORN}", 401)
    await signed_in(place)
    made = await place.browser.post(
        "/fhir/R4/Patient",
        json={"resourceType": "Patient", "name": [{"family": NAME}], "birthDate": BORN},
        headers={"content-type": "application/fhir+json"},
    )
    assert made.status_code == 201, made.text
    found = await place.browser.get(f"/fhir/R4/Patient?name={NAME}")
    assert NAME in found.text
    await place.ask("GET", f"/fhir/R4/Patient?name:{WORD}={NAME}", 400)
    await place.ask("GET", f"/fhir/R4/Patient?birthdate={BORN}x", 400)
    await place.ask("GET", f"/fhir/R4/Patient/{NAME}", 404)
    await place.ask("GET", f"/fhir/R4/{NAME}/1", 404)
    await place.ask("GET", f"/api/people/{NAME}", 403, 404, 405)
    await place.ask("GET", f"/{NAME}.js", 404)
    await place.ask("CANARY", "/fhir/R4/Patient", 404, 405)
    await place.ask("GET", "/fhir/R4/Patient", 421, headers={"host": f"{NAME}.example"})
    await place.ask("POST", "/api/patients/search", 200, 400, 403, 404, 405, 422, json={"text": NAME * 20})
    wrong = {"resourceType": "Patient", "gender": NAME, "birthDate": f"{BORN}T", "name": [{"famly": NAME}]}
    await place.ask("POST", "/fhir/R4/Patient", 400, 422, json=wrong, headers={"content-type": "application/fhir+json"})
    headers = {"traceparent": f"00-{NAME}-{WORD}-01", "x-request-id": NAME}
    await place.ask("GET", "/fhir/R4/Patient/none", 404, headers=headers)
    with monkeypatch.context() as broken:
        broken.setattr(Chart, "search", crash)
        broken.setattr(Chart, "fares", crash)
        await place.ask("GET", f"/fhir/R4/Patient?name={NAME}", 500)
        await place.ask("GET", "/api/status", 500)
    scope = {
        "type": "websocket",
        "path": "/socket.io/",
        "query_string": f"EIO=4&token={NAME}".encode(),
        "headers": [(b"host", b"localhost:8360"), (b"cookie", WORD.encode())],
        "client": ("203.0.113.9", 1),
    }

    async def send(message: Any) -> None:
        place.said.append(json.dumps(message, default=str))

    await place.app(scope, receive, send)


async def crash(*_: Any, **__: Any) -> None:
    raise RuntimeError(f"{NAME} {BORN}")


async def receive() -> dict[str, Any]:
    return {"type": "websocket.connect"}


async def jobs_fail(place: Place) -> None:
    house = place.house

    async def broken(_: Any) -> None:
        raise ValueError(f"{NAME} {MAIL}")

    house.worker.handlers = {**house.worker.handlers, "broken": broken}
    await house.engine.write(lambda: outbox.put(1, "broken", "Patient/1", 0, {}))
    await house.worker.until_idle()
    logging.getLogger("uvicorn.error").error("could not parse %s", NAME)
    logging.getLogger("asyncio").error("task failed: %s", MAIL, exc_info=ValueError(NAME))


async def test_nothing_says_them_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await fails_of_every_kind(place, monkeypatch)
    await jobs_fail(place)
    await place.house.alarms.settle()

    for where, text in place.everything().items():
        assert len(text) > 500, where
        found = [one for one in CANARIES if one in text]
        assert found == [], (where, [line for line in text.splitlines() if any(one in line for one in found)][:5])


async def test_what_was_done_is_in_the_log(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await fails_of_every_kind(place, monkeypatch)
    await jobs_fail(place)

    actions = [line["event"]["action"] for line in place.lines.of("meridian.auth")]
    routes = {
        (line["meridian"]["route"], line["http"]["response"]["status_code"])
        for line in place.lines.of("meridian.access")
    }
    messages = [line["message"] for line in place.lines.of("meridian.app")]
    assert {"sign-in-failed", "sign-in", "record-refused", "recovery-requested"} <= set(actions)
    assert {("/fhir/R4/{type}", 500), ("/api/status", 500), ("/fhir/R4/{type}/{id}", 404), ("unmatched", 421)} <= routes
    assert any("crashed: RuntimeError" in one for one in messages)
    assert any("(broken) failed, try 1: ValueError" in one for one in messages)


async def test_mails_say_nothing_of_health_and_no_secret_is_in_the_log(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fails_of_every_kind(place, monkeypatch)
    await place.house.worker.until_idle()

    mails = [path.read_text() for path in (place.house.settings.data / "outbox").glob("*.eml")]
    assert mails
    assert not any(BORN in one or NAME in one for one in mails)
    assert PASSWORD not in place.lines.text
    assert place.browser.headers["cookie"].partition("=")[2][:40] not in place.lines.text


async def test_a_story_is_told_by_one_trace(place: Place) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await place.browser.post("/api/recovery", json={"email": MAIL}, headers={"traceparent": parent})
    await place.house.worker.until_idle()

    assert answer.headers["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-")
    names = {one.name for one in place.kept.taken if one.trace == "0af7651916cd43dd8448eb211c80319c"}
    assert names == {"POST /api/recovery", "job mail"}
    [line] = [one for one in place.lines.of("meridian.auth") if one["event"]["action"] == "recovery-requested"]
    assert line["http"]["request"]["id"] == answer.headers["x-request-id"]
