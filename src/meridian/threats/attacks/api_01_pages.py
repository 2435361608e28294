"""
API-01 at what the portal asks for: files, one's own pages, messages, video visits, and links without a session.

What is at FHIR's doors stands in `api_01`; the same rule holds here. A conversation is begun by the neighbour under a
key of theirs, so that however often it is begun, it is one.
"""

from collections.abc import Mapping
from hashlib import sha256

import httpx

from meridian.threats.attack import ARSENAL, Attack, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.attacks.api_01 import NOBODY, THREAT, Way, places, reached

attack = ARSENAL.attack


def done(answer: httpx.Response, _: str) -> bool:
    """Whether it was done, or shown, whatever it says."""
    return answer.is_success


async def here(attacker: Attacker) -> dict[str, str]:
    """
    What stands for the neighbour, their records and their visit.

    Raises:
        NotRun: If the material is older than that.
    """
    there = places(attacker)
    if "Appointment" not in there:
        raise NotRun("the material has no visit: make it anew")
    return there


async def conversing(attacker: Attacker) -> dict[str, str]:
    """
    As `here`, with a conversation of the neighbour's, in which their word stands.

    Raises:
        NotRun: If they cannot begin one.
    """
    there = await here(attacker)
    if "thread" in attacker.shared:
        return {**there, "thread": attacker.shared["thread"]}
    body = {"key": f"begin-{there['patient']}", "subject": there["word"], "text": there["word"]}
    async with attacker.signed_in("neighbour") as browser:
        begun = await browser.ask("POST", "/api/messages/threads", body)
    if not begun.is_success:
        raise NotRun(f"the neighbour cannot write to the clinic: {begun.status_code}")
    attacker.shared["thread"] = begun.json()["thread"]
    return {**there, "thread": attacker.shared["thread"]}


OWN = "/api/own/{patient}"
VISIT = "/api/video-visits/{Appointment}"
PAGES: Mapping[str, Way] = {
    "file": Way("asks for a link to a document", "/api/documents/{DocumentReference}/link", "POST", gives=done),
    "file-bytes": Way("reads a Binary", f"{FHIR}/Binary/{{Binary}}", gives=done),
    "file-record": Way("reads a DocumentReference", f"{FHIR}/DocumentReference/{{DocumentReference}}"),
    "file-versions": Way("lists a document's versions", "/api/documents/{DocumentReference}/versions", gives=done),
    "profile": Way("opens the profile", f"{OWN}/profile", gives=done),
    "profile-write": Way("changes the profile", f"{OWN}/profile", "PUT", {}, gives=done),
    "record": Way("takes the record along", f"{OWN}/record"),
    "print": Way("has the record printed", f"{OWN}/record/print", gives=done),
    "seen": Way("looks at who saw the record", f"{OWN}/seen?month=2026-01", gives=done),
    "shares": Way("looks at with whom it is shared", f"{OWN}/shares", gives=done),
    "share-places": Way("looks at with whom it could be", f"{OWN}/share-places", gives=done),
    "disclosures": Way("has disclosures accounted for", "/api/disclosures/{patient}", gives=done),
    "disclosure-requests": Way("lists accounts that were given", "/api/disclosures/{patient}/requests", gives=done),
    "appointment": Way("reads an Appointment", f"{FHIR}/Appointment/{{Appointment}}", gives=done),
    "visit": Way("looks at a video visit", VISIT, gives=done),
    "visit-transcript": Way("reads what was written in a video visit", f"{VISIT}/transcript", gives=done),
    "visit-consent": Way("agrees to a video visit", f"{VISIT}/consent", "POST", gives=done),
}
"""Name → how; each gives the neighbour their own."""
THREAD = "/api/messages/threads/{thread}"
WORDS = {"key": "answer-{patient}", "text": "verification"}
MESSAGES: Mapping[str, Way] = {
    "thread": Way("reads a conversation", THREAD),
    "threads": Way("lists a patient's conversations", "/api/messages/threads?patient={patient}"),
    "threads-every": Way("lists all conversations", "/api/messages/threads?every=true"),
    "message": Way("reads a Communication", f"{FHIR}/Communication/{{thread}}"),
    "answer": Way("answers in a conversation", f"{THREAD}/messages", "POST", WORDS, gives=done),
    "mark-read": Way("marks a conversation as read", f"{THREAD}/read", "POST", {"at": 0}, gives=done),
    "mark-unread": Way("marks a conversation as unread", f"{THREAD}/unread", "POST", gives=done),
}
"""Likewise, of a conversation."""

