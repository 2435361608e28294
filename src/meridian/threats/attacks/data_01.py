"""
DATA-01: a document for somebody whose it is not (CWE-732, CWE-284).

A deployment gives out no addresses of the place where bytes lie: it gives links to itself, each for a minute and one
session. So there are two things to attack: the links and names by which it hands bytes out, and the place itself, which
is a folder or a bucket. What of the place can be tried depends on which it is, and on whether we are on its machine.
"""

import asyncio
import os
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx

from meridian.access.files import LINK_USES
from meridian.threats import buckets, machine
from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser

THREAT = "DATA-01"
ANY = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
"""As a browser asks when somebody follows a link."""
BINARY = {"Content-Type": "application/fhir+json"}
NOBODY = "00000000-0000-4000-8000-000000000000"
PATIENCE = 20.0
"""Seconds that a new document may take to be scanned."""

attack = ARSENAL.attack


def places(attacker: Attacker) -> dict[str, str]:
    """What stands for the neighbour and their document."""
    neighbour = attacker.material.people["neighbour"]
    if "DocumentReference" not in neighbour.records:
        raise NotRun("the material has no document: make it anew")
    return {
        "patient": neighbour.id,
        "document": neighbour.records["DocumentReference"],
        "binary": neighbour.records["Binary"],
    }


def holds(answer: httpx.Response, word: str) -> bool:
    """Whether an answer holds the document: its bytes, these in Base64, or what it is called."""
    return word.encode() in answer.content or b64encode(word.encode()) in answer.content


async def link(browser: Browser, document: str) -> str:
    """Where its bytes are for a minute; empty: whoever asks is not told."""
    answer = await browser.ask("POST", f"/api/documents/{document}/link")
    return str(answer.json()["url"]) if answer.status_code == httpx.codes.CREATED else ""


async def followed(browser: Browser, where: str, word: str) -> bool:
    """Whether the bytes are there for whoever asks now."""
    return holds(await browser.ask("GET", where, headers=ANY), word)


async def honest(attacker: Attacker) -> str:
    """
    A live link of the neighbour's own, whose bytes the neighbour gets.

    Raises:
        NotRun: If they do not.
    """
    there, word = places(attacker), attacker.material.people["neighbour"].word
    async with attacker.signed_in("neighbour") as browser:
        where = await link(browser, there["document"])
        if not where or not await followed(browser, where, word):
            raise NotRun("the neighbour does not get their own document either")
    attacker.evidence()
    return where


# --- somebody else's document

WAYS: Mapping[str, tuple[str, str]] = {
    "a link": ("POST", "/api/documents/{document}/link"),
    "a link of the neighbour's": ("GET", "{link}"),
    "its bytes": ("GET", f"{FHIR}/Binary/{{binary}}"),
    "its record": ("GET", f"{FHIR}/DocumentReference/{{document}}"),
    "a version of its bytes": ("GET", f"{FHIR}/Binary/{{binary}}/_history/1"),
    "its versions": ("GET", "/api/documents/{document}/versions"),
    "the list of documents": ("GET", "/api/documents?patient={patient}"),
    "a search": ("GET", f"{FHIR}/DocumentReference?patient={{patient}}"),
}


def by(part: str) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack in which a *part* of the material, or nobody, goes every way to the neighbour's document."""

    async def run(attacker: Attacker) -> str | None:
        there = {**places(attacker), "link": await honest(attacker)}
        word = attacker.material.people["neighbour"].word
        async with attacker.signed_in(part) if part else attacker.browser() as browser:
            for name, (method, path) in WAYS.items():
                for headers in ({}, ANY):
                    answer = await browser.ask(method, path.format(**there), headers=headers)
                    if holds(answer, word) or answer.status_code == httpx.codes.CREATED:
                        return f"{part or 'nobody in particular'} got {name}"
        return None

    return run


for part, title in {
    "": "nobody who is signed in",
    "patient": "another patient",
    "stranger": "a clinician of another organisation",
}.items():
    ARSENAL.add(Attack(THREAT, f"data-01/{part or 'nobody'}", f"A document for {title}", by(part)))


