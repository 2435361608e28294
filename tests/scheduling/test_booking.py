"""Finding, holding and booking: who may book what when, and that a time is given out once."""

import asyncio

import pytest

from meridian.scheduling.jobs import UNCLAIMED
from meridian.store import outbox
from meridian.store.plan import Change, Plan
from meridian.testing.practice import FHIR, MONDAY, Practice, at, next_free, operate, participants, starts_of

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"


async def test_a_time_is_offered_when_a_provider_and_a_room_are_free(practice: Practice) -> None:
    async with practice.desk() as desk:
        found = await operate(desk, "$find", service=SERVICE, start=at("08:00"), end=at("18:00"))

    assert found.status_code == 200, found.text
    starts = starts_of(found.json())
    assert starts == [at(f"{hour:02}:{half}") for hour in (9, 10, 11, 13, 14, 15, 16) for half in ("00", "30")]
    first = found.json()["entry"][0]["resource"]
    assert first["status"] == "proposed"
    assert participants(first, "Practitioner") == ["Practitioner/ann"]
    assert participants(first, "Location") == ["Location/room1"]


async def test_what_find_gives_can_be_booked_by_a_patient(practice: Practice) -> None:
    async with practice.patient() as patient:
        found = await operate(patient, "$find", service=SERVICE, start=at("08:00"), end=at("18:00"))
        proposed = found.json()["entry"][0]["resource"]

        booked = await operate(patient, "$book", appointment=proposed, reason="A cough")

    assert booked.status_code == 200, booked.text
    made = booked.json()
    assert (made["status"], made["start"], made["minutesDuration"]) == ("booked", at("09:00"), 30)
    assert participants(made, "Patient") == ["Patient/pat"]
    assert made["description"] == "A cough"


async def test_a_booked_time_is_offered_with_whoever_is_left_and_then_no_more(practice: Practice) -> None:
    async with practice.desk() as desk:
        for patient, provider in (("pat", "ann"), ("pia", "ben")):
            booked = await operate(desk, "$book", service=SERVICE, start=at("09:00"), patient=f"Patient/{patient}")
            assert participants(booked.json(), "Practitioner") == [f"Practitioner/{provider}"]
        found = await operate(desk, "$find", service=SERVICE, start=at("08:00"), end=at("18:00"))
        third = await operate(desk, "$book", service=SERVICE, start=at("09:00"), patient="Patient/pol")

    assert starts_of(found.json())[0] == at("09:30")
    assert third.status_code == 409
    assert next_free(third) == [at(clock) for clock in ("09:30", "10:00", "10:30", "11:00", "11:30")]


async def test_a_provider_is_not_booked_twice_by_any_path(practice: Practice) -> None:
    async with practice.desk() as desk:
        booked = await operate(
            desk, "$book", service=SERVICE, start=at("09:00"), actor="Practitioner/ann", patient="Patient/pat"
        )
        by_operation = await operate(
            desk, "$book", service=SERVICE, start=at("09:15"), actor="Practitioner/ann", patient="Patient/pia"
        )
        plain = {key: value for key, value in booked.json().items() if key not in {"id", "meta"}}
        by_create = await desk.post("/fhir/R4/Appointment", json=plain)

    assert [by_operation.status_code, by_create.status_code] == [409, 409]


async def test_one_of_many_at_once_gets_the_time(practice: Practice) -> None:
    async with practice.desk() as desk:
        answers = await asyncio.gather(
            *(
                operate(desk, "$book", service=SERVICE, start=at("09:00"), actor="Practitioner/ann",
                        patient=f"Patient/{one}")
                for one in ("pat", "pia", "pol") * 10
            )
        )  # fmt: skip

    assert sorted(one.status_code for one in answers) == [200] + [409] * 29
    refused = next(one for one in answers if one.status_code == 409)
    assert next_free(refused)[0] == at("09:30")


