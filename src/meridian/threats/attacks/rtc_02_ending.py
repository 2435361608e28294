"""
RTC-02 in mid-session: a socket that is open while its token ends.

Tokens live for a quarter of an hour, and no attack waits for that. Who has the deployment's own folder has the key that
signs, and makes one that lives for seconds; from anywhere else this is not run, and `tests/realtime/test_life.py` shows
it with a clock of its own.
"""

import time
from base64 import b64decode

from joserfc.jwk import RSAKey

from meridian.faults import Fault
from meridian.identity import keys
from meridian.identity.keys import SigningKey
from meridian.store.plan import Query
from meridian.threats import machine, minting
from meridian.threats.attack import ARSENAL, NotRun
from meridian.threats.attacker import Attacker
from meridian.threats.attacks.rtc_02 import THREAT, let_in, stays
from meridian.threats.wire import line, named
from meridian.vault.platform import PlatformKey

LIVES = (3, 12)
"""Seconds that a token lives; the longer one where the machine was too busy to open a socket in the shorter."""
GRACE = 4.0
"""Seconds that a socket may outlive its token."""


@ARSENAL.attack(THREAT, "outlived", "A socket stays open after its token has ended", waits=True)
async def outlived(attacker: Attacker) -> str | None:
    """Of a session that goes on: the server is to close it by itself."""
    genuine = attacker.material.tokens["genuine"]
    if not await let_in(attacker, None, auth={"token": genuine}):
        raise NotRun("the session of the minted tokens has ended: make the material anew")
    kid, private = await _signing(attacker)
    for seconds in LIVES:
        ends = (int(time.time()) + seconds) * 1000
        brief = minting.until(genuine, kid, private, ends)
        async with line(attacker, None) as wire:
            if await named(wire, {"token": brief}):
                return await stays(attacker, wire, ends / 1000 - time.time() + GRACE)
    raise NotRun("a token that lives for seconds opens no socket either")


async def _signing(attacker: Attacker) -> tuple[str, RSAKey]:
    """The key that signs now, and its name."""
    now = round(time.time() * 1000)
    try:
        platform = PlatformKey(b64decode(machine.vault(attacker).get("platform/key").reveal()))
        found = keys.signer(await _kept(attacker, now), now)
        if found is None:
            raise NotRun("there is no key that signs")
        return found.kid, RSAKey.import_key(keys.open_private(platform, found))
    except Fault as wrong:
        raise NotRun(f"its keys cannot be had: {type(wrong).__name__}") from wrong


async def _kept(attacker: Attacker, now: int) -> list[SigningKey]:
    """What `keys.load` gives, which asks once."""
    plan = keys.load(now)
    asked = next(plan)
    if not isinstance(asked, Query):
        raise NotRun("its keys are kept otherwise")
    rows = await machine.rows(attacker, asked)
    try:
        plan.send(rows)
    except StopIteration as done:
        found: list[SigningKey] = done.value
        return found
    raise NotRun("its keys are kept otherwise")
