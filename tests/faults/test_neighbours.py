"""
Every route of `/api`, asked by every role about what is theirs, another patient's, another organisation's, or nobody's.

What is not one's own is answered as what is not there, in status and body; nothing of it stands in any answer, and no
question whatever is answered by a crash.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest

from meridian.access.subject import Role
from meridian.testing.neighbours import ABSENT, HIDDEN, Neighbours, canary, neighbours
from meridian.testing.prescriptions import draft
from meridian.web.api.application import describe

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(240)]

Json = dict[str, Any]

PERSONAL = {Role.PATIENT, Role.PROXY, Role.HELPER}
SHARED = {"service", "schedule", "exception", "questionnaire", "membership"}
"""Of the organisation, not of a patient."""
BY_ITSELF = ("/api/session", "/api/account", "/api/recovery", "/api/invitations", "/api/edition", "/oauth2",
             "/api/appointment-links", "/api/programs")  # fmt: skip
"""About the account that asks or the bearer of a secret: nobody else's things have a name there."""

SLOTS = {
    "/api/medications/refills/{task}": "refill",
    "/api/forms/mine/{task}": "form-task",
    "/api/forms/responses/{task}": "form-task",
    "/api/forms/questionnaires/{form}": "questionnaire",
    "/api/inbox/{task}": "todo",
    "/api/amendments/{request}": "amendment",
    "/api/family/{membership}": "trust",
    "/api/scheduling/wait-list/{appointment}": "wait",
    "/api/scheduling/offers/{appointment}": "offer",
    "/api/scheduling/requests/{appointment}": "request",
    "/api/documents/content/{token}": "content",
}
"""What stands in an address where its parameter has another name than the thing."""

