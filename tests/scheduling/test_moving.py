"""Moving and cancelling: the same Appointment, its history and reasons, and what patients may do by themselves."""

from typing import Any

import httpx
import pytest

from meridian.testing.practice import Practice, at, next_free, operate, participants, starts_of

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"


async def booked(practice: Practice, clock: str = "10:00", who: str = "pat", **more: Any) -> dict[str, Any]:
    async with practice.desk() as desk:
        answer = await operate(
            desk, "$book", service=SERVICE, start=at(clock), patient=f"Patient/{who}", actor="Practitioner/ann", **more
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def moved(client: httpx.AsyncClient, appointment: dict[str, Any], **to: Any) -> httpx.Response:
    return await operate(client, f"{appointment['id']}/$reschedule", **to)


async def cancelled(client: httpx.AsyncClient, appointment: dict[str, Any], **why: Any) -> httpx.Response:
    return await operate(client, f"{appointment['id']}/$cancel", **why)


async def test_a_move_keeps_the_id_the_history_and_the_reason(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        answer = await moved(desk, one, start=at("11:00"), reason="Dr Ann is late")
        history = (await desk.get(f"/fhir/R4/Appointment/{one['id']}/_history")).json()["entry"]

    made = answer.json()
    assert (made["id"], made["start"], made["end"]) == (one["id"], at("11:00"), at("11:30"))
    assert "Dr Ann is late" in answer.text
    assert [version["resource"]["start"] for version in history] == [at("11:00"), at("10:00")]


async def test_a_move_gives_the_old_time_back_and_takes_the_new(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await moved(desk, one, start=at("11:00"))
        found = await operate(
            desk, "$find", service=SERVICE, start=at("08:00"), end=at("12:00"), actor="Practitioner/ann"
        )

    assert at("10:00") in starts_of(found.json())
    assert at("11:00") not in starts_of(found.json())


async def test_a_move_onto_another_is_refused_with_free_times_and_changes_nothing(practice: Practice) -> None:
    one = await booked(practice)
    await booked(practice, "11:00", "pia")
    async with practice.desk() as desk:
        answer = await moved(desk, one, start=at("11:15"))
        other = await moved(desk, one, start=at("11:00"), actor="Practitioner/ben")

    assert answer.status_code == 409
    assert next_free(answer)
    assert participants(other.json(), "Practitioner") == ["Practitioner/ben"]


async def test_a_stretch_changes_the_length(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        answer = await moved(desk, one, start=at("10:00"), end=at("11:00"))

    assert (answer.json()["end"], answer.json()["minutesDuration"]) == (at("11:00"), 60)


async def test_a_move_of_an_older_version_is_refused(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await moved(desk, one, start=at("11:00"), version=1)
        late = await moved(desk, one, start=at("11:30"), version=1)

    assert late.status_code == 412


async def test_patients_move_to_what_is_offered_with_the_same_provider(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.patient() as patient:
        crooked = await moved(patient, one, start=at("11:07"))
        lunch = await moved(patient, one, start=at("12:00"))
        answer = await moved(patient, one, start=at("10:30"))

    assert [crooked.status_code, lunch.status_code, answer.status_code] == [409, 409, 200]
    assert participants(answer.json(), "Practitioner") == ["Practitioner/ann"]


async def test_patients_change_a_visit_only_as_long_before_it_as_the_service_says(practice: Practice) -> None:
    await practice.service(notice=180)
    one = await booked(practice)
    async with practice.patient() as patient:
        late = [await moved(patient, one, start=at("15:00")), await cancelled(patient, one)]
    async with practice.desk() as desk:
        by_staff = await cancelled(desk, one)

    assert [answer.status_code for answer in late] == [403, 403]
    assert by_staff.status_code == 200


async def test_others_visits_are_not_there_for_a_patient(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.patient("pia") as other:
        answers = [await moved(other, one, start=at("15:00")), await cancelled(other, one)]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("status", ["arrived", "fulfilled", "cancelled", "noshow"])
async def test_what_is_over_is_neither_moved_nor_cancelled(practice: Practice, status: str) -> None:
    one = await booked(practice)
    await practice.put("Appointment", one["id"], **one | {"status": status})
    async with practice.desk() as desk:
        answers = [await moved(desk, one, start=at("15:00")), await cancelled(desk, one)]

    assert [answer.status_code for answer in answers] == [409, 200 if status == "cancelled" else 409]


async def test_a_cancelled_visit_says_why_and_frees_its_time(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        answer = await cancelled(desk, one, reason="prov", comment="Dr Ann is ill")
        again = await cancelled(desk, one)
    two = await booked(practice, who="pia")

    assert answer.json()["status"] == "cancelled"
    assert answer.json()["cancelationReason"]["text"] == "Dr Ann is ill"
    assert answer.json()["cancelationReason"]["coding"][0]["code"] == "prov"
    assert again.json()["meta"]["versionId"] == answer.json()["meta"]["versionId"]
    assert two["start"] == at("10:00")


async def test_a_patient_who_cancels_is_said_to_have_done_so(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.patient() as patient:
        answer = await cancelled(patient, one, reason="prov")
        odd = await cancelled(patient, one, reason="nonsense")

    assert answer.json()["cancelationReason"]["coding"][0]["code"] == "pat-cpp"
    assert odd.status_code == 422


async def test_patients_are_told_of_what_the_clinic_did(practice: Practice) -> None:
    one = await booked(practice)
    await practice.later()
    async with practice.desk() as desk:
        await moved(desk, one, start=at("11:00"))
        await practice.later()
        await cancelled(desk, one)
        await practice.later()

    assert practice.told.kinds == ["appointment-booked", "appointment-changed", "appointment-changed"]
    assert {job.said["recipient"] for job in practice.told.jobs} == {"Patient/pat"}


async def test_reminders_are_due_before_the_visit_and_follow_it_when_it_moves(practice: Practice) -> None:
    async with practice.desk() as desk:
        made = await operate(
            desk, "$book", service=SERVICE, start=at("10:00", "2026-03-05"), patient="Patient/pat",
            actor="Practitioner/ann",
        )  # fmt: skip
        await moved(desk, made.json(), start=at("10:00", "2026-03-06"))
        told = []
        for instant in ("03-02T08:00", "03-03T10:00", "03-04T09:59", "03-04T10:00", "03-06T08:00", "03-06T12:00"):
            practice.watch.set(f"2026-{instant}:00-05:00")
            await practice.later()
            told.append(len(practice.told.jobs))

    assert told == [1, 1, 1, 2, 3, 3]
    assert practice.told.kinds == ["appointment-changed", "appointment-reminder", "appointment-reminder"]


async def test_nobody_is_reminded_of_what_was_cancelled(practice: Practice) -> None:
    async with practice.desk() as desk:
        made = await operate(desk, "$book", service=SERVICE, start=at("10:00", "2026-03-05"), patient="Patient/pat")
        await cancelled(desk, made.json())
    practice.watch.set("2026-03-05T09:00:00-05:00")
    await practice.later()

    assert practice.told.kinds == ["appointment-changed"]
