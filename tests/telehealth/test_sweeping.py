"""Lost connections keep their place for half a minute, and a visit that nobody ends is ended."""

import pytest

from meridian.telehealth import missed, visits
from meridian.telehealth.sweeping import GRACE
from meridian.testing.practice import at
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio


async def people(surgery: Surgery) -> dict[str, str]:
    seen = await visits.look(surgery.parts, surgery.ann(), VISIT)
    return {one.part: one.state for one in seen.people}


async def pulse(surgery: Surgery, *who: str) -> None:
    await surgery.parts.calls.there([(1, VISIT, one) for one in who])


async def test_who_is_away_for_half_a_minute_has_left(surgery: Surgery) -> None:
    await surgery.call()
    surgery.practice.watch.now += GRACE
    await pulse(surgery, "Practitioner/ann")
    await surgery.sweep()
    assert await people(surgery) == {"host": "admitted", "patient": "admitted"}

    surgery.practice.watch.now += 1
    await surgery.sweep()

    assert await people(surgery) == {"host": "admitted", "patient": "left"}
    [(org, done)] = surgery.carried
    assert (org, done.before.state, done.after.state) == (1, "in-call", "admitted")


async def test_who_comes_back_in_time_has_not_left(surgery: Surgery) -> None:
    await surgery.call()
    surgery.practice.watch.now += GRACE - 1
    await surgery.enter(surgery.pat())
    await pulse(surgery, "Practitioner/ann")
    surgery.practice.watch.now += 1000
    await surgery.sweep()

    assert await people(surgery) == {"host": "admitted", "patient": "admitted"}
    assert surgery.carried == []


async def test_when_everything_was_away_people_go_on_where_they_were(surgery: Surgery) -> None:
    """A server that was killed: nobody pulsed, so all have left, and all may come back."""
    call = await surgery.call()
    surgery.practice.watch.now += 60_000
    await surgery.sweep()
    assert await people(surgery) == {"host": "left", "patient": "left"}

    await surgery.enter(surgery.ann())
    again = await surgery.let_in(surgery.pat())

    assert again.after.state == "in-call"
    assert again.after.encounter == call.after.encounter
    assert again.after.begun == call.after.begun


async def test_a_visit_nobody_ends_is_ended_when_its_doors_close(surgery: Surgery) -> None:
    call = await surgery.call()
    surgery.practice.watch.set(at("13:00"))
    await pulse(surgery, "Practitioner/ann", "Patient/pat")
    await surgery.sweep()
    assert (await visits.look(surgery.parts, surgery.ann(), VISIT)).state == "in-call"

    surgery.practice.watch.now += 1
    await surgery.sweep()

    assert (await visits.look(surgery.parts, surgery.ann(), VISIT)).state == "ended"
    encounter = await surgery.practice.read("Encounter", call.after.encounter)
    assert all(one["period"].get("end") for one in encounter["participant"])
    await surgery.sweep()
    assert len(surgery.carried) == 1


async def test_a_visit_to_which_nobody_came_stays_missed_when_its_doors_close(surgery: Surgery) -> None:
    surgery.practice.watch.set(at("09:20"))
    await missed.missed(surgery.parts, surgery.ann(), VISIT)
    surgery.practice.watch.set(at("13:01"))
    await surgery.sweep()
    await surgery.sweep()

    assert [done.after.state for _, done in surgery.carried] == ["no-show"], "and it is over, once"


async def test_sweeping_goes_on_after_a_visit_whose_appointment_is_gone(surgery: Surgery) -> None:
    await surgery.visit("gone", clock="09:20")
    for visit in ("gone", VISIT):
        await surgery.enter(surgery.ann(), visit=visit)
    await surgery.practice.clinic.servant().delete("Appointment", "gone")
    surgery.practice.watch.set(at("13:31"))

    await surgery.sweep()

    assert [done.after.id for _, done in surgery.carried] == [VISIT, VISIT], "who was there has left, and it is over"


async def test_who_is_away_while_the_call_is_on_hold_leaves_no_encounter_on_leave(surgery: Surgery) -> None:
    call = await surgery.call()
    await visits.hold(surgery.parts, surgery.ann(), VISIT, on=True)
    surgery.practice.watch.now += GRACE + 1
    await surgery.sweep()

    assert (await surgery.practice.read("Encounter", call.after.encounter))["status"] == "in-progress"