@attack(THREAT, "borrowed", "A link works for a colleague, who could have asked for one, and after signing in anew")
async def borrowed(attacker: Attacker) -> str | None:
    """It is of the session that asked for it."""
    there, word = places(attacker), attacker.material.people["neighbour"].word
    async with attacker.signed_in("filer") as asking, attacker.signed_in("clinician") as colleague:
        where = await link(asking, there["document"])
        own = await link(colleague, there["document"])
        if not await followed(asking, where, word) or not await followed(colleague, own, word):
            raise NotRun("clinicians do not get the document either")
        if await followed(colleague, where, word):
            return "a colleague got the bytes by it"
        async with attacker.browser() as again:
            await again.sign_in(attacker.material.people["filer"])
            return "another session of the same person did" if await followed(again, where, word) else None


@attack(THREAT, "expired", "A link works after its minute")
async def expired(attacker: Attacker) -> str | None:
    """It was asked for when the material was made, in a session that is still alive."""
    there, word, tokens = places(attacker), attacker.material.people["neighbour"].word, attacker.material.tokens
    async with attacker.browser() as browser:
        browser.cookies["__Host-meridian"] = tokens["genuine"]
        now = await link(browser, there["document"])
        if not now or not await followed(browser, now, word):
            raise NotRun("the session of the minted tokens has ended: make the material anew")
        old = f"/api/documents/content/{tokens['expired-link']}"
        return "it does" if await followed(browser, old, word) else None


@attack(THREAT, "used-up", "A link works as often as somebody likes within its minute")
async def used_up(attacker: Attacker) -> str | None:
    """It is for a viewer, which asks for parts, and not for handing on."""
    there, word = places(attacker), attacker.material.people["neighbour"].word
    async with attacker.signed_in("filer") as browser:
        where, times = await link(browser, there["document"]), 0
        while times <= LINK_USES and await followed(browser, where, word):
            times += 1
    if not times:
        raise NotRun("it does not work at all")
    return f"it worked {times} times" if times > LINK_USES else None


@attack(THREAT, "altered", "A link that was altered works")
async def altered(attacker: Attacker) -> str | None:
    """Cut off, lengthened, in other letters, with wildcards, or in another writing of the same address."""
    where, word = await honest(attacker), attacker.material.people["neighbour"].word
    start, _, token = where.rpartition("/")
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    wrong = (
        swapped, token[:-1], token[:-4], token + "A", token + "=", token.swapcase(), token[::-1], token[0] + "%25",
        "%25", "*", "_" * len(token), f"{token[:-1]}_", "null", "0", "-1", "' OR ''='", f"{NOBODY}", f"{token}%00",
        f"{token};{token}", f"{token}/..", f"{token}%2f", f"{token}%20",
    )  # fmt: skip
    async with attacker.signed_in("neighbour") as browser:
        for one in wrong:
            if await followed(browser, f"{start}/{one}", word):
                return f"it does, {wrong.index(one)} of {len(wrong)}"
    return None


@attack(THREAT, "retargeted", "A link of one's own document leads to somebody else's")
async def retargeted(attacker: Attacker) -> str | None:
    """By parameters, headers and paths that name the neighbour's."""
    await honest(attacker)
    there, own = places(attacker), attacker.material.people["patient"]
    word = attacker.material.people["neighbour"].word
    async with attacker.signed_in("patient") as browser:
        where = await link(browser, own.records["DocumentReference"])
        if not where or not await followed(browser, where, own.word):
            raise NotRun("the patient does not get their own document either")
        for path in (
            f"{where}?document={there['document']}", f"{where}?id={there['binary']}&patient={there['patient']}",
            f"{where}?token={there['document']}", f"{where}/../../{there['document']}/link",
            f"{where}/{there['document']}", f"{where}%2f..%2f..%2f{there['document']}",
            f"/api/documents/content/{there['document']}", f"/api/documents/content/{there['binary']}",
        ):  # fmt: skip
            if await followed(browser, path, word):
                return "the patient got the neighbour's bytes"
        for header in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path", "Content-Location", "X-Document"):
            answer = await browser.ask("GET", where, headers={header: f"{FHIR}/Binary/{there['binary']}"})
            if holds(answer, word):
                return f"{header} led to the neighbour's bytes"
    return None


