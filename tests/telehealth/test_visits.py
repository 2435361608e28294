"""A visit from the lobby to its end, and who may do what in it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from meridian.access.chart import Chart
from meridian.faults import Conflict, Forbidden, Invalid, NotFound
from meridian.fhir.ours import extension
from meridian.telehealth import chat, consenting, guests, missed, trying, visits
from meridian.telehealth.visits import Coming, Done
from meridian.testing.practice import at
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio


def states_of(done: Done) -> dict[str, str]:
    return {one.part: one.state for one in done.after.people}


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


async def test_everybody_but_the_patient_takes_part_in_the_encounter(surgery: Surgery) -> None:
    call = await surgery.call()
    await surgery.enter(surgery.ben())
    await visits.leave(surgery.parts, surgery.ben(), VISIT)
    await surgery.let_in(surgery.rel())
    await surgery.let_in(await surgery.guest(), Coming(consent=True, name="Ina"))

    await visits.end(surgery.parts, surgery.ann(), VISIT)

    people = (await surgery.practice.read("Encounter", call.after.encounter))["participant"]
    assert {one["individual"].get("reference", one["individual"].get("display")) for one in people} == {
        "Practitioner/ann", "Practitioner/ben", "RelatedPerson/rel", "Ina",
    }  # fmt: skip
    assert all(one["period"]["end"] for one in people)


async def test_agreeing_to_video_is_kept_as_the_patients_consent(surgery: Surgery) -> None:
    with pytest.raises(Invalid, match="consent"):
        await surgery.enter(surgery.pat(), Coming())
    assert await surgery.practice.search("Consent") == []

    await surgery.enter(surgery.pat())

    [consent] = await surgery.practice.search("Consent")
    assert (consent["status"], consent["provision"]["type"]) == ("active", "permit")
    assert consent["policy"][0]["uri"].endswith("/papers/telehealth/1")
    assert consent["patient"]["reference"] == consent["performer"][0]["reference"] == "Patient/pat"
    await surgery.enter(surgery.pat(), Coming())  # once is enough


async def test_who_has_taken_their_consent_back_is_asked_again(surgery: Surgery) -> None:
    await surgery.enter(surgery.pat())
    [consent] = await surgery.practice.search("Consent")
    await surgery.practice.put("Consent", consent["id"], **consent | {"status": "inactive"})

    with pytest.raises(Invalid, match="consent"):
        await surgery.enter(surgery.pat(), Coming())


async def test_consent_may_be_given_before_the_visit(surgery: Surgery) -> None:
    before = await visits.look(surgery.parts, surgery.pat(), VISIT)
    agreed = await visits.agree(surgery.parts, surgery.pat(), VISIT)
    again = await visits.agree(surgery.parts, surgery.rel(), VISIT)

    assert [before.consented, agreed.consented, again.consented] == [False, True, True]
    assert len(await surgery.practice.search("Consent")) == 1
    assert (await surgery.enter(surgery.pat(), Coming())).after.state == "lobby"
    with pytest.raises(Forbidden):
        await visits.agree(surgery.parts, surgery.ann(), VISIT)


@pytest.mark.parametrize(
    ("clock", "opened"), [("08:29", False), ("08:30", True), ("12:59", True), ("13:00", False), ("09:15", True)]
)
async def test_doors_are_open_from_half_an_hour_before_till_four_hours_after(
    surgery: Surgery,
    clock: str,
    opened: bool,  # noqa: FBT001  # from the table
) -> None:
    surgery.practice.watch.set(at(clock))
    if opened:
        assert (await surgery.enter(surgery.pat())).after.state == "lobby"
    else:
        with pytest.raises(Conflict, match="30 minutes"):
            await surgery.enter(surgery.pat())


@pytest.mark.parametrize("status", ["cancelled", "pending", "fulfilled"])
async def test_a_visit_that_is_not_to_take_place_has_no_doors(surgery: Surgery, status: str) -> None:
    await surgery.visit("other", clock="09:30", status=status)

    with pytest.raises(Conflict, match="not to take place"):
        await surgery.enter(surgery.pat(), visit="other")


async def test_a_page_that_is_loaded_again_finds_its_place(surgery: Surgery) -> None:
    call = await surgery.call()
    again = await surgery.enter(surgery.pat())

    assert (again.after.state, again.whole.me, again.after.epoch) == ("in-call", again.whole.me, call.after.epoch)
    assert [one.id for one in again.after.people] == [one.id for one in call.after.people]


async def test_a_patient_who_left_knocks_again(surgery: Surgery) -> None:
    await surgery.call()
    gone = await visits.leave(surgery.parts, surgery.pat(), VISIT)
    back = await surgery.enter(surgery.pat())

    assert [gone.after.state, back.after.state] == ["admitted", "admitted"]
    assert states_of(back)["patient"] == "lobby"
    assert (await visits.admit(surgery.parts, surgery.ann(), VISIT, back.whole.me)).after.state == "in-call"


async def test_who_is_turned_away_or_put_out_may_knock_again(surgery: Surgery) -> None:
    await surgery.enter(surgery.ann())
    me = (await surgery.enter(surgery.pat())).whole.me
    denied = await visits.deny(surgery.parts, surgery.ann(), VISIT, me)
    await surgery.let_in(surgery.pat())
    removed = await visits.remove(surgery.parts, surgery.ann(), VISIT, me)

    assert [states_of(denied)["patient"], states_of(removed)["patient"]] == ["denied", "removed"]
    assert states_of(await surgery.enter(surgery.pat()))["patient"] == "lobby"


async def test_two_hosts_at_once_let_somebody_in_once(surgery: Surgery) -> None:
    me = (await surgery.enter(surgery.pat())).whole.me
    await surgery.enter(surgery.ann())
    await surgery.enter(surgery.ben())

    both = await asyncio.gather(
        *(visits.admit(surgery.parts, who, VISIT, me) for who in (surgery.ann(), surgery.ben()) for _ in range(3))
    )

    assert {one.after.epoch for one in both} == {3}
    assert {one.after.encounter for one in both} != {""}
    assert len(await surgery.practice.search("Encounter")) == 1


async def test_one_lets_in_while_the_other_ends(surgery: Surgery) -> None:
    me = (await surgery.enter(surgery.pat())).whole.me
    await surgery.enter(surgery.ann())
    await surgery.enter(surgery.ben())

    results = await asyncio.gather(
        visits.admit(surgery.parts, surgery.ann(), VISIT, me),
        visits.end(surgery.parts, surgery.ben(), VISIT),
        return_exceptions=True,
    )

    assert not any(isinstance(one, Exception) and not isinstance(one, Conflict) for one in results), results
    seen = await visits.look(surgery.parts, surgery.ann(), VISIT)
    assert seen.state == "ended"
    assert not any(one.state == "admitted" for one in seen.people)


async def test_the_same_person_from_two_pages_at_once_comes_once(surgery: Surgery) -> None:
    both = await asyncio.gather(*(surgery.enter(surgery.pat()) for _ in range(4)))

    assert len({one.whole.me for one in both}) == 1
    assert len(await surgery.practice.search("Consent")) == 1
    assert len(await surgery.practice.search("Encounter")) == 1


async def test_a_nurse_may_hold_a_visit_too(surgery: Surgery) -> None:
    me = (await surgery.enter(surgery.pat())).whole.me
    nurse = surgery.nurse()
    await surgery.enter(nurse)

    assert (await visits.admit(surgery.parts, nurse, VISIT, me)).after.state == "in-call"


async def test_a_patient_who_is_late_comes_though_they_were_missed(surgery: Surgery) -> None:
    surgery.practice.watch.set(at("09:20"))
    await missed.missed(surgery.parts, surgery.ann(), VISIT)

    come = await surgery.enter(surgery.pat())
    await surgery.enter(surgery.ann())
    call = await visits.admit(surgery.parts, surgery.ann(), VISIT, come.whole.me)

    assert [come.after.state, call.after.state] == ["lobby", "in-call"]
    assert (await surgery.practice.read("Appointment", VISIT))["status"] == "checked-in"


async def test_who_waits_sees_themselves_and_the_host_and_not_the_others(surgery: Surgery) -> None:
    await surgery.call()
    await surgery.enter(surgery.rel())
    waiting = await surgery.enter(await surgery.guest(), Coming(consent=True, name="Ina"))
    inside = await surgery.enter(surgery.pat())

    assert {(one.part, one.name) for one in waiting.whole.people} == {("interpreter", "Ina"), ("host", "Ann")}
    assert (waiting.whole.patient, waiting.whole.encounter) == ("", "")
    assert {one.part for one in inside.whole.people} == {"host", "patient", "family", "interpreter"}


Act = Callable[[Surgery, Chart, str], Awaitable[Any]]
NOBODY = "nobody"
EVERYONES: dict[str, Act] = {
    "enter": lambda surgery, chart, visit: surgery.enter(chart, Coming(consent=True, name="Ina"), visit),
    "look": lambda surgery, chart, visit: visits.look(surgery.parts, chart, visit),
    "leave": lambda surgery, chart, visit: visits.leave(surgery.parts, chart, visit),
    "say": lambda _, chart, visit: chat.say(chart, visit, "c1", "Hello"),
    "transcript": lambda _, chart, visit: chat.transcript(chart, visit),
    "answer": lambda surgery, chart, visit: consenting.answer(surgery.parts, chart, visit, yes=True),
    "stop": lambda surgery, chart, visit: consenting.stop(surgery.parts, chart, visit),
    "device": lambda surgery, chart, visit: trying.ice(surgery.parts, chart, visit),
    "agree": lambda surgery, chart, visit: visits.agree(surgery.parts, chart, visit),
}
HOSTS: dict[str, Act] = {
    "admit": lambda surgery, chart, visit: visits.admit(surgery.parts, chart, visit, NOBODY),
    "deny": lambda surgery, chart, visit: visits.deny(surgery.parts, chart, visit, NOBODY),
    "remove": lambda surgery, chart, visit: visits.remove(surgery.parts, chart, visit, NOBODY),
    "lock": lambda surgery, chart, visit: visits.lock(surgery.parts, chart, visit, on=True),
    "hold": lambda surgery, chart, visit: visits.hold(surgery.parts, chart, visit, on=True),
    "end": lambda surgery, chart, visit: visits.end(surgery.parts, chart, visit),
    "ask": lambda surgery, chart, visit: consenting.ask(surgery.parts, chart, visit),
    "missed": lambda surgery, chart, visit: missed.missed(surgery.parts, chart, visit),
    "remind": lambda _, chart, visit: missed.remind(chart, visit),
    "invite": lambda _, chart, visit: guests.invite(chart, visit, guests.Inviting("guest")),
    "guests": lambda _, chart, visit: guests.listed(chart, visit),
    "cancel": lambda surgery, chart, visit: guests.cancel(surgery.parts, chart, visit, NOBODY),
}


@pytest.mark.parametrize("act", [*EVERYONES, *HOSTS])
async def test_a_visit_that_is_not_ones_own_is_refused_like_one_that_is_not_there(
    sqlite_surgery: Surgery, act: str
) -> None:
    surgery = sqlite_surgery
    operation = (EVERYONES | HOSTS)[act]
    outsiders = [
        surgery.pat("pia"), surgery.rel("pia"), await surgery.elsewhere(), await surgery.guest_elsewhere(),
    ]  # fmt: skip
    for chart in outsiders:
        said = [await refusal(operation(surgery, chart, visit)) for visit in (VISIT, "nowhere")]
        assert said[0] == said[1]


async def refusal(doing: Awaitable[Any]) -> tuple[type[Exception], str]:
    with pytest.raises((NotFound, Forbidden)) as refused:
        await doing
    return refused.type, str(refused.value)


@pytest.mark.parametrize("act", HOSTS)
async def test_what_is_the_hosts_is_refused_to_those_who_only_take_part(sqlite_surgery: Surgery, act: str) -> None:
    surgery = sqlite_surgery
    await surgery.call()
    taking_part = [surgery.pat(), surgery.rel(), await surgery.guest()]
    before = await visits.look(surgery.parts, surgery.ann(), VISIT)

    for chart in taking_part:
        with pytest.raises(Forbidden):
            await HOSTS[act](surgery, chart, VISIT)
    assert await visits.look(surgery.parts, surgery.ann(), VISIT) == before


@pytest.mark.parametrize("role", ["lab", "pharmacist", "security-officer", "administrator", "helper"])
async def test_other_roles_have_no_part_in_it(sqlite_surgery: Surgery, role: str) -> None:
    for operation in (EVERYONES | HOSTS).values():
        with pytest.raises((NotFound, Forbidden)):
            await operation(sqlite_surgery, sqlite_surgery.other(role), VISIT)
    assert (await visits.look(sqlite_surgery.parts, sqlite_surgery.ann(), VISIT)).state == "scheduled"


async def test_an_appointment_that_is_not_by_video_is_no_visit(surgery: Surgery) -> None:
    await surgery.visit("room", clock="09:30", extension=[extension("video", valueBoolean=False)])

    with pytest.raises(NotFound, match="no such visit"):
        await surgery.enter(surgery.ann(), visit="room")


async def test_each_step_is_in_the_log_with_who_and_what(surgery: Surgery) -> None:
    await surgery.call()
    await visits.hold(surgery.parts, surgery.ann(), VISIT, on=True)
    await visits.end(surgery.parts, surgery.ann(), VISIT)
    with pytest.raises(NotFound):
        await surgery.enter(surgery.pat("pia"))

    log = await surgery.practice.clinic.log()
    said = [(one.action, one.outcome, one.what) for one in log if one.action.startswith("video/$")]
    visit = f"Appointment/{VISIT}"
    assert said == [
        ("video/$enter", "ok", visit), ("video/$enter", "ok", visit), ("video/$admit", "ok", visit),
        ("video/$hold", "ok", visit), ("video/$end", "ok", visit), ("video/$enter", "refused", visit),
    ]  # fmt: skip
    assert {one.patient for one in log if one.action == "video/$admit"} == {"pat"}
