"""Results are never lost, leave the inbox signed and in no other way, and are seen when they are released."""

from copy import deepcopy
from typing import Any

import pytest

from meridian.documents import inbox

pytestmark = pytest.mark.anyio

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def potassium(value: float = 4.2, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "6298-4", "display": "Potassium"}]},
        "valueQuantity": {"value": value, "unit": "mmol/L", "system": UCUM, "code": "mmol/L"},
        "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5.1}}],
        **more,
    }


def bundle(*observations: dict[str, Any], number: str = "L-1", **report: Any) -> dict[str, Any]:
    """What a laboratory sends."""
    entries = [{"fullUrl": f"urn:uuid:o{at}", "resource": one} for at, one in enumerate(observations or (potassium(),))]
    made = {
        "resourceType": "DiagnosticReport",
        "identifier": [{"system": "urn:lab", "value": number}],
        "status": "final",
        "code": {"text": "Electrolytes"},
        "issued": "2026-01-02T03:04:05Z",
        "result": [{"reference": one["fullUrl"]} for one in entries],
        **report,
    }
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": made}, *entries]}


ANNA: dict[str, Any] = {"subject": {"reference": "Patient/anna"}}


async def take(ward: Any, sent: dict[str, Any], token: str = "") -> dict[str, Any]:
    status, said = await ward.call(token or ward.lab, "POST", "/api/results/intake", sent)
    assert status == 201, said
    [one] = said["reports"]
    return dict(one)


async def waiting(ward: Any, token: str = "", *, everybody: bool = True) -> list[dict[str, Any]]:
    status, said = await ward.call(token or ward.doctor, "GET", f"/api/results/inbox?everybody={everybody}")
    assert status == 200, said
    return list(said["results"])


async def seen(ward: Any, token: str, patient: str = "anna") -> list[dict[str, Any]]:
    status, said = await ward.call(token, "GET", f"/api/results/patients/{patient}")
    assert status == 200, said
    return list(said["results"])


async def order(ward: Any, *tests: str, patient: str = "anna") -> list[dict[str, Any]]:
    status, said = await ward.call(
        ward.doctor, "POST", "/api/results/orders", {"patient": patient, "tests": tests or ["potassium"]}
    )
    assert status == 201, said
    return list(said["orders"])


async def sign(ward: Any, report: str, **said: Any) -> tuple[int, Any]:
    found: tuple[int, Any] = await ward.call(ward.doctor, "POST", f"/api/results/{report}/sign", said)
    return found


async def policy(ward: Any, release: str, hours: int = 0) -> None:
    administrator = ward.clinic.sign_in("administrator", "Practitioner/admin")
    status, said = await ward.call(administrator, "PUT", "/api/results/policy", {"release": release, "hours": hours})
    assert status == 200, said


# --- ordering


async def test_orders_made_together_share_a_number_that_the_laboratory_quotes(ward: Any) -> None:
    first, second = await order(ward, "potassium", "lipids")

    assert first["requisition"] == second["requisition"]
    assert {first["name"], second["name"]} == {"Potassium", "Lipids"}
    _, said = await ward.call(ward.lab, "GET", "/fhir/R4/ServiceRequest?patient=anna")
    assert len(said["entry"]) == 2


@pytest.mark.parametrize("role", ["nurse", "desk", "lab", "anna"])
async def test_only_clinicians_order(ward: Any, role: str) -> None:
    said = {"patient": "anna", "tests": ["potassium"]}

    assert (await ward.call(getattr(ward, role), "POST", "/api/results/orders", said))[0] in {403, 404}


async def test_what_is_not_in_the_catalogue_is_named(ward: Any) -> None:
    status, said = await ward.call(
        ward.doctor, "POST", "/api/results/orders", {"patient": "anna", "tests": ["potassium", "no-such"]}
    )

    assert (status, said["errors"][0]["place"]) == (422, "tests.1")


# --- matching


async def test_a_result_that_quotes_an_order_goes_to_whoever_ordered_it(ward: Any) -> None:
    [made] = await order(ward)
    number = {"identifier": {"value": made["requisition"]}}

    taken = await take(ward, bundle(basedOn=[number]))

    assert taken["state"] == "matched"
    [line] = await waiting(ward, everybody=False)
    assert (line["patient"]["id"], line["owner"], line["name"]) == ("anna", "Practitioner/doc", "Electrolytes")
    assert line["patient"]["name"] == "ANDERS, Anna"
    _, said = await ward.call(ward.doctor, "GET", "/api/results/orders?patient=anna")
    assert [(one["status"], one["report"]) for one in said["orders"]] == [("completed", taken["report"])]


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/anna"},
        {"identifier": {"system": "urn:mrn", "value": "MRN-anna"}},
    ],
)
async def test_a_result_that_names_a_patient_is_matched(ward: Any, subject: dict[str, Any]) -> None:
    assert (await take(ward, bundle(subject=subject)))["state"] == "matched"
    assert [line["patient"]["id"] for line in await waiting(ward)] == ["anna"]


