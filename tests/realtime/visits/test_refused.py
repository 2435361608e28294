"""What is refused on the wire of a visit, and what is shown to whom."""

import json
import logging
from typing import Any

import pytest

from meridian.testing.hall import Hall
from meridian.testing.sockets import Socket
from meridian.testing.surgery import VISIT

pytestmark = pytest.mark.anyio

SIGNAL: dict[str, Any] = {"attempt": "1", "wants": "rebuild"}
KEY: dict[str, Any] = {"epoch": 2, "wrapped": "c2VhbGVk"}
RELAYED: list[tuple[str, dict[str, Any]]] = [("rtc.signal", SIGNAL), ("e2ee.key", KEY)]
SENT: list[tuple[str, dict[str, Any]]] = [
    ("media.state", {"audio": True, "video": True, "screen": False}),
    ("visit.chat", {"cid": "c-1", "text": "Hello"}),
    ("caption.line", {"text": "Hello", "final": True}),
    ("rtc.ice_refresh", {}),
    ("recording.stop", {}),
]
HOSTED: list[tuple[str, dict[str, Any]]] = [
    ("visit.admit", {"person": "p"}),
    ("visit.deny", {"person": "p"}),
    ("visit.remove", {"person": "p"}),
    ("visit.lock", {"on": True}),
    ("visit.hold", {"on": True}),
    ("visit.end", {}),
    ("recording.request", {}),
]


@pytest.mark.parametrize(("event", "body"), [*RELAYED, *SENT])
async def test_whoever_waits_sends_nothing(hall: Hall, event: str, body: dict[str, Any]) -> None:
    ann, ira = await waiting(hall)

    said = await ira.say(event, visit=VISIT, **body | to(hall, ann, event))

    assert said["error"]["code"] in {"conflict", "forbidden"}
    await nothing_came(ann, event)


@pytest.mark.parametrize(("event", "body"), RELAYED)
async def test_whoever_waits_is_sent_nothing(hall: Hall, event: str, body: dict[str, Any]) -> None:
    ann, ira = await waiting(hall)

    said = await ann.say(event, visit=VISIT, to=hall.me(ira), **body)

    assert said["error"]["code"] == "conflict"
    await nothing_came(ira, event)


@pytest.mark.parametrize(("event", "body"), [*RELAYED, *SENT])
async def test_whoever_was_put_out_sends_nothing(hall: Hall, event: str, body: dict[str, Any]) -> None:
    ann, pat = await hall.call_of_two()
    await ann.say("visit.remove", visit=VISIT, person=hall.me(pat))

    said = await pat.say(event, visit=VISIT, **body | to(hall, ann, event))

    assert said["error"]["code"] in {"conflict", "forbidden"}
    await nothing_came(ann, event)


@pytest.mark.parametrize(("event", "body"), RELAYED)
async def test_whoever_was_put_out_is_sent_nothing(hall: Hall, event: str, body: dict[str, Any]) -> None:
    ann, pat = await hall.call_of_two()
    await ann.say("visit.remove", visit=VISIT, person=hall.me(pat))

    said = await ann.say(event, visit=VISIT, to=hall.me(pat), **body)

    assert said["error"]["code"] == "conflict"
    await nothing_came(pat, event)


@pytest.mark.parametrize(("event", "body"), [*RELAYED, *SENT])
async def test_after_the_end_nothing_is_sent(hall: Hall, event: str, body: dict[str, Any]) -> None:
    ann, pat = await hall.call_of_two()
    await ann.say("visit.end", visit=VISIT)

    said = await pat.say(event, visit=VISIT, **body | to(hall, ann, event))

    assert said["error"]["code"] in {"conflict", "forbidden"}


async def test_what_is_said_in_one_visit_is_not_heard_in_another(hall: Hall) -> None:
    """A host of both names somebody of the one in the other."""
    ann, pat = await hall.call_of_two()
    await hall.surgery.visit("other", "pia", "10:00")
    hall.surgery.practice.watch.now += 40 * 60_000
    await ann.say("visit.enter", visit="other")
    await ann.wait("visit.admitted", 2)

    said = await ann.say("rtc.signal", visit="other", to=hall.me(pat), **SIGNAL)

    assert said["error"]["code"] == "conflict"
    await nothing_came(pat, "rtc.signal")


