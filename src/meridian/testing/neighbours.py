"""
A whole house with three patients of whom each has one of everything: Ann and Ben of one organisation, Zoe of another.

What stands for the same thing has a name in `ids` for each of them, so that a request about one can be made about
another, or about somebody who is not there. Every text of theirs holds their canary; what is kept from Ann herself
holds `HIDDEN`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from meridian.access.signing_in import subject_of
from meridian.access.subject import Role
from meridian.app import House, opened
from meridian.faults import Unauthenticated
from meridian.fhir.ours import CODES, extension, task
from meridian.identity import emergencies
from meridian.identity.facts import Caller, Identity
from meridian.identity.invitations import NewMember
from meridian.settings import Settings, edition
from meridian.testing import samples
from meridian.testing.prescriptions import draft
from meridian.testing.resources import minimal
from meridian.web.asgi import App

Json = dict[str, Any]

FHIR: Final = "/fhir/R4"
HIDDEN: Final = "zqhidden"
"""Stands in everything of Ann's that is withheld from her, or in quarantine."""
NOPAT: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"}
ABSENT: Final = "n0t"
"""Whose things are not there."""
LAB: Final = [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}]
ORDERED: Final = [{"coding": [{"system": CODES + "/order-category", "code": "laboratory"}]}]
_DAY: Final = (datetime.now(UTC) + timedelta(days=3)).replace(hour=15, minute=0, second=0, microsecond=0)
_NOW: Final = datetime.now(UTC).isoformat(timespec="seconds")
_LATER: Final = "2099-01-01T00:00:00+00:00"


def canary(owner: str) -> str:
    """A word that stands in all that is the *owner's* and nowhere else."""
    return f"zq{owner}zq"


@dataclass
class Neighbours:
    """
    The house, and everybody's things.

    Args:
        house: Open, and not at work on its outbox.
        ids: By owner and name, what stands for it in addresses and bodies.
    """

    house: House
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    people: dict[str, Identity] = field(default_factory=dict)
    app: App = field(init=False)

    def __post_init__(self) -> None:
        for name in ("authenticate", "recognise"):
            setattr(self.house.identity, name, self._whoever)
        self.app = self.house.app()
        self.app._rates = _Boundless()  # type: ignore[assignment]  # noqa: SLF001  # a thousand requests in a second

    async def _whoever(self, token: str) -> Identity:
        if token not in self.people:
            raise Unauthenticated("Sign in first")
        return self.people[token]

    def sign_in(self, role: str, owner: str = "ann", **more: Any) -> str:
        """Somebody of that role; who is no staff has the *owner's* record."""
        personal = role in {Role.PATIENT, Role.PROXY, Role.HELPER}
        who = {"patient": f"Patient/{owner}", "service": "Device/importer"}.get(role, f"Practitioner/{role}")
        org = 2 if owner == "zoe" else 1
        token = f"{role}-{owner}-{len(self.people)}"
        self.people[token] = replace(
            Identity(
                account=f"account-{role}-{owner}",
                org=org,
                organisation=f"org{org}",
                role=role,
                who=f"RelatedPerson/{owner}-related" if personal and role != "patient" else who,
                patients=(owner,) if personal else (),
                session=f"session-{role}-{owner}",
                membership=f"membership-{role}-{owner}",
                factors=("pwd", "otp"),
                expires=2**50,
                ends=2**50,
            ),
            **more,
        )
        return token

    def client(self, token: str = "") -> httpx.AsyncClient:
        """A client that is signed in so."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        origin = self.house.settings.public_origin
        return httpx.AsyncClient(transport=transport, base_url=origin, headers=headers)

    def name(self, owner: str, slot: str) -> str:
        """What stands for the *owner's* thing of that name."""
        if owner == ABSENT:
            shown = self.ids["zoe"][slot]
            return "".join("0" if one.isdigit() else one for one in shown).replace("zoe", ABSENT)
        return self.ids[owner][slot]

    async def settle(self) -> None:
        """Do what waits in the outbox."""
        await self.house.worker.until_idle()

    def chart(self, token: str) -> Any:
        """The door, for whoever stands behind *token*."""
        return self.house.chart(subject_of(self.people[token], Caller("192.0.2.1", "tests", "request")))


