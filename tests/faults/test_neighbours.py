"""
Every route of `/api`, asked by every role about what is theirs, another patient's, another organisation's, or nobody's.

What is not one's own is answered as what is not there, in status and body; nothing of it stands in any answer, and no
question whatever is answered by a crash.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest

from meridian.access.subject import Role
from meridian.testing.neighbours import ABSENT, HIDDEN, Neighbours, canary, neighbours
from meridian.testing.questions import BODIES, BY_ITSELF, ROUTES, Route
from meridian.web.api.application import describe

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(240)]

Json = dict[str, Any]

PERSONAL = {Role.PATIENT, Role.PROXY, Role.HELPER}
SHARED = {"service", "schedule", "exception", "questionnaire", "medicine", "membership"}
"""Of the organisation, not of a patient."""
REFUSED = {401, 403, 404, 409, 410, 422}


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
    ("POST /api/emergency", "patient"): "who asks is asked for the password before it is minded whose record it is",
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

    assert " ".join(sorted(one[4:] for one in singing - {WHO_SAW})) == SILENT


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
    "/api/video-visits",
}
WHO_SAW = "GET /api/own/{patient}/seen"
"""Tells of who looked before, and so of the tests that came first."""
SILENT = (
    "/api/access/explain /api/disclosures/{patient}/requests /api/medications/patients/{patient}/print"
    " /api/own/{patient}/record/print /api/own/{patient}/share-places /api/own/{patient}/shares /api/papers"
)
"""Pages on paper, which the next test reads; and lists of what was asked, given and seen, in words of our own."""


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
