"""A whole visit over sockets, from the lobby to its end."""

from typing import Any

import pytest

from meridian.testing.hall import Hall
from meridian.testing.sockets import Socket
from meridian.testing.surgery import VISIT

pytestmark = pytest.mark.anyio

OFFER = {"type": "offer", "sdp": "v=0"}


async def test_two_meet_talk_and_part(either_hall: Hall) -> None:
    pat, ann = await either_hall.pat(), await either_hall.ann()

    waiting = (await pat.say("visit.enter", visit=VISIT, consent=True))["data"]
    hosting = (await ann.say("visit.enter", visit=VISIT))["data"]
    [to_ann] = await ann.wait("visit.admitted")
    let_in = await ann.say("visit.admit", visit=VISIT, person=waiting["me"])
    [to_pat] = await pat.wait("visit.admitted")
    handed = await ann.say("rtc.signal", visit=VISIT, to=waiting["me"], attempt="1", description=OFFER)
    [signal] = await pat.wait("rtc.signal")
    ended = await ann.say("visit.end", visit=VISIT)

    assert (waiting["state"], hosting["state"]) == ("lobby", "admitted")
    assert let_in == handed == ended == {"ok": True, "data": None}
    assert (to_ann["me"], to_ann["mode"], to_pat["me"]) == (hosting["me"], "p2p", waiting["me"])
    assert signal == {"visit": VISIT, "from": hosting["me"], "attempt": "1", "description": OFFER}
    await until(pat, state="ended")
    await until(ann, state="ended")


async def test_a_third_makes_it_a_mesh_and_goes_again(hall: Hall) -> None:
    ann, pat, ira = await hall.call_of_three()

    [more] = await ann.wait("rtc.mode")
    left = await ira.say("visit.leave", visit=VISIT)
    [_, fewer] = await ann.wait("rtc.mode", 2)

    assert left["ok"]
    assert (more["mode"], fewer["mode"]) == ("mesh", "p2p")
    assert [one["mode"] for one in await pat.wait("rtc.mode", 2)] == ["mesh", "p2p"]
    assert [one["mode"] for one in ira.all("visit.admitted")] == ["mesh"]
    assert not ira.all("rtc.mode")


async def test_what_one_sends_the_others_see(hall: Hall) -> None:
    ann, pat, ira = await hall.call_of_three()

    await pat.say("media.state", visit=VISIT, audio=True, video=False, screen=True, quality="fair")
    seen = [await one.wait("media.state") for one in (ann, ira)]
    ann_later = (await ann.say("visit.sync", visit=VISIT))["data"]

    said = {"visit": VISIT, "from": hall.me(pat), "audio": True, "video": False, "screen": True, "quality": "fair"}
    assert seen == [[said], [said]]
    assert not pat.all("media.state")
    [line] = [one for one in ann_later["people"] if one["id"] == hall.me(pat)]
    assert (line["audio"], line["video"], line["screen"]) == (True, False, True)


async def test_a_line_of_the_chat_is_kept_once_and_told_to_those_inside(hall: Hall) -> None:
    ann, pat, ira = await hall.call_of_three()
    line: dict[str, Any] = {"visit": VISIT, "cid": "c-1", "text": "Take two a day"}

    first, again = await ann.say("visit.chat", **line), await ann.say("visit.chat", **line)
    told = await pat.wait("visit.chat", 2)

    assert first == again
    assert first["data"]["at"] == told[0]["at"]
    assert told[0] == {**line, "from": hall.me(ann), "at": told[0]["at"]}
    assert told == await ira.wait("visit.chat", 2)
    assert len(await hall.surgery.practice.search("Communication", subject="Patient/pat")) == 1


async def test_captions_come_from_whoever_is_there_for_them(hall: Hall) -> None:
    ann, pat, ira = await hall.call_of_three("captioner")

    typed = await ira.say("caption.line", visit=VISIT, text="Where does it", final=False)
    refused = await ann.say("caption.line", visit=VISIT, text="here", final=True)

    assert typed["ok"]
    assert refused["error"]["code"] == "forbidden"
    assert await pat.wait("caption.line") == [
        {"visit": VISIT, "from": hall.me(ira), "text": "Where does it", "final": False}
    ]


async def test_on_hold_everybody_sees_it(hall: Hall) -> None:
    ann, pat, _ = await hall.call_of_three()

    await ann.say("visit.hold", visit=VISIT, on=True)
    await until(pat, state="hold")
    await ann.say("visit.hold", visit=VISIT, on=False)

    await until(pat, state="in-call")


async def test_whoever_is_turned_away_is_told_and_may_ask_again(hall: Hall) -> None:
    ann, pat = await hall.ann(), await hall.pat()
    await ann.say("visit.enter", visit=VISIT)
    me = (await pat.say("visit.enter", visit=VISIT, consent=True))["data"]["me"]

    await ann.say("visit.deny", visit=VISIT, person=me)
    denied = await until(pat, state="admitted", own="denied")
    again = await pat.say("visit.enter", visit=VISIT, consent=True)

    assert own_state(denied) == "denied"
    assert (again["data"]["me"], own_state(again["data"])) == (me, "lobby")


async def test_nobody_new_comes_to_a_locked_visit(hall: Hall) -> None:
    ann, _ = await hall.call_of_two()

    await ann.say("visit.lock", visit=VISIT, on=True)
    ira = await hall.guest()
    refused = await ira.say("visit.enter", visit=VISIT, consent=True, name="Ira")

    assert refused["error"]["code"] == "conflict"


async def test_a_host_who_comes_rings_at_the_patients(hall: Hall) -> None:
    pat, ann = await hall.pat(), await hall.ann()
    await pat.say("feeds.sync", since={"mine": -1})

    await ann.say("visit.enter", visit=VISIT)

    [rings] = await pat.wait("happened")
    assert (rings["feed"], rings["kind"], rings["what"]) == ("patient:pat", "visit-ready", f"Appointment/{VISIT}")


async def test_a_patient_who_waits_rings_at_the_hosts_and_shows_on_the_board(hall: Hall) -> None:
    pat, ann = await hall.pat(), await hall.ann()
    await ann.say("feeds.sync", since={"me": -1, "board": -1})

    await pat.say("visit.enter", visit=VISIT, consent=True)

    await hall.until(ann, lambda: {"person:Practitioner/ann", "board"} <= waiting_in(ann))


def waiting_in(socket: Socket) -> set[str]:
    """The feeds in which somebody was said to wait."""
    return {one["feed"] for one in socket.all("happened") if one["kind"] == "visit-waiting"}


async def until(socket: Socket, *, state: str, own: str = "") -> dict[str, Any]:
    """The visit as a socket is shown it, once it is in that state, and its person in theirs."""

    def shown() -> bool:
        newest = socket.all("visit.state")[-1:]
        return any(one["state"] == state and (not own or own_state(one) == own) for one in newest)

    await Hall.until(socket, shown)
    newest: dict[str, Any] = socket.all("visit.state")[-1]
    return newest


def own_state(whole: dict[str, Any]) -> str:
    """Where the socket's own person stands."""
    return next((str(one["state"]) for one in whole["people"] if one["id"] == whole["me"]), "")
