"""
AUTH-03 in a real browser: hostile text in every field, in every address, and what a script could reach if one ran.

What patients and staff can write is written through the interface, then every screen that shows it is opened as
somebody else. The Content-Security-Policy is on; but a text that only the policy stops has come too far already.
"""

import base64
import json
import secrets
from itertools import cycle
from typing import Any
from urllib.parse import quote

from meridian.threats import hostile
from meridian.threats.attack import ARSENAL, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.browsing import chromium, kept
from meridian.threats.hostile import CALL, LINKS, MARK, NARRATIVES, TEXTS

THREAT = "AUTH-03"
FEWEST = 12
"""Resources and words that are written at least, and hostile texts that are shown at least: else little was tried."""
SHORTLY = 0.7
"""Seconds in which a screen has read its address; what it was to show need not come."""
OUTSIDE = ("/sign-in", "/forgotten-password", "/recovery", "/invitation", "/appointment-link", "/visit-guest")
"""Places for whoever has a link, or nothing at all."""
INSIDE = ("/", "/patients", "/messages", "/inbox", "/visits", "/calendar", "/documents", "/forms", "/no-such-place")

attack = ARSENAL.attack


async def written(browser: Browser, method: str, path: str, body: Any, kind: str = "application/json") -> bool:
    """Whether something was written."""
    answer = await browser.ask(method, path, content=json.dumps(body).encode(), headers={"Content-Type": kind})
    return answer.is_success


async def by_fhir(browser: Browser, patient: str) -> int:
    """Write every type; how many were taken."""
    return sum(
        [
            await written(browser, "POST", f"{FHIR}/{one['resourceType']}", one, "application/fhir+json")
            for one in hostile.resources(patient)
        ]
    )


async def by_portal(browser: Browser, patient: str, author: str) -> int:
    """Write what the portal has forms for; how many were taken."""
    texts, key = cycle(TEXTS), secrets.token_hex(8)
    bodies = [
        ("POST", "/api/messages/threads", {
            "key": key, "text": next(texts), "subject": next(texts), "patient": patient,
        }),
        ("POST", "/api/inbox/tasks", {"title": next(texts), "patient": patient, "owner": author}),
        ("POST", f"/api/disclosures/{patient}", {
            "on": "2026-01-01", "recipient": next(texts), "description": next(texts), "purpose": "law-enforcement",
        }),
        ("PUT", "/api/drafts/note:Encounter/verification", {"patient": patient, "text": next(texts)}),
        ("POST", "/api/charting/note-templates", {"title": next(texts), "text": next(texts)}),
        ("POST", "/api/documents/uploads", {"name": f"{next(texts)}.pdf", "size": 9, "patient": patient}),
    ]  # fmt: skip
    return sum([await written(browser, *one) for one in bodies])


async def on_the_patient(browser: Browser, record: str) -> int:
    """A second name, an address, a number and somebody to call; the name that others look for stays."""
    texts = cycle(TEXTS)
    patch = [
        {"op": "add", "path": "/name/-", "value": {"use": "nickname", "text": next(texts), "given": [next(texts)]}},
        {"op": "add", "path": "/address", "value": [{"line": [next(texts)], "city": next(texts)}]},
        {"op": "add", "path": "/telecom", "value": [{"system": "other", "value": next(texts)}]},
        {"op": "add", "path": "/contact", "value": [{"name": {"text": next(texts)}}]},
    ]
    return int(await written(browser, "PATCH", f"{FHIR}/{record}", patch, "application/json-patch+json"))