@attack(THREAT, "claimed", "A document of one's own names somebody else's bytes, and a link to it hands them out")
async def claimed(attacker: Attacker) -> str | None:
    """By a clinician of another organisation, who may write documents there, and by another patient."""
    await honest(attacker)
    there, word = places(attacker), attacker.material.people["neighbour"].word
    for part in ("stranger", "patient"):
        whose = attacker.material.people["patient"].id if part == "patient" else ""
        async with attacker.signed_in(part) as browser:
            for url in (f"Binary/{there['binary']}", f"{attacker.origin}{FHIR}/Binary/{there['binary']}"):
                made = await browser.ask("POST", f"{FHIR}/DocumentReference", _document(url, whose), headers=BINARY)
                if made.status_code != httpx.codes.CREATED:
                    continue
                identity = made.json()["id"]
                where = await link(browser, identity)
                got = bool(where) and await followed(browser, where, word)
                await browser.ask("DELETE", f"{FHIR}/DocumentReference/{identity}")
                if got:
                    return f"the {part} got the bytes by a document of their own"
    return None


def _document(url: str, patient: str = "", media: str = "text/plain") -> dict[str, object]:
    subject = {"subject": {"reference": f"Patient/{patient}"}} if patient else {}
    attached = {"contentType": media, "url": url, "title": "verification.txt"}
    content = [{"attachment": attached}]
    return {"resourceType": "DocumentReference", "status": "current", "content": content, **subject}


# --- names that lead elsewhere

ELSEWHERE = (
    "/etc/passwd", "../../../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..%252f..%252f..%252f..%252f..%252fetc%252fpasswd",
    "....//....//....//....//....//....//etc/passwd", "..%5c..%5c..%5c..%5c..%5cetc%5cpasswd",
    "..%c0%af..%c0%af..%c0%af..%c0%afetc/passwd", "file:///etc/passwd", "/proc/self/environ",
    "..%2f..%2f..%2f..%2f..%2f..%2fproc%2fself%2fenviron", "../master.key", "..%2fmaster.key", "..%2f..%2fmaster.key",
    "../secrets.sealed", "..%2fmeridian.db", "../../meridian.db", "..%2fsettings.toml", "%00/etc/passwd",
)  # fmt: skip
FROM = (
    "/{}", "/assets/{}", "/assets/../{}", "/files/{}", f"{FHIR}/Binary/{{}}", "/api/documents/{}/versions",
    "/api/documents/content/{}", "/api/documents/uploads/{}", "/exports/{}",
)  # fmt: skip
GIVEN = re.compile(
    rb"root:[^:\n]*:0:0:|\bPATH=/|SQLite format 3\0|^\d+ [A-Za-z0-9+/]{43}=|^\[(?:mariadb|turn|s3)\]", re.MULTILINE
)
"""How files look that are on every such machine, and those of a data folder."""


@attack(THREAT, "traversal", "An address that leads out of what is served gives a file of the machine")
async def traversal(attacker: Attacker) -> str | None:
    """In every place where an address names a file or an id, in every writing."""
    await honest(attacker)
    async with attacker.signed_in("clinician") as somebody, attacker.browser() as nobody:
        for start in FROM:
            browser = nobody if start.startswith(("/{", "/assets", "/files", "/exports")) else somebody
            for name in ELSEWHERE if browser is nobody else ELSEWHERE[1:4]:
                answer = await browser.ask("GET", start.format(name.lstrip("/") if start == "/{}" else name))
                if GIVEN.search(answer.content):
                    return f"{start} gave a file of the machine"
    return None


