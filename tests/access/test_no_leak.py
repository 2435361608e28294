"""
The property the whole door stands for: random clinics, random people, random requests, and no response that holds a
byte of a resource which `decide()` refuses.

Each resource carries a canary, a word that stands nowhere else. What a response may hold is worked out from the
resources themselves, without the store: whose compartments they are in, how they are labelled, who cares for whom.
"""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.access.interaction import Interaction
from meridian.access.policy import Allowed, Facts, decide
from meridian.access.signing_in import subject_of
from meridian.access.subject import Role, Subject
from meridian.fhir.compartments import patients_of
from meridian.identity.facts import Caller
from meridian.store.care import SAYS
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

BASE = "/fhir/R4"
PEOPLE = ("ann", "ben", "cleo")
STAFF = ("Practitioner/p1", "Practitioner/p2")
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
KINDS = (
    "Observation", "Condition", "Encounter", "CareTeam", "Communication", "Appointment", "Group", "MedicationRequest",
    "Consent", "Coverage", "RelatedPerson", "Task", "DocumentReference", "Provenance", "Practitioner", "Organization",
)  # fmt: skip
_orgs = count(10)

Json = dict[str, Any]


@dataclass
class World:
    """One organisation's records, known from outside."""

    org: int
    resources: dict[str, Json] = field(default_factory=dict)
    care: set[tuple[str, str]] = field(default_factory=set)

    def add(self, resource: Json) -> None:
        url = f"{resource['resourceType']}/{resource['id']}"
        resource.setdefault("meta", {})["tag"] = [{"code": self.canary(url)}]
        self.resources[url] = resource
        for member in _members(resource):
            self.care.update((member, patient) for patient in patients_of(resource)[:1])

    def canary(self, url: str) -> str:
        return f"canary-{self.org}-{url.replace('/', '-')}-end"

    def facts(self, resource: Json, subject: Subject) -> Facts:
        patients = patients_of(resource)
        labels = resource["meta"].get("security", ())
        return Facts(
            self.org,
            frozenset(patients),
            restricted=any(label["code"] in {"R", "V"} and label["system"] == CONFIDENTIALITY for label in labels),
            withheld=any(label["code"] == "NOPAT" for label in labels),
            cared_for=any((subject.who, patient) in self.care for patient in patients),
        )

    def refused(self, subject: Subject) -> Iterable[str]:
        """The canaries that *subject* must never see."""
        for url, resource in self.resources.items():
            decision = decide(subject, Interaction.READ, resource["resourceType"], self.facts(resource, subject))
            if not isinstance(decision, Allowed):
                yield self.canary(url)


def _members(resource: Json) -> list[str]:
    match resource["resourceType"]:
        case "Patient":
            return [one["reference"] for one in resource.get("generalPractitioner", ())]
        case "CareTeam":
            return [one["member"]["reference"] for one in resource.get("participant", ())]
        case "Encounter":
            return [one["individual"]["reference"] for one in resource.get("participant", ())]
    return []


def world(chance: random.Random) -> World:
    """A small organisation, its resources drawn at random."""
    made = World(next(_orgs))
    for name in PEOPLE:
        doctors = [{"reference": one} for one in STAFF if chance.random() < 0.3]
        made.add(_labelled(chance, minimal("Patient", name) | ({"generalPractitioner": doctors} if doctors else {})))
    for number in range(chance.randint(3, 14)):
        kind, patient = chance.choice(KINDS), chance.choice(PEOPLE)
        resource = minimal(kind, f"r{number}", patient=patient)
        member = {"reference": chance.choice(STAFF)}
        if kind == "CareTeam":
            resource["participant"] = [{"member": member}]
        elif kind == "Encounter":
            resource |= {"status": "finished", "participant": [{"individual": member}]}
        elif kind == "Communication" and chance.random() < 0.5:
            resource["recipient"] = [{"reference": f"Patient/{chance.choice(PEOPLE)}"}]
        elif kind == "Appointment" and chance.random() < 0.5:
            other = {"status": "accepted", "actor": {"reference": f"Patient/{chance.choice(PEOPLE)}"}}
            resource["participant"] = [*resource["participant"], other]
        made.add(_labelled(chance, resource))
    return made


def _labelled(chance: random.Random, resource: Json) -> Json:
    code = chance.choice(["", "", "", "N", "R", "V", "NOPAT"])
    system = ACT_CODE if code == "NOPAT" else CONFIDENTIALITY
    return resource | ({"meta": {"security": [{"system": system, "code": code}]}} if code else {})


def person(chance: random.Random, clinic: Clinic, org: int) -> str:
    """Somebody's token."""
    role = chance.choice(list(Role))
    own = chance.sample(PEOPLE, chance.randint(0, 2)) if role in {Role.PATIENT, Role.PROXY} else []
    return clinic.sign_in(role.value, f"Patient/{own[0]}" if own else chance.choice(STAFF), org=org, patients=own)


