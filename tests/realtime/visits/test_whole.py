"""A whole visit over sockets, from the lobby to its end."""

import pytest

from meridian.testing.hall import Hall
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
    while pat.all("visit.state")[-1]["state"] != "ended":
        await pat.wait("visit.state", len(pat.all("visit.state")) + 1)