async def as_the_patient(browser: Browser, patient: str, record: str) -> int:
    """What a patient writes themselves."""
    texts, key = cycle(TEXTS[3:] + TEXTS[:3]), secrets.token_hex(8)
    allergies = await browser.ask("GET", f"{FHIR}/AllergyIntolerance?patient={record}")
    item = next((one["resource"]["id"] for one in allergies.json().get("entry", [])), "none")
    bodies = [
        ("POST", "/api/messages/threads", {
            "key": key, "text": next(texts), "subject": next(texts), "patient": patient,
        }),
        ("POST", "/api/amendments", {
            "patient": patient, "item": f"AllergyIntolerance/{item}", "wrong": next(texts), "right": next(texts),
        }),
        ("PUT", f"/api/own/{patient}/profile", {"language": "en", "address": {"line": [next(texts)]}}),
        ("POST", "/api/family", {
            "patient": patient, "name": next(texts), "email": f"{key}@verification.invalid", "relationship": "SIB",
            "role": "proxy",
        }),
    ]  # fmt: skip
    return sum([await written(browser, *one) for one in bodies])


async def narrated(browser: Browser, patient: str) -> str:
    """A narrative with a script in it that was taken, and given out as it was; empty: none."""
    for narrative in NARRATIVES:
        one = {**hostile.resources(patient)[0], "text": {"status": "generated", "div": narrative}}
        if await written(browser, "POST", f"{FHIR}/AllergyIntolerance", one, "application/fhir+json"):
            return narrative
    return ""


@attack(THREAT, "stored", "A text that somebody wrote is run where somebody else reads it")
async def stored(attacker: Attacker) -> str | None:
    """By the clinician for the patient, by the patient for the clinician."""
    patient, clinician = attacker.material.people["patient"], attacker.material.people["clinician"]
    async with attacker.signed_in("clinician") as staff, attacker.signed_in("patient") as own:
        many = await by_fhir(staff, patient.id) + await by_portal(staff, patient.id, clinician.record)
        many += await on_the_patient(staff, patient.record) + await as_the_patient(own, patient.id, patient.record)
        taken = await narrated(staff, patient.id)
    if taken:
        return f"a narrative with a script in it was taken: {taken}"
    if many < FEWEST:
        raise NotRun(f"only {many} hostile texts could be written")
    attacker.keep(Exchange("what was written through the interface", f"{many} resources and words"))
    chart = f"/patients/{patient.id}"
    for part, first in (("reader", [chart, "/messages", "/inbox", "/"]), ("patient", ["/", "/record", "/messages"])):
        async with chromium(attacker, part) as walker:
            wrong = await walker.walk(first, MARK)
            kept(attacker, walker, part)
        if wrong:
            return f"{wrong}, as the {part}"
        if sum(walker.shown.values()) < FEWEST:
            raise NotRun(
                f"the {part} was shown {sum(walker.shown.values())} hostile texts on {len(walker.shown)} screens"
            )
    return None


@attack(THREAT, "reflected", "A text in an address is run")
async def reflected(attacker: Attacker) -> str | None:
    """In the path, the query and the fragment of every place of the portal, to somebody and to nobody."""
    texts = cycle(TEXTS + LINKS)
    for part, places in (("", OUTSIDE), ("reader", INSIDE)):
        async with chromium(attacker, part) as walker:
            for no, place in enumerate(places):
                said = [quote(next(texts), safe="") for _ in range(4)]
                path = f"{place.rstrip('/')}/{said[0]}" if no % 2 else place
                asked = f"{path}?q={said[1]}&next={said[2]}&id={said[1]}#token={said[3]}"
                await (walker.open(asked) if no == 1 else walker.go(asked, SHORTLY))
                if wrong := await walker.wrong():
                    return f"at {place} {wrong}"
            attacker.keep(Exchange(f"{len(places)} places, as {part or 'nobody'}", "nothing was run"))
    return None


KNOWN_TO_SCRIPTS = """async () => {
  const found = [document.cookie, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(request.url);
  }
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done, not) => {
      const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); asked.onerror = not;
    });
    for (const store of base.objectStoreNames) {
      found.push(JSON.stringify(await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => done(asked.result);
      })));
    }
    base.close();
  }
  const seen = new Set();
  const look = (thing, deep) => {
    if (typeof thing === "string") found.push(thing.slice(0, 4000));
    if (!thing || typeof thing !== "object" || deep > 3 || seen.has(thing) || thing instanceof Node) return;
    seen.add(thing);
    for (const name of Object.keys(thing).slice(0, 300)) { try { look(thing[name], deep + 1); } catch {} }
  };
  for (const name of Object.getOwnPropertyNames(window)) { try { look(window[name], 1); } catch {} }
  return found.join("\\n");
}"""
"""Whatever a script of the page can lay its hands on: cookies, stores, caches, databases, what hangs on `window`."""