async def test_who_has_no_part_in_a_visit_hears_that_there_is_none(hall: Hall) -> None:
    await hall.call_of_two()
    pia = await hall.socket(hall.sign_in("patient", "Patient/pia", ["pia"]))

    codes = set()
    for event, body in [("visit.enter", {"consent": True}), ("visit.sync", {}), *RELAYED, *SENT[:1]]:
        said = await pia.say(event, visit=VISIT, **body | ({"to": "p"} if (event, body) in RELAYED else {}))
        codes.add((said["error"]["code"], said["error"]["text"]))
    nowhere = await pia.say("visit.enter", visit="nowhere", consent=True)

    assert codes == {(nowhere["error"]["code"], nowhere["error"]["text"])} == {("not-found", "There is no such visit")}


@pytest.mark.parametrize(("event", "body"), HOSTED)
async def test_only_hosts_hold_the_visit(hall: Hall, event: str, body: dict[str, Any]) -> None:
    ann, pat, ira = await hall.call_of_three()
    named = {"person": hall.me(ann)} if "person" in body else {}

    said = [await one.say(event, visit=VISIT, **body | named) for one in (pat, ira)]

    assert [one["error"]["code"] for one in said] == ["forbidden", "forbidden"]
    assert (await ann.say("visit.sync", visit=VISIT))["data"]["state"] == "in-call"


async def test_what_is_too_large_is_not_handed_on(hall: Hall) -> None:
    ann, pat = await hall.call_of_two()
    offer = {"type": "offer", "sdp": "x" * 60_001}

    said = await ann.say("rtc.signal", visit=VISIT, to=hall.me(pat), attempt="1", description=offer)
    await ann.frame("42" + json.dumps(["rtc.signal", {"v": 1, "visit": VISIT, "x": "x" * 66_000}]))
    await ann.closed.wait()

    assert said["error"]["code"] == "invalid"
    assert ann.code == 1009
    await nothing_came(pat, "rtc.signal")


async def test_what_stands_in_no_schema_is_not_handed_on(hall: Hall) -> None:
    ann, pat = await hall.call_of_two()
    base: dict[str, Any] = {"visit": VISIT, "to": hall.me(pat), "attempt": "1"}
    odd: list[dict[str, Any]] = [
        {"description": {"type": "offer", "sdp": "v=0", "more": 1}},
        {"candidate": {"candidate": "c", "more": 1}},
        {"wants": "everything"},
        {"wants": "restart", "more": 1},
        {"wants": "restart", "candidate": {"candidate": "c"}},
        {},
    ]

    said = [await ann.say("rtc.signal", **base, **one) for one in odd]
    key = await ann.say("e2ee.key", visit=VISIT, to=hall.me(pat), epoch=1, wrapped="a" * 401)

    assert {one["error"]["code"] for one in [*said, key]} == {"invalid"}
    await nothing_came(pat, "rtc.signal")


async def test_what_is_too_often_is_refused(hall: Hall) -> None:
    ann, _ = await hall.call_of_two()
    report: dict[str, Any] = {"mode": "p2p", "level": "good"}

    said = [await ann.say("call.quality", visit=VISIT, **report) for _ in range(8)]

    assert [one.get("error", {}).get("code", "") for one in said] == [""] * 5 + ["throttled"] * 3


@pytest.mark.parametrize("event", ["rtc.signal", "e2ee.key"])
async def test_what_is_handed_on_is_so_fifty_times_a_second(hall: Hall, event: str) -> None:
    assert hall.servers[0].live.registry[event].rate == (50, 100)


async def test_whoever_waits_is_shown_their_own_line_and_the_hosts(hall: Hall) -> None:
    await hall.call_of_two()
    ira = await hall.guest()

    whole = (await ira.say("visit.enter", visit=VISIT, consent=True, name="Ira"))["data"]

    assert {(one["name"], one["part"]) for one in whole["people"]} == {("Ann", "host"), ("Ira", "interpreter")}
    assert (whole["patient"], whole["encounter"]) == ("", "")
    assert "Pat" not in json.dumps(whole)
    heard = json.dumps(ira.heard)
    assert "Pat" not in heard


async def test_whoever_waits_is_told_no_relay_and_no_room(hall: Hall) -> None:
    _, ira = await waiting(hall)

    assert not ira.all("visit.admitted")
    assert not ira.all("rtc.mode")


async def test_whoever_waits_hears_nothing_of_what_those_inside_say(hall: Hall) -> None:
    ann, ira = await waiting(hall)
    before = (await ira.say("visit.sync", visit=VISIT))["data"]

    await ann.say("visit.chat", visit=VISIT, cid="c-1", text="Is she there?")
    await ann.say("media.state", visit=VISIT, audio=True, video=True, screen=False)
    missed = (await ira.say("visit.sync", visit=VISIT, since=0))["data"]

    assert (before["events"], missed["events"], missed["seq"]) == ([], [], 0)
    assert not ira.all("visit.chat")
    assert not ira.all("media.state")


