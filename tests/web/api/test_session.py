from http.cookies import SimpleCookie

import httpx
import pytest

from meridian.testing.desk import Desk
from meridian.testing.identity import PASSWORD
from meridian.web.api import cookies

ANNE = {"email": "anne@clinic.example", "password": PASSWORD}


def set_cookies(said: httpx.Response) -> dict[str, dict[str, str]]:
    jar: SimpleCookie = SimpleCookie()
    for header in said.headers.get_list("set-cookie"):
        jar.load(header)
    return {
        name: {"value": morsel.value, **{k: str(v) for k, v in morsel.items() if v}} for name, morsel in jar.items()
    }


@pytest.mark.anyio
async def test_a_sign_in_with_two_factors_ends_in_a_session(desk: Desk) -> None:
    account = await desk.clinic.person()

    first = await desk.browser.post("/api/session", json=ANNE)
    between = await desk.browser.get("/api/session")
    second = await desk.browser.post("/api/session/totp", json={"code": desk.clinic.code()})
    session = (await desk.browser.get("/api/session")).json()

    assert first.json() == {"step": "totp", "methods": ["totp"]}
    assert between.status_code == 401
    assert second.json() == {"step": "done", "methods": []}
    assert session["account"] == {"id": account, "name": "Anne Example", "email": "anne@clinic.example"}
    assert (session["person"], session["role"]) == ("Practitioner/anne", "clinician")
    assert session["organisation"] == {"id": "org-1", "name": "Harbour Clinic"}
    assert [line["role"] for line in session["memberships"]] == ["clinician"]
    assert (session["patients"], session["patient"], session["idleSeconds"]) == ([], None, 900)
    assert session["expiresAt"] == desk.clinic.watch.now + 15 * 60 * 1000
    assert "Patient.read" in session["may"]
    assert session["purpose"] == "TREAT"


@pytest.mark.anyio
async def test_every_cookie_is_out_of_reach_of_scripts_other_sites_and_other_hosts(desk: Desk) -> None:
    await desk.clinic.person()

    pending = set_cookies(await desk.browser.post("/api/session", json=ANNE))
    done = set_cookies(await desk.browser.post("/api/session/totp", json={"code": desk.clinic.code()}))

    assert set(pending) == {cookies.PENDING}
    assert set(done) == {cookies.ACCESS, cookies.REFRESH, cookies.DEVICE, cookies.PENDING}
    for name, cookie in (pending | done).items():
        assert name.startswith("__Host-")
        assert (cookie["path"], cookie["samesite"]) == ("/", "strict")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert "domain" not in cookie
    assert done[cookies.ACCESS]["max-age"] == "900"
    assert int(done[cookies.REFRESH]["max-age"]) == 12 * 3600
    assert done[cookies.PENDING]["value"] == ""


@pytest.mark.anyio
async def test_a_wrong_password_and_an_unknown_address_get_the_same_bytes(desk: Desk) -> None:
    await desk.clinic.person()

    known = await desk.browser.post("/api/session", json=ANNE | {"password": "wrong"})
    unknown = await desk.browser.post("/api/session", json={"email": "nobody@clinic.example", "password": "wrong"})

    assert known.status_code == unknown.status_code == 401
    assert known.content == unknown.content
    assert known.headers["content-type"] == "application/problem+json"
    assert {k: v for k, v in known.headers.items() if k != "date"} == dict(unknown.headers)


@pytest.mark.anyio
async def test_a_lockout_says_when_to_come_back(desk: Desk) -> None:
    await desk.browser.post("/api/session", json=ANNE)

    said = await desk.browser.post("/api/session", json=ANNE)

    assert said.status_code == 429
    assert said.headers["retry-after"] == "1"


