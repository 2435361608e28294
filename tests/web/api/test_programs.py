import base64

import httpx
import pytest

from meridian.testing.desk import Desk


def basic(client: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


async def asked(desk: Desk, headers: dict[str, str], **form: str) -> httpx.Response:
    said: httpx.Response = await desk.browser.post(
        "/oauth2/token", headers=headers, data={"grant_type": "client_credentials"} | form
    )
    return said


@pytest.mark.anyio
async def test_a_program_gets_a_token_by_header_or_form(desk: Desk) -> None:
    client = await desk.clinic.service.administration.create_program(desk.clinic.org, "Lab")

    by_header = await asked(desk, basic(client.id, client.secret))
    by_form = await asked(desk, {}, client_id=client.id, client_secret=client.secret)
    token = by_header.json()["access_token"]
    session = await desk.browser.get("/api/session", headers={"authorization": f"Bearer {token}"})

    assert by_header.json() | {"access_token": ""} == {
        "access_token": "", "token_type": "Bearer", "expires_in": 900, "scope": ""
    }  # fmt: skip
    assert by_header.headers["cache-control"] == "no-store"
    assert by_form.status_code == 200
    assert session.json()["role"] == "service"


@pytest.mark.anyio
async def test_a_wrong_secret_and_a_wrong_form_are_refused(desk: Desk) -> None:
    client = await desk.clinic.service.administration.create_program(desk.clinic.org, "Lab")

    assert (await asked(desk, basic(client.id, "wrong"))).status_code == 401
    assert (await asked(desk, basic(client.id, client.secret))).status_code == 429
    assert (await asked(desk, {"authorization": "Basic ???"})).status_code == 401
    assert (await asked(desk, {}, grant_type="password")).status_code == 400
    assert (await asked(desk, {}, padding="x" * 5000)).status_code == 413
    for body in (
        b"",
        b"\xff",
        b"grant_type=client_credentials&grant_type=x",
        b"&".join(b"a%d=1" % n for n in range(20)),
    ):
        assert (await desk.browser.post("/oauth2/token", content=body)).status_code == 400
