"""
API-03: the line to the medication-safety partner, from both of its ends (CWE-522, CWE-918).

A stolen key is not to be enough (requests are signed), the key is to be nowhere but on the line, the line is to lead
nowhere but to the partner, and whatever the other end answers, nothing but a whole and honest answer may look like
"safe". Answers are not signed: that they are the partner's is the certificate's to show. The other end is the sandbox.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from meridian.medications.findings import Why
from meridian.medications.partners.allowed import Rules
from meridian.medications.partners.breaker import Breaker
from meridian.medications.partners.lines import lines
from meridian.medications.partners.port import Failed
from meridian.medications.partners.signing import DATE, KEY, REQUEST, SIGNATURE
from meridian.medications.partners.transport import Line
from meridian.settings import BadSettings, Partners
from meridian.threats import leaks, machine, partners
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker
from meridian.threats.attacks.data_02 import looked
from meridian.threats.listening import listener

THREAT = "API-03"
OK = 200

attack = ARSENAL.attack


# --- who asks the partner

Headers = dict[str, str]


async def admitted(there: partners.Sandbox, headers: Headers, body: bytes, path: str = "") -> bool:
    """Whether the first partner answers such a request."""
    return await there.ask(there.first, headers, body, path) == OK


def forged(change: Callable[[partners.Sandbox, Headers], Headers]) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack by a request whose headers *change* makes of genuine ones."""

    async def run(attacker: Attacker) -> str | None:
        async with partners.sandbox(attacker) as there:
            body = partners.question()[there.first]
            if not await admitted(there, there.signed(there.first, body), body):
                raise NotRun("the partner does not answer a genuine request either")
            attacker.evidence()
            wrong = change(there, there.signed(there.first, body))
            return "the partner answered" if await admitted(there, wrong, body) else None

    return run


def _without(*names: str) -> Callable[[partners.Sandbox, Headers], Headers]:
    return lambda _, headers: {name: value for name, value in headers.items() if name not in names}


def _of_the_other(there: partners.Sandbox, headers: Headers) -> Headers:
    """Signed by the other partner's secret, which knows it; the key is right."""
    other = there.credentials[there.second]
    body = partners.question()[there.first]
    return there.signed(there.first, body, secret=other.secret, request=headers[REQUEST])


FORGED: dict[str, tuple[str, Callable[[partners.Sandbox, Headers], Headers]]] = {
    "key-alone": ("the key alone, as a thief has it", _without(SIGNATURE, DATE, REQUEST)),
    "unsigned": ("everything but a signature", _without(SIGNATURE)),
    "undated": ("no date", _without(DATE)),
    "unnamed": ("no request id", _without(REQUEST)),
    "keyless": ("a signature and no key", _without(KEY)),
    "wrong-key": ("another key", lambda _, headers: {**headers, KEY: headers[KEY][::-1]}),
    "wrong-signature": ("another signature", lambda _, headers: {**headers, SIGNATURE: f"v1={'0' * 64}"}),
    "empty-signature": ("an empty signature", lambda _, headers: {**headers, SIGNATURE: "v1="}),
    "other-secret": ("a signature by the other partner's secret", _of_the_other),
}
for name, (title, change) in FORGED.items():
    ARSENAL.add(Attack(THREAT, f"api-03/{name}", f"The partner answers a request with {title}", forged(change)))


@attack(THREAT, "altered-body", "The partner answers a question other than the one that was signed")
async def altered_body(attacker: Attacker) -> str | None:
    """And one that was signed for another path: that of changing the key."""
    async with partners.sandbox(attacker) as there:
        body = partners.question()[there.first]
        if not await admitted(there, there.signed(there.first, body), body):
            raise NotRun("the partner does not answer a genuine request either")
        if await admitted(there, there.signed(there.first, body), body + b" "):
            return "another body was taken"
        change = b'{"kind":"apikey","value":""}'
        where = f"/{there.first}/v2/credentials"
        if await admitted(there, there.signed(there.first, change), change, where):
            return "it was taken for changing the key"
        return None


# --- where the key is, and where the line leads


