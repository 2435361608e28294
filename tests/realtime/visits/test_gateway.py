"""Three and more through a gateway: who is told which room, and who may no longer be in it."""

from collections.abc import AsyncIterator

import pytest

from meridian.store.sqlite import Sqlite
from meridian.telehealth.media.port import Room
from meridian.testing.foyer import Foyer
from meridian.testing.hall import Hall
from meridian.testing.practice import opened
from meridian.testing.surgery import VISIT, Surgery

pytestmark = pytest.mark.anyio


@pytest.fixture
def foyer() -> Foyer:
    return Foyer()


@pytest.fixture
async def hall(sqlite_engine: Sqlite, foyer: Foyer) -> AsyncIterator[Hall]:
    made = Hall(await Surgery.at(await opened(sqlite_engine), foyer))
    async with made.stack:
        await made.serve()
        yield made


async def test_the_third_brings_a_room_and_each_is_told_their_own_key_to_it(hall: Hall, foyer: Foyer) -> None:
    ann, pat, ira = await hall.call_of_three()

    [to_ann], [to_pat], [to_ira] = [
        await ann.wait("rtc.mode"), await pat.wait("rtc.mode"), await ira.wait("visit.admitted"),
    ]  # fmt: skip

    told = {hall.me(one): said for one, said in ((ann, to_ann), (pat, to_pat), (ira, to_ira))}
    assert {said["mode"] for said in told.values()} == {"sfu"}
    assert to_ann["room"] == {
        "url": "/janus", "id": f"{VISIT}.1", "token": f"pin-{hall.me(ann)}", "feed": f"{hall.me(ann)}.feed",
        "recorded": False,
    }  # fmt: skip
    assert {said["room"]["token"] for said in told.values()} == {f"pin-{me}" for me in told}
    assert foyer.rooms == {Room(1, VISIT, 1): set(told)}


async def test_whoever_is_put_out_is_put_out_of_the_room_and_given_no_key_again(hall: Hall, foyer: Foyer) -> None:
    ann, pat, ira = await hall.call_of_three()
    await pat.wait("rtc.mode")

    await ann.say("visit.remove", visit=VISIT, person=hall.me(pat))
    refused = await pat.say("rtc.ice_refresh", visit=VISIT)

    assert hall.me(pat) not in foyer.rooms[Room(1, VISIT, 1)]
    assert refused["error"]["code"] == "conflict"
    assert (await ira.wait("rtc.mode"))[-1]["mode"] == "p2p"


async def test_the_end_closes_the_room(hall: Hall, foyer: Foyer) -> None:
    ann, pat, _ = await hall.call_of_three()
    await pat.wait("rtc.mode")

    await ann.say("visit.end", visit=VISIT)

    assert foyer.rooms == {}


async def test_a_gateway_that_is_away_keeps_two_in_their_call_and_is_asked_again(hall: Hall, foyer: Foyer) -> None:
    ann, _ = await hall.call_of_two()
    foyer.away = True
    ira = await hall.guest()
    me = (await ira.say("visit.enter", visit=VISIT, consent=True, name="Ira"))["data"]["me"]

    admitted = await ann.say("visit.admit", visit=VISIT, person=me)
    await hall.until(ira, lambda: bool(ira.all("visit.state")))
    await ira.say("visit.sync", visit=VISIT)
    before = ann.all("rtc.mode"), ira.all("visit.admitted")
    foyer.away = False
    await hall.beat(seconds=10)

    assert admitted["ok"]
    assert before == ([], [])
    assert (await ann.wait("rtc.mode"))[0]["mode"] == (await ira.wait("visit.admitted"))[0]["mode"] == "sfu"
    assert hall.figures.get_sample_value("meridian_visit_join_failures_total", {"step": "gateway"})


async def test_a_recording_all_agreed_to_goes_on_in_a_new_room_and_one_no_ends_it(hall: Hall, foyer: Foyer) -> None:
    ann, pat, ira = await hall.call_of_three()
    await pat.wait("rtc.mode")
    await hall.allow_recording()

    asked = await ann.say("recording.request", visit=VISIT)
    await pat.say("recording.answer", visit=VISIT, yes=True)
    still_off = set(foyer.taped)
    await ira.say("recording.answer", visit=VISIT, yes=True)
    [_, recorded] = await pat.wait("rtc.mode", 2)
    taped = set(foyer.taped)
    await pat.say("recording.answer", visit=VISIT, yes=False)
    [*_, after] = await pat.wait("rtc.mode", 3)

    assert asked["ok"]
    assert (still_off, taped) == (set(), {Room(1, VISIT, 2, recorded=True)})
    assert (recorded["room"]["id"], recorded["room"]["recorded"]) == (f"{VISIT}.2", True)
    assert (after["room"]["id"], after["room"]["recorded"]) == (f"{VISIT}.3", False)
    assert not foyer.taped