START, END = "2099-03-02T10:00:00Z", "2099-03-02T10:30:00Z"
FORM = {
    "resourceType": "Questionnaire",
    "status": "draft",
    "title": "x",
    "item": [{"linkId": "1", "text": "x", "type": "string"}],
}
ORDER = {"patient": "<patient>", "encounter": "<encounter>"}
QUERIES = {
    "/api/patients/search": "q=zq",
    "/api/charting/conditions/codes": "q=asthma",
    "/api/imports": "name=x.json&dryRun=true",
    "/api/amendments": "patient=<patient>",
    "/api/papers": "patient=<patient>",
    "/api/family": "patient=<patient>",
    "/api/family/{membership}": "patient=<patient>",
    "/api/documents": "patient=<patient>",
    "/api/results/orders": "patient=<patient>",
    "/api/scheduling/mine": "patient=Patient/<patient>",
    "/api/scheduling/calendar": "from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z&actor=Practitioner/<practitioner>",
    "/api/messages/threads": "patient=<patient>&every=true",
    "/api/scheduling/wait-list": "service=HealthcareService/<service>",
    "/api/results/inbox": "everybody=true",
    "/api/inbox": "view=team",
}
BODIES: dict[str, Any] = {
    "POST /api/people": {"email": "a@b.example", "name": "x", "role": "nurse"},
    "PATCH /api/people/{membership}": {"status": "disabled"},
    "POST /api/patients/duplicates": {"family": "zq", "given": "x"},
    "POST /api/medications/quantity": {"form": "tablet", "dose": "1", "unit": "tablet", "times": 1, "days": 3},
    "POST /api/medications/dose-line": {"dosage": draft("lisinopril")["dosageInstruction"][0]},
    "POST /api/medications/check": {
        "patient": "<patient>",
        "request": draft("lisinopril"),
        "replaces": "<prescription>",
    },
    "POST /api/medications/checks/{check}/overrides": {"overrides": []},
    "POST /api/medications/prescriptions": ORDER
    | {"request": draft("lisinopril"), "check": "<check>", "unavailable": {"code": "benefit-outweighs-risk"}},
    "POST /api/medications/prescriptions/{prescription}/stop": {"code": "no-longer-needed"},
    "POST /api/medications/prescriptions/{prescription}/change": {
        "request": draft("lisinopril"),
        "check": "<check>",
        "code": "no-longer-needed",
    },
    "POST /api/medications/refills": {"prescription": "<prescription>"},
    "POST /api/medications/refills/{task}/prepare": {"note": "x"},
    "POST /api/medications/refills/{task}/approve": {"refills": 1, "check": "<check>"},
    "POST /api/medications/refills/{task}/refuse": {"code": "visit-needed"},
    "POST /api/medications/reconciliation": ORDER
    | {"items": [{"reference": "MedicationRequest/<prescription>", "action": "continue"}]},
    "PUT /api/own/{patient}/profile": {"language": "en"},
    "POST /api/amendments": {"patient": "<patient>", "item": "Condition/<problem>", "wrong": "x", "right": "y"},
    "POST /api/amendments/{request}/grant": {"amended": "Condition/<problem>/_history/1"},
    "POST /api/amendments/{request}/deny": {"ground": "accurate", "text": "x"},
    "POST /api/amendments/{request}/extend": {"text": "x"},
    "POST /api/amendments/{request}/disagree": {"text": "x"},
    "POST /api/papers/{key}": {"patient": "<patient>", "agreed": True},
    "POST /api/family": {
        "patient": "<patient>",
        "name": "x",
        "email": "c@d.example",
        "relationship": "SIB",
        "role": "proxy",
    },
    "POST /api/family/patient": {"patient": "<patient>", "name": "x", "email": "e@f.example"},
    "POST /api/imports": {"resourceType": "Patient"},
    "POST /api/scheduling/board/{appointment}/state": {"state": "no-show"},
    "POST /api/scheduling/walk-ins": {
        "patient": "Patient/<patient>",
        "service": "HealthcareService/<service>",
        "provider": "Practitioner/<practitioner>",
    },
    "POST /api/scheduling/series": {
        "patient": "Patient/<patient>",
        "service": "HealthcareService/<service>",
        "start": START,
        "end": END,
        "actors": ["Practitioner/<practitioner>"],
        "rule": {"freq": "daily", "count": 2},
    },
    "POST /api/scheduling/services": {"name": "x", "mode": "hidden", "providers": ["Practitioner/<practitioner>"]},
    "PUT /api/scheduling/services/{service}": {"name": "x", "mode": "hidden"},
    "POST /api/scheduling/devices": {"name": "x"},
    "POST /api/scheduling/schedules": {"actor": "Practitioner/<practitioner>", "zone": "UTC"},
    "PUT /api/scheduling/schedules/{schedule}/hours": {"zone": "UTC", "weekly": []},
    "POST /api/scheduling/schedules/{schedule}/exceptions": {"start": START, "end": END, "kind": "closed"},
    "POST /api/scheduling/wait-list": {
        "patient": "Patient/<patient>",
        "service": "HealthcareService/<service>",
        "start": START,
        "end": "2099-03-09T10:30:00Z",
        "actor": "Practitioner/<practitioner>",
    },
    "POST /api/scheduling/requests/{appointment}/refuse": {"reason": "x"},
    "POST /api/documents/uploads": ORDER | {"name": "x.pdf", "size": 9, "replaces": "<document>"},
    "PATCH /api/documents/{document}": {"patient": "<patient>"},
    "POST /api/documents/{document}/retract": {"reason": "wrong one"},
    "POST /api/results/orders": ORDER | {"tests": ["potassium"]},
    "POST /api/results/intake": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "resource": {
                    "resourceType": "DiagnosticReport",
                    "identifier": [{"system": "urn:l", "value": "<report>"}],
                    "status": "final",
                    "code": {"text": "x"},
                    "subject": {"reference": "Patient/<patient>"},
                }
            }
        ],
    },
    "PUT /api/results/policy": {"release": "signed"},
    "POST /api/results/{report}/sign": {"comment": "x"},
    "POST /api/results/{report}/match": {"patient": "<patient>"},
    "POST /api/results/{report}/hold": {"reason": "wait for it"},
    "POST /api/charting/encounters": {"appointment": "<appointment>"},
    "POST /api/charting/encounters/{encounter}/finish": {"anyway": True},
    "POST /api/charting/notes": {"encounter": "<encounter>", "text": "x"},
    "PUT /api/charting/notes/{note}": {"text": "x"},
    "POST /api/charting/notes/{note}/sign": {},
    "POST /api/charting/notes/{note}/addenda": {"text": "x"},
    "POST /api/charting/notes/{note}/retract": {"reason": "wrong one"},
    "POST /api/charting/vitals": ORDER | {"items": [{"code": "8867-4", "value": 70, "unit": "/min"}]},
    "POST /api/charting/problems": ORDER | {"text": "x"},
    "POST /api/charting/problems/{problem}/status": {"status": "resolved"},
    "POST /api/charting/allergies": ORDER | {"text": "x"},
    "POST /api/charting/immunizations": ORDER | {"vaccine": "207"},
    "POST /api/charting/procedures": ORDER | {"text": "x"},
    "PUT /api/drafts/{place}": {"patient": "<patient>", "text": "x"},
    "POST /api/forms/questionnaires": {"resource": FORM},
    "PUT /api/forms/questionnaires/{form}": {"resource": FORM},
    "POST /api/forms/send": {
        "patient": "<patient>",
        "questionnaire": "<questionnaire>",
        "appointment": "<appointment>",
    },
    "PUT /api/forms/responses/{task}": {"items": []},
    "POST /api/forms/responses/{task}/submit": {"items": []},
    "POST /api/forms/taken": ORDER | {"questionnaire": "<questionnaire>", "items": []},
    "POST /api/forms/reviews/{response}": {"accept": []},
    "POST /api/merges/preview": {"keep": "<patient>", "drop": "ann-twin"},
    "POST /api/merges": {"keep": "<patient>", "drop": "ann-twin"},
    "POST /api/inbox/tasks": {"title": "x", "patient": "<patient>", "owner": "Practitioner/<practitioner>"},
    "POST /api/inbox/{task}/assign": {"owner": "Practitioner/<practitioner>"},
    "POST /api/inbox/{task}/complete": {},
    "POST /api/inbox/{task}/reject": {"reason": "x"},
    "POST /api/inbox/{task}/due": {"due": START},
    "POST /api/messages/threads": {
        "key": "0123456789abcdef",
        "text": "x",
        "subject": "x",
        "patient": "<patient>",
        "attachments": ["<document>"],
        "to": ["Practitioner/<practitioner>"],
    },
    "POST /api/messages/threads/{thread}/messages": {
        "key": "0123456789abcdeg",
        "text": "x",
        "attachments": ["<document>"],
    },
    "POST /api/messages/threads/{thread}/notes": {"key": "0123456789abcdeh", "text": "x"},
    "POST /api/messages/threads/{thread}/settle": {},
    "POST /api/messages/threads/{thread}/read": {"at": 1},
    "PUT /api/notifications/settings": {"kinds": []},
}


