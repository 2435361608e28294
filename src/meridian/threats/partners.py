"""
The medication-safety partners of a deployment, where they are the sandbox: a real partner is not ours to attack.

Where the settings lead to this machine and nobody listens there, the sandbox is served from then on by whoever attacks,
with the keys that the deployment has.
"""

import logging
import threading
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import msgspec

from meridian.medications import formulary
from meridian.medications.partners import medtrack, scriptguard
from meridian.medications.partners.lines import PARTNERS, key_name, signing_name
from meridian.medications.partners.sandbox import serving
from meridian.medications.partners.sandbox.app import application
from meridian.medications.partners.sandbox.gate import Credentials
from meridian.medications.partners.signing import DATE, KEY, REQUEST, SIGNATURE, signature, stamp
from meridian.threats import machine
from meridian.threats.attack import Exchange, NotRun
from meridian.threats.attacker import FHIR, Browser
from meridian.threats.listening import NO_TLS

if TYPE_CHECKING:
    from meridian.threats.attacker import Attacker

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
PATHS = {medtrack.ID: f"/medtrack/v2{medtrack.PATH}", scriptguard.ID: f"/scriptguard/v2{scriptguard.PATH}"}
MEDICINE = "amlodipine"
"""Both know it, and nothing is to be said of it alone."""
_SERVED: dict[str, Mapping[str, Credentials]] = {}
"""Where this process serves the sandbox, and with which credentials at present."""
PATIENCE = 15.0
"""Seconds that an answer may take; a check asks two partners for five each."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """
    Both partners.

    Args:
        attacker: Keeps what was asked.
        client: Its connections, to the sandbox.
        credentials: What the deployment asks with, by partner.
        first: Which one the edition asks first.
    """

    attacker: "Attacker"
    client: httpx.AsyncClient
    credentials: Mapping[str, Credentials]
    first: str

    @property
    def second(self) -> str:
        """The other one."""
        return next(one for one in PARTNERS if one != self.first)

    async def fail(self, partner: str, how: str, **more: Any) -> None:
        """From now on *partner* fails so."""
        (await self.client.put(f"/admin/faults/{partner}", json={"fault": how, **more})).raise_for_status()

    async def mend(self) -> None:
        """Both answer."""
        (await self.client.delete("/admin/faults")).raise_for_status()

    async def endings(self) -> list[tuple[str, str]]:
        """Partner and ending of every request so far."""
        return [(one["partner"], one["ending"]) for one in (await self.client.get("/admin/calls")).json()]

    async def ask(self, partner: str, headers: Mapping[str, str], body: bytes, path: str = "") -> int:
        """The status that a request to *partner* is answered with."""
        kind = {"Content-Type": "application/json"}
        answer = await self.client.post(path or PATHS[partner], content=body, headers={**headers, **kind})
        self.attacker.keep(Exchange(f"POST {path or PATHS[partner]}", f"{answer.status_code} {answer.text[:100]}"))
        return answer.status_code

    def signed(self, partner: str, body: bytes, *, path: str = "", ago: float = 0, **other: str) -> dict[str, str]:
        """Headers of a genuine request of *ago* seconds; with another `key`, `secret` or `request` if it is said."""
        good = self.credentials[partner]
        date, request = stamp(time.time() - ago), other.get("request", str(uuid.uuid4()))
        made = signature(
            other.get("secret", good.secret), "POST", path or PATHS[partner], date=date, request=request, body=body
        )
        return {KEY: other.get("key", good.key), REQUEST: request, DATE: date, SIGNATURE: made}


def question() -> dict[str, bytes]:
    """A question about one medicine, as each of the partners wants it."""
    code = next(one["code"] for one in concept()["coding"] if one["system"].endswith("rxnorm"))
    asked = medtrack.Enquiry(medtrack.Medicine("d0", code), [], [])
    other = scriptguard.Enquiry(scriptguard.Item(0, [f"rxnorm:{code}"]), [], [])
    return {medtrack.ID: msgspec.json.encode(asked), scriptguard.ID: msgspec.json.encode(other)}


def concept() -> dict[str, Any]:
    """The medicine, as the formulary has it."""
    return dict(formulary.search(MEDICINE)[0].concept)


@asynccontextmanager
async def sandbox(attacker: "Attacker") -> AsyncIterator[Sandbox]:
    """
    The deployment's sandbox, with nothing wrong with it.

    Raises:
        NotRun: If its partners are real ones, or it does not run here.
    """
    said, vault = machine.settings(attacker), machine.vault(attacker)
    base = _base(said.partners.medtrack, said.partners.scriptguard)
    accepted = serving.of_vault(said.edition, vault)
    credentials = {partner: one for partner in PARTNERS for one in accepted(partner)}
    if len(credentials) != len(PARTNERS):
        raise NotRun(
            f"the vault has no {key_name(said.edition, 'medtrack')} or {signing_name(said.edition, 'medtrack')}"
        )
    _see_to_it(base, credentials)
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE, verify=NO_TLS) as client:
        found = Sandbox(attacker, client, credentials, said.edition.first_partner)
        try:
            await found.mend()
        except httpx.HTTPError as wrong:
            raise NotRun("what listens where the partners are to be is not the sandbox") from wrong
        try:
            yield found
        finally:
            await found.mend()


def _base(*addresses: str) -> str:
    """Where both are, if that is this machine."""
    found = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses) if parts.hostname in LOCAL}
    if len(found) != 1 or not all(address.rpartition("/v2")[0].endswith(PARTNERS) for address in addresses):
        raise NotRun("its medication-safety partners are real ones, and not ours to attack; point it at the sandbox")
    return found.pop()


def _see_to_it(base: str, credentials: Mapping[str, Credentials]) -> None:
    """The sandbox answers there: it does already, or it is served from now on, as long as this process lives."""
    if base not in _SERVED:
        try:
            taken = serving.listening(urlsplit(base).port or 80)
        except OSError:
            return  # somebody listens; if it is not the sandbox, the first question says so
        server = serving.server(application(lambda partner: (_SERVED[base][partner],)))
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # it is to fail, and says so each time
        threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True).start()
    _SERVED[base] = credentials


async def patient(browser: Browser) -> str:
    """
    A patient who takes nothing and tolerates everything, in the organisation of whoever is signed in; the id.

    Raises:
        NotRun: If none can be made.
    """
    kind = {"Content-Type": "application/fhir+json"}
    made = await browser.ask("POST", f"{FHIR}/Patient", {"resourceType": "Patient", "active": True}, headers=kind)
    if made.status_code != httpx.codes.CREATED:
        raise NotRun("no patient can be made")
    identity = str(made.json()["id"])
    status = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    allergy = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": status, "code": "active"}]},
        "patient": {"reference": f"Patient/{identity}"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}], "text": "No known allergies"},
    }
    await browser.ask("POST", f"{FHIR}/AllergyIntolerance", allergy, headers=kind)
    return identity


def draft() -> dict[str, Any]:
    """A draft of that medicine."""
    dose = {"doseQuantity": {"value": 1.0, "unit": "tablet"}}
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d"}
    days = {"value": 30, "unit": "days", "code": "d", "system": "http://unitsofmeasure.org"}
    return {
        "resourceType": "MedicationRequest",
        "medicationCodeableConcept": concept(),
        "dosageInstruction": [{"route": {"text": "by mouth"}, "timing": {"repeat": repeat}, "doseAndRate": [dose]}],
        "dispenseRequest": {"quantity": {"value": 30, "unit": "tablet"}, "expectedSupplyDuration": days},
    }


async def checked(browser: Browser, whose: str) -> dict[str, Any]:
    """
    What the deployment says of the draft.

    Raises:
        NotRun: If it does not check.
    """
    answer = await browser.ask("POST", "/api/medications/check", {"patient": whose, "request": draft()})
    if answer.status_code != httpx.codes.OK:
        raise NotRun(f"a medicine cannot be checked: {answer.status_code}")
    return dict(answer.json())


async def honestly(browser: Browser, whose: str) -> dict[str, Any]:
    """
    The same while both answer, which is `clear`.

    Raises:
        NotRun: If it is not: then nothing that is not clear shows anything.
    """
    found = await checked(browser, whose)
    if found["outcome"] != "clear":
        states = {one["id"]: one["why"] or one["state"] for one in found["sources"]}
        raise NotRun(f"a check is {found['outcome']} while both partners answer: {states}")
    return found
