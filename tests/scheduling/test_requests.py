"""What patients ask for keeps its time until the clinic has approved or refused it."""

from typing import Any

import pytest

from meridian.testing.practice import Practice, at, operate

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"


async def asked(practice: Practice) -> str:
    await practice.service(mode="request")
    async with practice.patient() as patient:
        answer = await operate(patient, "$book", service=SERVICE, start=at("10:00"), reason="A cough")
    return str(answer.json()["id"])


async def tasks(practice: Practice) -> list[str]:
    return [one["status"] for one in await practice.search("Task")]


async def test_a_request_stands_in_the_queue_and_keeps_its_time(practice: Practice) -> None:
    one = await asked(practice)
    async with practice.desk() as desk:
        [line] = (await desk.get("/api/scheduling/requests")).json()["requests"]
        taken = await operate(
            desk, "$book", service=SERVICE, start=at("10:00"), patient="Patient/pia", actor="Practitioner/ann"
        )

    assert (line["appointment"], line["patient"]["name"], line["reason"]) == (one, "PAT, X", "A cough")
    assert taken.status_code == 409


async def test_what_staff_do_about_a_request_is_not_shown_to_who_asked(practice: Practice) -> None:
    await asked(practice)
    doctor = practice.clinic.client(practice.clinic.sign_in("clinician", "Practitioner/ann"))
    async with practice.patient() as patient, doctor:
        shown = [(await who.get("/fhir/R4/Task?patient=pat")).json()["total"] for who in (doctor, patient)]

    assert shown == [1, 0]


async def test_an_approved_request_is_booked_and_its_patient_is_told(practice: Practice) -> None:
    one = await asked(practice)
    async with practice.desk() as desk:
        answer = await desk.post(f"/api/scheduling/requests/{one}/approve")
        again = await desk.post(f"/api/scheduling/requests/{one}/approve")
        left = (await desk.get("/api/scheduling/requests")).json()["requests"]
    await practice.later()

    assert (answer.json()["status"], again.status_code, left) == ("booked", 409, [])
    assert await tasks(practice) == ["completed"]
    assert practice.told.kinds == ["appointment-booked"]


async def test_a_refused_request_is_cancelled_with_words_for_its_patient(practice: Practice) -> None:
    one = await asked(practice)
    async with practice.desk() as desk:
        answer = await desk.post(f"/api/scheduling/requests/{one}/refuse", json={"reason": "Please call us first"})
    await practice.later()
    async with practice.patient() as patient:
        [visit] = (await patient.get("/api/scheduling/mine")).json()["visits"]

    assert answer.json()["status"] == "cancelled"
    assert visit["cancelledBecause"] == "Please call us first"
    assert await tasks(practice) == ["rejected"]
    assert practice.told.kinds == ["appointment-changed"]


async def test_a_patient_takes_a_request_back(practice: Practice) -> None:
    one = await asked(practice)
    async with practice.patient() as patient:
        answer = await operate(patient, f"{one}/$cancel")

    assert answer.json()["status"] == "cancelled"
    assert await tasks(practice) == ["cancelled"]


@pytest.mark.parametrize("who", ["patient", "proxy", "helper", "lab", "pharmacist", "security-officer"])
async def test_others_do_not_decide(practice: Practice, who: str) -> None:
    one = await asked(practice)
    personal = who in {"patient", "proxy", "helper"}
    client: Any = (
        practice.patient("pat", who)
        if personal
        else practice.clinic.client(practice.clinic.sign_in(who, "Practitioner/x"))
    )
    async with client:
        answers = [
            await client.get("/api/scheduling/requests"),
            await client.post(f"/api/scheduling/requests/{one}/approve"),
            await client.post(f"/api/scheduling/requests/{one}/refuse", json={"reason": "x"}),
        ]

    assert {answer.status_code for answer in answers} == {403}
    assert (await practice.read("Appointment", one))["status"] == "pending"