REFUSED = {401, 403, 404, 409, 410, 422}


class Route(NamedTuple):
    """One operation of the description, with places for whose things it is asked about."""

    method: str
    path: str
    body: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def slots(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"<([a-z-]+)>", self.filled_path + self.body)))

    @property
    def filled_path(self) -> str:
        """The address, its parameters as places."""
        query = QUERIES.get(self.path, "")
        parts = self.path
        for name in re.findall(r"{(\w+)}", self.path):
            special = [
                slot for prefix, slot in SLOTS.items() if self.path.startswith(prefix) and f"{{{name}}}" in prefix
            ]
            slot = {"key": "treatment"}.get(name) or f"<{(special or [name])[0]}>"
            parts = parts.replace(f"{{{name}}}", slot)
        return parts + (
            f"?{query}"
            if query and (self.method != "POST" or "imports" in query or self.path == "/api/imports")
            else ""
        )


def routes() -> Iterator[Route]:
    for path, operations in describe()["paths"].items():
        if path.startswith(BY_ITSELF):
            continue
        for method in operations:
            name = f"{method.upper()} {path}"
            yield Route(method.upper(), path, json.dumps(BODIES[name]) if name in BODIES else "")


ROUTES = list(routes())


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def around(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Neighbours]:
    del anyio_backend
    async with neighbours(tmp_path_factory.mktemp("neighbours")) as made:
        yield made


NEW = re.compile(r'"requestId":"[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\\d{13}|\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z')
"""What two answers to the same question differ in."""
ANYTHING = {
    ("PUT /api/drafts/{place}", "place"): "a name in one's own cupboard",
    ("DELETE /api/drafts/{place}", "place"): "likewise",
    (
        "POST /api/medications/check",
        "prescription",
    ): "what is not among the patient's medicines is not left out of them",
    ("POST /api/results/intake", "report"): "the laboratory's number, and no id of ours",
    ("POST /api/results/intake", "patient"): "whose nobody knows is to be matched",
}
"""Questions that take whatever is named, and why that may be."""


class Said(NamedTuple):
    """What came back, without what names the thing that was asked about."""

    status: int
    body: str


