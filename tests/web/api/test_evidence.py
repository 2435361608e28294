"""Evidence is for security officers, of their own organisation, and having it is recorded."""

import pytest

from meridian.testing.desk import Desk

pytestmark = pytest.mark.anyio
OFFICER = "officer@clinic.example"
PLACES = {"/api/evidence": "evidence-listed", "/api/evidence/pack": "evidence-taken"}


async def as_(desk: Desk, role: str) -> None:
    await desk.clinic.person(OFFICER, role, who="")
    await desk.sign_in(OFFICER)


async def test_an_officer_sees_what_is_due(desk: Desk) -> None:
    await as_(desk, "security-officer")

    said = await desk.browser.get("/api/evidence")

    assert said.json() == [
        {"kind": "drill", "at": 0, "came": "never", "standing": "", "days": 30, "overdue": True, "held": 0}
    ]
    assert [one.outcome for one in desk.clinic.recorded("evidence-listed")] == ["ok"]


async def test_an_officer_takes_the_pack_of_their_own_organisation(desk: Desk) -> None:
    await as_(desk, "security-officer")

    said = await desk.browser.get("/api/evidence/pack")

    assert (said.headers["content-type"], said.content) == ("application/zip", b"P")
    assert said.headers["cache-control"] == "no-store"
    assert [(one.outcome, one.org) for one in desk.clinic.recorded("evidence-taken")] == [("ok", 1)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ["administrator", "clinician", "platform-operator", "patient"])
async def test_nobody_else_has_it_and_that_is_recorded(desk: Desk, role: str, place: str) -> None:
    await as_(desk, role)

    said = await desk.browser.get(place)

    assert said.status_code == 403
    assert [one.outcome for one in desk.clinic.recorded(PLACES[place])] == ["refused"]


@pytest.mark.parametrize("place", PLACES)
async def test_without_a_session_there_is_nothing(desk: Desk, place: str) -> None:
    assert (await desk.browser.get(place)).status_code == 401
