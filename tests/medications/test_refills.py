"""A patient asks, a nurse prepares, a clinician decides; and going through the list together."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from meridian.testing.clinic import Clinic
from meridian.testing.partners import Sandbox
from meridian.testing.prescriptions import OKAFOR, draft, named, resource, search, somebody, takes

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ann(clinic: Clinic) -> str:
    return await somebody(clinic, name=[{"family": "Reyes", "given": ["Ann"]}])


@pytest.fixture
async def portal(clinic: Clinic, ann: str) -> AsyncIterator[httpx.AsyncClient]:
    """Ann's own client."""
    async with clinic.client(clinic.sign_in("patient", f"Patient/{ann}", patients=[ann])) as client:
        yield client


@pytest.fixture
async def nurse(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    async with clinic.client(clinic.sign_in("nurse", "Practitioner/nora")) as client:
        yield client


async def asked(portal: httpx.AsyncClient, prescription: str, note: str = "") -> str:
    answer = await portal.post("/api/medications/refills", json={"prescription": prescription, "note": note})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_what_a_patient_asks_for_stands_in_the_queue(
    clinic: Clinic, api: httpx.AsyncClient, portal: httpx.AsyncClient, ann: str
) -> None:
    running = await takes(clinic, ann, "amlodipine")
    task = await asked(portal, running, "I travel on Monday")

    [line] = (await api.get("/api/medications/refills")).json()["refills"]

    assert (line["task"], line["patientName"], line["note"]) == (task, "REYES, Ann", "I travel on Monday")
    assert (line["tallMan"], line["doseLine"]) == ("amLODIPine 5 mg tablet", "Take 1 tablet by mouth once a day")
    made = await resource(clinic, "Task", task)
    assert (made["owner"]["reference"], made["requester"]["reference"]) == (OKAFOR, f"Patient/{ann}")
    listed = (await portal.get(f"/api/medications/patients/{ann}/list")).json()["medicines"]
    assert listed[0]["refillPending"]


async def test_it_is_asked_for_once_and_only_of_what_is_prescribed(
    clinic: Clinic, portal: httpx.AsyncClient, ann: str
) -> None:
    running = await takes(clinic, ann, "amlodipine")
    stopped = await takes(clinic, ann, "simvastatin", status="stopped")
    await asked(portal, running)

    answers = [await portal.post("/api/medications/refills", json={"prescription": one}) for one in (running, stopped)]

    assert [one.status_code for one in answers] == [409, 409]


async def test_nobody_asks_for_anothers_medicines(clinic: Clinic, portal: httpx.AsyncClient) -> None:
    bob = await somebody(clinic)
    his = await takes(clinic, bob, "amlodipine")

    answer = await portal.post("/api/medications/refills", json={"prescription": his})

    assert answer.status_code == 404


async def test_a_patient_neither_sees_the_queue_nor_decides(
    clinic: Clinic, portal: httpx.AsyncClient, ann: str
) -> None:
    task = await asked(portal, await takes(clinic, ann, "amlodipine"))

    refused = await portal.post(f"/api/medications/refills/{task}/refuse", json={"code": "too-early"})
    approved = await portal.post(f"/api/medications/refills/{task}/approve", json={"refills": 3})

    assert [refused.status_code, approved.status_code] == [403, 404], "a patient does not see the Task"
    assert (await resource(clinic, "Task", task))["status"] == "requested"


async def test_what_staff_do_about_a_refill_is_not_shown_to_who_asked(
    clinic: Clinic, api: httpx.AsyncClient, portal: httpx.AsyncClient, ann: str
) -> None:
    task = await asked(portal, await takes(clinic, ann, "amlodipine"))

    shown = [(await who.get(f"/fhir/R4/Task/{task}")).status_code for who in (api, portal)]

    assert shown == [200, 404]
    assert (await portal.get("/fhir/R4/Task", params={"patient": ann})).json()["total"] == 0


async def test_a_patient_makes_no_task_by_any_other_way(clinic: Clinic, portal: httpx.AsyncClient, ann: str) -> None:
    running = await takes(clinic, ann, "amlodipine")
    task = {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": f"Patient/{ann}"},
            "focus": {"reference": f"MedicationRequest/{running}"}}  # fmt: skip

    answer = await portal.post("/fhir/R4/Task", json=task, headers={"content-type": "application/fhir+json"})

    assert answer.status_code == 403


async def test_approving_prescribes_the_same_again_with_a_check_of_today(
    clinic: Clinic, api: httpx.AsyncClient, portal: httpx.AsyncClient, ann: str
) -> None:
    running = await takes(clinic, ann, "amlodipine")
    task = await asked(portal, running)

    done = await api.post(f"/api/medications/refills/{task}/approve", json={"refills": 2})

    assert done.status_code == 201, done.text
    assert done.json()["check"]["outcome"] == "clear"
    made = await resource(clinic, "MedicationRequest", done.json()["id"])
    assert made["priorPrescription"]["reference"] == f"MedicationRequest/{running}"
    assert (made["dispenseRequest"]["numberOfRepeatsAllowed"], made["status"]) == (2, "active")
    assert (await resource(clinic, "MedicationRequest", running))["status"] == "completed"
    assert (await resource(clinic, "Task", task))["status"] == "completed"
    events = (await portal.get(f"/api/medications/prescriptions/{made['id']}/history")).json()["events"]
    assert sorted(one["kind"] for one in events) == ["approved", "prescribed", "prescribed", "requested"]


async def test_approving_stops_where_something_interrupts_until_it_is_overridden(
    clinic: Clinic, api: httpx.AsyncClient, portal: httpx.AsyncClient, ann: str
) -> None:
    running = await takes(clinic, ann, "ibuprofen 200")
    await takes(clinic, ann, "warfarin")
    task = await asked(portal, running)
    at = f"/api/medications/refills/{task}/approve"

    first = await api.post(at, json={"refills": 1})

    assert first.status_code == 409
    [place] = first.json()["errors"]
    assert place["place"] == "check"
    found = (await api.get(f"/api/medications/checks/{place['detail']}")).json()
    overrides = [{"key": one["key"], "code": "taken-before"} for one in found["alerts"]]
    again = await api.post(at, json={"refills": 1, "check": found["id"], "overrides": overrides})
    assert again.status_code == 201, again.text


async def test_approving_while_nobody_answers_needs_a_reason_and_is_followed_up(
    clinic: Clinic, api: httpx.AsyncClient, portal: httpx.AsyncClient, sandbox: Sandbox, ann: str
) -> None:
    task = await asked(portal, await takes(clinic, ann, "amlodipine"))
    sandbox.both("500")
    at = f"/api/medications/refills/{task}/approve"

    first = await api.post(at, json={"refills": 1})
    again = await api.post(at, json={"refills": 1, "unavailable": {"code": "well-known"}})

    assert [first.status_code, again.status_code] == [409, 201]
    assert again.json()["recheck"]


async def test_a_nurse_prepares_and_does_not_decide(
    clinic: Clinic, api: httpx.AsyncClient, nurse: httpx.AsyncClient, portal: httpx.AsyncClient, ann: str
) -> None:
    task = await asked(portal, await takes(clinic, ann, "amlodipine"))

    prepared = await nurse.post(f"/api/medications/refills/{task}/prepare", json={"note": "Blood pressure 128/78"})
    approved = await nurse.post(f"/api/medications/refills/{task}/approve", json={"refills": 1})

    assert (prepared.status_code, prepared.json()["outcome"], approved.status_code) == (200, "clear", 403)
    [line] = (await api.get("/api/medications/refills")).json()["refills"]
    assert (line["preparation"], line["check"]["outcome"]) == ("Blood pressure 128/78", "clear")


async def test_a_refusal_has_a_reason_that_the_patient_reads(
    clinic: Clinic, api: httpx.AsyncClient, portal: httpx.AsyncClient, ann: str
) -> None:
    running = await takes(clinic, ann, "amlodipine")
    task = await asked(portal, running)
    at = f"/api/medications/refills/{task}/refuse"

    answers = [
        await api.post(at, json=body) for body in ({"code": "no"}, {"code": "visit-needed"}, {"code": "too-early"})
    ]

    assert [one.status_code for one in answers] == [422, 204, 409]
    events = (await portal.get(f"/api/medications/prescriptions/{running}/history")).json()["events"]
    assert ("refused", "A visit is needed first") in [(one["kind"], one["text"]) for one in events]
    assert (await api.get("/api/medications/refills")).json()["refills"] == []
    await asked(portal, running)  # may be asked for again


async def test_what_was_decided_is_not_decided_again(
    clinic: Clinic, api: httpx.AsyncClient, portal: httpx.AsyncClient, ann: str
) -> None:
    task = await asked(portal, await takes(clinic, ann, "amlodipine"))
    at = f"/api/medications/refills/{task}"
    await api.post(f"{at}/approve", json={"refills": 1})

    answers = [await api.post(f"{at}/{verb}", json=body) for verb, body in (
        ("approve", {"refills": 1}), ("refuse", {"code": "too-early"}), ("prepare", {}))]  # fmt: skip

    assert [one.status_code for one in answers] == [409, 409, 409]
    assert len(await search(clinic, f"MedicationRequest?patient={ann}&status=active")) == 1


# --- reconciliation


async def reconcile(client: httpx.AsyncClient, patient: str, *items: dict[str, Any]) -> httpx.Response:
    return await client.post("/api/medications/reconciliation", json={"patient": patient, "items": list(items)})


async def test_the_list_is_gone_through_in_one_transaction(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    kept, dropped, skipped = [await takes(clinic, ann, one) for one in ("amlodipine", "simvastatin", "metformin")]

    done = await reconcile(
        api, ann,
        {"action": "continue", "reference": f"MedicationRequest/{kept}"},
        {"action": "stop", "reference": f"MedicationRequest/{dropped}", "code": "adverse-reaction", "note": "Aches"},
        {"action": "not-taking", "reference": f"MedicationRequest/{skipped}", "note": "Forgot"},
        {"action": "add", "new": {"medicationCodeableConcept": named("naproxen 500"), "dosage": [{"text": "daily"}]}},
    )  # fmt: skip

    assert done.status_code == 201, done.text
    assert (await resource(clinic, "MedicationRequest", dropped))["statusReason"]["text"] == "Aches"
    statements = await search(clinic, f"MedicationStatement?patient={ann}")
    assert sorted(one["status"] for one in statements) == ["active", "active", "not-taken"]
    listed = (await api.get(f"/api/medications/patients/{ann}/list")).json()
    assert listed["reconciled"]
    assert "Naproxen 500 mg tablet" in [one["name"] for one in listed["medicines"]]
    procedure = await resource(clinic, "Procedure", done.json()["id"])
    assert procedure["code"]["coding"][0]["code"] == "430193006"


async def test_what_the_patient_takes_besides_is_checked_against(api: httpx.AsyncClient, ann: str) -> None:
    await reconcile(api, ann, {"action": "add", "new": {"medicationCodeableConcept": named("warfarin")}})

    found = await api.post("/api/medications/check", json={"patient": ann, "request": draft("ibuprofen 200")})

    assert found.json()["outcome"] == "alerts"


async def test_a_nurse_may_not_stop_and_then_nothing_is_written(
    clinic: Clinic, nurse: httpx.AsyncClient, ann: str
) -> None:
    running = await takes(clinic, ann, "simvastatin")
    new = {"action": "add", "new": {"medicationCodeableConcept": {"text": "a tea"}}}
    stop = {"action": "stop", "reference": f"MedicationRequest/{running}", "code": "cost"}

    answers = [await reconcile(nurse, ann, new, stop), await reconcile(nurse, ann, new)]

    assert [one.status_code for one in answers] == [403, 201]
    assert len(await search(clinic, f"MedicationStatement?patient={ann}")) == 1


@pytest.mark.parametrize(
    "item",
    [
        {"action": "add"}, {"action": "continue"}, {"action": "add", "new": {}},
        {"action": "stop", "reference": "MedicationRequest/nothing", "code": "cost"},
    ],
)  # fmt: skip
async def test_an_item_that_is_not_whole_is_refused(api: httpx.AsyncClient, ann: str, item: dict[str, Any]) -> None:
    assert (await reconcile(api, ann, item)).status_code in (404, 422)


async def test_anothers_medicine_is_no_item(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    his = await takes(clinic, await somebody(clinic), "simvastatin")

    answer = await reconcile(api, ann, {"action": "continue", "reference": f"MedicationRequest/{his}"})

    assert answer.status_code == 422


# --- what can be chosen from


async def test_the_formulary_reasons_and_sums_are_there_for_whoever_is_signed_in(api: httpx.AsyncClient) -> None:
    found = (await api.get("/api/medications/formulary?q=hydro")).json()["medicines"]
    reasons = (await api.get("/api/medications/reasons")).json()
    sum_ = await api.post(
        "/api/medications/quantity",
        json={"form": "liquid", "dose": "250", "unit": "mg", "times": 3, "days": 10, "strength": "50 mg/mL"},
    )
    words = await api.post("/api/medications/dose-line", json={"dosage": draft("amlodipine")["dosageInstruction"][0]})

    assert "hydrOXYzine 25 mg tablet" in [one["tallMan"] for one in found]
    assert {name: bool(listed) for name, listed in reasons.items()} == dict.fromkeys(
        ("override", "stop", "change", "refusal", "unavailable"), True
    )
    assert (sum_.json()["quantity"], sum_.json()["unit"], sum_.json()["daysSupply"]) == ("150", "mL", 10)
    assert words.json()["text"] == "Take 1 tablet by mouth once a day"


async def test_units_that_do_not_go_together_are_refused(api: httpx.AsyncClient) -> None:
    body = {"form": "tablet", "dose": "5", "unit": "mL", "times": 1, "days": 10}

    assert (await api.post("/api/medications/quantity", json=body)).status_code == 422


async def test_nobody_else_asks_anything(clinic: Clinic) -> None:
    async with clinic.client() as nobody:
        answers = [await nobody.get(f"/api/medications/{path}") for path in ("formulary", "reasons", "refills")]

    assert [one.status_code for one in answers] == [401, 401, 401]
