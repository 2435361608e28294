"""The sandbox holds us to what a partner would: keys, signatures, dates, and no request twice."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from meridian.medications.partners import medtrack, scriptguard
from meridian.medications.partners.sandbox.app import application
from meridian.medications.partners.sandbox.gate import Credentials
from meridian.medications.partners.signing import DATE, KEY, REQUEST, SIGNATURE, WINDOW, signature, stamp

pytestmark = pytest.mark.anyio
KEYS = {"medtrack": [Credentials("key-m", "secret-m")], "scriptguard": [Credentials("key-s", "secret-s")]}
BODY = b'{"candidate":{"ref":"d0","rxcui":"313782"},"current":[],"allergies":[]}'
PATH = "/medtrack/v2" + medtrack.PATH
NOW = 1_800_000_000.0


@pytest.fixture
def send() -> Callable[..., Any]:
    app = application(lambda partner: KEYS[partner], clock=lambda: NOW)

    async def sending(
        *, path: str = PATH, body: bytes = BODY, key: str = "key-m", secret: str = "secret-m", request: str = "r1",  # noqa: S107  # made up
        date: float = NOW, **headers: str,
    ) -> int:  # fmt: skip
        signed = signature(secret, "POST", PATH, date=stamp(date), request=request, body=BODY)
        said = {KEY: key, REQUEST: request, DATE: stamp(date), SIGNATURE: signed, **headers}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox") as client:
            return (await client.post(path, content=body, headers=said)).status_code

    return sending


async def test_a_good_request_is_answered_once(send: Callable[..., Any]) -> None:
    assert [await send(), await send(), await send(request="r2")] == [200, 401, 200]


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "another"}, {"key": ""}, {"secret": "another"}, {"body": BODY.replace(b"313782", b"855332")},
        {"date": NOW - WINDOW - 1}, {"date": NOW + WINDOW + 1}, {"request": ""},
        {"X-Date": "yesterday"}, {"X-Signature": ""}, {"X-Signature": "v1="},
        {"key": "key-s", "secret": "secret-s"}, {"X-Request-ID": "r9"},
    ],
)  # fmt: skip
async def test_what_is_not_ours_is_not_let_in(send: Callable[..., Any], wrong: dict[str, Any]) -> None:
    assert await send(**wrong) == 401


async def test_a_signature_for_one_partner_is_none_for_the_other(send: Callable[..., Any]) -> None:
    assert await send(path="/scriptguard/v2" + scriptguard.PATH) == 401


async def test_what_cannot_be_read_is_said_to_be_so() -> None:
    app = application(lambda partner: KEYS[partner], clock=time.time)
    date = stamp(time.time())
    said = {
        KEY: "key-m",
        REQUEST: "r",
        DATE: date,
        SIGNATURE: signature("secret-m", "POST", PATH, date=date, request="r", body=b"{}"),
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox") as client:
        answer = await client.post(PATH, content=b"{}", headers=said)

    assert answer.status_code == 400


async def test_it_describes_itself() -> None:
    description = application(lambda partner: KEYS[partner]).openapi()

    text = json.dumps(description)
    assert {PATH, "/scriptguard/v2/screenings", "/admin/faults/{partner}"} <= set(description["paths"])
    assert "$defs" not in text
    body = description["paths"][PATH]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"candidate", "current", "allergies"}
