"""Recording: off, until everybody inside has said yes; one no ends it; the patient's word is kept as a Consent."""

import asyncio

import pytest

from meridian.faults import Conflict, Forbidden
from meridian.telehealth import consenting, visits
from meridian.telehealth.visits import Coming, Done
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio
NAMED = Coming(consent=True, name="Ina")


async def recorded(surgery: Surgery) -> Done:
    """Ann and Pat talk, and both agreed to be recorded."""
    await surgery.recording_allowed()
    await surgery.call()
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    return await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)


async def about_recording(surgery: Surgery) -> list[tuple[str, str]]:
    consents = await surgery.practice.search("Consent")
    return [
        (one["status"], one["provision"]["type"]) for one in consents if one["policy"][0]["uri"] == consenting.PAPER
    ]


async def test_a_clinic_that_says_nothing_does_not_record(surgery: Surgery) -> None:
    await surgery.call()

    with pytest.raises(Forbidden, match="does not record"):
        await consenting.ask(surgery.parts, surgery.ann(), VISIT)


async def test_nothing_is_recorded_before_the_last_yes(surgery: Surgery) -> None:
    await surgery.recording_allowed()
    await surgery.call()
    asked = await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    assert (asked.after.recording, await about_recording(surgery)) == ("asked", [])

    on = await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)

    assert (on.after.recording, on.after.recorder) == ("on", "browser")
    assert await about_recording(surgery) == [("active", "permit")]
    [consent] = [one for one in await surgery.practice.search("Consent") if one["id"] == on.after.consent]
    assert consent["patient"] == consent["performer"][0] == {"reference": "Patient/pat"}
    assert consent["provision"]["data"][0]["reference"] == {"reference": f"Encounter/{on.after.encounter}"}


async def test_one_no_is_kept_and_nothing_is_recorded(surgery: Surgery) -> None:
    await surgery.recording_allowed()
    await surgery.call()
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)

    no = await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=False)

    assert (no.after.recording, await about_recording(surgery)) == ("off", [("rejected", "deny")])


async def test_taking_it_back_ends_it_at_once(surgery: Surgery) -> None:
    await recorded(surgery)

    no = await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=False)

    assert (no.after.recording, await about_recording(surgery)) == ("off", [("inactive", "deny")])
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    again = await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)
    assert (again.after.recording, await about_recording(surgery)) == ("on", [("active", "permit")])


async def test_anybody_inside_may_stop_it_and_nobody_else(surgery: Surgery) -> None:
    await recorded(surgery)
    await surgery.enter(surgery.rel())
    with pytest.raises(Conflict, match="not in the visit"):
        await consenting.stop(surgery.parts, surgery.rel(), VISIT)

    stopped = await consenting.stop(surgery.parts, surgery.pat(), VISIT)

    assert stopped.after.recording == "off"


@pytest.mark.parametrize("who", ["pat", "rel", "nurse", "guest"])
async def test_only_a_clinician_asks(surgery: Surgery, who: str) -> None:
    await surgery.recording_allowed()
    await surgery.call()
    chart = await surgery.guest() if who == "guest" else getattr(surgery, who)()
    await surgery.enter(chart, NAMED)

    with pytest.raises(Forbidden):
        await consenting.ask(surgery.parts, chart, VISIT)


async def test_who_comes_later_agrees_in_the_lobby_or_stays_there(surgery: Surgery) -> None:
    await recorded(surgery)
    guest = await surgery.guest()
    me = (await surgery.enter(guest, NAMED)).whole.me
    with pytest.raises(Conflict, match="recorded"):
        await visits.admit(surgery.parts, surgery.ann(), VISIT, me)

    await consenting.answer(surgery.parts, guest, VISIT, yes=True)
    inside = await visits.admit(surgery.parts, surgery.ann(), VISIT, me)

    assert (inside.after.recording, len(inside.whole.people)) == ("on", 3)
    assert await about_recording(surgery) == [("active", "permit")], "a guest's yes is not the patient's"


async def test_nothing_is_recorded_while_nobody_is_there_who_could_agree_for_the_patient(surgery: Surgery) -> None:
    await recorded(surgery)
    guest = await surgery.guest("family")
    me = (await surgery.enter(guest, NAMED)).whole.me
    await consenting.answer(surgery.parts, guest, VISIT, yes=True)
    await visits.admit(surgery.parts, surgery.ann(), VISIT, me)

    left = await visits.leave(surgery.parts, surgery.pat(), VISIT)

    assert (left.after.state, left.after.recording) == ("in-call", "off")
    with pytest.raises(Conflict, match="agree for the patient"):
        await consenting.ask(surgery.parts, surgery.ann(), VISIT)


async def test_a_host_who_comes_unasked_ends_it(surgery: Surgery) -> None:
    await recorded(surgery)

    assert (await surgery.enter(surgery.ben())).after.recording == "off"


async def test_it_ends_with_the_visit_and_when_the_patient_goes(surgery: Surgery) -> None:
    await recorded(surgery)
    gone = await visits.leave(surgery.parts, surgery.pat(), VISIT)
    assert gone.after.recording == "off"
    await surgery.let_in(surgery.pat())
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)
    await consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True)

    assert (await visits.end(surgery.parts, surgery.ann(), VISIT)).after.recording == "off"


async def test_yes_and_no_at_once_do_not_leave_it_running(surgery: Surgery) -> None:
    await surgery.recording_allowed()
    await surgery.call()
    await surgery.let_in(surgery.rel())
    await consenting.ask(surgery.parts, surgery.ann(), VISIT)

    await asyncio.gather(
        consenting.answer(surgery.parts, surgery.pat(), VISIT, yes=True),
        consenting.answer(surgery.parts, surgery.rel(), VISIT, yes=False),
        return_exceptions=True,
    )

    assert (await visits.look(surgery.parts, surgery.ann(), VISIT)).recording == "off"


async def test_each_word_is_in_the_log(surgery: Surgery) -> None:
    await recorded(surgery)
    await consenting.stop(surgery.parts, surgery.ann(), VISIT)

    said = [(one.action, one.who) for one in await surgery.practice.clinic.log() if "recording" in one.action]
    assert said == [
        ("video/$ask-recording", "Practitioner/ann"), ("video/$answer-recording", "Patient/pat"),
        ("video/$stop-recording", "Practitioner/ann"),
    ]  # fmt: skip
