"""Two people whose networks let nothing through but a relay: coturn, as production has it."""

import pytest

from meridian.telehealth.turn import Relays
from meridian.testing.callers import Visit
from meridian.testing.coturn import LOOPBACK, Coturn
from meridian.vault.secrets import Secrets

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

HOST, PATIENT = ("ann", "host"), ("pat", "patient")


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_a_call_goes_by_the_relay_alone(visit: Visit, relays: Relays, way: str) -> None:
    async with visit(relays=relays, ways=(way,)) as call:
        ann, pat = await call.enter(HOST, PATIENT, relayOnly=True)

        await ann.sees(pat)
        await pat.sees(ann)

        assert await ann.ways() == [f"relay/{way} relay"]
        assert [one["relayed"] for one in (await ann.state())["others"]] == [True]


async def test_who_has_no_good_credentials_gets_no_relay_and_is_told_why(visit: Visit, relays: Relays) -> None:
    def forged(one: dict[str, str]) -> dict[str, str]:
        return {**one, "credential": "a-made-up-password"}

    async with visit(relays=relays, ways=("udp",), reword=forged) as call:
        ann, _ = await call.enter(HOST, PATIENT, relayOnly=True)

        await ann.until("() => seat.state().failures.length > 0")

        assert (await ann.state())["failures"] == [{"code": 401, "transport": "udp"}]
        assert await ann.ask("async () => (await seat.stats('local-candidate')).length") == 0
        assert await ann.ways() == []


async def test_when_a_relay_dies_the_same_connection_finds_its_way_by_another(visit: Visit, vault: Secrets) -> None:
    first, second = Coturn(extra=LOOPBACK), Coturn(extra=LOOPBACK)
    try:
        async with visit(relays=Relays(first.settings, vault), ways=("tcp",)) as call:
            ann, pat = await call.enter(HOST, PATIENT, relayOnly=True)
            await pat.sees(ann)
            before = await ann.ask("() => seat.connections.length")

            call.switchboard.relays = Relays(second.settings, vault)
            first.close()

            await pat.sees(ann, more=30)
            await ann.sees(pat)
            assert await ann.ways() == ["relay/tcp relay"]
            assert await ann.ask("() => seat.connections.length") == before
            assert (await ann.state())["failures"] == []
    finally:
        second.close()
