import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from meridian.identity.facts import Caller, Identity
from meridian.testing.desk import Desk, Names
from meridian.web.api import cookies
from meridian.web.api.application import describe

ROOT = Path(__file__).resolve().parents[3]


def test_the_portals_description_of_the_api_is_up_to_date() -> None:
    assert json.loads((ROOT / "portal" / "openapi.json").read_text(encoding="utf-8")) == describe()


def test_every_operation_has_a_name_a_tag_and_its_refusals_described() -> None:
    operations = [operation for path in describe()["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]

    assert len(set(names)) == len(names) > 30
    for operation in operations:
        assert operation["tags"]
        for status in ("4XX", "5XX"):
            assert set(operation["responses"][status]["content"]) == {"application/problem+json"}


@pytest.mark.anyio
async def test_what_is_served_is_what_is_described_and_each_route_is_built_once(desk: Desk) -> None:
    served = [route for route in desk.app.routes if isinstance(route, APIRoute)]
    unbuilt = [route for route in desk.app.routes if not isinstance(route, Route)]

    assert not unbuilt
    assert {(one.path_format, method.lower()) for one in served for method in one.methods or ()} == {
        (path, method) for path, operations in describe()["paths"].items() for method in operations
    }


@pytest.mark.anyio
async def test_the_description_is_handed_out(desk: Desk) -> None:
    assert (await desk.browser.get("/api/openapi.json")).json() == describe()


def test_fastapi_is_not_loaded_before_it_is_needed() -> None:
    program = "import sys, meridian.web.api, meridian.identity.service; sys.exit('fastapi' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603  # our own program


@pytest.mark.anyio
async def test_the_edition_is_public(desk: Desk) -> None:
    said = (await desk.browser.get("/api/edition")).json()

    assert said == {
        "edition": "meridian-pms", "title": "Meridian PMS", "tagline": "The clinic's day, in one place",
        "supportEmail": "support@meridian-pms.example", "readOnly": False,
        "demo": True, "passkeys": True, "codeUnlocks": True,
    }  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 422), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b"\xff\xfe", 400),
     (b'{"email":"a@b.example","password":"secret-word","more":1}', 422), (b'{"email":1,"password":[]}', 422),
     (b'{"email":"\\ud800@b.example","password":"\\ud800"}', 422), (b"[" * 20_000, 400),
     (b'{"email":"a\\u0000@b.example","password":"x\\u0000"}', 401)],
)  # fmt: skip
async def test_a_body_that_is_no_good_is_refused_without_repeating_it(desk: Desk, content: bytes, status: int) -> None:
    said = await desk.browser.post("/api/session", content=content, headers={"content-type": "application/json"})

    assert said.status_code == status
    assert said.headers["content-type"] == "application/problem+json"
    assert "secret-word" not in said.text


@pytest.mark.anyio
async def test_a_path_or_method_that_there_is_not_is_a_problem_too(desk: Desk) -> None:
    nowhere, method = await desk.browser.get("/api/nowhere"), await desk.browser.put("/api/session")

    assert (nowhere.status_code, method.status_code) == (404, 405)
    assert nowhere.json()["title"] == "Not Found"
    assert method.headers["allow"]
    for page in ("/docs", "/redoc"):
        assert (await desk.browser.get(page)).status_code == 404


class Broken(Names):
    """A finder that crashes with something it should not say."""

    async def recent(self, identity: Identity, caller: Caller) -> Sequence[Mapping[str, Any]]:
        raise RuntimeError(f"FAMILY, Given {identity} {caller}")


@pytest.mark.anyio
async def test_a_crash_tells_nothing_of_its_cause(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()
    desk.app.state.services = replace(desk.app.state.services, patients=Broken())
    transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=transport, base_url="https://localhost:8360") as browser:
        said = await browser.get("/api/patients/recent", headers={"cookie": _cookie(desk)})

    assert said.status_code == 500
    assert said.headers["content-type"] == "application/problem+json"
    assert "FAMILY" not in said.text


def _cookie(desk: Desk) -> str:
    return f"{cookies.ACCESS}={desk.browser.cookies[cookies.ACCESS]}"
