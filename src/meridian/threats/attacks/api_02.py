"""
API-02: more than anybody needs, until nobody else gets anything (CWE-770, CWE-400).

Budgets are spent by people who are there for nothing else. What is sent is small: the aim is to be refused.
"""

import asyncio
import gzip
import time
from urllib.parse import urlsplit

import httpx

from meridian.threats.attack import ARSENAL, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser

THREAT = "API-02"
BUDGET, SEARCHES = 100, 20
"""Requests a minute that the threat model allows: to `/api/` for each subject, and to the patient search."""
SLOW = 45.0
"""Seconds after which a request that does not come to its end is to have been dropped."""
LONG = 2.0
"""Seconds that an answer may take, however crafted the question."""

attack = ARSENAL.attack


async def spent(browser: Browser, path: str, most: int, **headers: str) -> httpx.Response | None:
    """Ask until it is enough for the server; its answer then, or `None` after *most* and a fifth."""
    for no in range(most + most // 5 + 1):
        answer = await browser.ask("GET", path, headers={name: value.format(no=no) for name, value in headers.items()})
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return answer
    return None


@attack(THREAT, "subject", "Somebody who is signed in asks more than a hundred times a minute")
async def subject(attacker: Attacker) -> str | None:
    """And is told when to come again (RFC 9110 section 10.2.3)."""
    async with attacker.signed_in("greedy") as browser:
        refused = await spent(browser, "/api/session", BUDGET)
        if refused is None:
            return f"{BUDGET + BUDGET // 5} requests were answered"
        return None if refused.headers.get("retry-after", "").isdigit() else "nothing says when to come again"


@attack(THREAT, "other-session", "A second session of the same person has a budget of its own")
async def other_session(attacker: Attacker) -> str | None:
    """The subject is counted, not the browser."""
    async with attacker.signed_in("greedy") as browser:
        if await spent(browser, "/api/session", BUDGET) is None:
            raise NotRun("the first session is not refused either")
    attacker.evidence()
    async with attacker.browser() as second:
        await second.sign_in(attacker.material.people["greedy"])
        answer = await second.ask("GET", "/api/session")
    return None if answer.status_code == httpx.codes.TOO_MANY_REQUESTS else f"it was answered {answer.status_code}"


@attack(THREAT, "search", "The patient search is asked more than twenty times a minute")
async def search(attacker: Attacker) -> str | None:
    """Stricter than the rest."""
    async with attacker.signed_in("searcher") as browser:
        refused = await spent(browser, "/api/patients/search?q=Nobody", SEARCHES)
    return None if refused is not None else f"{SEARCHES + SEARCHES // 5} searches were answered"


@attack(THREAT, "forwarded", "An address that is made up (X-Forwarded-For and its like) has a budget of its own")
async def forwarded(attacker: Attacker) -> str | None:
    """Signed in, who one says to be at does not count; not signed in, only a known proxy is believed."""
    spoofed = {"X-Forwarded-For": "203.0.113.{no}", "X-Real-IP": "203.0.113.{no}", "Forwarded": "for=203.0.113.{no}"}
    async with attacker.signed_in("forwarder") as browser:
        refused = await spent(browser, "/api/session", BUDGET, **spoofed)
    return None if refused is not None else "the budget has no end"


@attack(THREAT, "bomb", "A small body that unpacks to a gigabyte is unpacked")
async def bomb(attacker: Attacker) -> str | None:
    """No request of ours needs a content coding: it is refused unread (RFC 9110 section 15.5.16)."""
    packed = gzip.compress(b"[" * 50_000_000)
    kind = {"Content-Type": "application/fhir+json", "Content-Encoding": "gzip"}
    async with attacker.signed_in("clinician") as browser:
        began = time.monotonic()
        answer = await browser.ask("POST", f"{FHIR}/Patient", content=packed, headers=kind)
        took = time.monotonic() - began
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or answer.is_success:
        return f"it was answered {answer.status_code}"
    return f"refusing it took {took:.1f} s" if took > LONG else None


@attack(THREAT, "pattern", "A search text makes a pattern run for ever (ReDoS)")
async def pattern(attacker: Attacker) -> str | None:
    """Repetitions of repetitions, in the places where patterns are used."""
    async with attacker.signed_in("clinician") as browser:
        for text in ("a" * 90 + "!", "-' " * 30 + "!", "1" * 99, "(a+)+$" * 10, "9" * 5000, "1.1." * 500):
            for place in ("/api/patients/search?q=", f"{FHIR}/Patient?birthdate=", f"{FHIR}/Patient?name="):
                began = time.monotonic()
                answer = await browser.ask("GET", place + text)
                if time.monotonic() - began > LONG:
                    return f"{place}{text[:20]}… took {time.monotonic() - began:.1f} s"
                if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                    return f"{place}{text[:20]}… was answered {answer.status_code}"
    return None


@attack(THREAT, "slow", "A request that never ends keeps a connection for as long as it likes", waits=True)
async def slow(attacker: Attacker) -> str | None:
    """Headers, a byte at a time; the server is to hang up first."""
    parts = urlsplit(attacker.origin)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure or None)
    except OSError as wrong:
        raise NotRun(f"no connection: {wrong}") from wrong
    try:
        async with asyncio.timeout(SLOW):
            return await _dribble(attacker, reader, writer, parts.netloc)
    except TimeoutError:
        return f"after {SLOW:.0f} s it was still waited for"
    finally:
        writer.close()


async def _dribble(
    attacker: Attacker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str
) -> str | None:
    writer.write(f"GET /health HTTP/1.1\r\nHost: {host}\r\nX-Slow: ".encode())
    end = asyncio.ensure_future(reader.read(200))
    while not end.done():
        writer.write(b"a")
        try:
            await writer.drain()
        except ConnectionError:
            break
        await asyncio.wait({end}, timeout=1.0)
    attacker.keep(Exchange("GET /health, a byte a second", _end(end)))
    return None


def _end(answer: "asyncio.Future[bytes]") -> str:
    """How it hung up, with a word or without."""
    if not answer.done() or isinstance(answer.exception(), ConnectionError):
        return "hung up"
    return repr(answer.result())
