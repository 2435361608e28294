"""
API-04: what was sent once is sent once more, and takes effect a second time (CWE-294).

No partner calls Meridian back: there are no webhooks for mail, texts, payments or partners, so nothing that comes in is
signed by its sender. What is nearest is tried instead: signed requests to the partner (which replays would be of use
against a stolen line), results that a laboratory brings in its own session, an order that rests on a check, and a code.
"""

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from meridian.clock import instant
from meridian.medications.partners.signing import REQUEST, WINDOW
from meridian.threats import partners
from meridian.threats.attack import ARSENAL, Attack, NotRun
from meridian.threats.attacker import FHIR, Attacker, Browser

THREAT = "API-04"
INTAKE = "/api/results/intake"
CODE = "6298-4"
"""LOINC of potassium in blood."""

attack = ARSENAL.attack


# --- signed requests

OK = 200
Replay = Callable[[partners.Sandbox, Mapping[str, str], bytes], Mapping[str, str]]


def replayed(change: Replay) -> Callable[[Attacker], Awaitable[str | None]]:
    """The attack by a request that *change* makes of one that has been answered."""

    async def run(attacker: Attacker) -> str | None:
        async with partners.sandbox(attacker) as there:
            body = partners.question()[there.first]
            sent = there.signed(there.first, body)
            if await there.ask(there.first, sent, body) != OK:
                raise NotRun("the partner does not answer a genuine request either")
            attacker.evidence()
            again = await there.ask(there.first, change(there, sent, body), body)
            return "the partner answered" if again == OK else None

    return run


def _as_of(seconds: float) -> Replay:
    return lambda there, _, body: there.signed(there.first, body, ago=seconds)


REPLAYS: dict[str, tuple[str, Replay]] = {
    "partner-again": ("once more as it was", lambda _, sent, __: sent),
    "partner-renamed": ("once more under another id", lambda _, sent, __: {**sent, REQUEST: str(uuid.uuid4())}),
    "partner-old": ("after its time", _as_of(WINDOW + 5)),
    "partner-early": ("dated ahead, to be kept", _as_of(-WINDOW - 5)),
}
for name, (title, change) in REPLAYS.items():
    ARSENAL.add(Attack(THREAT, f"api-04/{name}", f"The partner answers a signed request {title}", replayed(change)))


# --- results of a laboratory