def request(chance: random.Random, known: World) -> tuple[str, str, Json | list[Json] | None]:
    """Method, address below the base, and body of something one might ask."""
    url = chance.choice([*known.resources, "Observation/none"])
    resource = known.resources.get(url, minimal("Observation", "none"))
    tag = f"_tag={quote(known.canary(url))}"
    match chance.randint(0, 8):
        case 0:
            entries = [{"request": {"method": "GET", "url": look(chance, known, url)}} for _ in range(6)]
            return "POST", "", {"resourceType": "Bundle", "type": "batch", "entry": entries}
        case 1:
            return "POST", "", _transaction({"request": {"method": "GET", "url": url}})
        case 2 if resource["resourceType"] not in SAYS:  # who cares for whom stays as it was drawn
            return "PUT", url, {name: value for name, value in resource.items() if name != "meta"}
        case 3:
            return "PATCH", url, [{"op": "test", "path": "/id", "value": resource["id"]}]
        case 4 if resource["resourceType"] not in SAYS:
            bare = {name: value for name, value in resource.items() if name not in {"meta", "id"}}
            asked = {"method": "POST", "url": resource["resourceType"], "ifNoneExist": tag}
            return "POST", "", _transaction({"resource": bare, "request": asked})
        case _:
            return "GET", look(chance, known, url), None


def _transaction(entry: Json) -> Json:
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}


def look(chance: random.Random, known: World, url: str) -> str:
    """Something to get, about the resource at *url* or about nothing in particular."""
    kind, patient = chance.choice([*KINDS, "Patient"]), chance.choice(PEOPLE)
    tag = f"_tag={quote(known.canary(url))}"
    theirs = f"_tag={quote(known.canary(f'Patient/{patient}'))}"
    return chance.choice([
        url,
        f"{url}/_history",
        f"{url}/_history/1",
        f"{url}?_summary=text",
        f"{url.split('/', maxsplit=1)[0]}?{tag}",
        f"{kind}",
        f"{kind}/_history",
        f"{kind}?{tag}",
        f"{kind}?_count=2&_total=accurate",
        f"{kind}?_sort=-_lastUpdated",
        f"{kind}?_summary=true",
        f"Patient/{patient}/$everything",
        f"Patient/{patient}/$everything?_count=3",
        f"Patient?_id={patient}&_revinclude={kind}:patient",
        "Patient?_revinclude=Observation:subject&_revinclude=Encounter:subject",
        f"Patient?_has:Observation:subject:{tag}",
        f"{kind}?_include={kind}:*&_include:iterate=Patient:*",
        "Observation?subject:Patient.general-practitioner=p1",
        f"Observation?patient.{theirs}",
        "Encounter?_include=Encounter:subject&_revinclude=Condition:encounter",
        f"Communication?recipient=Patient/{patient}",
        f"Appointment?actor=Patient/{patient}&_include=Appointment:actor",
        f"Group?member=Patient/{patient}&_include=Group:member",
        "Provenance?_include=Provenance:target",
        "AuditEvent",
        "metadata",
    ])  # fmt: skip


async def holds(clinic: Clinic, seed: int) -> None:
    """Draw two organisations from *seed*, ask forty things, and look for canaries in what comes back."""
    chance = random.Random(seed)  # noqa: S311  # a test that can be repeated
    worlds = [world(chance), world(chance)]
    for one in worlds:
        async with clinic.client(clinic.sign_in("service", "Device/importer", org=one.org)) as importer:
            puts = [{"resource": r, "request": {"method": "PUT", "url": url}} for url, r in one.resources.items()]
            answer = await importer.post(BASE, json={"resourceType": "Bundle", "type": "transaction", "entry": puts})
            assert answer.status_code == 200, answer.text
    for _ in range(40):
        token = person(chance, clinic, chance.choice(worlds).org)
        if chance.random() < 0.3:
            await clinic.break_glass(token, chance.choice(PEOPLE))
        subject = subject_of(clinic.people[token], Caller())
        method, url, body = request(chance, chance.choice(worlds))

        async with clinic.client(token) as client:
            answer = await _ask(client, method, url, body)

        assert answer.status_code < 500, (method, url, answer.text)
        held = answer.content.replace(quote(url).encode(), b"").replace(url.encode(), b"")
        for one in worlds:
            for canary in one.refused(subject):
                assert b'"code":"' + canary.encode() not in held, (subject.role, method, url)


async def _ask(client: httpx.AsyncClient, method: str, url: str, body: Json | list[Json] | None) -> httpx.Response:
    kind = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
    content = None if body is None else json.dumps(body)
    return await client.request(method, f"{BASE}/{url}".rstrip("/"), content=content, headers={"content-type": kind})


RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, suppress_health_check=RELAXED)
async def test_no_response_holds_a_byte_of_what_is_refused(clinic: Clinic, seed: int) -> None:
    await holds(clinic, seed)


@pytest.mark.mariadb
@given(st.integers(0, 2**32))
@settings(max_examples=4, deadline=None, suppress_health_check=RELAXED)
async def test_nor_on_mariadb(mariadb_engine: Engine, seed: int) -> None:
    await holds(Clinic(mariadb_engine), seed)
