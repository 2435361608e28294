"""A socket that is lost, a page that is opened again, a person who sits at another socket: the call goes on."""

import pytest

from meridian.testing.hall import Hall
from meridian.testing.surgery import VISIT

pytestmark = pytest.mark.anyio


async def test_a_lost_socket_takes_nobody_out_until_the_grace_is_over(hall: Hall) -> None:
    ann, pat = await hall.call_of_two()

    await hall.lose(pat)
    await hall.beat(seconds=25)
    within = (await ann.say("visit.sync", visit=VISIT))["data"]
    await hall.beat(seconds=10)
    after = (await ann.say("visit.sync", visit=VISIT))["data"]

    assert [one["state"] for one in within["people"]] == ["admitted", "admitted"]
    assert within["state"] == "in-call"
    assert sorted(one["state"] for one in after["people"]) == ["admitted", "left"]


async def test_whoever_is_there_has_not_left_however_long_they_say_nothing(hall: Hall) -> None:
    ann, _ = await hall.call_of_two()

    for _ in range(5):
        await hall.beat(seconds=20)

    state = (await ann.say("visit.sync", visit=VISIT))["data"]["state"]
    assert state == "in-call"


async def test_whoever_talks_or_waits_is_not_idle(hall: Hall) -> None:
    ann, _ = await hall.call_of_two()
    await hall.socket(hall.sign_in("patient", "Patient/pia", ["pia"]))
    await ann.say("visit.sync", visit=VISIT)
    hall.sessions.awake.clear()

    await hall.beat(seconds=10)

    assert {hall.sessions.people[one].who for one in hall.sessions.awake} == {"Practitioner/ann", "Patient/pat"}


async def test_a_page_that_is_opened_again_is_in_the_call_at_once_as_the_same_person(hall: Hall) -> None:
    ann, pat = await hall.call_of_two()
    me = hall.me(pat)
    await hall.lose(pat)
    again = await hall.pat()

    entered = (await again.say("visit.enter", visit=VISIT))["data"]
    [admitted] = await again.wait("visit.admitted")
    await ann.say("rtc.signal", visit=VISIT, to=me, attempt="2", wants="restart")

    assert (entered["me"], entered["state"], admitted["me"]) == (me, "in-call", me)
    assert (await again.wait("rtc.signal"))[0]["wants"] == "restart"
    assert hall.figures.get_sample_value("meridian_visit_reconnects_total", {"kind": "socket"}) == 1


async def test_what_is_a_persons_goes_to_the_socket_they_entered_at_last(hall: Hall) -> None:
    ann, pat = await hall.call_of_two()
    other = await hall.pat()

    await other.say("visit.enter", visit=VISIT)
    told = await pat.wait("visit.elsewhere")
    await ann.say("rtc.signal", visit=VISIT, to=hall.me(pat), attempt="2", wants="rebuild")
    await other.wait("rtc.signal")
    left = await pat.say("visit.leave", visit=VISIT)

    assert told == [{"visit": VISIT}]
    assert left["ok"]
    assert not pat.all("rtc.signal")
    assert (await ann.say("visit.sync", visit=VISIT))["data"]["state"] == "in-call"


async def test_what_was_missed_is_in_the_answer(hall: Hall) -> None:
    ann, pat = await hall.call_of_two()
    before = (await ann.say("visit.sync", visit=VISIT))["data"]["seq"]

    await pat.say("visit.chat", visit=VISIT, cid="c-1", text="Hello")
    await ann.say("visit.lock", visit=VISIT, on=True)
    missed = (await ann.say("visit.sync", visit=VISIT, since=before))["data"]

    assert [one["kind"] for one in missed["events"]] == ["visit-chat", "visit-state"]
    assert missed["locked"]
    assert missed["seq"] == missed["events"][-1]["seq"]


async def test_what_another_process_did_unheard_is_seen_at_the_next_look(hall: Hall) -> None:
    ann, pat = await hall.call_of_two()
    hall.surgery.practice.clinic.engine.told = lambda _: None  # as if its news were lost

    await ann.say("visit.end", visit=VISIT)
    assert "ended" not in [one["state"] for one in pat.all("visit.state")]
    await hall.beat(seconds=10)

    await hall.until(pat, lambda: pat.all("visit.state")[-1]["state"] == "ended")
