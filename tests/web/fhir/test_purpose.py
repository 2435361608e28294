"""For what somebody looks: their role's purpose, or another that they name and that their role's rows have."""

import pytest

from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio

HEADER = "x-meridian-purpose"


async def _asked(clinic: Clinic, role: str, purpose: str, path: str = "Observation/o1") -> tuple[int, str, str]:
    """Status, and purpose and outcome in the entry."""
    for resource in (minimal("Patient", "p1"), minimal("Observation", "o1", patient="p1")):
        await clinic.servant().update(resource["resourceType"], resource["id"], resource)
    async with clinic.client(clinic.sign_in(role, "Practitioner/x")) as client:
        answer = await client.get(f"/fhir/R4/{path}", headers={HEADER: purpose} if purpose else {})
    newest = (await clinic.log())[-1]
    return answer.status_code, newest.purpose, newest.outcome


@pytest.mark.parametrize(
    ("role", "purpose", "said"),
    [
        ("clinician", "", (200, "TREAT", "ok")),
        ("clinician", "HOPERAT", (200, "HOPERAT", "ok")),
        ("clinician", "ETREAT", (200, "ETREAT", "ok")),
        ("clinician", "HPAYMT", (403, "HPAYMT", "refused")),
        ("clinician", "HMARKT", (403, "HMARKT", "refused")),
        ("clinician", "BTG", (403, "BTG", "refused")),
        ("lab", "HOPERAT", (403, "HOPERAT", "refused")),
    ],
)
async def test_the_purpose_that_is_named_decides_and_is_recorded(
    clinic: Clinic, role: str, purpose: str, said: tuple[int, str, str]
) -> None:
    assert await _asked(clinic, role, purpose) == said


async def test_the_desk_looks_for_payment(clinic: Clinic) -> None:
    assert await _asked(clinic, "front-desk", "HPAYMT", "Patient/p1") == (200, "HPAYMT", "ok")


async def test_quality_work_changes_nothing_and_sees_nothing_labelled(clinic: Clinic) -> None:
    body = minimal("Observation", "o1", patient="p1")
    await _asked(clinic, "clinician", "")
    async with clinic.client(clinic.sign_in("clinician", "Practitioner/x"), **{HEADER: "HOPERAT"}) as client:
        answer = await client.put("/fhir/R4/Observation/o1", json=body)

    assert answer.status_code == 403


async def test_what_is_no_code_is_refused(clinic: Clinic) -> None:
    async with clinic.client(clinic.sign_in("clinician", "Practitioner/x")) as client:
        answer = await client.get("/fhir/R4/Patient", headers={HEADER: "treat, please"})

    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


async def test_an_audit_event_shows_it(clinic: Clinic) -> None:
    await _asked(clinic, "clinician", "HOPERAT")
    async with clinic.client(clinic.sign_in("security-officer", "Practitioner/o")) as client:
        events = (await client.get("/fhir/R4/AuditEvent?agent=Practitioner/x")).json()["entry"]

    [coding] = events[0]["resource"]["agent"][0]["purposeOfUse"][0]["coding"]
    assert (coding["system"], coding["code"]) == ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HOPERAT")