async def test_a_hold_keeps_the_time_for_five_minutes(practice: Practice) -> None:
    await practice.service(lead=0)
    async with practice.patient() as patient, practice.patient("pia") as other:
        wanted = {"service": SERVICE, "start": at("09:00"), "actor": "Practitioner/ann"}
        held = await operate(patient, "$hold", **wanted)
        refused = await operate(other, "$book", **wanted)
        practice.watch.set("2026-03-02T08:05:01-05:00")
        taken = await operate(other, "$book", **wanted)
        late = await operate(patient, "$book", held=f"Appointment/{held.json()['id']}")

    assert held.json()["status"] == "pending"
    assert [refused.status_code, taken.status_code, late.status_code] == [409, 200, 409]
    assert next_free(late)


async def test_a_hold_is_booked_in_time(practice: Practice) -> None:
    async with practice.patient() as patient:
        held = await operate(patient, "$hold", service=SERVICE, start=at("09:00"))
        booked = await operate(patient, "$book", held=f"Appointment/{held.json()['id']}", reason="A cough")
        again = await operate(patient, "$book", held=f"Appointment/{held.json()['id']}")

    assert (booked.json()["status"], booked.json()["id"]) == ("booked", held.json()["id"])
    assert "hold-expires" not in booked.text
    assert again.status_code == 409


async def test_a_hold_that_has_ended_is_swept_to_cancelled(practice: Practice) -> None:
    async with practice.patient() as patient:
        held = await operate(patient, "$hold", service=SERVICE, start=at("09:00"))
    await practice.jobs.sweep()
    before = await practice.read("Appointment", held.json()["id"])
    practice.watch.set("2026-03-02T08:05:01-05:00")
    await practice.jobs.sweep()
    await practice.jobs.sweep()

    after = await practice.read("Appointment", held.json()["id"])
    assert (before["status"], after["status"], after["meta"]["versionId"]) == ("pending", "cancelled", "2")


@pytest.mark.parametrize(
    ("mode", "finding", "booking"),
    [("hidden", 404, 404), ("view", 200, 403), ("request", 200, 200), ("instant", 200, 200)],
)
async def test_patients_do_with_a_service_what_its_mode_says(
    practice: Practice, mode: str, finding: int, booking: int
) -> None:
    await practice.service(mode=mode)
    async with practice.patient() as patient:
        found = await operate(patient, "$find", service=SERVICE, start=at("08:00"), end=at("18:00"))
        held = await operate(patient, "$hold", service=SERVICE, start=at("09:30"))
        booked = await operate(patient, "$book", service=SERVICE, start=at("09:00"))
        listed = (await patient.get("/api/scheduling/services")).json()["services"]

        plain = [
            await patient.get(f"{FHIR}/{path}")
            for path in (SERVICE, "HealthcareService", f"{SERVICE}/_history", "Schedule/Practitioner-ann")
        ]

    assert (found.status_code, held.status_code, booked.status_code) == (finding, booking, booking)
    assert len(listed) == (mode != "hidden")
    assert [one.status_code for one in plain] == [403, 403, 403, 404], "only the operations tell of services"
    if mode == "request":
        assert booked.json()["status"] == "pending"
        [task] = await practice.search("Task")
        assert task["code"]["coding"][0]["code"] == "appointment-request"
        assert task["focus"]["reference"] == f"Appointment/{booked.json()['id']}"
    if mode == "instant":
        assert booked.json()["status"] == "booked"


async def test_patients_book_within_lead_time_and_horizon(practice: Practice) -> None:
    await practice.service(lead=120, horizon=7)
    async with practice.patient() as patient:
        found = await operate(patient, "$find", service=SERVICE, start=at("08:00"), end=at("18:00", "2026-03-20"))
        soon = await operate(patient, "$book", service=SERVICE, start=at("09:30"))
        far = await operate(patient, "$book", service=SERVICE, start=at("09:00", "2026-03-10", "-04:00"))

    starts = starts_of(found.json())
    assert (starts[0], starts[-1]) == (at("10:00"), at("16:30", "2026-03-06"))
    assert [soon.status_code, far.status_code] == [409, 409]


