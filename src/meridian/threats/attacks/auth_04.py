"""
AUTH-04: a failure to sign in that nobody could find again (CWE-778).

Each kind of failure is made, with an address and a browser's name of its own; then the security officer looks for it in
the audit log, with the fields that the threat model asks for: who, whence, when, what, and why. In the end more fail
from one address than the threat model lets pass, and the officer is to hear of it.
"""

import asyncio
import base64
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx

from meridian.audit.leaf import open_body
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.attacks.audit_01 import of_deployment
from meridian.threats.material import Login

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

THREAT = "AUTH-04"
PLATFORM = 0
"""Whose log has what is of no organisation."""
ENOUGH = 6
"""Failures from one address in ten minutes of which somebody is told: more than five, as both threat models have it."""
TOLD_WITHIN = 6.0
"""Seconds in which a detector has counted, and a mail lies in the outbox."""
HOUR = 3_600_000
"""Milliseconds in which security officers are mailed once about each kind of alarm."""
ALARM = "sign-in-failures"
_WRONG = "not the password of anybody"


async def wrong_password(browser: Browser, who: Login, agent: str) -> None:
    """The commonest."""
    await _password(browser, who, agent, _WRONG)


async def put_off(browser: Browser, who: Login, agent: str) -> None:
    """Again, before the time is up."""
    await _password(browser, who, "first", _WRONG)
    await _password(browser, who, agent, _WRONG)


async def wrong_code(browser: Browser, who: Login, agent: str) -> None:
    """The right password, and a code of another authenticator."""
    await _password(browser, who, "first", who.password)
    await browser.ask("POST", "/api/session/totp", {"code": "000000"}, headers={"User-Agent": agent})


async def wrong_recovery_code(browser: Browser, who: Login, agent: str) -> None:
    """The right password, and a code that nobody was given."""
    await _password(browser, who, "first", who.password)
    await browser.ask("POST", "/api/session/recovery-code", {"code": "AAAA-BBBB-CCCC"}, headers={"User-Agent": agent})


async def _password(browser: Browser, who: Login, agent: str, password: str) -> httpx.Response:
    body = {"email": who.email, "password": password}
    return await browser.ask("POST", "/api/session", body, headers={"User-Agent": agent})


KINDS: dict[str, tuple[str, Callable[[Browser, Login, str], Awaitable[None]]]] = {
    "password": ("a wrong password", wrong_password),
    "locked": ("a try before its time", put_off),
    "code": ("a wrong code", wrong_code),
    "recovery": ("a wrong recovery code", wrong_recovery_code),
}


async def entries(attacker: Attacker) -> list[dict[str, Any]]:
    """
    The newest AuditEvents, as the security officer sees them.

    Raises:
        NotRun: If there are none to be seen.
    """
    async with attacker.signed_in("officer") as browser:
        answer = await browser.ask("GET", f"{FHIR}/AuditEvent?_sort=-date&_count=50")
    if not answer.is_success:
        raise NotRun(f"the security officer does not get the log: {answer.status_code}")
    return [one["resource"] for one in answer.json().get("entry", [])]


def lacks(found: dict[str, Any], agent: str) -> list[str]:
    """The fields of the threat model's that an AuditEvent lacks."""
    someone: dict[str, Any] = next(iter(found.get("agent", [])), {})
    fields = {
        "action": found.get("subtype"),
        "userId": someone.get("who") or someone.get("altId"),
        "sourceIp": someone.get("network", {}).get("address"),
        "userAgent": agent in str(found),
        "timestamp": found.get("recorded"),
        "failureReason": found.get("outcomeDesc"),
    }
    return [name for name, value in fields.items() if not value]