@attack(THREAT, "listing", "What documents there are is listed for somebody who has none of them")
async def listing(attacker: Attacker) -> str | None:
    """Folders of the server, and searches that name nobody."""
    await honest(attacker)
    there, word = places(attacker), attacker.material.people["neighbour"].word
    paths = (
        "/files", "/files/", "/exports/", "/api/documents/content/", "/api/documents/", "/api/documents/uploads",
        f"{FHIR}/Binary", f"{FHIR}/DocumentReference", f"{FHIR}/DocumentReference?_count=1000",
        f"{FHIR}/DocumentReference?description:contains=Verification", f"{FHIR}?_type=DocumentReference,Binary",
    )  # fmt: skip
    for part in ("", "patient", "stranger"):
        async with attacker.signed_in(part) if part else attacker.browser() as browser:
            for path in paths:
                answer = await browser.ask("GET", path)
                if holds(answer, word) or there["document"] in answer.text or "Index of" in answer.text:
                    return f"{path} names it"
    return None


NAMES = (
    "../../../../tmp/escaped.txt", "..\\..\\escaped.txt", "/etc/cron.d/escaped.txt", "a\r\nSet-Cookie: a=b\r\n.txt",
    'a"; filename="b.html', "a\x00.txt", "a.txt\u202etxt.exe", "~/escaped.txt", "$(id).txt", "CON.txt", ".htaccess.txt",
)  # fmt: skip
SAFE = re.compile(r"(?:inline|attachment); filename=\"[^\"\\\r\n/]*\"; filename\*=UTF-8''[A-Za-z0-9._~%!#$&+^`|-]*")


@attack(THREAT, "names", "A file's name leads elsewhere, or says more in a header than a name")
async def names(attacker: Attacker) -> str | None:
    """Titles of documents whose bytes are then asked for, by folders, line breaks, quotes and turned letters."""
    await honest(attacker)
    binary = places(attacker)["binary"]
    async with attacker.signed_in("filer") as browser:
        for name in NAMES:
            body = _document(f"Binary/{binary}")
            body["content"][0]["attachment"]["title"] = name  # type: ignore[index]  # as `_document` made it
            made = await browser.ask("POST", f"{FHIR}/DocumentReference", body, headers=BINARY)
            if made.status_code != httpx.codes.CREATED:
                continue  # it was refused, as one with a line break may be
            where = await link(browser, made.json()["id"])
            answer = await browser.ask("GET", where) if where else None
            await browser.ask("DELETE", f"{FHIR}/DocumentReference/{made.json()['id']}")
            if answer is None:
                continue
            said = answer.headers.get("content-disposition", "")
            if not SAFE.fullmatch(said) or "%2F" in said or "%5C" in said or "set-cookie" in answer.headers:
                return f"it was handed out as {quote(said)[:80]}"
    return None


# --- bytes that come to life

PAGE = b"<html><script src=/x></script><svg xmlns='http://www.w3.org/2000/svg' onload='1'/></html>"
ACTING = (
    "text/html", "text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml", "image/svg+xml", "text/xml",
    "application/xml", "text/javascript", "application/javascript", "application/ecmascript", "text/jscript",
    "application/x-javascript", "text/css", "multipart/related", "application/x-shockwave-flash", "application/wasm",
    "text/html,text/plain", "text/plain;x=\ttext/html", "message/rfc822", "application/manifest+json",
)  # fmt: skip
SCRIPTS = re.compile(r"(?:text|application)/(?:x-)?(?:java|ecma|j|live)script[\d.]*|text/css|application/wasm")
"""What a page of ours could load from ourselves, whatever else is said of it. Source: WHATWG MIME Sniffing, 4.6."""
PAGES = re.compile(r"text/html|application/xhtml\+xml|image/svg\+xml|(?:text|application)/xml|multipart/.*|message/.*")


