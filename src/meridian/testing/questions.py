"""What to ask each route of `/api`: its address and a body that it takes, with places for whose things it is about."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from meridian.testing.prescriptions import draft
from meridian.web.api.application import describe

BY_ITSELF = ("/api/session", "/api/account", "/api/recovery", "/api/invitations", "/api/edition", "/oauth2",
             "/api/appointment-links", "/api/programs", "/api/video-visits/guest", "/api/status/jobs",
             "/api/oversight", "/api/verification")  # fmt: skip
"""
About the account that asks or the bearer of a secret: nobody else's things have a name there. Jobs and entries have
numbers of their own; whose may be seen is asked in `tests/access/test_platform.py`, `tests/web/api/test_oversight.py`.
The last run against the threats is the platform's.
"""

SLOTS = {
    "/api/medications/refills/{task}": "refill",
    "/api/forms/mine/{task}": "form-task",
    "/api/forms/responses/{task}": "form-task",
    "/api/forms/questionnaires/{form}": "questionnaire",
    "/api/charting/note-templates/{template}": "questionnaire",
    "/api/inbox/{task}": "todo",
    "/api/amendments/{request}": "amendment",
    "/api/family/{membership}": "trust",
    "/api/scheduling/wait-list/{appointment}": "wait",
    "/api/scheduling/offers/{appointment}": "offer",
    "/api/scheduling/requests/{appointment}": "request",
    "/api/documents/content/{token}": "content",
    "/api/disclosures/{patient}/requests/{request}": "accounting",
    "/api/destructions/{request}": "destruction",
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
    "/api/own/{patient}/seen": "month=2026-11",
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
    "/api/access/explain": "patient=<patient>",
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
    "POST /api/own/{patient}/shares": {"organisation": "nowhere", "parts": ["allergies"], "until": 1},
    "POST /api/disclosures/{patient}": {
        "on": "2026-01-01",
        "recipient": "x",
        "description": "x",
        "purpose": "law-enforcement",
    },
    "POST /api/disclosures/{patient}/{disclosure}/suspend": {"until": 4_000_000_000_000, "agency": "x", "oral": False},
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
    "POST /api/destructions/preview": {"patient": "<patient>"},
    "POST /api/destructions": {"patient": "<patient>", "reason": "patient-request"},
    "POST /api/destructions/{request}/approve": {"seen": "x", "typed": "x", "password": "x"},
    "POST /api/access/patients": {"text": "zq"},
    "POST /api/emergency": {"patient": "<patient>", "reason": "other", "explanation": "xxxxxxxxxx", "password": "x"},
    "POST /api/emergency/reviews/{emergency}": {"verdict": "justified", "note": "xxx"},
    "POST /api/destructions/holds": {"patient": "<patient>", "reason": "litigation"},
    "POST /api/inbox/tasks": {"title": "x", "patient": "<patient>", "owner": "Practitioner/<practitioner>"},
    "POST /api/inbox/{task}/assign": {"owner": "Practitioner/<practitioner>"},
    "POST /api/inbox/{task}/complete": {},
    "POST /api/inbox/{task}/reject": {"reason": "x"},
    "POST /api/inbox/{task}/due": {"due": START},
    "PUT /api/video-visits/policy": {"recording": True},
    "POST /api/video-visits/{visit}/guests": {"part": "interpreter"},
    "POST /api/video-visits/{visit}/recordings": {"take": "a", "part": 1, "size": 9},
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
    "POST /api/medications/formulary": {"name": "New one", "form": "tablet", "ingredients": ["aspirin"]},
    "PUT /api/medications/formulary/{medicine}/hidden": {"hidden": True},
    "POST /api/charting/note-templates": {"title": "x", "text": "x"},
    "PUT /api/charting/note-templates/{template}": {"title": "x", "text": "x", "base": 1},
    "PUT /api/notifications/settings": {"kinds": []},
}


class Route(NamedTuple):
    """One operation of the description, with places for whose things it is asked about."""

    method: str
    path: str
    body: str

    @property
    def name(self) -> str:
        """Method and path, as the description has them."""
        return f"{self.method} {self.path}"

    @property
    def slots(self) -> list[str]:
        """Whose things it can be asked about."""
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
        asked = query and (self.method != "POST" or self.path == "/api/imports")
        return f"{parts}?{query}" if asked else parts


def routes() -> Iterator[Route]:
    """All of them, but those of `BY_ITSELF`."""
    for path, operations in describe()["paths"].items():
        if path.startswith(BY_ITSELF):
            continue
        for method in operations:
            name = f"{method.upper()} {path}"
            yield Route(method.upper(), path, json.dumps(BODIES[name]) if name in BODIES else "")


ROUTES = list(routes())