def bundle(patient: str, number: str, value: float, issued: int) -> dict[str, Any]:
    """A report of one measurement, as a laboratory sends it; *issued* in ms since the epoch."""
    concept = {"coding": [{"system": "http://loinc.org", "code": CODE, "display": "Potassium"}]}
    measured = {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    one = {"resourceType": "Observation", "status": "final", "code": concept, "valueQuantity": measured}
    report = {
        "resourceType": "DiagnosticReport",
        "identifier": [{"system": "urn:verification", "value": number}],
        "status": "final",
        "code": {"text": "Verification"},
        "issued": instant(issued),
        "subject": {"reference": f"Patient/{patient}"},
        "result": [{"reference": "urn:uuid:0"}],
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": report}, {"fullUrl": "urn:uuid:0", "resource": one}],
    }


async def brought(browser: Browser, sent: dict[str, Any], **headers: str) -> httpx.Response:
    """The answer to a Bundle."""
    return await browser.ask("POST", INTAKE, sent, headers={"Content-Type": "application/fhir+json", **headers})


async def kept(attacker: Attacker, number: str) -> list[float]:
    """The values of every report of that number, as a clinician finds them."""
    async with attacker.signed_in("filer") as browser:
        path = f"{FHIR}/DiagnosticReport?identifier=urn:verification%7C{number}&_include=DiagnosticReport:result"
        said = (await browser.ask("GET", path)).json()
    found = [one["resource"] for one in said.get("entry", [])]
    measured = [one["valueQuantity"]["value"] for one in found if one["resourceType"] == "Observation"]
    return measured * len([one for one in found if one["resourceType"] == "DiagnosticReport"])


async def taken(attacker: Attacker, sent: dict[str, Any]) -> str:
    """
    Bring it as the laboratory; what became of it.

    Raises:
        NotRun: If it is not taken.
    """
    async with attacker.signed_in("laboratory") as browser:
        answer = await brought(browser, sent)
    if answer.status_code != httpx.codes.CREATED:
        raise NotRun(f"the laboratory cannot bring results: {answer.status_code}")
    return str(answer.json()["reports"][0]["state"])


def _now() -> int:
    return int(time.time() * 1000)


async def _here(attacker: Attacker) -> tuple[str, str]:
    """A patient, and a number of a report that has been brought with the value 4.2."""
    patient, number = attacker.material.people["patient"].id, uuid.uuid4().hex
    await taken(attacker, bundle(patient, number, 4.2, _now() - 60_000))
    if await kept(attacker, number) != [4.2]:
        raise NotRun("what the laboratory brought is not there")
    attacker.evidence()
    return patient, number


@attack(THREAT, "result-again", "The same results once more are a second report, or call for another look")
async def result_again(attacker: Attacker) -> str | None:
    """Three times the same Bundle."""
    patient, number = await _here(attacker)
    async with attacker.signed_in("filer") as browser:
        before = len((await browser.ask("GET", "/api/results/inbox?everybody=true")).json()["results"])
        for _ in range(2):
            state = await taken(attacker, bundle(patient, number, 4.2, _now() - 60_000))
            if state != "unchanged" and await kept(attacker, number) != [4.2]:
                return "there are two of them"
        after = len((await browser.ask("GET", "/api/results/inbox?everybody=true")).json()["results"])
    return "somebody is to look at them twice" if after != before else None


@attack(THREAT, "result-stale", "Results that were kept and are sent later take the place of newer ones")
async def result_stale(attacker: Attacker) -> str | None:
    """A newer value is brought, then the older message once more."""
    patient, number = await _here(attacker)
    await taken(attacker, bundle(patient, number, 6.5, _now()))
    if await kept(attacker, number) != [6.5]:
        raise NotRun("a newer report does not take the place of an older one either")
    await taken(attacker, bundle(patient, number, 4.2, _now() - 60_000))
    return "the older value is back" if await kept(attacker, number) != [6.5] else None


@attack(THREAT, "result-of-others", "Results are taken from somebody who is not the laboratory of this organisation")
async def result_of_others(attacker: Attacker) -> str | None:
    """By nobody, with a token that is none, by another organisation's laboratory, and by the patient."""
    patient, number = await _here(attacker)
    forged = bundle(patient, number, 9.9, _now())
    async with attacker.browser() as nobody:
        await brought(nobody, forged)
        await brought(nobody, forged, Authorization=f"Bearer {uuid.uuid4().hex}")
    for part in ("elsewhere", "patient"):
        async with attacker.signed_in(part) as browser:
            await brought(browser, forged)
    if await kept(attacker, number) != [4.2]:
        return "what is here is another value now"
    async with attacker.signed_in("filer") as browser:
        found = await browser.ask("GET", f"{FHIR}/Observation?patient={patient}&value-quantity=9.9")
    return "the value is in the patient's record" if found.json().get("total") else None


# --- what serves once


@attack(THREAT, "order-again", "A check of a medicine serves for a second order")
async def order_again(attacker: Attacker) -> str | None:
    """The same request once more, as somebody who presses twice or keeps it sends it."""
    async with partners.sandbox(attacker), attacker.signed_in("prescriber") as browser:
        whose = await partners.patient(browser)
        found = await partners.honestly(browser, whose)
        order = {"patient": whose, "request": partners.draft(), "check": found["id"]}
        first = await browser.ask("POST", "/api/medications/prescriptions", order)
        if first.status_code != httpx.codes.CREATED:
            raise NotRun(f"nothing can be ordered: {first.status_code}")
        await browser.ask("POST", "/api/medications/prescriptions", order)
        orders = (await browser.ask("GET", f"{FHIR}/MedicationRequest?patient={whose}")).json().get("entry", [])
        return f"there are {len(orders)} orders" if len(orders) != 1 else None


@attack(THREAT, "code-again", "A code of an authenticator serves a second time within its half minute")
async def code_again(attacker: Attacker) -> str | None:
    """Whoever looked over a shoulder has the password, and the code that was just used."""
    login = attacker.material.people["twice"]
    step = {"email": login.email, "password": login.password}
    code = {"code": attacker.code(login)}
    async with attacker.browser() as first, attacker.browser() as second:
        for browser in (first, second):
            await browser.ask("POST", "/api/session", step)
            await browser.ask("POST", "/api/session/totp", code)
        if not first.token:
            raise NotRun("the code does not serve at all")
        return "it does" if second.token else None