UNMATCHED: dict[str, dict[str, Any]] = {
    "nobody is named": {},
    "the number is unknown": {"basedOn": [{"identifier": {"value": "R-NONE"}}]},
    "the patient is unknown": {"subject": {"identifier": {"system": "urn:mrn", "value": "MRN-nobody"}}},
    "the identifier has no system": {"subject": {"identifier": {"value": "MRN-anna"}}},
    "another birth date is said": {
        "subject": {"reference": "#p"},
        "contained": [
            {
                "resourceType": "Patient",
                "id": "p",
                "birthDate": "1999-09-09",
                "identifier": [{"system": "urn:mrn", "value": "MRN-anna"}],
                "name": [{"family": "Anders"}],
            }
        ],
    },
    "two patients are named": {
        "subject": {"reference": "#p"},
        "contained": [
            {
                "resourceType": "Patient",
                "id": "p",
                "identifier": [
                    {"system": "urn:mrn", "value": "MRN-anna"},
                    {"system": "urn:mrn", "value": "MRN-boris"},
                ],
            }
        ],
    },
}


@pytest.mark.parametrize("why", UNMATCHED)
async def test_what_does_not_match_for_sure_is_nobodys_and_a_task(ward: Any, why: str) -> None:
    taken = await take(ward, bundle(**UNMATCHED[why]))

    assert taken["state"] == "unmatched"
    assert await waiting(ward) == []
    _, said = await ward.call(ward.nurse, "GET", "/api/results/unmatched")
    assert [(line["report"], line["patient"]) for line in said["results"]] == [(taken["report"], None)]
    assert await seen(ward, ward.anna) == []


async def test_an_order_of_one_patient_and_the_name_of_another_is_nobodys(ward: Any) -> None:
    [made] = await order(ward)
    other: dict[str, Any] = {"subject": {"identifier": {"system": "urn:mrn", "value": "MRN-boris"}}}

    taken = await take(ward, bundle(basedOn=[{"identifier": {"value": made["requisition"]}}], **other))

    assert taken["state"] == "unmatched"


async def test_what_the_laboratory_said_of_the_patient_is_kept_for_whoever_matches(ward: Any) -> None:
    taken = await take(ward, bundle(**UNMATCHED["another birth date is said"]))

    _, said = await ward.call(ward.nurse, "GET", "/api/results/unmatched")
    assert said["results"][0]["said"] == {"id": "said", "name": "ANDERS", "born": "1999-09-09"}

    status, line = await ward.call(ward.nurse, "POST", f"/api/results/{taken['report']}/match", {"patient": "anna"})
    assert (status, line["patient"]["id"], line["said"]) == (200, "anna", None)
    assert (await ward.call(ward.nurse, "GET", "/api/results/unmatched"))[1] == {"results": []}
    assert [one["report"] for one in await waiting(ward)] == [taken["report"]]
    assert await seen(ward, ward.anna) == []


async def test_a_result_that_is_somebodys_is_not_matched_again(ward: Any) -> None:
    taken = await take(ward, bundle(**ANNA))

    assert (await ward.call(ward.nurse, "POST", f"/api/results/{taken['report']}/match", {"patient": "boris"}))[
        0
    ] == 409


async def test_the_same_report_again_is_the_same_report(ward: Any) -> None:
    first = await take(ward, bundle(**ANNA))
    again = await take(ward, bundle(**ANNA))

    assert (again["report"], again["state"]) == (first["report"], "unchanged")
    assert len(await waiting(ward)) == 1


async def test_a_report_somebody_matched_stays_matched_when_it_comes_again(ward: Any) -> None:
    taken = await take(ward, bundle())
    await ward.call(ward.nurse, "POST", f"/api/results/{taken['report']}/match", {"patient": "anna"})

    again = await take(ward, bundle(potassium(5.0)))

    assert (again["report"], again["state"]) == (taken["report"], "matched")
    assert [line["patient"]["id"] for line in await waiting(ward)] == ["anna"]