async def test_patients_book_only_times_that_are_offered(practice: Practice) -> None:
    async with practice.patient() as patient:
        at_lunch = await operate(patient, "$book", service=SERVICE, start=at("12:00"))
        crooked = await operate(patient, "$book", service=SERVICE, start=at("09:07"))
        long = await operate(patient, "$book", service=SERVICE, start=at("09:00"), end=at("11:00"))
        stranger = await operate(patient, "$book", service=SERVICE, start=at("09:30"), actor="Practitioner/nobody")

    assert [at_lunch.status_code, crooked.status_code, stranger.status_code] == [409, 409, 409]
    assert long.json()["end"] == at("09:30")


async def test_patients_book_for_themselves_and_for_those_entrusted_to_them(practice: Practice) -> None:
    async with practice.patient() as patient, practice.patient("pia", "proxy") as proxy:
        for_other = await operate(patient, "$book", service=SERVICE, start=at("09:00"), patient="Patient/pia")
        for_ward = await operate(proxy, "$book", service=SERVICE, start=at("09:00"), patient="Patient/pia")
    async with practice.patient("pol", "helper") as helper:
        helped = await operate(helper, "$book", service=SERVICE, start=at("09:30"))

    assert [for_other.status_code, for_ward.status_code, helped.status_code] == [404, 200, 200]


async def test_patients_have_only_so_many_visits_to_come(practice: Practice) -> None:
    await practice.service(most_open=2)
    async with practice.patient() as patient:
        answers = [
            await operate(patient, "$book", service=SERVICE, start=at(clock)) for clock in ("09:00", "10:00", "11:00")
        ]

    assert [one.status_code for one in answers] == [200, 200, 409]
    assert "visits to come" in answers[-1].text


async def test_patients_hold_only_so_many_times(practice: Practice) -> None:
    async with practice.patient() as patient:
        answers = [
            await operate(patient, "$hold", service=SERVICE, start=at(clock)) for clock in ("09:00", "10:00", "11:00")
        ]

    assert [one.status_code for one in answers] == [200, 200, 409]


async def test_a_patient_learns_nothing_of_who_is_booked(practice: Practice) -> None:
    async with practice.patient() as patient, practice.patient("pia") as other:
        mine = await operate(patient, "$book", service=SERVICE, start=at("09:00"))
        seen = [
            await operate(other, "$find", service=SERVICE, start=at("08:00"), end=at("18:00")),
            await operate(other, "$book", service=SERVICE, start=at("09:00"), actor="Practitioner/ann"),
            await other.get(f"/fhir/R4/Appointment/{mine.json()['id']}"),
            await other.get("/fhir/R4/Appointment"),
            await other.get("/fhir/R4/Schedule"),
            await other.get(f"/api/scheduling/calendar?from={MONDAY}T00:00:00Z&to={MONDAY}T23:00:00Z"),
            await other.get("/api/scheduling/board"),
            await operate(other, f"{mine.json()['id']}/$cancel"),
            await operate(other, f"{mine.json()['id']}/$reschedule", start=at("10:00")),
        ]

    for answer in seen:
        assert "pat" not in answer.text.lower().replace("patient", "")
        assert mine.json()["id"] not in answer.text
    assert [one.status_code for one in seen] == [200, 409, 404, 200, 200, 403, 403, 404, 404]


async def test_buffers_are_kept_free_on_both_sides(practice: Practice) -> None:
    await practice.service(step=15, after=15, providers=("Practitioner/ann",))
    async with practice.desk() as desk:
        await operate(desk, "$book", service=SERVICE, start=at("10:00"), patient="Patient/pat")
        found = await operate(desk, "$find", service=SERVICE, start=at("08:00"), end=at("12:00"))

    assert starts_of(found.json()) == [at(clock) for clock in ("09:00", "09:15", "10:45", "11:00", "11:15", "11:30")]


async def test_a_service_takes_one_of_each_kind_together(practice: Practice) -> None:
    await practice.put("Device", "ultrasound")
    await practice.service(devices=("Device/ultrasound",))
    async with practice.desk() as desk:
        first = await operate(desk, "$book", service=SERVICE, start=at("09:00"), patient="Patient/pat")
        second = await operate(desk, "$book", service=SERVICE, start=at("09:00"), patient="Patient/pia")

    assert participants(first.json(), "Device") == ["Device/ultrasound"]
    assert second.status_code == 409
    assert next_free(second)[0] == at("09:30")