async def ask(
    around: Neighbours, client: httpx.AsyncClient, route: Route, owners: Mapping[str, str]
) -> tuple[Said, str]:
    """The route, asked with the things of those *owners*, by slot; and the answer as it came."""
    names = {slot: around.name(owner, slot) for slot, owner in owners.items()}
    address, body = (
        (re.sub(r"<([a-z-]+)>", lambda found: names[found[1]], text)) for text in (route.filled_path, route.body)
    )
    headers = {"content-type": "application/fhir+json" if route.path == "/api/results/intake" else "application/json"}
    if route.path == "/api/documents/uploads/{upload}":
        headers = {"upload-offset": "0", "content-type": "application/octet-stream"}
        body = "x" if route.method == "PATCH" else body
    answer = await client.request(route.method, address, content=body or None, headers=headers)
    text = answer.text if "json" in answer.headers.get("content-type", "") else ""
    for slot, name in names.items():
        text = text.replace(name, f"<{slot}>")
    return Said(answer.status_code, NEW.sub("", text)), answer.text


def test_every_route_that_takes_a_body_is_asked_with_one() -> None:
    taking = {
        f"{method.upper()} {path}"
        for path, operations in describe()["paths"].items()
        for method, one in operations.items()
        if "requestBody" in one and not path.startswith(BY_ITSELF) and "{upload}" not in path
    }

    assert taking == set(BODIES) - {"POST /api/imports"}, "which takes a file"


@pytest.mark.parametrize("role", list(Role))
async def test_what_is_not_yours_is_answered_as_what_is_not_there(around: Neighbours, role: Role) -> None:
    wrong: list[str] = []
    async with around.client(around.sign_in(role)) as client:
        for route in ROUTES:
            for slot in route.slots:
                if role is Role.SERVICE and route.name == "PUT /api/forms/questionnaires/{form}":
                    continue  # programs choose ids
                others = {"zoe", "ben"} if role in PERSONAL and slot not in SHARED | {"practitioner"} else {"zoe"}
                for other in sorted(others):
                    one, _ = await ask(around, client, route, dict.fromkeys(route.slots, "ann") | {slot: other})
                    two, _ = await ask(around, client, route, dict.fromkeys(route.slots, "ann") | {slot: ABSENT})
                    fine = (
                        one.status in REFUSED
                        or (route.method == "GET" and one.status == 200)
                        or (route.name, slot) in ANYTHING
                    )
                    same = one == two or (route.name, slot) in ANYTHING
                    if not fine or not same:
                        wrong.append(f"{route.name} {slot} of {other}: {one} {two}")

    assert wrong == [], "\n".join(wrong)


async def test_somebody_gets_each_thing_that_is_theirs(around: Neighbours) -> None:
    """Else all the refusals would say nothing: each list and page that has something of Ann's has it for somebody."""
    singing = {route.name for route in LOOKS if "<patient>" in route.filled_path or route.path in LISTS}
    for role in ("clinician", "front-desk", "patient", "nurse"):
        async with around.client(around.sign_in(role)) as client:
            for route in [one for one in LOOKS if one.name in singing]:
                _, whole = await ask(around, client, route, dict.fromkeys(route.slots, "ann"))
                if canary("ann") in whole or re.search(r"\bann-|\b" + around.ids["ann"]["merge"], whole):
                    singing.discard(route.name)

    assert " ".join(sorted(one[4:] for one in singing)) == SILENT


LOOKS = [route for route in ROUTES if route.method == "GET"]
LISTS = {
    "/api/inbox",
    "/api/messages/threads",
    "/api/results/inbox",
    "/api/medications/refills",
    "/api/scheduling/requests",
    "/api/scheduling/wait-list",
    "/api/patients/search",
    "/api/merges",
    "/api/scheduling/board",
}
SILENT = "/api/medications/patients/{patient}/print /api/own/{patient}/record/print /api/papers /api/scheduling/board"
"""Pages on paper, which the next test reads; papers that everybody is asked; and a day on which nobody comes."""


@pytest.mark.parametrize("role", list(Role))
async def test_no_answer_of_the_api_holds_what_is_anothers_or_withheld(around: Neighbours, role: Role) -> None:
    wrong = []
    async with around.client(around.sign_in(role)) as client:
        for route in LOOKS:
            for owner in ("ann", "ben", "zoe"):
                _, whole = await ask(around, client, route, dict.fromkeys(route.slots, owner))
                wrong += [f"{route.name} of {owner} shows {word}" for word in kept_from(role) if word in whole]

    assert wrong == [], "\n".join(wrong)