for part in ("patient", "stranger"):
    for table, found in ((PAGES, here), (MESSAGES, conversing)):
        for name, way in table.items():
            run = reached(way, part, found)
            ARSENAL.add(Attack(THREAT, f"{THREAT.lower()}/{part}-{name}", f"The {part} {way.title}", run))


# --- guests of a visit


async def invited(clinician: Browser, visit: str) -> tuple[str, str]:
    """A guest's link to a *visit*: its id, and the code that it carries."""
    answer = await clinician.ask("POST", f"/api/video-visits/{visit}/guests", {"part": "guest"})
    if not answer.is_success:
        raise NotRun(f"the clinician cannot invite a guest: {answer.status_code}")
    said = answer.json()
    return said["id"], said["path"].partition("#")[2]


async def redeemed(attacker: Attacker, code: str) -> int:
    """The status with which somebody without an account is answered who has that *code*."""
    async with attacker.browser() as browser:
        return _heard(await browser.ask("POST", "/api/video-visits/guest", {"code": code}))


@attack(THREAT, "guest-link", "A guest's link opens a visit twice, altered, or after it was taken back")
async def guest_link(attacker: Attacker) -> str | None:
    """Each is to be answered as a code that never was."""
    visit = (await here(attacker))["Appointment"]
    async with attacker.signed_in("clinician") as clinician:
        _, code = await invited(clinician, visit)
        back, taken = await invited(clinician, visit)
        await clinician.ask("DELETE", f"/api/video-visits/{visit}/guests/{back}")
    if await redeemed(attacker, code) != httpx.codes.OK:
        raise NotRun("a guest's link does not open its visit either")
    attacker.evidence()
    never = await redeemed(attacker, "A" * len(code))
    for what, tried in {"used": code, "taken back": taken, **altered(taken)}.items():
        if (status := await redeemed(attacker, tried)) != never or status == httpx.codes.OK:
            return f"a link that is {what} is answered {status}, and one that never was {never}"
    return None


@attack(THREAT, "guest-invites", "Who has no part in a visit invites guests to it, or takes them back")
async def guest_invites(attacker: Attacker) -> str | None:
    """The clinician can, so it is not the visit's time that keeps others from it."""
    visit = (await here(attacker))["Appointment"]
    async with attacker.signed_in("clinician") as clinician:
        guest, _ = await invited(clinician, visit)
        for part in ("patient", "stranger"):
            async with attacker.signed_in(part) as browser:
                answers = [await _meddled(browser, one, guest) for one in (visit, NOBODY)]
            if answers[0] != answers[1] or any(status < httpx.codes.BAD_REQUEST for status in answers[0]):
                return f"the {part} is answered {answers[0]}, and {answers[1]} where there is no visit"
        await clinician.ask("DELETE", f"/api/video-visits/{visit}/guests/{guest}")
    return None


async def _meddled(browser: Browser, visit: str, guest: str) -> list[int]:
    path = f"/api/video-visits/{visit}/guests"
    listed = await browser.ask("GET", path)
    made = await browser.ask("POST", path, {"part": "guest"})
    taken = await browser.ask("DELETE", f"{path}/{guest}")
    return [listed.status_code, made.status_code, taken.status_code]


# --- links of reminders


