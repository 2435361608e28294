"""Whether visits may be recorded at all: administrators say so, and the visit tells whoever may ask for it."""

from dataclasses import replace

import pytest

from meridian.access.video_visits import Visit
from meridian.faults import Forbidden
from meridian.fhir.ours import extended
from meridian.telehealth import allowing, visits
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio


async def offered(surgery: Surgery) -> dict[str, bool]:
    """Who is told that they may ask for a recording."""
    charts = {"ann": surgery.ann(), "nurse": surgery.nurse(), "pat": surgery.pat(), "rel": surgery.rel()}
    seen = {who: await visits.look(surgery.parts, chart, VISIT) for who, chart in charts.items()}
    return {who: one.recordable for who, one in seen.items()}


async def test_until_an_administrator_allows_it_nobody_may_ask(surgery: Surgery) -> None:
    assert not await allowing.policy(surgery.ann())
    assert not any((await offered(surgery)).values())

    assert await allowing.set_policy(surgery.other("administrator"), on=True)

    assert await allowing.policy(surgery.ann())
    assert await offered(surgery) == {"ann": True, "nurse": False, "pat": False, "rel": False}

    assert not await allowing.set_policy(surgery.other("administrator"), on=False)
    assert not any((await offered(surgery)).values())


async def test_everything_else_of_the_organisation_stays(surgery: Surgery) -> None:
    before = await surgery.practice.read("Organization", "org1")

    for on in (True, False, True):
        await allowing.set_policy(surgery.other("administrator"), on=on)

    after = await surgery.practice.read("Organization", "org1")
    assert (after["name"], extended(after, "timezone")) == (before["name"], extended(before, "timezone"))
    assert len(after["extension"]) == len(before["extension"]) + 1


@pytest.mark.parametrize(
    "role", ["clinician", "nurse", "front-desk", "lab", "pharmacist", "security-officer", "helper", "patient", "proxy"]
)
async def test_nobody_but_an_administrator_allows_it(surgery: Surgery, role: str) -> None:
    own = {"patient": surgery.pat, "proxy": surgery.rel}
    chart = own[role]() if role in own else surgery.other(role)

    with pytest.raises(Forbidden):
        await allowing.set_policy(chart, on=True)

    assert not await allowing.policy(surgery.ann())


async def test_it_is_written_down_who_allowed_it(surgery: Surgery) -> None:
    await allowing.set_policy(surgery.other("administrator"), on=True)

    said = [one for one in await surgery.practice.clinic.log() if one.action == allowing.POLICY]
    assert [(one.who, one.what, one.outcome) for one in said] == [("Practitioner/oda", "Organization/org1", "ok")]


async def test_another_organisation_is_not_meant(surgery: Surgery) -> None:
    await surgery.recording_allowed()

    assert not await allowing.policy(await surgery.elsewhere())


async def test_more_than_two_are_recorded_by_a_gateway_or_not_at_all(surgery: Surgery) -> None:
    of_three = replace(Visit(VISIT), mode="sfu")

    assert not allowing.carried(surgery.parts, of_three)
    assert allowing.carried(surgery.parts, Visit(VISIT))
