"""RTC-01 on relays that are not as production has them: each is let through by another hole."""

import asyncio
from dataclasses import replace

import pytest

from meridian.testing.attacked import Attacked
from meridian.testing.coturn import LOOPBACK, PRODUCTION, Coturn
from meridian.threats import attacks, relay  # noqa: F401  # importing attacks fills the arsenal
from meridian.threats.attack import ARSENAL, Result
from meridian.threats.attacker import Attacker
from meridian.threats.campaign import campaign


def succeeding(deployment: Attacked, running: Coturn) -> set[str]:
    places = {**deployment.material.places, "turn": f"127.0.0.1:{running.plain}"}
    attacker = Attacker(deployment.address, replace(deployment.material, places=places))

    async def work() -> set[str]:
        found = [one async for one in campaign(attacker, ARSENAL.all(("RTC-01",)))]
        return {attack.name for attack, outcome in found if outcome.result is Result.SUCCEEDED}

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("old", "new", "extra", "hole"),
    [
        ("", "", LOOPBACK, "rtc-01/inside"),
        ("use-auth-secret\nstatic-auth-secret=@secret:turn/secret@", "no-auth", (), "rtc-01/nobody"),
        ("denied-peer-ip=169.254.0.0-169.254.255.255", "", (), "rtc-01/inside"),
    ],
)
def test_a_relay_with_a_hole_is_found_out(
    deployment: Attacked, old: str, new: str, extra: tuple[str, ...], hole: str
) -> None:
    config = PRODUCTION.read_text(encoding="utf-8")
    assert old in config
    holed = Coturn(config.replace(old, new), extra=extra)
    try:
        assert hole in succeeding(deployment, holed)
    finally:
        holed.close()


def test_a_relay_that_is_not_there_is_not_taken_for_one_that_refuses(
    deployment: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PATIENCE", 0.2)
    nowhere = replace(deployment.material, places={"turn": "127.0.0.1:1"})

    async def work() -> set[Result]:
        attacker = Attacker(deployment.address, nowhere)
        return {outcome.result async for _, outcome in campaign(attacker, ARSENAL.all(("RTC-01",)))}

    assert asyncio.run(work()) == {Result.NOT_RUN}
