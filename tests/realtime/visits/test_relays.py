"""Credentials for relays: for whoever was let in, and as long as they are inside."""

import pytest

from meridian.testing.hall import Hall
from meridian.testing.surgery import VISIT

pytestmark = pytest.mark.anyio


async def test_whoever_is_let_in_is_given_credentials_of_their_own(relayed_hall: Hall) -> None:
    ann, pat = await relayed_hall.call_of_two()

    [to_ann], [to_pat] = ann.all("visit.admitted"), pat.all("visit.admitted")

    until = relayed_hall.surgery.practice.watch.now // 1000 + 600
    for socket, told in ((ann, to_ann), (pat, to_pat)):
        assert {one["username"] for one in told["ice"]["servers"]} == {f"{until}:{relayed_hall.me(socket)}"}
        assert told["ice"]["expires"] == until


async def test_they_are_made_anew_for_whoever_is_inside_and_for_nobody_else(relayed_hall: Hall) -> None:
    ann, pat = await relayed_hall.call_of_two()
    ira = await relayed_hall.guest()
    await ira.say("visit.enter", visit=VISIT, consent=True, name="Ira")
    relayed_hall.surgery.practice.watch.now += 300_000

    fresh = await pat.say("rtc.ice_refresh", visit=VISIT)
    waits = await ira.say("rtc.ice_refresh", visit=VISIT)
    await ann.say("visit.remove", visit=VISIT, person=relayed_hall.me(pat))
    put_out = await pat.say("rtc.ice_refresh", visit=VISIT)

    assert fresh["data"]["ice"]["expires"] == pat.all("visit.admitted")[0]["ice"]["expires"] + 300
    assert (waits["error"]["code"], put_out["error"]["code"]) == ("conflict", "conflict")
    assert "turn:" not in str(ira.heard)
