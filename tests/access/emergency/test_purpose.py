"""The purpose of a session: switched among those of its role, recorded, and obeyed by every process."""

import pytest
from tests.access.emergency.conftest import Ward

pytestmark = pytest.mark.anyio


async def test_a_session_goes_on_for_another_purpose(ward: Ward) -> None:
    anne, other = ward.browsers["anne"], ward.another_process()
    before = (await anne.get("/api/session")).json()
    assert (before["purpose"], before["purposes"], before["emergency"]) == ("TREAT", ["TREAT", "HOPERAT"], None)
    await ward.sees("Observation/open-pulse", service=other)

    after = (await anne.post("/api/session/purpose", json={"purpose": "HOPERAT"})).json()

    assert after["purpose"] == "HOPERAT"
    assert "Observation.create" in before["may"]
    assert "Observation.create" not in after["may"]
    assert await ward.sees("Observation/open-pulse", service=other)
    assert [one.purpose for one in ward.entries("read") if one.who == "Practitioner/anne"] == ["TREAT", "HOPERAT"]
    assert [one.rule for one in ward.entries("purpose-chosen")] == ["HOPERAT"]


async def test_another_roles_purpose_is_not_chosen(ward: Ward) -> None:
    for purpose in ("HPAYMT", "BTG", "HMARKT"):
        assert (await ward.browsers["anne"].post("/api/session/purpose", json={"purpose": purpose})).status_code == 403

    assert (await ward.browsers["anne"].get("/api/session")).json()["purpose"] == "TREAT"


async def test_it_ends_with_the_role(ward: Ward) -> None:
    people, anne = ward.desk.clinic.service.administration, ward.browsers["anne"]
    [member] = [one for one in await people.members() if one.email == "anne@clinic.example"]
    second = await people.add_membership(member.account, ward.desk.clinic.org, "nurse", who="Practitioner/anne")
    await anne.post("/api/session/purpose", json={"purpose": "HOPERAT"})

    chosen = await anne.post("/api/session/membership", json={"id": second})

    assert chosen.json()["purpose"] == "TREAT"


async def test_an_emergency_is_treatment(ward: Ward) -> None:
    await ward.ask()
    assert (await ward.browsers["anne"].get("/api/session")).json()["emergency"]["patient"] == "secret"
    assert await ward.sees("Observation/secret-hiv")

    await ward.browsers["anne"].post("/api/session/purpose", json={"purpose": "HOPERAT"})

    assert not await ward.sees("Observation/secret-hiv")
