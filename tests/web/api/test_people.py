import pytest

from meridian.testing.desk import Desk
from meridian.testing.identity import PASSWORD

NEW = "seven quiet lamps by the harbour"
BEN = {"email": "ben@clinic.example", "name": "Ben Example", "role": "nurse", "person": "Practitioner/ben"}


async def as_boss(desk: Desk) -> None:
    await desk.clinic.person("root@clinic.example", "administrator", who="")
    await desk.sign_in("root@clinic.example")
    desk.clinic.watch.pass_(seconds=1)


@pytest.mark.anyio
async def test_somebody_is_invited_accepts_and_is_managed(desk: Desk) -> None:
    await as_boss(desk)

    invited = await desk.browser.post("/api/people", json=BEN)
    token = await desk.clinic.link()
    async with desk.another() as bens:
        shown = (await bens.get(f"/api/invitations/{token}")).json()
        accepted = await bens.post(f"/api/invitations/{token}", json={"name": "Ben B.", "password": NEW})
        again = await bens.post(f"/api/invitations/{token}", json={"name": "Ben B.", "password": NEW})
    listed = (await desk.browser.get("/api/people")).json()
    membership = invited.json()["membership"]
    changed = await desk.browser.patch(f"/api/people/{membership}", json={"role": "lab"})
    disabled = await desk.browser.patch(f"/api/people/{membership}", json={"status": "disabled"})
    removed = await desk.browser.delete(f"/api/people/{membership}")

    assert (invited.status_code, invited.json()["status"]) == (201, "invited")
    assert (shown["email"], shown["role"], shown["organisation"]["name"]) == (BEN["email"], "nurse", "Harbour Clinic")
    assert accepted.json() == {"step": "enrol-totp", "methods": ["totp", "passkey"]}
    assert again.status_code == 404
    assert [(line["email"], line["status"]) for line in listed] == [
        ("root@clinic.example", "active"), ("ben@clinic.example", "active")
    ]  # fmt: skip
    assert (changed.json()["role"], disabled.json()["status"], removed.status_code) == ("lab", "disabled", 204)
    assert len((await desk.browser.get("/api/people")).json()) == 1


@pytest.mark.anyio
async def test_staff_who_are_invited_get_a_place_in_the_records(desk: Desk) -> None:
    await as_boss(desk)
    ada = {"email": "ada@clinic.example", "name": "Ada Okafor", "role": "clinician"}

    assert (await desk.browser.post("/api/people", json=ada)).status_code == 201
    again = await desk.browser.post("/api/people", json=ada)

    [_, listed] = (await desk.browser.get("/api/people")).json()
    assert listed["person"].startswith("Practitioner/")
    assert again.status_code == 409


@pytest.mark.anyio
async def test_nobody_else_manages_people(desk: Desk) -> None:
    await desk.clinic.person()
    await desk.sign_in()

    for method, path, body in (
        ("GET", "/api/people", None),
        ("POST", "/api/people", BEN),
        ("PATCH", "/api/people/x", {"role": "administrator"}),
        ("DELETE", "/api/people/x", None),
        ("POST", "/api/people/x/second-factor-reset", None),
    ):
        assert (await desk.browser.request(method, path, json=body)).status_code == 403


@pytest.mark.anyio
async def test_a_second_factor_is_reset(desk: Desk) -> None:
    await as_boss(desk)
    await desk.clinic.person()
    [anne] = [line for line in (await desk.browser.get("/api/people")).json() if line["role"] == "clinician"]

    said = await desk.browser.post(f"/api/people/{anne['membership']}/second-factor-reset")
    step = (await desk.browser.post("/api/session", json={"email": anne["email"], "password": PASSWORD})).json()

    assert said.status_code == 204
    assert step["step"] == "enrol-totp"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("change", "place"),
    [({"role": "emperor"}, "role"), ({"email": "x"}, "email"), ({"person": "Patient"}, "person"),
     ({"rôle": "x"}, "rôle"),
     ({"role": "service"}, "role"), ({"name": " "}, "name")],
)  # fmt: skip
async def test_what_is_wrong_with_an_invitation_is_named(desk: Desk, change: dict[str, str], place: str) -> None:
    await as_boss(desk)

    said = await desk.browser.post("/api/people", json=BEN | change)

    assert said.status_code == 422
    assert [error["place"] for error in said.json()["errors"]] == [place]