def altered(token: str) -> dict[str, str]:
    """What somebody could make of a token who has seen it, or its hash; by what it is."""
    last = "A" if token[-1] != "A" else "B"
    return {
        "altered at its end": token[:-1] + last,
        "altered at its beginning": ("A" if token[0] != "A" else "B") + token[1:],
        "in other letters": token.swapcase(),
        "shorter": token[:-1],
        "longer": token + "A",
        "its hash": sha256(token.encode()).hexdigest(),
        "turned round": token[::-1],
    }


@attack(THREAT, "reminder-link", "A reminder's link is guessed, altered, or tells whose it is")
async def reminder_link(attacker: Attacker) -> str | None:
    """The neighbour's own works; it says when and where, and neither who nor which record."""
    there, token = await here(attacker), attacker.material.tokens.get("reminder-link", "")
    async with attacker.browser() as browser:
        honest = await browser.ask("GET", f"/api/appointment-links/{token}")
        if not honest.is_success:
            raise NotRun("the reminder's own link does not work either: make the material anew")
        if any(one in honest.text for one in (there["word"], there["patient"], there["Appointment"])):
            return "it tells whose it is"
        attacker.evidence()
    never = await _tried(attacker, "A" * len(token))
    for what, other in {"the visit's id": there["Appointment"], **altered(token)}.items():
        if (status := await _tried(attacker, other)) != never or min(status) < httpx.codes.BAD_REQUEST:
            return f"a link that is {what} is answered {status}, and one that never was {never}"
    return None


async def _tried(attacker: Attacker, token: str) -> tuple[int, int]:
    """The statuses with which whoever has that *token* is answered who looks, and who cancels."""
    path = f"/api/appointment-links/{token}"
    async with attacker.browser() as browser:
        seen = await browser.ask("GET", path)
        acted = await browser.ask("POST", path, {"action": "cancel"})
    return _heard(seen), _heard(acted)


def _heard(answer: httpx.Response) -> int:
    """The status of an *answer*; of one that was refused for its number nothing can be said."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise NotRun("links are asked for too often from one address; try again in a minute")
    return answer.status_code


# --- exports of many records

ASYNC = {"Prefer": "respond-async", "Accept": "application/fhir+json"}


@attack(THREAT, "export", "Who may not export asks for an export, or fetches another's")
async def export(attacker: Attacker) -> str | None:
    """The security officer may; theirs is no other officer's, and nobody's who treats or is treated."""
    async with attacker.signed_in("officer") as officer:
        begun = await officer.ask("GET", f"{FHIR}/$export", headers=ASYNC)
        if begun.status_code != httpx.codes.ACCEPTED:
            raise NotRun(f"the officer cannot export either: {begun.status_code}")
        place = begun.headers["content-location"]
        seen = await officer.ask("GET", place)
        try:
            if not seen.is_success:
                raise NotRun("the officer does not see their own export either")
            attacker.evidence()
            return await _exported(attacker, place)
        finally:
            await officer.ask("DELETE", place)


async def _exported(attacker: Attacker, place: str) -> str | None:
    nowhere = place.rpartition("/")[0] + "/" + "0" * 32
    for part in ("patient", "clinician", "stranger", "overseer"):
        async with attacker.signed_in(part) as browser:
            for path in ("Patient/$export", f"Group/{NOBODY}/$export", "$export"):
                begun = await browser.ask("GET", f"{FHIR}/{path}", headers=ASYNC)
                if begun.is_success and part != "overseer":
                    return f"the {part} may export {path}"
                if begun.is_success:
                    await browser.ask("DELETE", begun.headers["content-location"])
            for method, rest in (("GET", ""), ("GET", "/1.ndjson"), ("DELETE", "")):
                theirs = await browser.ask(method, place + rest)
                nobodys = await browser.ask(method, nowhere + rest)
                if theirs.is_success or theirs.status_code != nobodys.status_code:
                    return f"{method} of the officer's export by the {part}: {theirs.status_code}"
    return None