@attack(THREAT, "key", "The partner's key or signing secret is elsewhere than on the line")
async def key(attacker: Attacker) -> str | None:
    """After checks that went well and that failed: in answers, the audit log, figures and what the server writes."""
    own = _keys(attacker)
    async with partners.sandbox(attacker) as there, attacker.signed_in("prescriber") as browser:
        whose = await partners.patient(browser)
        parts = [("a check", repr(await partners.honestly(browser, whose)).encode())]
        await there.fail(there.first, "expired-key")
        found = await partners.checked(browser, whose)
        parts.append(("a failed check", repr(found).encode()))
        kept = await browser.ask("GET", f"{FHIR}/DetectedIssue/{found['id']}")
        parts.append(("the kept check", kept.content))
    async with attacker.signed_in("officer") as browser:
        entries = await browser.ask("GET", f"{FHIR}/AuditEvent?_count=50")
        parts.append(("the audit log", entries.content))
        if place := attacker.material.places.get("metrics"):
            secret = {"Authorization": f"Bearer {attacker.material.secrets.get('metrics', '')}"}
            parts.append(("figures", (await browser.ask("GET", f"{place}/metrics", headers=secret)).content))
    parts += [part async for part in machine.database(attacker)]
    return looked(attacker, "what came of it", [*parts, *machine.said(attacker)], own)


def _keys(attacker: Attacker) -> leaks.Known:
    said, vault = machine.settings(attacker), machine.vault(attacker)
    names = [one for one in vault.names() if one.startswith(f"{said.edition.secret_prefix}/")]
    if not names:
        raise NotRun("it has no keys of partners")
    return leaks.Known({f"the secret {name}": leaks.forms(vault.get(name).reveal()) for name in names})


@attack(THREAT, "redirected", "The partner sends the server elsewhere, and it goes there with the key")
async def redirected(attacker: Attacker) -> str | None:
    """To an address of this machine, where somebody listens."""
    async with partners.sandbox(attacker) as there, listener() as ear, attacker.signed_in("prescriber") as browser:
        whose = await partners.patient(browser)
        await partners.honestly(browser, whose)
        await there.fail(there.first, "redirect", to=ear.address("redirected"))
        found = await partners.checked(browser, whose)
        if (there.first, "redirect") not in await there.endings():
            raise NotRun("the server was not sent elsewhere")
        if visit := await ear.heard(0.05):
            attacker.keep(Exchange("visit", visit))
            return "it went there"
        states = {one["id"]: one["state"] for one in found["sources"]}
        return "what it found there was taken for an answer" if states[there.first] == "answered" else None


@attack(THREAT, "elsewhere", "The line leads to a host or an address that is not on the list")
async def elsewhere(attacker: Attacker) -> str | None:
    """Its own client and list, in this process: other hosts, other writings, and names that lead inside."""
    async with partners.sandbox(attacker), listener() as ear:
        said = machine.settings(attacker)
        known = lines(said.edition, said.partners, machine.vault(attacker))
        line = known.pop(said.edition.first_partner)
        try:
            if await _reached(line, line.place.url) is not Why.REFUSED:
                raise NotRun("the partner is not reached either")
            for url in _elsewhere(ear.port):
                why = await _reached(line, url)
                attacker.keep(Exchange(f"POST {url}", str(why)))
                if ear.visits or why is not Why.NOT_ALLOWED:
                    return f"{url} was reached for: {why}"
        finally:
            await line.close()
        return await _rebound(attacker, line)


def _elsewhere(port: int) -> tuple[str, ...]:
    return (
        f"http://localhost:{port}/v2", f"http://127.0.0.2:{port}/v2", f"http://[::1]:{port}/v2",
        f"http://0x7f000001:{port}/v2", f"http://2130706433:{port}/v2", f"http://127.1:{port}/v2",
        f"http://127.0.0.1.nip.io:{port}/v2", f"http://[::ffff:127.0.0.1]:{port}/v2", "http://169.254.169.254/latest",
        "http://[fd00:ec2::254]/latest", "https://evil.example/v2", "https://api.medtrackpro.com.evil.example/v2",
        f"http://api.medtrackpro.com@localhost:{port}/v2",
    )  # fmt: skip