def comes_alive(answer: httpx.Response) -> str:
    """Why a browser would run what it gets here; empty: it would not."""
    media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.headers.get("x-content-type-options") != "nosniff":
        return "a browser may guess what it is"
    if SCRIPTS.fullmatch(media):
        return f"a page of ours could load it as {media}"
    shown = not answer.headers.get("content-disposition", "").startswith("attachment")
    sandboxed = "sandbox" in answer.headers.get("content-security-policy", "")
    return f"it is shown as {media}" if PAGES.fullmatch(media) and shown and not sandboxed else ""


@attack(THREAT, "acting", "A record's bytes are a page or a script of our own site")
async def acting(attacker: Attacker) -> str | None:
    """A Binary of every type that acts, asked for as a page, as a script and by a link."""
    async with attacker.signed_in("filer") as browser:
        for media in ("text/plain", *ACTING):
            made = await _kept(browser, "Binary", {"contentType": media, "data": b64encode(PAGE).decode()})
            if media == "text/plain" and not made:
                raise NotRun("no Binary can be written")
            if not made:
                continue
            why = await _alive(browser, made, media)
            await browser.ask("DELETE", f"{FHIR}/Binary/{made}")
            if why:
                return f"{media}: {why}"
    return None


async def _kept(browser: Browser, kind: str, more: dict[str, object]) -> str:
    """The id of a new resource; empty: it was refused."""
    answer = await browser.ask("POST", f"{FHIR}/{kind}", {"resourceType": kind, **more}, headers=BINARY)
    return str(answer.json()["id"]) if answer.status_code == httpx.codes.CREATED else ""


async def _alive(browser: Browser, binary: str, media: str) -> str:
    for accept, destination in (("text/html,*/*", "document"), ("*/*", "script"), (media, "iframe")):
        asked = {"Accept": accept, "Sec-Fetch-Dest": destination}
        answer = await browser.ask("GET", f"{FHIR}/Binary/{binary}", headers=asked)
        if answer.content == PAGE and (why := comes_alive(answer)):
            return why
    return ""


UPLOADS = (
    ("page.html", PAGE), ("picture.svg", PAGE), ("scan.pdf", PAGE), ("photo.png", b"\x89PNG\r\n\x1a\n" + PAGE),
    ("photo.gif", b"GIF89a/*" + PAGE), ("note.txt", PAGE), ("note.xml", b"<?xml version='1.0'?>" + PAGE),
    ("run.js", b"alert(1)//"), ("scan.pdf", b"%PDF-1.7\n" + PAGE + b"\n%%EOF"), ("page.txt.html", PAGE),
)  # fmt: skip
"""Names, and what does not belong under them."""


@attack(THREAT, "uploaded", "A page is uploaded as something else, and comes back as a page")
async def uploaded(attacker: Attacker) -> str | None:
    """Pages under names of pictures and scans, and files that are two things at once."""
    patient = attacker.material.people["neighbour"].id
    async with attacker.signed_in("filer") as browser:
        if not await sent(browser, "verification.txt", b"plain words", patient):
            raise NotRun("no document can be sent")
        for name, content in UPLOADS:
            document = await sent(browser, name, content, patient)
            if not document:
                continue
            await until_scanned(browser, document)
            where = await link(browser, document)
            answer = await browser.ask("GET", where, headers=ANY) if where else None
            if answer is not None and (why := comes_alive(answer)):
                return f"{name}: {why}"
    return None


async def sent(browser: Browser, name: str, content: bytes, patient: str) -> str:
    """The id of the document that a file became; empty: it was refused."""
    said = {"name": name, "size": len(content), "patient": patient}
    begun = await browser.ask("POST", "/api/documents/uploads", said)
    if begun.status_code != httpx.codes.CREATED:
        return ""
    headers = {"Upload-Offset": "0", "Content-Type": "application/octet-stream"}
    there = f"/api/documents/uploads/{begun.json()['id']}"
    done = await browser.ask("PATCH", there, content=content, headers=headers)
    return str(done.json().get("document") or "") if done.status_code == httpx.codes.OK else ""


