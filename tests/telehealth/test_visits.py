"""A visit from the lobby to its end, and who may do what in it."""

import pytest

from meridian.telehealth import visits
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio


async def test_a_visit_goes_from_the_lobby_to_its_end(surgery: Surgery) -> None:
    waiting = await surgery.enter(surgery.pat())
    await surgery.enter(surgery.ann())
    talking = await visits.admit(surgery.parts, surgery.ann(), VISIT, waiting.whole.me)
    held = await visits.hold(surgery.parts, surgery.ann(), VISIT, on=True)
    on_leave = await surgery.practice.read("Encounter", talking.after.encounter)
    await visits.hold(surgery.parts, surgery.ann(), VISIT, on=False)
    over = await visits.end(surgery.parts, surgery.ann(), VISIT)

    states = [one.after.state for one in (waiting, talking, held, over)]
    encounter = await surgery.practice.read("Encounter", talking.after.encounter)
    assert states == ["lobby", "in-call", "hold", "ended"]
    assert on_leave["status"] == "onleave"
    assert encounter["class"]["code"] == "VR"
    assert encounter["status"] == "in-progress", "its note is to be written"
    assert [one["status"] for one in encounter["statusHistory"]] == ["arrived", "arrived", "in-progress", "onleave"]
    assert [one["individual"]["reference"] for one in encounter["participant"]] == ["Practitioner/ann"]
    assert encounter["participant"][0]["period"]["end"]
    assert (await surgery.practice.read("Appointment", VISIT))["status"] == "checked-in"
