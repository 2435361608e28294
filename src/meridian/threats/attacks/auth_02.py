"""
AUTH-02: who has an account, told by how a wrong try is answered or how long that takes (CWE-204, CWE-208).

Known and unknown addresses are asked about in turn, each once, so that what a second try brings is not mixed in.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

import httpx

from meridian.threats.attack import ARSENAL, NotRun
from meridian.threats.attacker import Attacker, Browser
from meridian.threats.material import KNOWN
from meridian.threats.statistics import apart

THREAT = "AUTH-02"
WARMING = 1
"""Answers that are not counted: the first one pays for connections and caches."""
TRIES = 3
"""The last comes too early. All attacks together fail less than fifty times, for then an address is stopped."""
BREATH = 0.05
"""Seconds between two questions."""
OWN = frozenset(
    {"date", "x-request-id", "traceparent", "ratelimit", "ratelimit-policy", "retry-after", "content-length"}
)
"""Headers that differ from answer to answer."""
_PASSWORD = "not the password of anybody"  # noqa: S105  # a wrong one

attack = ARSENAL.attack
Ask = Callable[[Browser, str], Awaitable[httpx.Response]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What could tell: the answer without what is its own, and how many milliseconds it took."""

    looks: tuple[Any, ...]
    took: float


class Times(NamedTuple):
    """Milliseconds that answers took, about known addresses and about others."""

    known: list[float]
    others: list[float]


async def seen(browser: Browser, ask: Ask, email: str) -> Seen:
    """Ask once."""
    began = time.perf_counter()
    answer = await ask(browser, email)
    took = (time.perf_counter() - began) * 1000
    await asyncio.sleep(BREATH)  # else the next one pays for the mail that this one brings about
    body = (answer.json() if answer.content else None) or {}
    body.pop("requestId", None)
    headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in OWN))
    return Seen((answer.status_code, str(sorted(body.items())), headers), took)


async def sign_in(browser: Browser, email: str) -> httpx.Response:
    """A wrong password."""
    return await browser.ask("POST", "/api/session", {"email": email, "password": _PASSWORD})


async def recover(browser: Browser, email: str) -> httpx.Response:
    """A forgotten one."""
    return await browser.ask("POST", "/api/recovery", {"email": email})


def unknown(count: int) -> list[str]:
    """Addresses that nobody has, of the form of those that somebody has."""
    return [f"known{no}-{secrets.token_hex(4)}@verification.invalid" for no in range(count)]


async def compared(attacker: Attacker, ask: Ask, known: list[str]) -> "str | Times":
    """What in the answers tells *known* addresses from others by that question; the times they took if nothing does."""
    async with attacker.browser() as browser:
        for email in unknown(WARMING):
            await seen(browser, ask, email)
        attacker.evidence()
        theirs, nobodys = [], []
        for email, nobody in zip(known, unknown(len(known)), strict=True):
            theirs.append(await seen(browser, ask, email))
            nobodys.append(await seen(browser, ask, nobody))
    if any(one.looks[0] == httpx.codes.TOO_MANY_REQUESTS for one in (*theirs, *nobodys)):
        raise NotRun("this address has tried too often already: wait ten minutes")
    for one, other in zip(theirs, nobodys, strict=True):
        if one.looks != other.looks:
            return f"they are answered differently: {one.looks[:2]} and {other.looks[:2]}"
    return Times([one.took for one in theirs], [one.took for one in nobodys])


async def told(attacker: Attacker, ask: Ask, known: list[str]) -> str | None:
    """
    How known and unknown addresses are told apart; a difference of times is believed when others show it too.

    Raises:
        NotRun: As `compared` does.
    """
    first = await _differing(attacker, ask, known)
    try:
        return first and await _differing(attacker, ask, attacker.material.known[-KNOWN:])
    except NotRun:
        return first  # an address that may not ask again has no other to go by


async def _differing(attacker: Attacker, ask: Ask, known: list[str]) -> str | None:
    found = await compared(attacker, ask, known)
    if isinstance(found, str):
        return found
    here, there = found
    if not apart(here, there):
        return None
    return f"known ones take {median(here):.1f} ms, others {median(there):.1f} ms (medians of {len(here)})"


@attack(THREAT, "sign-in", "A wrong password is answered otherwise, or later, where there is an account")
async def signing_in(attacker: Attacker) -> str | None:
    """Status, body, headers, and times by Mann and Whitney's test."""
    return await told(attacker, sign_in, attacker.material.known[:KNOWN])


@attack(THREAT, "recovery", "A forgotten password is answered otherwise, or later, where there is an account")
async def forgetting(attacker: Attacker) -> str | None:
    """Likewise."""
    return await told(attacker, recover, attacker.material.known[KNOWN : 2 * KNOWN])


@attack(THREAT, "locked", "Only where there is an account are tries put off")
async def locked(attacker: Attacker) -> str | None:
    """A few tries in a row at one that is known, and at one that is not."""
    async with attacker.browser() as browser:
        known, nobody = attacker.material.people["locked"].email, unknown(1)[0]
        lines = [[(await sign_in(browser, email)).status_code for _ in range(TRIES)] for email in (known, nobody)]
    if len(set(lines[0])) == len(set(lines[1])) == 1:
        raise NotRun(f"tries in a row are all answered {lines[0][0]}: nothing is put off")
    return f"{lines[0]} for a known address, {lines[1]} for another" if set(lines[0]) != set(lines[1]) else None


@attack(THREAT, "invitation", "A guessed invitation tells whom it is for")
async def invitation(attacker: Attacker) -> str | None:
    """Links of no invitation, whatever they look like, are answered alike, and say nothing of anybody."""
    async with attacker.browser() as browser:
        answers = [await browser.ask("GET", f"/api/invitations/{guess}") for guess in ("A" * 43, "x", "0" * 64)]
    told = {(answer.status_code, answer.json().get("title")) for answer in answers}
    return f"answers differ: {told}" if len(told) > 1 or any(answer.is_success for answer in answers) else None