async def until_scanned(browser: Browser, document: str) -> None:
    """Its bytes are handed to nobody before."""
    async with asyncio.timeout(PATIENCE):
        while True:
            record = (await browser.ask("GET", f"{FHIR}/DocumentReference/{document}")).json()
            if any(one.get("url", "").endswith("scanned-at") for one in record.get("extension", ())):
                return
            await asyncio.sleep(0.02)


# --- the place itself


async def lying(attacker: Attacker) -> AsyncIterator[tuple[str, bytes]]:
    """
    What lies in the place of documents: every object's name and bytes.

    Raises:
        NotRun: If it cannot be looked at from here.
    """
    said = machine.settings(attacker)
    if said.s3 is not None:
        for name, content in await asyncio.to_thread(buckets.objects, said):
            yield name, content
        return
    for path in sorted((said.data / "files").rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


@attack(THREAT, "store-plain", "Whoever reads the place where documents lie reads documents")
async def store_plain(attacker: Attacker) -> str | None:
    """Sends one, sees that it is handed out, and looks for its words in every object, names included."""
    machine.folder(attacker)
    word = f"Verification{uuid4().hex}"
    before = {name async for name, _ in lying(attacker)}
    async with attacker.signed_in("filer") as browser:
        document = await sent(browser, f"{word}.txt", (word * 40).encode(), attacker.material.people["neighbour"].id)
        if document:
            await until_scanned(browser, document)
        if not document or not await followed(browser, await link(browser, document), word * 2):
            raise NotRun("a document that was sent is not handed out")
    new = {name: content async for name, content in lying(attacker) if name not in before}
    if not new:
        raise NotRun("nothing new lies where documents are to lie")
    attacker.keep(Exchange(f"{len(new)} objects", f"{sum(map(len, new.values()))} bytes"))
    open_ones = [name for name, content in new.items() if word.encode() in content + name.encode()]
    return f"the words stand in {len(open_ones)} of them" if open_ones else None


@attack(THREAT, "store-read", "The place where documents lie can be read by others of the machine, or without rights")
async def store_read(attacker: Attacker) -> str | None:
    """A folder: by its modes and owner. A bucket: unsigned, wrongly signed, and after the signature's end."""
    said = machine.settings(attacker)
    async with attacker.signed_in("filer") as browser:
        if not await sent(browser, "verification.txt", b"plain words", attacker.material.people["neighbour"].id):
            raise NotRun("no document can be sent")
    if said.s3 is not None:
        return await asyncio.to_thread(buckets.read_without_rights, said, attacker.keep)
    root = said.data / "files"
    kept = [root, *root.rglob("*")]
    if not any(path.is_file() for path in kept):
        raise NotRun("what was sent is not in its folder")
    for path in kept:
        state = path.lstat()
        attacker.keep(Exchange(f"stat {path.relative_to(said.data)}", f"{state.st_mode:o} of {state.st_uid}"))
        if state.st_mode & 0o077:
            return f"others of the machine may use {path.relative_to(said.data)}"
        if state.st_uid != root.stat().st_uid or path.is_symlink():
            return f"{path.relative_to(said.data)} is somebody else's"
    return None


@attack(THREAT, "store-settings", "The place where documents lie may be opened to everybody by a setting")
async def store_settings(attacker: Attacker) -> str | None:
    """A folder: whoever runs the server alone owns the way to it. A bucket: public access, TLS, sealing, policy."""
    said = machine.settings(attacker)
    if said.s3 is not None:
        return await asyncio.to_thread(buckets.lax, said, attacker.keep)
    serving = {(place / "status").stat().st_uid for place in machine.processes(attacker)}
    for path in _way(said.data / "files"):
        state = path.stat()
        attacker.keep(Exchange(f"stat {path}", f"{state.st_mode:o} of {state.st_uid}"))
        if state.st_uid not in serving | {0, os.getuid()}:
            return f"{path} belongs to somebody who does not run the server"
        if state.st_mode & 0o002 and not state.st_mode & 0o1000:
            return f"anybody may put another folder in the place of {path}"
    return None


def _way(path: Path) -> list[Path]:
    return [path, *path.parents]