@attack(THREAT, "token-in-script", "A script in a page reads the token")
async def token_in_script(attacker: Attacker) -> str | None:
    """Cookies, both storages, databases, caches, the window; where a word that was put there is found."""
    async with attacker.signed_in("clinician") as browser:
        hidden = [value for value in browser.cookies.values() if len(value) > 16]  # noqa: PLR2004  # no flag
    async with chromium(attacker, "clinician") as walker:
        await walker.go("/patients")
        await walker.page.evaluate(
            "window.planted = {deep: {word: 'planted-word'}}; localStorage.setItem('p', 'planted-too')"
        )
        text = str(await walker.page.evaluate(KNOWN_TO_SCRIPTS))
        signed_in = await walker.page.evaluate("fetch('/api/session').then((answer) => answer.status)")
    if "planted-word" not in text or "planted-too" not in text or signed_in != 200:  # noqa: PLR2004  # OK
        raise NotRun("what a script can read was not seen, or nobody was signed in")
    attacker.keep(
        Exchange("what a script of the page can read", f"{len(text)} characters, without any of {len(hidden)} tokens")
    )
    return "a token can be read" if any(one in text for one in hidden) else None


ACTING = (
    ("text/html", f"<!doctype html><script>{CALL}</script><img src=x onerror={CALL}>"),
    ("image/svg+xml", f"<svg xmlns='http://www.w3.org/2000/svg' onload='{CALL}'><script>{CALL}</script></svg>"),
    ("application/xhtml+xml", f"<html xmlns='http://www.w3.org/1999/xhtml'><script>{CALL}</script></html>"),
    ("text/xml", f"<x><script xmlns='http://www.w3.org/1999/xhtml'>{CALL}</script></x>"),
    ("application/pdf", f"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS({CALL})>>>>endobj"),
    ("text/plain", f"<script>{CALL}</script>"),
)
"""Documents that would do something where they are opened."""


@attack(THREAT, "document", "A document that is opened acts as a page of ours")
async def document(attacker: Attacker) -> str | None:
    """Each as a Binary, opened as a page of its own by somebody who is signed in."""
    record = attacker.material.people["patient"].record
    places = []
    async with attacker.signed_in("clinician") as browser:
        for media, text in ACTING:
            data = base64.b64encode(text.encode()).decode()
            one = {
                "resourceType": "Binary",
                "contentType": media,
                "data": data,
                "securityContext": {"reference": record},
            }
            said = {"Content-Type": "application/fhir+json"}
            answer = await browser.ask("POST", f"{FHIR}/Binary", content=json.dumps(one).encode(), headers=said)
            if answer.is_success and "location" in answer.headers:
                places.append((media, answer.headers["location"].partition("/_history")[0]))
            else:
                attacker.keep(Exchange(f"a document of the type {media}", f"was not taken: {answer.status_code}"))
    async with chromium(attacker, "clinician") as walker:
        for media, place in places:
            path = place[place.index(FHIR) :]
            for asked in (path, f"{path}?_format={quote(media)}"):
                await _opened(walker.page, asked)
                if walker.fired:
                    return f"a document of the type {media} was run"
            attacker.keep(Exchange(f"a document of the type {media}", "was opened, and did nothing"))
    return None


async def _opened(page: Any, path: str) -> None:
    """Open it; what is downloaded instead is not opened."""
    try:
        await page.goto(path, wait_until="load")
    except Exception as downloaded:  # Playwright's, which may not be there
        if "ownload" not in str(downloaded) and "ERR_" not in str(downloaded):
            raise