async def test_whoever_waits_follows_no_feed_of_the_visit(hall: Hall) -> None:
    pat, ann = await hall.pat(), await hall.ann()
    await pat.say("visit.enter", visit=VISIT, consent=True)

    waits = await pat.say("feeds.sync", since={f"visit:{VISIT}": -1})
    hosts = await ann.say("feeds.sync", since={f"visit:{VISIT}": -1})

    assert waits["error"]["code"] == "not-found"
    assert hosts["ok"]


async def test_whoever_was_put_out_is_shown_no_more_than_that(hall: Hall) -> None:
    ann, pat, ira = await hall.call_of_three()

    await ann.say("visit.remove", visit=VISIT, person=hall.me(ira))
    await hall.until(ira, lambda: "removed" in [line["state"] for line in ira.all("visit.state")[-1]["people"]])
    await pat.say("visit.chat", visit=VISIT, cid="c-1", text="Are we alone?")
    await ann.wait("visit.chat")

    assert [line["id"] for line in ira.all("visit.state")[-1]["people"]] == [hall.me(ira)]
    await nothing_came(ira, "visit.chat")


async def test_a_guest_has_this_visit_and_nothing_else(hall: Hall) -> None:
    await hall.call_of_two()
    await hall.surgery.visit("other", "pia", "09:30")
    ira = await hall.guest()
    registry = hall.servers[0].live.registry
    closed = [name for name in registry.names() if not registry[name].guests]

    other = await ira.say("visit.enter", visit="other", consent=True, name="Ira")
    codes = {(await ira.say(name, **SAMPLES.get(name, {})))["error"]["code"] for name in closed}

    assert other["error"]["code"] == "not-found"
    assert codes == {"forbidden"}
    assert {"feeds.sync", "thread.send", "presence.list", "session.refresh", "visit.admit"} <= set(closed)


async def test_a_guest_whose_link_was_taken_back_says_nothing_more(hall: Hall) -> None:
    ann, _, ira = await hall.call_of_three()

    await ann.say("visit.remove", visit=VISIT, person=hall.me(ira))
    said = await ira.say("visit.enter", visit=VISIT, consent=True, name="Ira")

    assert said["error"]["code"] == "login"
    await ira.closed.wait()


async def test_of_keys_and_descriptions_nothing_is_logged(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ann, pat = await hall.call_of_two()
    marked = "U0VDUkVULWtleS1tYXRlcmlhbA"

    await ann.say("e2ee.key", visit=VISIT, to=hall.me(pat), epoch=2, wrapped=marked)
    await ann.say("e2ee.key", visit=VISIT, to="nobody", epoch=2, wrapped=marked)
    await ann.say("e2ee.key", visit=VISIT, to=hall.me(pat), epoch=-1, wrapped=marked)
    await ann.say(
        "rtc.signal", visit=VISIT, to=hall.me(pat), attempt="1", description={"type": "offer", "sdp": f"a={marked}"}
    )
    entries = await hall.surgery.practice.clinic.log()

    assert marked in json.dumps(pat.heard)
    assert marked not in caplog.text
    assert marked not in repr(entries)


SAMPLES: dict[str, dict[str, Any]] = {
    "feeds.sync": {"since": {"me": 0}},
    "feeds.leave": {"feeds": []},
    "thread.send": {"thread": "t", "cid": "0123456789abcdef", "text": "x"},
    "thread.read": {"thread": "t"},
    "thread.typing": {"thread": "t", "on": True},
    "presence.set": {"state": "busy"},
    **{event: {"visit": VISIT, **body} for event, body in HOSTED},
}


async def waiting(hall: Hall) -> tuple[Socket, Socket]:
    """Ann talks with Pat, and Ira waits."""
    ann, _ = await hall.call_of_two()
    ira = await hall.guest("captioner")
    entered = await ira.say("visit.enter", visit=VISIT, consent=True, name="Ira")
    hall.people[ira] = entered["data"]["me"]
    return ann, ira


def to(hall: Hall, somebody: Socket, event: str) -> dict[str, str]:
    """To whom, in what is handed on to one."""
    return {"to": hall.me(somebody)} if event in dict(RELAYED) else {}


async def nothing_came(socket: Socket, event: str) -> None:
    """Nothing of the kind, by the time that what is asked afterwards is answered."""
    await socket.say("visit.sync", visit=VISIT)
    assert not socket.all(event)
