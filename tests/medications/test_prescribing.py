"""Checks and orders through the real API, on both engines, with partners on real sockets."""

import asyncio
from typing import Any

import httpx
import pytest

from meridian.clock import now
from meridian.medications import formulary, issues
from meridian.medications.service import Medications
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.partners import Sandbox
from meridian.testing.prescriptions import OKAFOR, allergy, draft, named, resource, search, somebody, takes
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ann(clinic: Clinic) -> str:
    """A patient who was asked about allergies and has none."""
    return await somebody(clinic, name=[{"family": "CanaryFamily", "given": ["Ann"]}])


async def check(api: httpx.AsyncClient, patient: str, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await api.post("/api/medications/check", json={"patient": patient, "request": request, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def order(
    api: httpx.AsyncClient, patient: str, request: dict[str, Any], checked: str, **more: Any
) -> httpx.Response:
    return await api.post(
        "/api/medications/prescriptions", json={"patient": patient, "request": request, "check": checked, **more}
    )


# --- the four outcomes


async def test_clear_says_who_said_so_when_and_with_what_knowledge(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    found = await check(api, ann, draft("amlodipine"))

    assert (found["outcome"], found["alerts"], found["gaps"]) == ("clear", [], [])
    states = {one["id"]: (one["state"], bool(one["version"]), bool(one["at"])) for one in found["sources"]}
    assert states["scriptguard"] == ("answered", True, True)
    assert states["medtrack"][0] == "not-asked"
    assert states["local"][0] == "local"
    kept = await resource(clinic, "DetectedIssue", found["id"])
    assert (kept["status"], kept["author"]["identifier"]["value"]) == ("preliminary", "scriptguard")
    assert kept["patient"]["reference"] == f"Patient/{ann}"


async def test_alerts_need_an_override_where_they_interrupt(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    await takes(clinic, ann, "warfarin")
    request = draft("ibuprofen 200")
    found = await check(api, ann, request)
    assert (found["outcome"], [one["severity"] for one in found["alerts"]]) == ("alerts", ["major"])
    assert found["alerts"][0]["with"] == ["Warfarin 5 mg tablet"]
    key = found["alerts"][0]["key"]

    refused = await order(api, ann, request, found["id"])
    unreasoned = await order(api, ann, request, found["id"], overrides=[{"key": key, "code": "because"}])
    wordless = await order(api, ann, request, found["id"], overrides=[{"key": key, "code": "other"}])
    strange = await order(api, ann, request, found["id"], overrides=[{"key": "nothing", "code": "will-monitor"}])
    done = await order(api, ann, request, found["id"], overrides=[{"key": key, "code": "will-monitor"}])

    assert [one.status_code for one in (refused, unreasoned, wordless, strange, done)] == [422, 422, 422, 422, 201]
    assert refused.json()["errors"][0]["place"] == f"overrides[{key}]"
    kept = await resource(clinic, "DetectedIssue", found["id"])
    assert kept["status"] == "final"
    assert kept["implicated"] == [{"reference": f"MedicationRequest/{done.json()['id']}"}]
    [mitigation] = kept["mitigation"]
    assert mitigation["author"]["reference"] == OKAFOR
    assert mitigation["action"]["coding"][0]["code"] == "will-monitor"


async def test_a_nurse_sees_what_was_overridden_and_why(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    await takes(clinic, ann, "warfarin")
    request = draft("ibuprofen 200")
    found = await check(api, ann, request)
    said = [{"key": found["alerts"][0]["key"], "code": "specialist-advice", "text": "Dr Wu, by telephone"}]
    await order(api, ann, request, found["id"], overrides=said)

    async with clinic.client(clinic.sign_in("nurse", "Practitioner/nora")) as nurse:
        listed = (await nurse.get(f"/api/medications/patients/{ann}/list")).json()["medicines"]

    [line] = [one for one in listed if one["name"].startswith("Ibuprofen")]
    assert line["safety"]["outcome"] == "alerts"
    assert "Dr Wu, by telephone" in line["safety"]["overrides"][0]


async def test_a_patient_reads_the_list_without_the_checks(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    request = draft("amlodipine")
    found = await check(api, ann, request)
    await order(api, ann, request, found["id"])

    async with clinic.client(clinic.sign_in("patient", f"Patient/{ann}", patients=[ann])) as patient:
        [line] = (await patient.get(f"/api/medications/patients/{ann}/list")).json()["medicines"]

    assert line["safety"] is None
    assert (line["doseLine"], line["refillsLeft"], line["daysSupply"]) == ("Take 1 tablet by mouth once a day", 3, 30)


async def test_incomplete_is_said_of_what_is_words_only(api: httpx.AsyncClient, ann: str) -> None:
    found = await check(api, ann, draft("amlodipine", medicationCodeableConcept={"text": "a tea from the market"}))

    assert (found["outcome"], [one["kind"] for one in found["gaps"]]) == ("incomplete", ["free-text"])
    assert all(one["state"] in ("not-asked", "local") for one in found["sources"])


async def test_incomplete_is_said_when_nobody_asked_about_allergies(clinic: Clinic, api: httpx.AsyncClient) -> None:
    made = await clinic.servant().create("Patient", minimal("Patient"))

    found = await check(api, made.stored.id, draft("amlodipine"))

    assert (found["outcome"], [one["kind"] for one in found["gaps"]]) == ("incomplete", ["allergies-not-asked"])


async def test_incomplete_is_said_of_an_allergy_in_words(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    await clinic.servant().create("AllergyIntolerance", allergy(ann, {"text": "something red at the dentist's"}))

    found = await check(api, ann, draft("amlodipine"))

    assert (found["outcome"], [one["kind"] for one in found["gaps"]]) == ("incomplete", ["allergy-free-text"])


async def test_incomplete_is_said_when_a_partner_answers_in_part(
    api: httpx.AsyncClient, sandbox: Sandbox, ann: str
) -> None:
    sandbox.both("partial")

    found = await check(api, ann, draft("amlodipine"))

    assert (found["outcome"], [one["kind"] for one in found["gaps"]]) == ("incomplete", ["not-covered"])


async def test_food_allergies_are_nobodys_gap(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    await clinic.servant().create("AllergyIntolerance", allergy(ann, {"text": "Milk"}, category=["food"]))

    assert (await check(api, ann, draft("amlodipine")))["outcome"] == "clear"


async def test_an_allergy_is_found_by_class(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    code = {"coding": [{"system": formulary.RXNORM, "code": "7980", "display": "Penicillin G"}], "text": "Penicillin"}
    await clinic.servant().create("AllergyIntolerance", allergy(ann, code))

    found = await check(api, ann, draft("amoxicillin 250 mg capsule"))

    assert (found["outcome"], found["alerts"][0]["kind"], found["alerts"][0]["interruptive"]) == (
        "alerts",
        "allergy",
        True,
    )
    assert len(found["alerts"]) == 1  # said once, though two know it


# --- unavailable


@pytest.mark.parametrize("fault", ["500", "malformed", "huge", "expired-key", "stranger"])
async def test_unavailable_can_be_ordered_with_a_reason_and_is_followed_up(
    clinic: Clinic, api: httpx.AsyncClient, sandbox: Sandbox, ann: str, fault: str
) -> None:
    sandbox.both(fault)
    request = draft("amlodipine")
    found = await check(api, ann, request)
    assert (found["outcome"], found["gaps"][0]["kind"]) == ("unavailable", "no-partner")
    assert {one["state"] for one in found["sources"] if one["id"] != "local"} == {"failed"}
    assert all(one["why"] for one in found["sources"] if one["state"] == "failed")

    refused = await order(api, ann, request, found["id"])
    done = await order(api, ann, request, found["id"], unavailable={"code": "urgent"})

    assert (refused.status_code, refused.json()["errors"][0]["place"]) == (422, "unavailable")
    assert done.status_code == 201
    task = await resource(clinic, "Task", done.json()["recheck"])
    assert (task["status"], task["owner"]["reference"], task["code"]["coding"][0]["code"]) == (
        "on-hold", OKAFOR, "medication-recheck",
    )  # fmt: skip
    kept = await resource(clinic, "DetectedIssue", found["id"])
    assert any(one["url"].endswith("check-unavailable-reason") for one in kept["extension"])


async def test_what_the_local_rules_find_interrupts_though_nobody_answers(
    clinic: Clinic, api: httpx.AsyncClient, sandbox: Sandbox, ann: str
) -> None:
    await takes(clinic, ann, "tizanidine")
    sandbox.both("500")
    request = draft("ciprofloxacin")

    found = await check(api, ann, request)
    reason_alone = await order(api, ann, request, found["id"], unavailable={"code": "urgent"})
    override = [{"key": found["alerts"][0]["key"], "code": "benefit-outweighs-risk"}]
    override_alone = await order(api, ann, request, found["id"], overrides=override)
    both = await order(api, ann, request, found["id"], overrides=override, unavailable={"code": "urgent"})

    assert (found["outcome"], found["alerts"][0]["severity"]) == ("unavailable", "contraindicated")
    assert [one.status_code for one in (reason_alone, override_alone, both)] == [422, 422, 201]


async def test_a_recheck_comes_back_until_a_partner_answers_and_closes_its_task_when_clear(
    clinic: Clinic, api: httpx.AsyncClient, sandbox: Sandbox, ann: str
) -> None:
    sandbox.both("500", times=1)
    request = draft("amlodipine")
    found = await check(api, ann, request)
    done = (await order(api, ann, request, found["id"], unavailable={"code": "urgent"})).json()
    sandbox.both("500", times=1)

    tries = [await clinic.medications.recheck(clinic.servant(), done["id"]) for _ in range(2)]

    assert tries == [False, True]
    task = await resource(clinic, "Task", done["recheck"])
    assert (task["status"], task["output"][0]["type"]["text"]) == ("completed", "check")
    checks = await search(clinic, f"DetectedIssue?implicated=MedicationRequest/{done['id']}")
    assert sorted(issues.of(one).result.outcome for one in checks) == ["clear", "unavailable"]


async def test_a_recheck_that_finds_something_goes_to_the_prescriber(
    clinic: Clinic, api: httpx.AsyncClient, sandbox: Sandbox, ann: str
) -> None:
    await takes(clinic, ann, "warfarin")
    sandbox.both("500", times=1)
    request = draft("metronidazole")
    found = await check(api, ann, request)
    assert found["alerts"] == []  # no rule of ours knows it
    done = (await order(api, ann, request, found["id"], unavailable={"code": "urgent"})).json()

    await clinic.medications.recheck(clinic.servant(), done["id"])

    task = await resource(clinic, "Task", done["recheck"])
    assert (task["status"], task["priority"], task["owner"]["reference"]) == ("requested", "urgent", OKAFOR)
    new = task["input"][0]["valueReference"]["reference"].removeprefix("DetectedIssue/")
    later = (await api.get(f"/api/medications/checks/{new}")).json()
    overrides = [{"key": one["key"], "code": "will-monitor"} for one in later["alerts"]]
    said = await api.post(f"/api/medications/checks/{new}/overrides", json={"overrides": overrides})
    assert said.json()["alerts"][0]["override"]["code"] == "will-monitor"
    assert (await resource(clinic, "Task", done["recheck"]))["status"] == "completed"


async def test_a_recheck_of_what_was_stopped_is_dropped(
    clinic: Clinic, api: httpx.AsyncClient, sandbox: Sandbox, ann: str
) -> None:
    sandbox.both("500", times=1)
    request = draft("amlodipine")
    found = await check(api, ann, request)
    done = (await order(api, ann, request, found["id"], unavailable={"code": "urgent"})).json()
    await api.post(f"/api/medications/prescriptions/{done['id']}/stop", json={"code": "adverse-reaction"})

    assert await clinic.medications.recheck(clinic.servant(), done["id"])
    assert (await resource(clinic, "Task", done["recheck"]))["status"] == "cancelled"


# --- a check is of just that


async def test_an_order_does_not_rest_on_a_check_of_another_draft(api: httpx.AsyncClient, ann: str) -> None:
    found = await check(api, ann, draft("amlodipine"))
    double = draft("amlodipine")
    double["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] = 2
    other = await order(api, ann, draft("simvastatin"), found["id"])
    dose = await order(api, ann, double, found["id"])

    assert [other.status_code, dose.status_code] == [409, 409]


async def test_an_order_does_not_rest_on_a_check_of_another_patient(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    bob = (await clinic.servant().create("Patient", minimal("Patient"))).stored.id
    found = await check(api, ann, draft("amlodipine"))

    assert (await order(api, bob, draft("amlodipine"), found["id"])).status_code == 409


async def test_an_order_does_not_rest_on_a_check_of_a_list_that_has_changed(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    found = await check(api, ann, draft("ibuprofen 200"))
    await takes(clinic, ann, "warfarin")

    assert (await order(api, ann, draft("ibuprofen 200"), found["id"])).status_code == 409


async def test_an_order_does_not_rest_on_a_check_from_before_an_allergy_was_known(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    found = await check(api, ann, draft("ibuprofen 200"))
    await clinic.servant().create("AllergyIntolerance", allergy(ann, {"text": "ibuprofen"}))

    assert (await order(api, ann, draft("ibuprofen 200"), found["id"])).status_code == 409


async def test_a_check_serves_once(api: httpx.AsyncClient, ann: str) -> None:
    found = await check(api, ann, draft("amlodipine"))

    first = await order(api, ann, draft("amlodipine"), found["id"])
    again = await order(api, ann, draft("amlodipine"), found["id"])

    assert [first.status_code, again.status_code] == [201, 409]


async def test_a_check_serves_once_however_many_try_at_once(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    found = await check(api, ann, draft("amlodipine"))

    answers = await asyncio.gather(*(order(api, ann, draft("amlodipine"), found["id"]) for _ in range(8)))

    assert sorted(one.status_code for one in answers) == [201, *[409] * 7]
    assert len(await search(clinic, f"MedicationRequest?patient={ann}")) == 1


async def test_two_orders_checked_at_once_do_not_both_go_through_unseen(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    one, other = draft("amlodipine"), draft("simvastatin")
    first, second = await check(api, ann, one), await check(api, ann, other)

    answers = await asyncio.gather(order(api, ann, one, first["id"]), order(api, ann, other, second["id"]))

    assert sorted(done.status_code for done in answers) == [201, 409]
    assert len(await search(clinic, f"MedicationRequest?patient={ann}")) == 1


async def test_a_check_grows_old(engine: Engine, sandbox: Sandbox) -> None:
    time = [now()]
    clinic = Clinic(engine, clock=lambda: time[0], medications=Medications(sandbox.panel()))
    patient = (await clinic.servant().create("Patient", minimal("Patient"))).stored.id
    async with clinic.client(clinic.sign_in("clinician", OKAFOR)) as api:
        found = await check(api, patient, draft("amlodipine"))
        time[0] += issues.USABLE + 1

        assert (await order(api, patient, draft("amlodipine"), found["id"])).status_code == 409


# --- what is written


async def test_what_is_ordered_says_who_when_and_what_it_rests_on(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    request = draft("amlodipine", requester={"reference": "Practitioner/somebody-else"}, status="completed")
    request["medicationCodeableConcept"]["text"] = "something else altogether"
    found = await check(api, ann, request)

    done = (await order(api, ann, request, found["id"])).json()

    made = await resource(clinic, "MedicationRequest", done["id"])
    assert (made["status"], made["intent"], made["requester"]["reference"]) == ("active", "order", OKAFOR)
    assert made["detectedIssue"] == [{"reference": f"DetectedIssue/{found['id']}"}]
    assert made["medicationCodeableConcept"]["text"] == "Amlodipine 5 mg tablet"
    assert made["dosageInstruction"][0]["text"] == done["doseLine"] == "Take 1 tablet by mouth once a day"


async def test_an_order_without_a_dose_is_refused(api: httpx.AsyncClient, ann: str) -> None:
    request = draft("amlodipine", dosageInstruction=[])
    found = await check(api, ann, request)

    assert (await order(api, ann, request, found["id"])).status_code == 422


async def test_a_change_names_what_it_changes_and_stops_it(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    before = await takes(clinic, ann, "amlodipine")
    request = draft("amlodipine")
    request["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] = 2
    found = await check(api, ann, request, replaces=before)
    assert found["outcome"] == "clear"  # the one it replaces is no duplicate

    body = {"request": request, "check": found["id"], "code": "dose-too-low"}
    done = await api.post(f"/api/medications/prescriptions/{before}/change", json=body)

    assert done.status_code == 201
    made = await resource(clinic, "MedicationRequest", done.json()["id"])
    assert made["priorPrescription"]["reference"] == f"MedicationRequest/{before}"
    old = await resource(clinic, "MedicationRequest", before)
    assert (old["status"], old["statusReason"]["coding"][0]["code"]) == ("stopped", "dose-too-low")


async def test_a_stop_has_a_coded_reason_and_happens_once(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    running = await takes(clinic, ann, "amlodipine")
    at = f"/api/medications/prescriptions/{running}/stop"

    answers = [await api.post(at, json=body) for body in ({"code": "no-idea"}, {"code": "cost"}, {"code": "cost"})]

    assert [one.status_code for one in answers] == [422, 204, 409]
    assert (await resource(clinic, "MedicationRequest", running))["statusReason"]["text"] == "Cost"


async def test_the_printed_prescription_is_a_pdf(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    running = await takes(clinic, ann, "amlodipine")

    answer = await api.get(f"/api/medications/prescriptions/{running}/print")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["cache-control"] == "no-store"


async def test_the_history_tells_what_happened_newest_first(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    running = await takes(clinic, ann, "amlodipine")
    await clinic.servant().create("MedicationDispense", {
        "resourceType": "MedicationDispense", "status": "completed", "subject": {"reference": f"Patient/{ann}"},
        "medicationCodeableConcept": named("amlodipine"), "whenHandedOver": "2026-02-01T10:00:00Z",
        "authorizingPrescription": [{"reference": f"MedicationRequest/{running}"}],
        "quantity": {"value": 30, "unit": "tablet"}, "daysSupply": {"value": 30, "unit": "days", "code": "d",
        "system": "http://unitsofmeasure.org"}})  # fmt: skip
    await api.post(f"/api/medications/prescriptions/{running}/stop", json={"code": "not-effective"})

    events = (await api.get(f"/api/medications/prescriptions/{running}/history")).json()["events"]
    line = (await api.get(f"/api/medications/patients/{ann}/list")).json()["medicines"][0]

    assert [one["kind"] for one in events] == ["stopped", "dispensed", "prescribed"]
    assert events[1]["quantity"] == "30 tablets"
    assert (line["lastFill"], line["runsOut"], line["refillsLeft"]) == ("2026-02-01", "2026-03-03", 3)


# --- who may, and what is told


@pytest.mark.parametrize("role", ["nurse", "front-desk", "pharmacist", "lab", "patient", "administrator"])
async def test_only_clinicians_order_change_and_stop(
    clinic: Clinic, api: httpx.AsyncClient, ann: str, role: str
) -> None:
    running = await takes(clinic, ann, "simvastatin")
    found = await check(api, ann, draft("amlodipine"))
    async with clinic.client(clinic.sign_in(role, f"Patient/{ann}" if role == "patient" else "Practitioner/x",
                                            patients=[ann] if role == "patient" else [])) as other:  # fmt: skip
        ordered = await order(other, ann, draft("amlodipine"), found["id"])
        stopped = await other.post(f"/api/medications/prescriptions/{running}/stop", json={"code": "cost"})

    assert ordered.status_code in (403, 404)
    assert stopped.status_code in (403, 404)
    assert (await resource(clinic, "MedicationRequest", running))["status"] == "active"


@pytest.mark.parametrize("role", ["patient", "front-desk", "lab", "administrator"])
async def test_those_who_do_not_treat_do_not_check(clinic: Clinic, ann: str, sandbox: Sandbox, role: str) -> None:
    token = clinic.sign_in(role, f"Patient/{ann}", patients=[ann])
    async with clinic.client(token) as other:
        answer = await other.post("/api/medications/check", json={"patient": ann, "request": draft("amlodipine")})

    assert answer.status_code in (403, 404)
    if role != "patient":
        assert sandbox.calls() == []  # refused before anybody is asked


async def test_a_patient_of_another_organisation_is_not_there(clinic: Clinic, sandbox: Sandbox, ann: str) -> None:
    async with clinic.client(clinic.sign_in("clinician", "Practitioner/other", org=2)) as other:
        answer = await other.post("/api/medications/check", json={"patient": ann, "request": draft("amlodipine")})

    assert answer.status_code == 404
    assert sandbox.calls() == []


async def test_each_call_of_a_partner_is_in_the_audit_log_with_its_id_and_ending(
    clinic: Clinic, api: httpx.AsyncClient, sandbox: Sandbox, ann: str
) -> None:
    sandbox.fault("scriptguard", "500")
    await check(api, ann, draft("amlodipine"))

    entries = [one for one in await clinic.log() if one.action == "partner-check"]
    assert [(one.what, one.outcome, one.rule, one.patient) for one in entries] == [
        ("Device/scriptguard", "failed", "error", ann), ("Device/medtrack", "ok", "ok", ann),
    ]  # fmt: skip
    asked = sandbox.requests()
    assert {one.request for one in entries} == asked
    assert "amlodipine" not in repr(entries)
    actions = [one.action for one in await clinic.log()]
    assert actions.index("medication/$check") < actions.index("partner-check")  # looked at before anything left


async def test_the_log_is_searchable_for_partner_calls(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    await check(api, ann, draft("amlodipine"))

    async with clinic.client(clinic.sign_in("security-officer", "Practitioner/s")) as officer:
        bundle = (await officer.get("/fhir/R4/AuditEvent?subtype=partner-check")).json()

    assert len(bundle["entry"]) == 1


async def test_a_patient_does_not_have_anybody_asked(clinic: Clinic, sandbox: Sandbox, ann: str) -> None:
    async with clinic.client(clinic.sign_in("patient", f"Patient/{ann}", patients=[ann])) as patient:
        answer = await patient.post("/api/medications/check", json={"patient": ann, "request": draft("amlodipine")})

    assert answer.status_code == 403
    assert sandbox.calls() == []


async def test_an_order_is_not_put_into_anothers_encounter(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    bob = await somebody(clinic)
    visit = minimal("Encounter") | {"subject": {"reference": f"Patient/{bob}"}}
    encounter = (await clinic.servant().create("Encounter", visit)).stored.id
    found = await check(api, ann, draft("amlodipine"))

    answer = await order(api, ann, draft("amlodipine"), found["id"], encounter=encounter)

    assert answer.status_code == 422


async def test_the_list_names_who_prescribed(clinic: Clinic, ann: str) -> None:
    doctor = minimal("Practitioner", name=[{"prefix": ["Dr"], "given": ["Adaeze"], "family": "Okafor"}])
    logical_id = (await clinic.servant().create("Practitioner", doctor)).stored.id
    await takes(clinic, ann, "amlodipine", requester={"reference": f"Practitioner/{logical_id}"})

    for role in ("clinician", "nurse", "pharmacist"):
        async with clinic.client(clinic.sign_in(role, "Practitioner/x")) as client:
            answer = await client.get(f"/api/medications/patients/{ann}/list")
        assert answer.json()["medicines"][0]["prescriber"] == "Dr Adaeze Okafor"


# --- what the prescriber may not see

HIDDEN = {"meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}}


async def test_a_restricted_medicine_is_minded_and_not_named(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    warfarin = await takes(clinic, ann, "warfarin", **HIDDEN)

    answer = await api.post("/api/medications/check", json={"patient": ann, "request": draft("ibuprofen")})

    found = answer.json()
    assert found["outcome"] == "alerts"
    assert {(one["title"], one["interruptive"], tuple(one["with"])) for one in found["alerts"]} == {
        ("A restricted record", True, ())
    }
    paths = [f"/fhir/R4/{kind}?patient={ann}" for kind in ("AllergyIntolerance", "MedicationRequest", "DetectedIssue")]
    everywhere = [answer.text, str(await resource(clinic, "DetectedIssue", found["id"]))]
    everywhere += [(await api.get(path)).text for path in (*paths, f"/api/medications/patients/{ann}/list")]
    assert not [one for one in everywhere if "warfarin" in one.casefold() or warfarin in one]


async def test_a_restricted_alert_is_overridden_as_any_other(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    await takes(clinic, ann, "warfarin", **HIDDEN)
    wanted = draft("ibuprofen")
    found = await check(api, ann, wanted)

    without = await order(api, ann, wanted, found["id"])
    reasons = [{"key": one["key"], "code": "will-monitor", "text": ""} for one in found["alerts"]]
    made = await order(api, ann, wanted, found["id"], overrides=reasons)

    assert (without.status_code, made.status_code) == (422, 201), made.text


async def test_a_restricted_allergy_that_is_words_only_leaves_the_check_incomplete(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    await clinic.servant().create("AllergyIntolerance", allergy(ann, {"text": "Secretonium"}) | HIDDEN)

    found = await check(api, ann, draft("amlodipine"))

    assert found["outcome"] == "incomplete"
    assert [one["text"] for one in found["gaps"]] == ["A restricted record could not be checked"]
    assert "Secretonium" not in str(found)


async def test_what_is_restricted_and_does_not_matter_is_not_told_at_all(
    clinic: Clinic, api: httpx.AsyncClient, ann: str
) -> None:
    before = await check(api, ann, draft("amlodipine"))
    await takes(clinic, ann, "levothyroxine", **HIDDEN)

    after = await check(api, ann, draft("amlodipine"))

    assert [(one["outcome"], one["alerts"], one["gaps"]) for one in (before, after)] == [("clear", [], [])] * 2


async def test_the_care_team_is_told_by_name(clinic: Clinic, api: httpx.AsyncClient, ann: str) -> None:
    await takes(clinic, ann, "warfarin", **HIDDEN)
    team = minimal("CareTeam", status="active", participant=[{"member": {"reference": OKAFOR}}])
    await clinic.servant().create("CareTeam", team | {"subject": {"reference": f"Patient/{ann}"}})

    found = await check(api, ann, draft("ibuprofen"))

    assert any("arfarin" in str(one["with"]) for one in found["alerts"])