BROKEN: dict[str, Any] = {
    "no bundle": {"resourceType": "Patient"},
    "no report": {"resourceType": "Bundle", "type": "collection", "entry": []},
    "no identifier": bundle(identifier=[], **ANNA),
    "an identifier without a system": bundle(identifier=[{"value": "x"}], **ANNA),
    "a measurement that is not there": bundle(result=[{"reference": "urn:uuid:none"}], **ANNA),
    "a measurement of no report": bundle(result=[], **ANNA),
    "a file inside": bundle(presentedForm=[{"contentType": "text/html", "data": "PHNjcmlwdD4="}], **ANNA),
    "no code": bundle(code="x", **ANNA),
    "a status that is none": bundle(status="whatever", **ANNA),
    "nonsense": {"resourceType": "Bundle", "entry": [{"resource": 5}]},
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_cannot_be_taken_is_refused_whole_and_said(ward: Any, what: str) -> None:
    status, said = await ward.call(ward.lab, "POST", "/api/results/intake", BROKEN[what])

    assert status in {400, 422}, said
    assert await seen(ward, ward.doctor) == []


@pytest.mark.parametrize("role", ["desk", "anna", "nurse"])
async def test_only_laboratories_and_clinicians_take_results_in(ward: Any, role: str) -> None:
    status, _ = await ward.call(getattr(ward, role), "POST", "/api/results/intake", bundle(**ANNA))

    assert status in {403, 404}


# --- the inbox


async def test_critical_comes_before_abnormal_and_abnormal_before_the_rest(ward: Any) -> None:
    critical = {"interpretation": [{"coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "HH"}]}]}  # fmt: skip
    await take(ward, bundle(potassium(4.2), number="normal", issued="2026-01-01T00:00:00Z", **ANNA))
    await take(ward, bundle(potassium(5.6), number="high", **ANNA))
    await take(ward, bundle(potassium(7.1, **critical), number="critical", issued="2026-01-03T00:00:00Z", **ANNA))

    found = await waiting(ward)

    assert [line["flag"] for line in found] == ["critical", "abnormal", "normal"]
    assert [line["values"][0]["flag"] for line in found] == ["HH", "H", "N"]
    _, tasks = await ward.call(ward.doctor, "GET", "/fhir/R4/Task?code=result-review&priority=urgent")
    assert len(tasks["entry"]) == 1


async def test_ones_own_inbox_holds_ones_own_and_nobodys(ward: Any) -> None:
    [made] = await order(ward)
    await take(ward, bundle(number="mine", basedOn=[{"identifier": {"value": made["requisition"]}}]))
    await take(ward, bundle(number="nobodys", **ANNA))
    other = ward.clinic.sign_in("clinician", "Practitioner/other")

    assert len(await waiting(ward, everybody=False)) == 2
    assert len(await waiting(ward, other, everybody=False)) == 1
    assert len(await waiting(ward, other)) == 2


async def test_signing_closes_the_task_and_says_who_when_and_what(ward: Any) -> None:
    taken = await take(ward, bundle(**ANNA))

    status, line = await sign(ward, taken["report"], comment="All well.")

    assert status == 200
    assert (line["task"], line["signedBy"], line["comment"]) == (None, "Practitioner/doc", "All well.")
    assert await waiting(ward) == []
    _, task = await ward.call(ward.doctor, "GET", f"/fhir/R4/Task/{taken['task']}")
    assert (task["status"], task["owner"]["reference"]) == ("completed", "Practitioner/doc")


async def test_a_result_is_signed_once(ward: Any) -> None:
    taken = await take(ward, bundle(**ANNA))
    await sign(ward, taken["report"])

    assert (await sign(ward, taken["report"]))[0] == 409


async def test_what_has_changed_since_it_was_looked_at_is_not_signed(ward: Any) -> None:
    taken = await take(ward, bundle(**ANNA))
    [line] = await waiting(ward)
    await take(ward, bundle(potassium(6.0), status="corrected", **ANNA))

    assert (await sign(ward, taken["report"], version=line["version"]))[0] == 412
    assert len(await waiting(ward)) == 1


@pytest.mark.parametrize("role", ["nurse", "lab", "anna", "desk"])
async def test_only_clinicians_sign(ward: Any, role: str) -> None:
    taken = await take(ward, bundle(**ANNA))

    status, _ = await ward.call(getattr(ward, role), "POST", f"/api/results/{taken['report']}/sign", {})

    assert status in {403, 404}
    assert len(await waiting(ward)) == 1


async def test_a_result_of_nobody_is_not_signed(ward: Any) -> None:
    taken = await take(ward, bundle())

    assert (await sign(ward, taken["report"]))[0] == 409


@pytest.mark.parametrize("how", ["complete", "cancel", "rename", "refocus", "patch", "delete", "bundle"])
async def test_a_result_leaves_the_inbox_by_being_signed_and_in_no_other_way(ward: Any, how: str) -> None:
    taken = await take(ward, bundle(**ANNA))
    path = f"/fhir/R4/Task/{taken['task']}"
    _, task = await ward.call(ward.doctor, "GET", path)
    changes: dict[str, dict[str, Any]] = {
        "complete": {"status": "completed"},
        "cancel": {"status": "cancelled"},
        "rename": {"code": {"text": "something else"}, "status": "completed"},
        "refocus": {"focus": {"reference": "DiagnosticReport/other"}},
    }

    if how in changes:
        status, _ = await ward.call(ward.doctor, "PUT", path, {**deepcopy(task), **changes[how]})
    elif how == "delete":
        status, _ = await ward.call(ward.doctor, "DELETE", path)
    elif how == "bundle":
        entry = {"request": {"method": "DELETE", "url": f"Task/{taken['task']}"}}
        sent = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
        status, _ = await ward.call(ward.doctor, "POST", "/fhir/R4", sent)
    else:
        async with ward.clinic.client(ward.doctor) as client:
            answer = await client.patch(
                path,
                content=b'[{"op": "replace", "path": "/status", "value": "completed"}]',
                headers={"content-type": "application/json-patch+json"},
            )
        status = answer.status_code

    assert status == 409
    assert len(await waiting(ward)) == 1


async def test_a_task_may_be_handed_over(ward: Any) -> None:
    taken = await take(ward, bundle(**ANNA))
    path = f"/fhir/R4/Task/{taken['task']}"
    _, task = await ward.call(ward.doctor, "GET", path)

    status, _ = await ward.call(ward.doctor, "PUT", path, {**task, "owner": {"reference": "Practitioner/other"}})

    assert status == 200


# --- corrections


async def test_a_corrected_result_comes_back_unsigned_and_is_kept_from_its_patient_again(ward: Any) -> None:
    taken = await take(ward, bundle(**ANNA))
    await sign(ward, taken["report"])
    assert len(await seen(ward, ward.anna)) == 1

    again = await take(ward, bundle(potassium(6.0), status="corrected", **ANNA))

    assert (again["report"], again["state"]) == (taken["report"], "matched")
    [line] = await waiting(ward)
    assert (line["corrected"], line["signedBy"], line["values"][0]["value"]) == (True, None, "6.0")
    assert await seen(ward, ward.anna) == []


@pytest.mark.parametrize(
    ("late", "state"),
    [
        ("2026-01-02T03:04:04Z", "unchanged"),
        ("2026-01-02T05:04:04+02:00", "unchanged"),
        ("2026-01-03T00:00:00Z", "matched"),
    ],
)
async def test_a_report_that_comes_late_takes_nobodys_place(ward: Any, late: str, state: str) -> None:
    taken = await take(ward, bundle(potassium(6.0), status="corrected", **ANNA))

    again = await take(ward, bundle(potassium(4.2), issued=late, **ANNA))

    assert (again["report"], again["state"]) == (taken["report"], state)
    [line] = await waiting(ward)
    assert line["values"][0]["value"] == ("6.0" if state == "unchanged" else "4.2")


async def test_a_measurement_that_a_correction_leaves_out_is_struck_out(ward: Any) -> None:
    sodium = potassium(140) | {"code": {"coding": [{"system": LOINC, "code": "2947-0"}]}}
    await take(ward, bundle(potassium(), sodium, **ANNA))

    await take(ward, bundle(potassium(4.3), status="corrected", **ANNA))

    _, said = await ward.call(ward.doctor, "GET", "/fhir/R4/Observation?patient=anna")
    statuses = {one["resource"]["code"]["coding"][0]["code"]: one["resource"]["status"] for one in said["entry"]}
    assert statuses == {"6298-4": "final", "2947-0": "entered-in-error"}


# --- release


async def test_by_default_a_patient_sees_a_result_once_it_is_signed(ward: Any) -> None:
    taken = await take(ward, bundle(potassium(5.9), **ANNA))
    assert await seen(ward, ward.anna) == []
    _, found = await ward.call(ward.anna, "GET", "/fhir/R4/Observation?patient=anna")
    assert "entry" not in found or found["entry"] == []

    await sign(ward, taken["report"])

    [line] = await seen(ward, ward.anna)
    [value] = line["values"]
    assert (value["place"], value["plain"]) == (
        "above",
        "Potassium: 5.9 mmol/L is above the usual range (3.5 to 5.1).",
    )
    assert await seen(ward, ward.boris) == []


async def test_by_policy_a_final_result_is_seen_at_once_and_still_waits_for_a_signature(ward: Any) -> None:
    await policy(ward, "immediate")

    await take(ward, bundle(**ANNA))
    await take(ward, bundle(number="early", status="preliminary", **ANNA))

    assert len(await seen(ward, ward.anna)) == 1
    assert len(await waiting(ward)) == 2


async def test_by_policy_a_result_is_seen_some_hours_later(ward: Any) -> None:
    await policy(ward, "delayed", 24)
    taken = await take(ward, bundle(**ANNA))
    [line] = await waiting(ward)
    assert line["releaseDue"] is not None

    ward.later(23 * 3_600_000)
    await ward.settle()
    assert await seen(ward, ward.anna) == []
    ward.later(2 * 3_600_000)
    await ward.settle()

    assert [one["report"] for one in await seen(ward, ward.anna)] == [taken["report"]]
    assert len(await waiting(ward)) == 1


async def test_a_signer_can_delay_or_hold_with_a_reason(ward: Any) -> None:
    later = await take(ward, bundle(number="later", **ANNA))
    held = await take(ward, bundle(number="held", **ANNA))

    assert (await sign(ward, held["report"], release="hold"))[0] == 422
    assert (await sign(ward, held["report"], release="hold", reason="I will call first"))[1]["held"]
    await sign(ward, later["report"], release="delay")
    ward.later(25 * 3_600_000)
    await ward.settle()

    assert [one["report"] for one in await seen(ward, ward.anna)] == [later["report"]]
    status, _ = await ward.call(ward.doctor, "POST", f"/api/results/{held['report']}/release")
    assert status == 200
    assert len(await seen(ward, ward.anna)) == 2


async def test_what_is_held_is_not_released_by_the_clock(ward: Any) -> None:
    await policy(ward, "delayed", 1)
    taken = await take(ward, bundle(**ANNA))
    status, _ = await ward.call(
        ward.doctor, "POST", f"/api/results/{taken['report']}/hold", {"reason": "to be explained"}
    )
    assert status == 200

    ward.later(2 * 3_600_000)
    await ward.settle()

    assert await seen(ward, ward.anna) == []


async def test_a_held_result_stays_held_when_it_is_corrected(ward: Any) -> None:
    await policy(ward, "immediate")
    taken = await take(ward, bundle(**ANNA))
    await ward.call(ward.doctor, "POST", f"/api/results/{taken['report']}/hold", {"reason": "to be explained"})

    await take(ward, bundle(potassium(6.0), status="corrected", **ANNA))

    assert await seen(ward, ward.anna) == []
    assert [line["held"] for line in await waiting(ward)] == ["to be explained"]


@pytest.mark.parametrize("role", ["nurse", "lab", "anna"])
async def test_only_clinicians_release_and_hold(ward: Any, role: str) -> None:
    taken = await take(ward, bundle(**ANNA))

    assert (await ward.call(getattr(ward, role), "POST", f"/api/results/{taken['report']}/release"))[0] in {403, 404}
    assert await seen(ward, ward.anna) == []


async def test_only_administrators_set_the_policy(ward: Any) -> None:
    assert (await ward.call(ward.doctor, "PUT", "/api/results/policy", {"release": "immediate"}))[0] == 403
    assert (await ward.call(ward.doctor, "GET", "/api/results/policy"))[1] == {"release": "signed", "hours": 0}


# --- the log


async def test_each_step_is_recorded_and_names_nobody(ward: Any) -> None:
    taken = await take(ward, bundle(code={"text": "Canary Quetzalcoatl"}, **ANNA))
    await sign(ward, taken["report"], comment="Canary Quetzalcoatl")

    entries = await ward.clinic.log()

    assert [one.action for one in entries if one.action.startswith("results/")] == ["results/$intake", "results/$sign"]
    assert "Quetzal" not in str(entries)


def test_the_inbox_orders_every_flag() -> None:
    assert set(inbox._ORDER) == {"critical", "abnormal", "unknown", "normal"}
