"""
AUTH-03: what a script of somebody else's could do with a session, if one got into a page.

Here is what can be tried without a browser: where the token is kept and how the cookie is marked (RFC 6265bis section
4.1.2), what pages may run (CSP Level 3), and what a page of another site may send (CWE-352). What a browser makes of
hostile text in every field is tried by the journeys.
"""

import re

from meridian.threats.attack import ARSENAL, NotRun
from meridian.threats.attacker import ACCESS, FHIR, Attacker

THREAT = "AUTH-03"
HOUR = 3600
PAGES = ("/", "/patients", "/api/edition", "/health", f"{FHIR}/metadata", "/no-such-page")
EVIL = "https://evil.example"

attack = ARSENAL.attack


async def marks(attacker: Attacker) -> dict[str, str]:
    """The cookies that somebody is sent when they sign in, each with its attributes, in lower case."""
    async with attacker.browser() as browser:
        await browser.sign_in(attacker.material.people["marked"])
        sent = {mark.partition("=")[0]: mark.partition(";")[2].lower() for mark in browser.marks}
    if ACCESS not in sent:
        raise NotRun("signing in sets no cookie of that name")
    return sent


@attack(THREAT, "cookie-flags", "A script reads a session's cookie, or another site or an insecure page is sent it")
async def cookie_flags(attacker: Attacker) -> str | None:
    """Each cookie is `__Host-`, HttpOnly, Secure, SameSite=Strict, of path `/` and of no domain."""
    for name, attributes in (await marks(attacker)).items():
        said = {part.strip() for part in attributes.split(";")}
        missing = {"httponly", "secure", "samesite=strict", "path=/"} - said
        if missing or not name.startswith("__Host-") or any(part.startswith("domain") for part in said):
            return f"{name} lacks {', '.join(sorted(missing)) or 'its prefix'}"
    return None


@attack(THREAT, "cookie-life", "A stolen access cookie works for longer than an hour")
async def cookie_life(attacker: Attacker) -> str | None:
    """The threat model's limit."""
    attributes = (await marks(attacker))[ACCESS]
    found = re.search(r"max-age=(\d+)", attributes)
    if found is None:
        return "it lasts as long as the browser"
    return f"it lasts {found[1]} s" if int(found[1]) > HOUR else None


@attack(THREAT, "token-in-body", "The token stands in an answer that a script may read")
async def token_in_body(attacker: Attacker) -> str | None:
    """Nothing that the portal asks after signing in gives the token back."""
    async with attacker.signed_in("clinician") as browser:
        for path in ("/api/session", "/api/edition", "/"):
            answer = await browser.ask("GET", path)
            if browser.token in answer.text:
                return f"{path} gives it back"
    return None


@attack(THREAT, "token-in-address", "A token in an address is taken, so that histories and logs hold it")
async def token_in_address(attacker: Attacker) -> str | None:
    """RFC 6750 section 2.3 allows it, section 5.3 advises against it."""
    token, record = await attacker.token("clinician"), attacker.material.people["clinician"].record
    async with attacker.browser() as browser:
        answer = await browser.ask("GET", f"{FHIR}/{record}?access_token={token}")
    return "it was" if answer.is_success else None


@attack(THREAT, "policy", "A page may run scripts that were written into it, or that come from elsewhere")
async def policy(attacker: Attacker) -> str | None:
    """Every kind of answer carries the policy, without `unsafe-` anything."""
    async with attacker.browser() as browser:
        for page in PAGES:
            answer = await browser.ask("GET", page)
            said = answer.headers.get("content-security-policy", "")
            allowed = {part.split()[0]: part.split()[1:] for part in said.split(";") if part.split()}
            if allowed.get("script-src") != ["'self'"] or allowed.get("default-src") != ["'self'"] or "unsafe" in said:
                return f"{page}: {said or 'no policy'}"
            if allowed.get("frame-ancestors") != ["'none'"] or allowed.get("object-src") != ["'none'"]:
                return f"{page} may be framed, or may embed: {said}"
    return None


@attack(THREAT, "sniffing", "A browser takes an answer for another kind than it says")
async def sniffing(attacker: Attacker) -> str | None:
    """Every kind of answer says `nosniff`."""
    async with attacker.browser() as browser:
        for page in PAGES:
            if (await browser.ask("GET", page)).headers.get("x-content-type-options") != "nosniff":
                return f"{page} may be taken for something else"
    return None


@attack(THREAT, "forged-write", "A form on another site's page writes in the name of whoever is signed in")
async def forged_write(attacker: Attacker) -> str | None:
    """By Origin, by Fetch Metadata, and by neither."""
    record = attacker.material.people["patient"].record
    change = b'[{"op":"add","path":"/language","value":"en"}]'
    kind = {"Content-Type": "application/json-patch+json"}
    async with attacker.signed_in("clinician") as browser:
        honest = await browser.ask("PATCH", f"{FHIR}/{record}", content=change, headers=kind)
        if not honest.is_success:
            raise NotRun(f"our own page may not write either: {honest.status_code}")
        attacker.evidence()
        for origin, site in (
            (EVIL, "cross-site"),
            (EVIL, ""),
            ("", "cross-site"),
            ("", "same-site"),
            ("null", ""),
            ("", ""),
        ):
            forged = {**kind, "Origin": origin, "Sec-Fetch-Site": site}
            answer = await browser.ask("PATCH", f"{FHIR}/{record}", content=change, headers=forged)
            if answer.is_success:
                return f"with Origin {origin!r} and Sec-Fetch-Site {site!r} it was written"
    return None


@attack(THREAT, "sharing", "A page of another site may read answers (CORS)")
async def sharing(attacker: Attacker) -> str | None:
    """No answer names another origin, and none says that credentials may be sent."""
    async with attacker.signed_in("clinician") as browser:
        for method in ("GET", "OPTIONS"):
            for origin in (EVIL, "null"):
                asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
                headers = (await browser.ask(method, "/api/session", headers=asked)).headers
                if headers.get("access-control-allow-origin") in {origin, "*"}:
                    return f"{method} for {origin} is allowed"
    return None


@attack(THREAT, "fixation", "A session that was planted before signing in is the one that is used after")
async def fixation(attacker: Attacker) -> str | None:
    """Every cookie that was planted is replaced."""
    planted = "planted0planted0planted0"
    async with attacker.browser() as browser:
        browser.cookies.update(dict.fromkeys((ACCESS, f"{ACCESS}-refresh"), planted))
        await browser.sign_in(attacker.material.people["fixed"])
        kept = [name for name, value in browser.cookies.items() if value == planted]
    return f"{', '.join(kept)} stayed what it was" if kept else None