def kept_from(role: Role) -> list[str]:
    """Words that nobody of that role in Ann's clinic may see."""
    anothers = [canary("ben"), HIDDEN] if role in PERSONAL else []
    return [canary("zoe"), *anothers]


async def test_a_record_and_what_is_on_paper_hold_nothing_of_anothers(around: Neighbours) -> None:
    """Pages are PDF; what stands on them is what the record of FHIR says of the same person."""
    for role in ("patient", "proxy"):
        async with around.client(around.sign_in(role)) as client:
            record = await client.get("/api/own/ann/record")
            pages = [
                await client.get(path)
                for path in (
                    "/api/own/ann/record/print",
                    "/api/medications/patients/ann/print",
                    "/api/medications/prescriptions/ann-prescription/print",
                    "/api/charting/encounters/ann-encounter/summary",
                )
            ]

        assert canary("ann") in record.text
        assert [word for word in (HIDDEN, canary("ben"), canary("zoe")) if word in record.text] == []
        for page in pages:
            assert page.status_code in {200, 403, 404, 409}, page.text
            if page.status_code == 200:
                said = read_pdf(page.content)
                assert canary("ann") in said
                assert [word for word in (HIDDEN, canary("ben"), canary("zoe")) if word in said] == []


def read_pdf(body: bytes) -> str:
    from io import BytesIO  # noqa: PLC0415  # only here

    from pypdf import PdfReader  # noqa: PLC0415  # likewise

    return "".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)


FHIR_LOOKS = [
    "{kind}?_count=100",
    "{kind}?_summary=true",
    "{kind}?_summary=count",
    "{kind}?_id={ids}",
    "{kind}/_history",
    "{kind}?patient=Patient/ann&_include={kind}:*&_revinclude=Task:focus",
    "{kind}?_include:iterate=Patient:*&_include={kind}:*",
    "Patient?_has:{kind}:patient:_id={ids}",
    "Patient?_revinclude={kind}:patient&_revinclude={kind}:subject",
    "Encounter?_revinclude={kind}:encounter",
]
HIDDEN_KINDS = {
    "Observation": "h-observation",
    "DiagnosticReport": "h-report",
    "Condition": "h-problem",
    "MedicationRequest": "h-prescription",
    "AllergyIntolerance": "h-allergy",
    "Communication": "h-message",
    "DocumentReference": "h-note",
    "Encounter": "h-encounter",
    "QuestionnaireResponse": "h-response",
    "ServiceRequest": "h-order",
    "Immunization": "h-shot",
    "Procedure": "h-procedure",
    "Consent": "h-consent",
    "Task": "h-task",
}


@pytest.mark.parametrize("role", ["patient", "proxy", "helper"])
async def test_no_way_of_fhir_leads_to_what_is_withheld(around: Neighbours, role: str) -> None:
    base = "/fhir/R4"
    wrong = []
    async with around.client(around.sign_in(role)) as client:
        asked = [f"Patient/ann/$everything?_count={count}" for count in (2, 100)]
        asked += [
            f"{kind}/{name}{more}" for kind, name in HIDDEN_KINDS.items() for more in ("", "/_history", "/_history/1")
        ]
        for kind, name in HIDDEN_KINDS.items():
            asked += [look.format(kind=kind, ids=name) for look in FHIR_LOOKS]
        asked += [
            f"DocumentReference/{around.ids['ann']['quarantined']}",
            "Observation?_has:DiagnosticReport:result:_id=h-report",
            "DiagnosticReport?result:Observation._id=h-observation",
            "Binary",
            "Provenance",
            "AuditEvent",
        ]
        entries = [{"request": {"method": "GET", "url": url}} for url in asked]
        batch = await client.post(base, json={"resourceType": "Bundle", "type": "batch", "entry": entries})
        answers = [await client.get(f"{base}/{url}") for url in asked] + [batch]
        for url, answer in zip([*asked, "batch"], answers, strict=True):
            held = answer.text.replace("h-observation", "") if "_id=" in url else answer.text
            wrong += [f"{url}: {answer.status_code}" for word in (HIDDEN, canary("ben"), canary("zoe")) if word in held]
            wrong += [f"{url}: {answer.status_code}"] if answer.status_code >= 500 else []
            if "/h-" in url:
                assert answer.status_code in {403, 404}, url

    assert wrong == []