class _Boundless:
    async def spend(self, *_: Any) -> list[tuple[bytes, bytes]]:
        """Nothing is counted."""
        return []


@asynccontextmanager
async def neighbours(folder: Path) -> AsyncIterator[Neighbours]:
    """The house in *folder*, with Ann, Ben and Zoe in it."""
    settings = Settings(edition("meridian-pms"), data=folder, demo=True, clamd="none")
    async with opened(settings) as house:
        made = Neighbours(house)
        for org in ("org1", "org2"):
            await house.identity.administration.create_organisation(org, f"The {org}")
        for owner in ("ann", "ben", "zoe"):
            made.ids[owner] = {}
            await _settle_in(made, owner)
        await made.settle()
        await _hide(made)
        yield made


async def _settle_in(made: Neighbours, owner: str) -> None:
    async with made.client(made.sign_in("service", owner)) as importer:
        for one in _resources(owner):
            answer = await importer.put(f"{FHIR}/{one['resourceType']}/{one['id']}", json=one)
            if answer.status_code not in {200, 201}:
                raise RuntimeError(f"{one['resourceType']}/{one['id']}: {answer.text}")
    ids = made.ids[owner]
    ids |= {name: f"{owner}-{name}" for name in _NAMES} | {"patient": owner, "trust": "", "membership": ""}
    shared = "zoe" if owner == "zoe" else "ann"
    ids |= {name: f"{shared}-{name}" for name in ("service", "schedule", "questionnaire", "exception", "medicine")}
    ids["practitioner"] = f"{owner}-practitioner"
    ids["place"] = f"note:Encounter/{owner}-encounter"
    await _work(made, owner)


async def _work(made: Neighbours, owner: str) -> None:
    """What comes about by the clinic's own routes only."""
    ids, word = made.ids[owner], canary(owner)
    administration = made.house.identity.administration
    async with made.client(made.sign_in("clinician", owner)) as doctor:

        async def post(path: str, body: Json) -> Json:
            answer = await doctor.post(f"/api/{path}", json=body)
            if answer.status_code not in {200, 201}:
                raise RuntimeError(f"{path}: {answer.text}")
            return dict(answer.json())

        ids["check"] = (await post("medications/check", {"patient": owner, "request": draft("lisinopril")}))["id"]
        ids["upload"] = (await post("documents/uploads", {"name": f"{word}.pdf", "size": 9, "patient": owner}))["id"]
        ids["document"] = await sent(doctor, f"{word}.pdf", owner)
        said = {"key": f"{owner}-0123456789abcdef", "text": word, "subject": word, "patient": owner}
        ids["thread"] = (await post("messages/threads", said))["thread"]
        place = f"/api/drafts/{ids['place']}"
        (await doctor.put(place, json={"patient": owner, "text": word})).raise_for_status()
        await made.settle()
        ids["guest"] = (await post(f"video-visits/{ids['visit']}/guests", {"part": "interpreter"}))["id"]
        ids["content"] = (await post(f"documents/{ids['document']}/link", {}))["url"].rpartition("/")[2]
    async with made.client(made.sign_in("front-desk", owner)) as desk:
        pair = {"keep": f"{owner}-twin", "drop": f"{owner}-double"}
        answer = await desk.post("/api/merges", json=pair)
        ids["merge"] = answer.json()["id"]
        entered = {"on": "2026-01-01", "recipient": word, "description": word, "purpose": "court"}
        ids["disclosure"] = (await desk.post(f"/api/disclosures/{owner}", json=entered)).json()["id"]
        ids["accounting"] = (await desk.post(f"/api/disclosures/{owner}/requests")).json()["id"]
    async with made.client(made.sign_in("patient", owner)) as patient:
        other = {"organisation": "org1" if owner == "zoe" else "org2", "parts": ["allergies"], "until": _tomorrow()}
        ids["share"] = (await patient.post(f"/api/own/{owner}/shares", json=other)).json()["id"]
        await patient.delete(f"/api/own/{owner}/shares/{ids['share']}")
    async with made.client(made.sign_in("administrator", owner)) as office:
        order = {"patient": f"{owner}-twin", "reason": "recorded-in-error"}
        answer = await office.post("/api/destructions", json=order)
        ids["destruction"] = answer.json()["id"]
    org = 2 if owner == "zoe" else 1
    ids["emergency"] = f"{owner}-emergency"
    began = round(datetime.now(UTC).timestamp() * 1000)
    over = emergencies.Emergency(
        ids["emergency"], org, "account", "session", "membership", "Practitioner/clinician", "clinician", owner,
        "life-threatening", "", "", began, began + 1, began + 1, "left", began + emergencies.DUE_MS, 0, 0, "", "",
    )  # fmt: skip
    await made.house.engine.write(lambda: emergencies.keep(over))
    account = await administration.create_account(
        f"{word}@{word}.example", word, "orbit pencil 4417 walnut lamp", check=False
    )
    ids["membership"] = await administration.add_membership(account, org, "nurse", who=f"Practitioner/{owner}-nurse")
    trust = NewMember(f"{word}2@{word}.example", word, "proxy", f"RelatedPerson/{owner}-related", (owner,))
    await administration.invite(org, trust)
    ids["trust"] = next(m.membership for m in await administration.members(org) if m.who == trust.who)


