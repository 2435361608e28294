"""Whoever works here is a Practitioner with a role, from the invitation until they leave."""

import pytest

from meridian.faults import Forbidden, NotFound
from meridian.fhir.codec import decode
from meridian.premises import staff
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio


async def test_somebody_employed_is_found_by_role_until_they_leave(engine: Engine) -> None:
    clinic = Clinic(engine)
    boss = clinic.chart_of(clinic.sign_in("administrator", "Practitioner/boss"))

    who = await staff.employ(boss, "Ada Okafor", "clinician")

    found = (await boss.search("PractitionerRole", [("practitioner", who)])).matches
    [role] = [decode(one.body) for one in found]
    assert (role["active"], role["code"][0]["coding"][0]["code"]) == (True, "clinician")

    await staff.leave(boss, who)

    assert decode((await boss.read(*who.split("/"))).body)["active"] is False
    ended = decode((await boss.read("PractitionerRole", role["id"])).body)
    assert (ended["active"], "end" in ended["period"]) == (False, True)


async def test_only_an_administrator_employs(engine: Engine) -> None:
    clinic = Clinic(engine)
    nurse = clinic.chart_of(clinic.sign_in("nurse", "Practitioner/nora"))

    with pytest.raises(Forbidden):
        await staff.employ(nurse, "Ada Okafor", "clinician")
    with pytest.raises(NotFound):
        await staff.leave(clinic.chart_of(clinic.sign_in("administrator")), "Practitioner/none")