async def _rebound(attacker: Attacker, line: Line) -> str | None:
    """A name on the list that leads inside, at once or with one of its addresses."""
    addresses: list[str] = []

    async def resolved(host: str, port: int) -> list[str]:
        del host, port
        return addresses

    named = Rules(line.rules.hosts | {"partner.example"}, line.rules.networks)
    other = Line(line.place, line.secrets, named, resolver=resolved)
    try:
        for addresses in INSIDE:
            why = await _reached(other, "https://partner.example/v2")
            attacker.keep(Exchange(f"POST https://partner.example/v2 at {addresses}", str(why)))
            if why is not Why.NOT_ALLOWED:
                return f"a name that leads to {addresses} was followed: {why}"
    finally:
        await other.close()
    return None


INSIDE = (["10.0.0.1"], ["169.254.169.254"], ["127.0.0.2"], ["::1"], ["fd00::1"], ["198.51.45.7", "192.168.0.1"])
"""What a name that is on the list may turn out to be."""


async def _reached(line: Line, url: str) -> Why | None:
    """How a question ended that the partner does not know, at another address; `None`: it was answered."""
    line.place, line.breaker = replace(line.place, url=url), Breaker()
    log = logging.getLogger("meridian.partners")
    before, log.disabled = log.disabled, True  # it is to fail, and says so each time
    try:
        await line.ask("/nothing", {}, dict, [], lambda found: found)
    except Failed as failed:
        return failed.why
    finally:
        log.disabled = before
    return None


@attack(THREAT, "in-clear", "The line to a partner outside goes without TLS, if the settings say so")
async def in_clear(attacker: Attacker) -> str | None:
    """Such settings are not to be taken."""
    said, vault = machine.settings(attacker), machine.vault(attacker)
    lines(said.edition, Partners(), vault)
    for url in (
        "http://api.medtrackpro.com/v2",
        "ftp://api.medtrackpro.com/v2",
        "https://user:x@api.medtrackpro.com/v2",
    ):
        try:
            lines(said.edition, Partners(medtrack=url), vault)
        except BadSettings as refused:
            attacker.keep(Exchange(url, str(refused)))
        else:
            return f"{url.partition(':')[0]} is taken"
    return None


# --- what the partner answers

ANSWERS = {
    "500": "a failure",
    "503": "that it is busy",
    "malformed": "half a text",
    "wrong-schema": "`ok` in another form",
    "unknown-severity": "a finding of a severity that nobody knows",
    "nan": "a number that is none",
    "deep": "twenty thousand levels",
    "huge": "64 MB",
    "html": "a page",
    "zipped": "something compressed",
    "half": "less than it announced",
    "redirect": "that it is elsewhere",
    "expired-key": "that the key is not good",
    "partial": "all but one of the medicines",
    "stranger": "something about another patient's medicine",
    "empty": "nothing at all",
    "slow": "nothing for half a minute",
}
"""Mischief of the sandbox → what is answered; one that drips is in the tests of the client, for it takes as long."""
TAKES_LONG = frozenset({"slow", "503"})
LATE = 8.0
"""Seconds after which a slow one answers: too late."""


def answered(mischief: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack in which both partners answer so, or the second fails where two would take too long."""

    async def run(attacker: Attacker) -> str | None:
        async with partners.sandbox(attacker) as there, attacker.signed_in("prescriber") as browser:
            whose = await partners.patient(browser)
            await partners.honestly(browser, whose)
            attacker.evidence()
            before = len(await there.endings())
            await there.fail(there.first, mischief, seconds=LATE)
            await there.fail(there.second, "500" if mischief in TAKES_LONG else mischief)
            found = await partners.checked(browser, whose)
            waited = any(one["id"] == there.first and one["why"] == "timeout" for one in found["sources"])
            if not waited and (there.first, mischief) not in (await there.endings())[before:]:
                raise NotRun("the first partner was not asked")
            return "it looks safe" if found["outcome"] == "clear" else None

    return run


for name, title in ANSWERS.items():
    ARSENAL.add(Attack(THREAT, f"api-03/answer-{name}", f"The partners answer {title}, and it is safe", answered(name)))