def _soon() -> Json:
    """Half an hour in whose join window the tests are."""
    start = datetime.now(UTC).replace(microsecond=0)
    return {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}


def _tomorrow() -> int:
    return round((datetime.now(UTC) + timedelta(days=1)).timestamp() * 1000)


async def sent(client: httpx.AsyncClient, name: str, patient: str, **said: Any) -> str:
    """Send a small PDF; the document it became."""
    body = samples.pdf(b"(x)")
    begun = await client.post(
        "/api/documents/uploads", json={"name": name, "size": len(body), "patient": patient, **said}
    )
    headers = {"Upload-Offset": "0"}
    answer = await client.patch(f"/api/documents/uploads/{begun.json()['id']}", content=body, headers=headers)
    return str(answer.json()["document"])


_NAMES: Final = (
    "appointment", "visit", "wait", "offer", "request", "encounter", "note", "report", "observation", "order",
    "prescription", "problem", "allergy", "statement", "refill", "amendment", "form-task", "todo", "response", "review",
    "related",
)  # fmt: skip


def _resources(owner: str) -> list[Json]:
    word = canary(owner)
    shared = "zoe" if owner == "zoe" else "ann"
    patient = {"reference": f"Patient/{owner}"}
    doctor = {"reference": f"Practitioner/{owner}-practitioner"}
    service = {"reference": f"HealthcareService/{shared}-service"}
    text, note = {"text": word}, [{"text": word}]

    def one(kind: str, name: str, /, **more: Any) -> Json:
        return minimal(kind, f"{owner}-{name}", patient=owner) | more

    def job(name: str, code: str, focus: str = "", **more: Any) -> Json:
        made = task(code, patient=f"Patient/{owner}", focus=focus, now=_NOW, due=_LATER, note=word, **more)
        return made | {"id": f"{owner}-{name}"}

    def visit(name: str, status: str, hour: int, **more: Any) -> Json:
        start = _DAY + timedelta(hours=hour, days={"ann": 0, "ben": 1, "zoe": 0}[owner])
        people = [{"actor": patient, "status": "accepted"}, {"actor": doctor, "status": "accepted"}]
        made = one("Appointment", name, status=status, participant=people, description=word, comment=word)
        times = {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}
        return made | times | {"serviceType": [{"text": word}]} | more

    def person(logical_id: str, born: str) -> Json:
        name = [{"family": word, "given": [word]}]
        telecom = [{"system": "phone", "value": word}]
        return minimal("Patient", logical_id) | {"name": name, "birthDate": born, "telecom": telecom}

    from meridian.scheduling import hours, services  # noqa: PLC0415  # only here
    from meridian.scheduling.hours import Hours, Weekly  # noqa: PLC0415  # likewise
    from meridian.scheduling.services import Service  # noqa: PLC0415  # likewise

    always = Hours("UTC", (Weekly(frozenset(range(7)), _DAY.time().replace(hour=0), _DAY.time().replace(hour=0)),))
    offered = Service(f"{shared}-service", f"{shared} visit", mode="instant", providers=(doctor["reference"],))
    schedule = {"resourceType": "Schedule", "id": f"{shared}-schedule", "active": True, "actor": [doctor]}
    held = {"extension": [extension("hold-expires", valueInstant=_LATER)]}
    code = {"coding": [{"system": "http://loinc.org", "code": "6298-4"}], "text": word}
    taken = {"status": "final", "code": code, "subject": patient}
    return [
        minimal("Organization", "org2" if owner == "zoe" else "org1"),
        minimal("Practitioner", f"{owner}-practitioner"),
        minimal("Practitioner", "clinician"),
        person(owner, "1980-02-01"),
        person(f"{owner}-twin", "1990-02-01"),
        person(f"{owner}-double", "1990-02-01"),
        *([hours.written(schedule, always)] if shared == owner else []),
        *([services.written({"resourceType": "HealthcareService", "id": f"{shared}-service"}, offered)]
          if shared == owner else []),
        {"resourceType": "Questionnaire", "id": f"{shared}-questionnaire", "status": "active", "title": "Form",
         "subjectType": ["Patient"], "item": [{"linkId": "1", "text": "How?", "type": "string"}]},
        minimal("Medication", f"{shared}-medicine") | {"code": {"text": f"{shared} tablets"}},
        one("RelatedPerson", "related", name=[{"text": word}]),
        visit("appointment", "booked", 0),
        visit("visit", "booked", 0, extension=[extension("video", valueBoolean=True)], **_soon()),
        visit("offer", "pending", 1, **held),
        visit("request", "pending", 2),
        visit("wait", "waitlist", 3, extension=[extension("wait", extension=[extension("since", valueInstant=_NOW)])],
              participant=[{"actor": one, "status": "accepted"} for one in (patient, service)]),
        one("Encounter", "encounter", status="arrived", subject=patient, reasonCode=[text],
            appointment=[{"reference": f"Appointment/{owner}-appointment"}]),
        one("Observation", "observation", **taken, valueQuantity={"value": 4.2, "unit": "mmol/L"}, note=note),
        one("DiagnosticReport", "report", **taken, category=LAB, conclusion=word, issued=_NOW,
            result=[{"reference": f"Observation/{owner}-observation"}]),
        one("ServiceRequest", "order", status="active", intent="order", subject=patient, code=text, note=note,
            category=ORDERED),
        one("MedicationRequest", "prescription", **draft("metformin"), status="active", intent="order",
            subject=patient, requester=doctor, authoredOn="2026-01-01", note=note),
        one("MedicationStatement", "statement", status="active", subject=patient, medicationCodeableConcept=text),
        one("Condition", "problem", subject=patient, code=text, note=note),
        one("AllergyIntolerance", "allergy", patient=patient, code=text),
        one("DocumentReference", "note", status="current", docStatus="final", subject=patient, description=word,
            type={"coding": [{"system": "http://loinc.org", "code": "11506-3"}]}, author=[doctor],
            category=[{"coding": [{"system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
                                   "code": "clinical-note"}]}],
            context={"encounter": [{"reference": f"Encounter/{owner}-encounter"}]},
            content=[{"attachment": {"contentType": "text/markdown", "data": "AAAA", "title": word}}]),
        job("refill", "refill-request", f"MedicationRequest/{owner}-prescription", role="clinician"),
        job("amendment", "amendment-request", f"Condition/{owner}-problem"),
        job("amendment-review", "amendment-review", f"Task/{owner}-amendment", role="clinician"),
        job("form-task", "complete-form", f"Questionnaire/{shared}-questionnaire", owner=f"Patient/{owner}"),
        job("todo", "to-do", role="front-desk"),
        job("approval", "appointment-request", f"Appointment/{owner}-request", role="front-desk"),
        job("signing", "result-review", f"DiagnosticReport/{owner}-report", role="clinician"),
        job("review", "form-review", f"QuestionnaireResponse/{owner}-response", role="nurse"),
        one("QuestionnaireResponse", "response", status="completed", subject=patient, questionnaire="urn:x",
            item=[{"linkId": "1", "answer": [{"valueString": word}]}]),
    ]  # fmt: skip