async def test_what_is_withheld_is_not_counted(around: Neighbours) -> None:
    """A count with it and one without are the same: total and entries agree, and no way to narrow a search tells."""
    async with around.client(around.sign_in("patient")) as client:
        for kind, name in HIDDEN_KINDS.items():
            for query in (f"_id={name}", f"_id={name}&_summary=count", f"_id:not={name}", "_security=NOPAT",
                          "_security:not=NOPAT", "_total=accurate"):  # fmt: skip
                answer = await client.get(f"/fhir/R4/{kind}?{query}")
                if answer.status_code != 200:
                    continue
                bundle = answer.json()
                if query == "_security=NOPAT" or query.startswith("_id="):
                    assert (bundle.get("total", 0), bundle.get("entry")) == (0, None), (kind, query)
                elif "entry" in bundle:
                    assert bundle.get("total", 0) == len(bundle["entry"]), (kind, query)


@pytest.mark.parametrize("role", list(Role))
async def test_operations_answer_what_is_anothers_as_what_is_not_there(around: Neighbours, role: Role) -> None:
    """`$find`, `$hold`, `$book`, `$reschedule`, `$cancel`, `$match` and `$everything`."""
    wrong = []
    others = ["ben", "zoe"] if role in PERSONAL else ["zoe"]
    async with around.client(around.sign_in(role)) as client:
        for path, given in OPERATIONS.items():
            slots = re.findall(r"<([a-z-]+)>", path + json.dumps(given))
            for slot in dict.fromkeys(slots):
                for other in others:
                    if other == "ben" and slot in {"service", "practitioner"}:
                        continue
                    one, two = [await operate(around, client, path, given, slot, each) for each in (other, ABSENT)]
                    if one != two or one.status not in REFUSED:
                        wrong.append(f"{path} {slot} of {other}: {one} {two}")
                    wrong += [f"{path} shows {word}" for word in kept_from(role) if word in one.body]

    assert wrong == [], "\n".join(wrong)


SOON = "2099-03-02T10:00:00Z"
OPERATIONS: dict[str, dict[str, str]] = {
    "Appointment/$find": {"service": "HealthcareService/<service>", "start": SOON, "end": "2099-03-03T10:00:00Z"},
    "Appointment/$hold": {"service": "HealthcareService/<service>", "start": SOON, "patient": "Patient/<patient>"},
    "Appointment/$book": {"service": "HealthcareService/<service>", "start": SOON, "patient": "Patient/<patient>"},
    "Appointment/$book?": {"held": "Appointment/<offer>"},
    "Appointment/<appointment>/$reschedule": {"start": SOON, "reason": "x"},
    "Appointment/<appointment>/$cancel": {"reason": "pat"},
    "Patient/<patient>/$everything": {},
}


async def operate(  # noqa: PLR0917  # the words of a question
    around: Neighbours, client: httpx.AsyncClient, path: str, given: Mapping[str, str], slot: str, other: str
) -> Said:
    def filled(text: str) -> str:
        return re.sub(r"<([a-z-]+)>", lambda found: around.name(other if found[1] == slot else "ann", found[1]), text)

    parts = [{"name": name, "valueString": filled(value)} for name, value in given.items()]
    body = {"resourceType": "Parameters", "parameter": parts}
    if path.endswith("$everything"):
        answer = await client.get(f"/fhir/R4/{filled(path)}")
    else:
        headers = {"content-type": "application/fhir+json"}
        answer = await client.post(f"/fhir/R4/{filled(path).rstrip('?')}", content=json.dumps(body), headers=headers)
    assert answer.status_code < 500, answer.text
    return Said(answer.status_code, NEW.sub("", answer.text.replace(around.name(other, slot), "<>")))


async def test_matching_names_nobody_of_another_organisation(around: Neighbours) -> None:
    for role in Role:
        async with around.client(around.sign_in(role)) as client:
            one = {
                "resourceType": "Patient",
                "name": [{"family": canary("zoe"), "given": [canary("zoe")]}],
                "birthDate": "1980-02-01",
            }
            body = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": one}]}
            answer = await client.post("/fhir/R4/Patient/$match", json=body)

        assert answer.status_code in {200, 403}
        assert "Patient/zoe" not in answer.text
        assert canary("zoe") not in answer.text
