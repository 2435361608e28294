"""A campaign: every attack, one after the other but for those that wait, and what came of each."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

from meridian.threats.attack import Attack, NotRun, Outcome, Result
from meridian.threats.attacker import Attacker


async def campaign(attacker: Attacker, attacks: Iterable[Attack]) -> AsyncIterator[tuple[Attack, Outcome]]:
    """Run the *attacks*; each with its outcome as soon as it is known, those that wait last. None stops the next."""
    chosen = list(attacks)
    waiting = {attack.name: asyncio.create_task(one(attacker.aside(), attack)) for attack in chosen if attack.waits}
    for attack in sorted(chosen, key=lambda attack: attack.waits):
        yield attack, await (waiting[attack.name] if attack.waits else one(attacker, attack))


async def one(attacker: Attacker, attack: Attack) -> Outcome:
    """
    The outcome of one *attack*.

    An attack that breaks is not run, which fails a campaign: silence about a hole is not its absence.
    """
    attacker.evidence()
    began = time.monotonic()
    try:
        got = await attack.run(attacker)
        outcome = Outcome(Result.SUCCEEDED, got) if got else Outcome(Result.REFUSED, "refused")
    except NotRun as why:
        outcome = Outcome(Result.NOT_RUN, str(why))
    except Exception as broken:  # noqa: BLE001  # whatever it is, the others are run
        outcome = Outcome(Result.NOT_RUN, f"the attack broke: {type(broken).__name__}: {broken}"[:200])
    return replace(outcome, evidence=attacker.evidence(), milliseconds=round((time.monotonic() - began) * 1000))