def untraced(kind: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that fails in that way, and looks for its trace."""

    async def run(attacker: Attacker) -> str | None:
        agent = f"verification-{secrets.token_hex(6)}"
        async with attacker.browser() as browser:
            await KINDS[kind][1](browser, attacker.material.people[f"fails-{kind}"], agent)
        found = [one for one in await entries(attacker) if agent in str(one)]
        if not found:
            return "nothing of it is in the log"
        missing = lacks(found[0], agent)
        return f"the entry lacks {', '.join(missing)}" if missing else None

    return run


for name, (title, _) in KINDS.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", f"{title.capitalize()} leaves no trace", untraced(name)))


# --- of nobody's account -----------------------------------------------------------------------------------------


async def unknown_name(browser: Browser, agent: str) -> None:
    """A name that nobody has."""
    body = {"email": f"nobody-{secrets.token_hex(4)}@verification.invalid", "password": _WRONG}
    await browser.ask("POST", "/api/session", body, headers={"User-Agent": agent})


async def unknown_program(browser: Browser, agent: str) -> None:
    """A program whose secret is another."""
    word = base64.b64encode(f"nobody-{secrets.token_hex(4)}:{_WRONG}".encode()).decode()
    said = {"Authorization": f"Basic {word}", "Content-Type": "application/x-www-form-urlencoded"}
    form = b"grant_type=client_credentials"
    await browser.ask("POST", "/oauth2/token", content=form, headers={**said, "User-Agent": agent})


async def unknown_passkey(browser: Browser, agent: str) -> None:
    """A key that was never enrolled."""
    await browser.ask("POST", "/api/session/passkey/options", {})
    empty = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}
    body = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": empty}
    await browser.ask("POST", "/api/session/passkey", body, headers={"User-Agent": agent})


OF_NOBODY: dict[str, tuple[str, Callable[[Browser, str], Awaitable[None]]]] = {
    "unknown": ("a name that nobody has", unknown_name),
    "program": ("a program's wrong secret", unknown_program),
    "passkey": ("a key that was never enrolled", unknown_passkey),
}


def untraced_of_nobody(kind: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that fails without an account, and looks for its trace in the platform's own log."""

    async def run(attacker: Attacker) -> str | None:
        await of_deployment(attacker, PLATFORM)
        agent = f"verification-{secrets.token_hex(6)}"
        async with elsewhere(attacker) as browser:
            await OF_NOBODY[kind][1](browser, agent)
        log, _, _ = await of_deployment(attacker, PLATFORM)
        found = [entry for entry in map(open_body, log.bodies()) if entry.agent == agent]
        if not found:
            return "nothing of it is in the platform's log"
        attacker.keep(
            Exchange(f"the platform's log, {len(log.bodies())} entries", f"{found[0].action} {found[0].rule}")
        )
        missing = [name for name in ("time", "action", "address", "agent", "rule") if not getattr(found[0], name)]
        return f"the entry lacks {', '.join(missing)}" if missing or found[0].outcome == "ok" else None

    return run


for name in OF_NOBODY:
    title = f"{OF_NOBODY[name][0].capitalize()} leaves no trace"
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", title, untraced_of_nobody(name)))


# --- the alarm ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def elsewhere(attacker: Attacker) -> "AsyncIterator[Browser]":
    """
    A browser at an address that has failed nowhere before: this machine has sixteen million, others have theirs.

    What fails here counts against that address alone, so that the attacks after this one still sign in.
    """
    if attacker.addresses is not None or not attacker.local:
        async with attacker.browser() as browser:
            yield browser
        return
    own = ".".join(["127", *(str(1 + secrets.randbelow(250)) for _ in range(3))])
    transport = httpx.AsyncHTTPTransport(local_address=own, verify=not attacker.insecure)
    async with httpx.AsyncClient(base_url=attacker.target, transport=transport, timeout=20) as client:
        yield Browser(attacker, client)


async def raised(attacker: Attacker) -> int:
    """
    When the alarm was raised last, in ms since the epoch, as the security officer sees it; 0: never.

    Raises:
        NotRun: If the officer is not shown alarms.
    """
    async with attacker.signed_in("officer") as browser:
        answer = await browser.ask("GET", "/api/status")
    if not answer.is_success:
        raise NotRun(f"the security officer is shown no alarms: {answer.status_code}")
    return max((one["at"] for one in answer.json()["alerts"] if one["kind"] == ALARM), default=0)


async def counted(attacker: Attacker) -> float | None:
    """How many alarms of that kind the figures have; `None` if figures are not to be had."""
    place, secret = attacker.material.places.get("metrics"), attacker.material.secrets.get("metrics")
    if not place or not secret:
        return None
    async with attacker.browser() as browser:
        answer = await browser.ask("GET", f"{place.rstrip('/')}/metrics", headers={"Authorization": f"Bearer {secret}"})
    found = re.search(rf'^meridian_alerts_total{{kind="{ALARM}"}} (\S+)', answer.text, re.MULTILINE)
    return float(found[1]) if found else None


def mailed(attacker: Attacker) -> bool:
    """Whether a mail about it to the security officer lies in the outbox."""
    files = (attacker.data / "outbox").glob("*.eml") if attacker.data else ()
    officer = attacker.material.people["officer"].email.encode()
    return any(officer in text and b"failed sign-ins" in text for text in (file.read_bytes() for file in files))


async def within(seconds: float, seen: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it is *seen* before the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if await seen():
            return True
        await asyncio.sleep(0.25)
    return False


@ARSENAL.attack(THREAT, "unalarmed", "More than five failures from one address, of which nobody is told")
async def unalarmed(attacker: Attacker) -> str | None:
    """The officer's list of alarms, the figures, and the mail; by names that nobody has, so that nobody is locked."""
    before, figure = await raised(attacker), await counted(attacker)
    async with elsewhere(attacker) as browser:
        for no in range(ENOUGH):
            body = {"email": f"nobody{no}-{secrets.token_hex(4)}@verification.invalid", "password": _WRONG}
            answer = await browser.ask("POST", "/api/session", body)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                raise NotRun(f"a wrong password is answered {answer.status_code}")

    async def seen() -> bool:
        return await raised(attacker) > before

    if not await within(TOLD_WITHIN, seen):
        return f"{ENOUGH} failures within a few seconds raised no alarm"
    if figure is not None and (await counted(attacker) or 0) <= figure:
        return "the figures do not count it"
    return await _unmailed(attacker, before)


async def _unmailed(attacker: Attacker, before: int) -> str | None:
    if attacker.data is None or not (attacker.data / "outbox").is_dir():
        attacker.keep(Exchange("the mail to the officer", "not looked for: the outbox is elsewhere"))
        return None

    async def seen() -> bool:
        return mailed(attacker)

    if await within(TOLD_WITHIN, seen):
        attacker.keep(Exchange("the mail to the officer", "lies in the outbox"))
        return None
    if before > time.time() * 1000 - HOUR:
        attacker.keep(Exchange("the mail to the officer", "one was sent less than an hour ago"))
        return None
    return "the security officer was not mailed"
