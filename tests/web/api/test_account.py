import pytest

from meridian.testing.authenticator import Authenticator
from meridian.testing.desk import Desk
from meridian.testing.identity import PASSWORD
from meridian.web.api import cookies

ANNE = {"email": "anne@clinic.example", "password": PASSWORD}
NEW = "seven quiet lamps by the harbour"

ONLY_SIGNED_IN = [
    ("GET", "/api/session"), ("POST", "/api/session/membership"), ("POST", "/api/session/patient"),
    ("GET", "/api/account/security"), ("DELETE", "/api/account/totp"), ("POST", "/api/account/recovery-codes"),
    ("DELETE", "/api/account/passkeys/AAAA"), ("DELETE", "/api/account/sessions/x"),
    ("DELETE", "/api/account/sessions"),
    ("POST", "/api/account/password"), ("GET", "/api/people"), ("POST", "/api/people"), ("PATCH", "/api/people/x"),
    ("DELETE", "/api/people/x"), ("POST", "/api/people/x/second-factor-reset"), ("GET", "/api/patients/search?q=x"),
    ("GET", "/api/patients/recent"), ("POST", "/api/patients/duplicates"),
]  # fmt: skip
BODY = {
    "id": "x", "current": "x", "new": "x", "email": "a@b.example", "name": "x", "role": "nurse", "family": "x",
}  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "path"), ONLY_SIGNED_IN)
async def test_whoever_must_enrol_first_can_do_nothing_else(desk: Desk, method: str, path: str) -> None:
    await desk.clinic.person(seed="")
    step = (await desk.browser.post("/api/session", json=ANNE)).json()

    said = await desk.browser.request(method, path, json=None if method in ("GET", "DELETE") else BODY)

    assert step["step"] == "enrol-totp"
    assert said.status_code == 401


@pytest.mark.anyio
async def test_an_app_is_enrolled_on_the_way_in(desk: Desk) -> None:
    await desk.clinic.person(seed="")
    await desk.browser.post("/api/session", json=ANNE)

    seed = (await desk.browser.post("/api/account/totp")).json()
    wrong = await desk.browser.post("/api/account/totp/confirm", json={"code": "000000"})
    desk.clinic.watch.pass_(seconds=1)
    done = await desk.browser.post("/api/account/totp/confirm", json={"code": desk.clinic.code(seed["secret"])})
    security = (await desk.browser.get("/api/account/security")).json()

    assert seed["qrSvg"].startswith("<svg")
    assert wrong.status_code == 422
    assert len(done.json()["recoveryCodes"]) == 10
    assert (security["totp"], security["recoveryCodesLeft"], security["staff"]) == (True, 10, True)
    assert [line["current"] for line in security["sessions"]] == [True]


@pytest.mark.anyio
async def test_a_passkey_is_added_signs_in_alone_and_is_removed(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()
    device = Authenticator()

    options = (await desk.browser.post("/api/account/passkeys/options")).json()
    body = {"name": "Phone", "credential": device.create(options)}
    added = await desk.browser.post("/api/account/passkeys", json=body)
    async with desk.another() as other:
        asked = (await other.post("/api/session/passkey/options")).json()
        done = await other.post("/api/session/passkey", json=device.get(asked))
        session = await other.get("/api/session")
        [passkey] = (await other.get("/api/account/security")).json()["passkeys"]
        removed = await other.delete(f"/api/account/passkeys/{passkey['id']}")

    assert added.json()["step"] == done.json()["step"] == "done"
    assert session.status_code == 200
    assert (passkey["name"], passkey["lastUsedAt"]) == ("Phone", desk.clinic.watch.now)
    assert removed.status_code == 204


@pytest.mark.anyio
async def test_sessions_end_one_by_one_or_all_but_this(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()
    first, desk.browser = desk.browser, desk.another()
    await desk.sign_in()
    listed = (await desk.browser.get("/api/account/security")).json()["sessions"]
    [other] = [line["id"] for line in listed if not line["current"]]

    assert (await first.get("/api/session")).status_code == 200
    assert (await desk.browser.delete(f"/api/account/sessions/{other}")).status_code == 204
    assert (await first.get("/api/session")).status_code == 401
    assert (await desk.browser.delete("/api/account/sessions")).status_code == 204
    assert (await desk.browser.get("/api/session")).status_code == 200
    await desk.browser.aclose()


@pytest.mark.anyio
async def test_a_password_is_changed_and_a_refusal_names_the_field(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()

    weak = await desk.browser.post("/api/account/password", json={"current": PASSWORD, "new": "password1234"})
    desk.clinic.watch.pass_(seconds=2)
    done = await desk.browser.post("/api/account/password", json={"current": PASSWORD, "new": NEW})

    assert weak.status_code == 422
    assert weak.json()["errors"][0]["place"] == "new"
    assert "password1234" not in weak.text
    assert done.status_code == 204


@pytest.mark.anyio
async def test_staff_cannot_do_without_an_app_and_get_new_recovery_codes(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()

    codes = (await desk.browser.post("/api/account/recovery-codes")).json()["recoveryCodes"]
    refused = await desk.browser.delete("/api/account/totp")
    async with desk.another() as other:
        await other.post("/api/session", json=ANNE)
        done = await other.post("/api/session/recovery-code", json={"code": codes[0]})

    assert refused.status_code == 403
    assert done.json()["step"] == "done"
    assert cookies.ACCESS in other.cookies
