"""
AUTH-04: a failure to sign in that nobody could find again (CWE-778).

Each kind of failure is made, with an address and a browser's name of its own; then the security officer looks for it in
the audit log, with the fields that the threat model asks for: who, whence, when, what, and why.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from meridian.threats.attack import ARSENAL, Attack, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.material import Login

THREAT = "AUTH-04"
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


async def _password(browser: Browser, who: Login, agent: str, password: str) -> httpx.Response:
    body = {"email": who.email, "password": password}
    return await browser.ask("POST", "/api/session", body, headers={"User-Agent": agent})


KINDS: dict[str, tuple[str, Callable[[Browser, Login, str], Awaitable[None]]]] = {
    "password": ("a wrong password", wrong_password),
    "locked": ("a try before its time", put_off),
    "code": ("a wrong code", wrong_code),
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