@pytest.mark.anyio
async def test_refreshing_turns_the_cookies_and_the_old_one_ends_the_session(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()
    old = desk.browser.cookies[cookies.REFRESH]

    said = await desk.browser.post("/api/session/refresh")
    assert said.status_code == 204
    assert desk.browser.cookies[cookies.REFRESH] != old
    assert (await desk.browser.get("/api/session")).status_code == 200
    desk.clinic.watch.pass_(seconds=11)  # until then the answer may have been lost
    async with desk.another() as thief:
        stolen = await thief.post("/api/session/refresh", headers={"cookie": f"{cookies.REFRESH}={old}"})

    assert stolen.status_code == 401
    assert (await desk.browser.get("/api/session")).status_code == 401


@pytest.mark.anyio
async def test_signing_out_takes_the_cookies_back(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()
    kept = dict(desk.browser.cookies)

    said = await desk.browser.delete("/api/session")

    assert said.status_code == 204
    assert set(desk.browser.cookies) == {cookies.DEVICE}
    async with desk.another() as thief:
        header = {"cookie": f"{cookies.ACCESS}={kept[cookies.ACCESS]}"}
        assert (await thief.get("/api/session", headers=header)).status_code == 401
    assert (await desk.browser.delete("/api/session")).status_code == 204


@pytest.mark.anyio
async def test_an_idle_session_goes_on_in_place_after_the_password(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()
    before = (await desk.browser.get("/api/session")).json()
    desk.clinic.watch.pass_(minutes=16)
    assert (await desk.browser.get("/api/session")).status_code == 401

    wrong = await desk.browser.post("/api/session/reauthenticate", json={"password": "wrong"})
    desk.clinic.watch.pass_(seconds=1)
    right = await desk.browser.post("/api/session/reauthenticate", json={"password": PASSWORD})
    after = (await desk.browser.get("/api/session")).json()

    assert (wrong.status_code, right.status_code) == (401, 204)
    assert after["endsAt"] == before["endsAt"]
    assert after["expiresAt"] > before["expiresAt"]


@pytest.mark.anyio
@pytest.mark.parametrize("body", [{}, {"password": "x", "code": "123456"}])
async def test_proving_oneself_again_takes_one_proof(desk: Desk, body: dict[str, str]) -> None:
    assert (await desk.browser.post("/api/session/reauthenticate", json=body)).status_code == 422


@pytest.mark.anyio
async def test_a_proxy_switches_patients(desk: Desk) -> None:
    await desk.clinic.person("pia@home.example", "proxy", seed="", who="RelatedPerson/pia", patients=("p1", "p2"))
    await desk.sign_in("pia@home.example")

    session = (await desk.browser.get("/api/session")).json()
    chosen = (await desk.browser.post("/api/session/patient", json={"id": "p2"})).json()
    strange = await desk.browser.post("/api/session/patient", json={"id": "p3"})
    none = (await desk.browser.post("/api/session/patient", json={"id": None})).json()

    assert session["patients"] == [{"id": "p1", "name": "NAME, p1"}, {"id": "p2", "name": "NAME, p2"}]
    assert (session["patient"], chosen["patient"], none["patient"]) == (None, "p2", None)
    assert strange.status_code == 404


@pytest.mark.anyio
async def test_a_switch_of_organisation_changes_the_session(desk: Desk) -> None:
    account = await desk.clinic.person()
    operator = desk.clinic.service.administration
    desk.clinic.watch.pass_(seconds=1)
    second = await operator.create_organisation("org-2", "Hill Clinic")
    there = await operator.add_membership(account, second, "nurse", who="Practitioner/anne-2")
    await desk.sign_in()

    said = (await desk.browser.post("/api/session/membership", json={"id": there})).json()
    now = (await desk.browser.get("/api/session")).json()

    assert said == now
    assert (now["organisation"]["name"], now["role"], len(now["memberships"])) == ("Hill Clinic", "nurse", 2)
    assert (await desk.browser.post("/api/session/membership", json={"id": "x"})).status_code == 404


@pytest.mark.anyio
async def test_a_bearer_token_is_asked_before_the_cookie(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()
    token = desk.browser.cookies[cookies.ACCESS]

    assert (await desk.browser.get("/api/session", headers={"authorization": "Bearer x"})).status_code == 401
    assert (await desk.browser.get("/api/session", headers={"authorization": "Basic x"})).status_code == 401
    async with desk.another() as program:
        assert (await program.get("/api/session", headers={"authorization": f"Bearer {token}"})).status_code == 200


@pytest.mark.anyio
async def test_the_request_id_and_the_address_are_recorded(desk: Desk) -> None:
    await desk.browser.post("/api/session", json=ANNE, headers={"user-agent": "x" * 500})

    [entry] = desk.clinic.recorded("sign-in-failed")
    assert entry.address == "127.0.0.1"
    assert entry.agent == "x" * 200
