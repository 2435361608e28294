"""
WEB-01: names such as `__proto__`, which a script that copies objects without care writes into all of them (CWE-1321).

The server is to refuse them, or to keep them as nobody's; and the portal is to be as it was after it has shown answers
in which they stand at every level, whoever put them there.
"""

import json
import re
from typing import Any

import httpx

from meridian.threats.attack import ARSENAL, Exchange, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser
from meridian.threats.browsing import Walker, chromium

THREAT = "WEB-01"
WORD = "polluted"
PLANTED = f'{{"__proto__":{{"{WORD}":"yes","isAdmin":true}},'
WITHIN = {"__proto__": {WORD: "yes"}, "constructor": {"prototype": {WORD: "yes"}}, "prototype": {WORD: "yes"}}
ASKED = f"__proto__[{WORD}]=yes&constructor[prototype][{WORD}]=yes&__proto__.{WORD}=yes"
NATIVE = "() => Object.getOwnPropertyNames(Object.prototype).concat(Object.getOwnPropertyNames(Array.prototype)).sort()"
"""What all objects and all lists have."""
CARELESS = f"""() => {{
  const merge = (into, from) => {{
    for (const name of Object.keys(from)) {{
      if (from[name] && typeof from[name] === "object") {{ into[name] ??= {{}}; merge(into[name], from[name]); }}
      else into[name] = from[name];
    }}
    return into;
  }};
  merge({{}}, JSON.parse('{{"__proto__":{{"{WORD}":"yes"}}}}'));
  const seen = Object.getOwnPropertyNames(Object.prototype).includes("{WORD}");
  delete Object.prototype.{WORD};
  return seen;
}}"""
"""What careless code does with such a name, on the attacker's own behalf; whether that is seen."""
SCREENS = 10
"""That one person is led to with such answers."""

attack = ARSENAL.attack


async def sent(browser: Browser, method: str, path: str, body: Any) -> httpx.Response:
    """JSON, as it is written."""
    kind = {"PATCH": "application/json-patch+json"}.get(method, "application/fhir+json")
    kind = kind if path.startswith(FHIR) else "application/json"
    return await browser.ask(method, path, content=json.dumps(body).encode(), headers={"Content-Type": kind})


def bodies(patient: str) -> list[tuple[str, str, Any]]:
    """Where such names may stand: method, path and body."""
    allergy: dict[str, Any] = {
        "resourceType": "AllergyIntolerance", "patient": {"reference": f"Patient/{patient}"}, "code": {"text": "x"},
        "clinicalStatus": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active",
        }]},
    }  # fmt: skip
    inside = [{**allergy, name: value} for name, value in WITHIN.items()] + [
        {**allergy, "code": {"text": "x", **WITHIN}},
        {**allergy, "note": [{"text": "x", **WITHIN}]},
    ]
    patches = [f"/__proto__/{WORD}", f"/constructor/prototype/{WORD}", "/name/__proto__", "/__proto__"]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": inside[0], "request": {"method": "POST", "url": "AllergyIntolerance"}},
    ]}  # fmt: skip
    return [
        *(("POST", f"{FHIR}/AllergyIntolerance", one) for one in inside),
        *(("PATCH", f"{FHIR}/Patient/{patient}", [{"op": "add", "path": p, "value": {WORD: "yes"}}]) for p in patches),
        ("POST", FHIR, bundle),
        ("PUT", "/api/drafts/note:Encounter/verification", {"patient": patient, "text": "x", **WITHIN}),
        ("PUT", "/api/notifications/settings", {"kinds": [], **WITHIN}),
        ("PUT", "/api/notifications/settings", {"kinds": [{"kind": "__proto__", **WITHIN}]}),
        ("POST", "/api/inbox/tasks", {"title": "x", "patient": patient, **WITHIN}),
        ("POST", "/api/charting/note-templates", {"title": "x", "text": "x", **WITHIN}),
    ]


@attack(THREAT, "stored", "A name that means all objects is kept, and given to whoever reads")
async def stored(attacker: Attacker) -> str | None:
    """In resources at every level, patches, bundles, drafts, settings and queries; honest ones are taken."""
    patient = attacker.material.people["patient"].id
    async with attacker.signed_in("clinician") as browser:
        _, path, body = bodies(patient)[0]
        honest = await sent(browser, "POST", path, {name: body[name] for name in body if name not in WITHIN})
        if not honest.is_success:
            raise NotRun(f"the same without the name is not taken either: {honest.status_code}")
        for method, path, body in bodies(patient):
            answer = await sent(browser, method, path, body)
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                return f"{method} {path} broke the server: {answer.status_code}"
            if answer.is_success and (WORD in answer.text or (path.startswith(FHIR) and method == "POST")):
                return f"{method} {path} was taken"
        for path in (
            f"{FHIR}/Patient/{patient}",
            f"{FHIR}/AllergyIntolerance?patient={patient}&{ASKED}",
            f"/api/session?{ASKED}",
            "/api/drafts/note:Encounter/verification",
            "/api/notifications/settings",
        ):
            answer = await browser.ask("GET", path)
            if answer.is_success and re.search(rf'"(__proto__|{WORD})"', answer.text):
                return f"{path} gives it to whoever reads"
    return None


def planted(text: str) -> str:
    """JSON with the name in each of its objects."""
    return re.sub(r'\{(?=")', PLANTED, text)


async def _plant(walker: Walker) -> list[str]:
    """Put the name into every answer and every word of the socket; gives the addresses where it was."""
    where: list[str] = []

    async def answered(route: Any) -> None:
        answer = await route.fetch()
        text = await answer.text()
        if "json" in answer.headers.get("content-type", "") and '{"' in text:
            where.append(route.request.url)
            await route.fulfill(response=answer, body=planted(text))
        else:
            await route.fulfill(response=answer)

    def connected(socket: Any) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda said: socket.send(planted(said) if isinstance(said, str) else said))

    await walker.page.route(re.compile(r"/(api|fhir)/"), answered)
    await walker.page.route_web_socket(re.compile(r"/socket\.io/"), connected)
    return where


@attack(THREAT, "portal", "The portal copies such a name out of an answer or an address into all objects")
async def portal(attacker: Attacker) -> str | None:
    """In every object of every answer, in what a socket says, and in addresses; then all objects are as they were."""
    chart = f"/patients/{attacker.material.people['patient'].id}"
    async with chromium(attacker, "reader") as walker:
        before = await walker.page.evaluate(NATIVE)
        if not await walker.page.evaluate(CARELESS):
            raise NotRun("what careless code does with such a name is not seen")
        where = await _plant(walker)
        await walker.open(f"/?{ASKED}#{ASKED}")
        waiting = [f"{chart}?{ASKED}", f"{chart}/allergies", f"{chart}/medicines", f"{chart}/problems", "/patients",
                   "/messages", "/inbox", f"/calendar?{ASKED}", "/templates", "/settings/notifications"]  # fmt: skip
        for path in waiting[:SCREENS]:
            await walker.go(path)
            new = set(await walker.page.evaluate(NATIVE)) - set(before)
            if new or await walker.page.evaluate(f"({{}}).{WORD}"):
                return f"after {path.partition('?')[0]} every object has {sorted(new) or WORD}"
        attacker.keep(Exchange(f"{len(where)} answers with __proto__ at every level", "all objects are as they were"))
    if not where:
        raise NotRun("the portal asked for nothing")
    return None