async def _hide(made: Neighbours) -> None:
    """Things of Ann's that Ann is not to see, and one that nobody has scanned."""
    ann, meta = {"reference": "Patient/ann"}, {"security": [NOPAT]}
    text = {"text": HIDDEN}
    code = {"coding": [{"system": "http://loinc.org", "code": "6298-4"}], "text": HIDDEN}
    thread = f"Communication/{made.ids['ann']['thread']}"
    hidden = [
        minimal("Observation", "h-observation", patient="ann") | {"code": code, "valueString": HIDDEN},
        minimal("DiagnosticReport", "h-report", patient="ann")
        | {"code": code, "category": LAB, "conclusion": HIDDEN, "result": [{"reference": "Observation/h-observation"}]},
        minimal("Condition", "h-problem", patient="ann") | {"code": text},
        minimal("MedicationRequest", "h-prescription", patient="ann")
        | {"medicationCodeableConcept": text, "status": "active"},
        minimal("AllergyIntolerance", "h-allergy", patient="ann") | {"code": text},
        minimal("Communication", "h-message", patient="ann")
        | {"payload": [{"contentString": HIDDEN}], "partOf": [{"reference": thread}]},
        minimal("DocumentReference", "h-note", patient="ann") | {"description": HIDDEN, "docStatus": "preliminary"},
        minimal("Encounter", "h-encounter", patient="ann") | {"reasonCode": [text]},
        minimal("QuestionnaireResponse", "h-response", patient="ann")
        | {"item": [{"linkId": "1", "answer": [{"valueString": HIDDEN}]}], "subject": ann},
        minimal("ServiceRequest", "h-order", patient="ann") | {"code": text, "category": ORDERED},
        minimal("Immunization", "h-shot", patient="ann") | {"vaccineCode": text},
        minimal("Procedure", "h-procedure", patient="ann") | {"code": text},
        minimal("Consent", "h-consent", patient="ann") | {"policy": [{"uri": f"urn:{HIDDEN}"}]},
        task("complete-form", patient="Patient/ann", owner="Patient/ann", now=_NOW, note=HIDDEN) | {"id": "h-task"},
    ]  # fmt: skip
    async with made.client(made.sign_in("service", "ann")) as importer:
        for one in hidden:
            answer = await importer.put(f"{FHIR}/{one['resourceType']}/{one['id']}", json=one | {"meta": meta})
            if answer.status_code != 201:  # noqa: PLR2004  # created
                raise RuntimeError(answer.text)
    async with made.client(made.sign_in("clinician", "ann")) as doctor:
        made.ids["ann"]["quarantined"] = await sent(doctor, f"{HIDDEN}.pdf", "ann", title=HIDDEN)
        note = {"key": "hidden-0123456789abcdef", "text": HIDDEN}
        (await doctor.post(f"/api/messages/threads/{thread.partition('/')[2]}/notes", json=note)).raise_for_status()
        chart = {"encounter": "ann-encounter", "text": HIDDEN, "title": HIDDEN}
        (await doctor.post("/api/charting/notes", json=chart)).raise_for_status()