async def test_staff_book_outside_of_hours(practice: Practice) -> None:
    async with practice.desk() as desk:
        booked = await operate(
            desk, "$book", service=SERVICE, start=at("07:30", "2026-03-03"), end=at("08:45", "2026-03-03"),
            actor=["Practitioner/ann", "Location/room2"], patient="Patient/pat",
        )  # fmt: skip

    assert (booked.status_code, booked.json()["minutesDuration"]) == (200, 75)


async def test_a_local_time_without_an_offset_is_refused(practice: Practice) -> None:
    async with practice.desk() as desk:
        found = await operate(desk, "$find", service=SERVICE, start="2026-03-02T09:00:00", end=at("18:00"))

    assert found.status_code == 422
    assert "offset" in found.text


async def test_a_booking_is_one_entry_of_the_log_that_names_the_operation(practice: Practice) -> None:
    async with practice.patient() as patient:
        booked = await operate(patient, "$book", service=SERVICE, start=at("09:00"))

    entry = (await practice.clinic.log())[-1]
    assert (entry.action, entry.outcome, entry.patient) == ("Appointment/$book", "ok", "pat")
    assert f"Appointment/{booked.json()['id']}" in entry.seen


async def test_an_appointment_to_be_booked_may_leave_its_end_open_and_say_why_in_either_way(practice: Practice) -> None:
    people = [{"actor": {"reference": one}, "status": "needs-action"} for one in ("Practitioner/ann", SERVICE)]
    asked = {"resourceType": "Appointment", "status": "proposed", "start": at("09:00"), "participant": people}
    async with practice.patient() as patient:
        held = await operate(patient, "$hold", appointment=asked | {"reasonCode": [{"text": "A cough"}]})
        broken = await operate(patient, "$hold", appointment=asked | {"status": "nonsense"})
        startless = await operate(patient, "$hold", appointment={k: v for k, v in asked.items() if k != "start"})

    assert held.status_code == 200, held.text
    assert (held.json()["end"], held.json()["description"]) == (at("09:30"), "A cough")
    assert [broken.status_code, startless.status_code] == [422, 422]


async def test_an_old_booking_takes_its_time_when_a_server_gets_to_it(practice: Practice) -> None:
    """It was written when nothing took time, which is what emptying the table of claims leaves."""
    async with practice.desk() as desk:
        for start in ("10:00", "10:30"):
            await operate(
                desk, "$book", service=SERVICE, start=at(start), patient="Patient/pol", actor="Practitioner/ann"
            )
    await practice.clinic.engine.write(unclaimed)

    await practice.later()

    async with practice.desk() as desk:
        for start in ("10:00", "10:30"):
            asked = {"service": SERVICE, "start": at(start), "patient": "Patient/pia", "actor": "Practitioner/ann"}
            assert (await operate(desk, "$book", **asked)).status_code == 409


def unclaimed() -> Plan[None]:
    yield Change("DELETE FROM booking WHERE org = ?", (1,))
    yield from outbox.put(1, UNCLAIMED, "Appointment", 1, {})


@pytest.mark.parametrize("role", ["patient", "proxy", "helper"])
async def test_a_hidden_service_is_not_found_by_way_of_a_visit(practice: Practice, role: str) -> None:
    await practice.service(mode="hidden", name="Something delicate")
    async with practice.desk() as desk:
        booked = await operate(desk, "$book", service=SERVICE, start=at("09:00"), patient="Patient/pat")
        assert booked.status_code == 200, booked.text

    async with practice.patient(role=role) as patient:
        for asked in ("_include=Appointment:actor", "_include=Appointment:actor:HealthcareService"):
            found = (await patient.get(f"{FHIR}/Appointment?patient=pat&{asked}")).json()
            kinds = {one["resource"]["resourceType"] for one in found["entry"]}
            assert "Appointment" in kinds
            assert "HealthcareService" not in kinds
        chained = (await patient.get(f"{FHIR}/Appointment?actor:HealthcareService.name=Something")).json()
        mine = await patient.get("/api/scheduling/mine?patient=Patient/pat")

    assert chained.get("entry", []) == []
    assert len(mine.json()["visits"]) == 1, "the visit itself is theirs to see"
