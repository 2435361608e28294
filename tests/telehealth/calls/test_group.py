"""Three and more: through a real gateway with sealed frames, each with each without one, and from one to the other."""

import base64
import time
from dataclasses import replace

import pytest

from meridian.telehealth.media.janus import TOKEN_LIFE, Janus
from meridian.testing.callers import Caller, Visit
from meridian.testing.janus import Gateway

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HOST, PATIENT, FAMILY, INTERPRETER = ("ann", "host"), ("pat", "patient"), ("fay", "family"), ("ian", "interpreter")
KEYS = """
globalThis.bases = [];
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (told) {
  if (told.base && globalThis.forges) crypto.getRandomValues(told.base);
  if (told.base) globalThis.bases.push(told.base.toHex());
  post.call(this, told);
};
"""
"""Looks at the keys that a page uses; and changes them, on a page that `forges`."""


@pytest.fixture
def through(visit: Visit, gateway: Janus, running_gateway: Gateway) -> Visit:
    """A visit that has the gateway."""
    return lambda **how: visit(**{"gateway": gateway, "websocket": running_gateway.websocket, **how})


async def all_see_each_other(*people: Caller) -> None:
    for one in people:
        await one.sees(*[other for other in people if other is not one])


async def test_three_see_each_other_through_the_gateway_and_no_key_passes_the_server(through: Visit) -> None:
    async with through(mode="sfu") as call:
        call.switchboard.expect(HOST, PATIENT, FAMILY)
        people = [await call.sit(name, KEYS) for name in ("ann", "pat", "fay")]
        for one in people:
            await one.enter()

        await all_see_each_other(*people)

        assert [(await one.state())["sealed"] for one in people] == [True, True, True]
        assert len({await one.safety() for one in people}) == 1
        keys = [bytes.fromhex(key) for one in people for key in await one.ask("() => bases")]
        said = [
            base64.urlsafe_b64decode(words["wrapped"] + "==") for words in call.switchboard.heard if "wrapped" in words
        ]
        assert keys
        assert said
        assert [letter for letter in said if any(key in letter for key in keys)] == []


async def test_whoever_has_other_keys_gets_packets_and_sees_nothing(through: Visit) -> None:
    async with through(mode="sfu") as call:
        call.switchboard.expect(HOST, PATIENT, FAMILY)
        ann, pat = await call.sit("ann"), await call.sit("pat")
        fay = await call.sit("fay", f"globalThis.forges = true; {KEYS}")
        for one in (ann, pat, fay):
            await one.enter()

        await ann.sees(pat, more=20)
        await pat.sees(ann)
        await fay.until("async () => await seat.packets() > 50")

        assert [await fay.frames(ann), await fay.frames(pat)] == [0, 0]
        assert [await ann.frames(fay), await pat.frames(fay)] == [0, 0]


async def test_who_reloads_is_back_and_a_token_that_ran_out_is_made_anew(through: Visit, gateway: Janus) -> None:
    def earlier() -> int:
        return int(1000 * (time.time() - TOKEN_LIFE + 3))

    soon = replace(gateway, clock=earlier)
    async with through(mode="sfu", gateway=soon) as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await all_see_each_other(ann, pat)
        await soon.let_go()

        call.switchboard.gateway = gateway
        await pat.page.reload()
        await pat.enter()
        await all_see_each_other(ann, pat)
        await ann.until("() => Date.now() > (1000 * seat.grant.token.split(',')[0] + 1000)")
        await ann.ask("() => seat.call.setAudioOnly(true)")
        await ann.rests()

        assert "rtc.ice_refresh" in {words["event"] for words in call.switchboard.heard}
        assert await ann.ask("() => seat.connections.filter((one) => one.connectionState === 'connected').length") == 2


async def test_the_third_brings_the_gateway_and_nothing_is_left_before_it_is_there(through: Visit) -> None:
    async with through() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await all_see_each_other(ann, pat)
        for one in (ann, pat):
            await one.ask(_LEFT)

        call.switchboard.expect(FAMILY)
        fay = await call.sit("fay")
        await call.switchboard.go("sfu")
        await fay.enter()
        await all_see_each_other(ann, pat, fay)
        for one in (ann, pat):
            await one.until("() => left.length > 0")
            assert await one.ask("() => left[0]") == 2, "pictures of both came the new way when the old one was closed"

        await call.switchboard.leave("fay")
        await call.switchboard.go("p2p")
        await ann.until("() => seat.state().mode === 'p2p' && left.length > 2")
        await all_see_each_other(ann, pat)


async def test_nobody_goes_where_it_is_recorded_who_has_not_agreed(through: Visit) -> None:
    async with through() as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await all_see_each_other(ann, pat)

        await ann.ask("() => seat.call.agree(true)")
        await call.switchboard.go("sfu", recorded=True)
        await pat.until("() => seat.state().barrier === 'not-agreed'")
        assert await pat.ask("() => seat.connections.length") == 2, "none to the gateway"
        await pat.ask("() => seat.call.agree(true)")
        await ann.until("() => seat.state().sealed === false")
        await all_see_each_other(ann, pat)

        assert (await pat.state())["barrier"] is None


async def test_a_gateway_that_dies_and_comes_back_has_its_people_back(through: Visit, running_gateway: Gateway) -> None:
    async with through(mode="sfu") as call:
        ann, pat = await call.enter(HOST, PATIENT)
        await all_see_each_other(ann, pat)

        running_gateway.kill()
        running_gateway.start()

        await all_see_each_other(ann, pat)


async def test_without_a_gateway_each_is_connected_with_each_up_to_four(visit: Visit) -> None:
    async with visit(mode="mesh") as call:
        three = await call.enter(HOST, PATIENT, FAMILY)
        await all_see_each_other(*three)
        assert [len(await one.ways()) for one in three] == [2, 2, 2]

        [ian] = await call.enter(INTERPRETER)
        for one in three:
            await ian.sees(one)
            await one.sees(ian)

        assert [len(await one.ways()) for one in (*three, ian)] == [3, 3, 3, 3]


_LEFT = """() => {
  globalThis.left = [];
  const close = RTCPeerConnection.prototype.close;
  const moves = async (one) => [...(await one.getStats()).values()].filter((row) => row.framesDecoded > 0).length;
  RTCPeerConnection.prototype.close = function () {
    const others = seat.connections.filter((one) => one !== this && one.connectionState === "connected");
    left.push(Promise.all(others.map(moves)).then((counts) => counts.reduce((sum, count) => sum + count, 0)));
    close.call(this);
  };
}"""
"""Notes of each connection that is closed how many pictures came by others then."""
