"""What calls for attention at the door, the limiter and the allow-list: counted, said once, and told to detectors."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from meridian.app.house import House, opened
from meridian.audit import search as log
from meridian.faults import Throttled
from meridian.medications.partners.allowed import NotAllowed, Rules
from meridian.settings import Settings, edition
from meridian.store import watched
from meridian.telemetry import figures, signals, trace
from meridian.testing.lines import Lines
from meridian.web.middleware.rates import Budget, Rates

pytestmark = pytest.mark.anyio
ADDRESS = "203.0.113.9"


@pytest.fixture
def told() -> Iterator[list[tuple[str, str]]]:
    heard: list[tuple[str, str]] = []

    def hear(kind: str, address: str) -> None:
        heard.append((kind, address))

    signals.heard.append(hear)
    yield heard
    signals.heard.remove(hear)


@pytest.fixture
def lines() -> Iterator[Lines]:
    with Lines() as caught:
        yield caught


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(Settings(edition("meridian-pms"), tmp_path)) as made:
        yield made


def token(algorithm: str) -> str:
    head, body = ({"alg": algorithm, "typ": "at+jwt", "kid": "k1"}, {"sub": "admin"})
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in (head, body)]
    return ".".join([*parts, "AAAA"])


@pytest.mark.parametrize("path", ["/fhir/R4/Patient", "/api/session"])
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_with_another_algorithm_raises_the_alarm(
    house: House, lines: Lines, path: str, algorithm: str
) -> None:
    before = figures.TOKENS_REFUSED.lines["algorithm",]
    transport = httpx.ASGITransport(house.app(), client=(ADDRESS, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8360") as stranger:
        answer = await stranger.get(path, headers={"authorization": f"Bearer {token(algorithm)}"})
    await house.alarms.settle()

    assert answer.status_code == 401
    assert figures.TOKENS_REFUSED.lines["algorithm",] > before
    said = [(line["event"]["action"], line["source"]["ip"]) for line in lines.of("meridian.auth")]
    assert ("token-refused", ADDRESS) in said
    assert said.count(("alert-token-algorithm", ADDRESS)) == 1
    [alarm] = await house.engine.read(lambda: watched.alarms(0))
    assert alarm.kind == "token-algorithm"
    found = await house.engine.read(lambda: log.run(0, log.parse([("_count", "20")])))
    assert any(b"alert-token-algorithm" in body for _, body in found.events)


async def test_an_expired_token_or_a_text_that_is_none_raises_none(house: House, told: list[tuple[str, str]]) -> None:
    transport = httpx.ASGITransport(house.app(), client=(ADDRESS, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8360") as stranger:
        for bad in ("x", "a.b.c", token("RS256")):
            await stranger.get("/fhir/R4/Patient", headers={"authorization": f"Bearer {bad}"})

    assert told == []


@pytest.mark.parametrize("place", ["169.254.169.254", "fd00:ec2::254", "169.254.170.2"])
def test_a_connection_to_where_credentials_are_kept_is_stopped_and_told(
    place: str, told: list[tuple[str, str]]
) -> None:
    rules, before = Rules(frozenset({"partner.example"})), figures.EGRESS_REFUSED.lines["metadata",]

    for refused in (rules.address, rules.host):
        with pytest.raises(NotAllowed):
            refused(place)

    assert figures.EGRESS_REFUSED.lines["metadata",] == before + 2
    assert told == [("egress", "")] * 2


def test_another_private_address_is_counted_alone(told: list[tuple[str, str]]) -> None:
    before = dict(figures.EGRESS_REFUSED.lines)

    with pytest.raises(NotAllowed):
        Rules(frozenset()).address("10.0.0.1")
    with pytest.raises(NotAllowed):
        Rules(frozenset()).host("elsewhere.example")

    assert figures.EGRESS_REFUSED.lines["private",] == before["private",] + 1
    assert figures.EGRESS_REFUSED.lines["host",] == before["host",] + 1
    assert told == []


async def test_who_asks_too_often_is_counted_each_time_and_said_once(lines: Lines) -> None:
    rates, budget, before = Rates(), Budget("api", 1), figures.RATE_LIMITED.lines["api",]
    trace.current.set(trace.begun(address=ADDRESS))
    await rates.spend(budget, "account-1")

    for _ in range(30):
        with pytest.raises(Throttled):
            await rates.spend(budget, "account-1")
    trace.current.set(None)

    assert figures.RATE_LIMITED.lines["api",] == before + 30
    [line] = lines.of("meridian.auth")
    assert (line["event"]["action"], line["event"]["reason"]) == ("rate-limited", "api")
    assert (line["user"]["id"], line["source"]["ip"]) == ("account-1", ADDRESS)


async def test_a_page_of_another_origin_that_opens_a_socket_is_counted_and_said(house: House, lines: Lines) -> None:
    app, before, answers = house.app(), dict(figures.SOCKETS_REFUSED.lines), []
    host = (b"host", b"localhost:8360")
    scopes = [([host, (b"origin", b"https://elsewhere.example")], "origin"), ([host], "malformed")]

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        answers.append(message)

    for headers, reason in scopes:
        scope = {"type": "websocket", "path": "/socket.io/", "query_string": b"", "client": (ADDRESS, 1)}
        await app({**scope, "headers": headers}, receive, send)
        assert figures.SOCKETS_REFUSED.lines[reason,] == before[reason,] + 1

    [line] = lines.of("meridian.auth")
    assert (line["event"]["action"], line["event"]["reason"], line["source"]["ip"]) == (
        "socket-refused",
        "origin",
        ADDRESS,
    )
