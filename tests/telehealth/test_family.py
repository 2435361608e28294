"""Family that comes by a link: there for the patient, and not entrusted with anything of theirs."""

import pytest

from meridian.telehealth import consenting, visits
from meridian.telehealth.visits import Coming
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio
ROSA = Coming(consent=True, name="Rosa")


async def test_family_with_a_link_is_let_in_and_answers_for_nobody_else(surgery: Surgery) -> None:
    rosa, ann = await surgery.guest("family"), surgery.ann()

    entered = (await visits.enter(surgery.parts, rosa, VISIT, ROSA)).whole
    arrived = (await surgery.practice.read("Appointment", VISIT))["status"]
    await visits.enter(surgery.parts, ann, VISIT, Coming())
    admitted = (await visits.admit(surgery.parts, ann, VISIT, entered.me)).whole

    assert (entered.part, entered.consented) == ("family", False)
    assert {one.name: one.state for one in admitted.people}["Rosa"] == "admitted"
    assert await surgery.practice.search("Consent") == []
    assert arrived == "booked"


async def test_family_with_a_link_agrees_to_a_recording_for_themselves(surgery: Surgery) -> None:
    await surgery.recording_allowed()
    await surgery.call()
    rosa, ann = await surgery.guest("family"), surgery.ann()
    await surgery.let_in(rosa, ROSA)
    await consenting.ask(surgery.parts, ann, VISIT)

    hers = await consenting.answer(surgery.parts, rosa, VISIT, yes=True)
    papers = [one for one in await surgery.practice.search("Consent") if one["policy"][0]["uri"] == consenting.PAPER]
    both = await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)

    assert (hers.whole.recording, papers) == ("asked", [])
    assert (both.whole.recording, bool(both.after.consent)) == ("on", True)
