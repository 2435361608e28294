"""The day itself: arrivals make Encounters, rooms are written down, walk-ins take nobody's time."""

from typing import Any

import httpx
import pytest

from meridian.testing.practice import Practice, at, operate

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"


async def booked(practice: Practice, start: str = at("10:00"), **more: Any) -> str:
    asked = {"service": SERVICE, "start": start, "patient": "Patient/pat", "actor": "Practitioner/ann"} | more
    async with practice.desk() as desk:
        answer = await operate(desk, "$book", **asked)
        assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def state(client: httpx.AsyncClient, one: str, wanted: str, **more: Any) -> httpx.Response:
    return await client.post(f"/api/scheduling/board/{one}/state", json={"state": wanted} | more)


async def lines(client: httpx.AsyncClient, day: str = "") -> list[dict[str, Any]]:
    answer = await client.get("/api/scheduling/board" + (f"?day={day}" if day else ""))
    found: list[dict[str, Any]] = answer.json()["lines"]
    return found


async def test_an_arrival_makes_the_encounter(practice: Practice) -> None:
    one = await booked(practice, reason="A cough")
    async with practice.desk() as desk:
        answer = await state(desk, one, "arrived")
        again = await state(desk, one, "arrived")
        [line] = await lines(desk)

    assert [answer.status_code, again.status_code] == [200, 200]
    [encounter] = await practice.search("Encounter")
    assert (encounter["status"], encounter["class"]["code"]) == ("arrived", "AMB")
    assert encounter["appointment"] == [{"reference": f"Appointment/{one}"}]
    assert encounter["participant"] == [{"individual": {"reference": "Practitioner/ann", "display": "Ann"}}]
    assert encounter["type"] == [{"text": "Check-up"}]
    assert (line["state"], line["encounter"], line["patient"]["name"]) == ("arrived", encounter["id"], "PAT, X")
    assert line["waitingSince"] == encounter["period"]["start"]


async def test_a_room_is_written_down(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await state(desk, one, "in-room", room="Location/room2")
        [line] = await lines(desk)

    [encounter] = await practice.search("Encounter")
    assert (encounter["status"], line["state"], line["room"]) == ("triaged", "in-room", "Location/room2")
    assert [one["status"] for one in encounter["statusHistory"]] == ["arrived", "triaged"]
    assert encounter["location"][0]["location"] == {"reference": "Location/room2", "display": "room2"}
    assert (await practice.read("Appointment", one))["status"] == "checked-in"


async def test_who_was_taken_to_a_room_by_mistake_waits_again_since_they_came(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await state(desk, one, "in-room", room="Location/room2")
        back = await state(desk, one, "arrived")
        [line] = await lines(desk)

    [encounter] = await practice.search("Encounter")
    assert back.status_code == 200
    assert (encounter["status"], line["state"], line["room"]) == ("arrived", "arrived", None)
    assert line["waitingSince"] == encounter["period"]["start"]
    assert (await practice.read("Appointment", one))["status"] == "arrived"


async def test_nobody_waits_again_once_the_visit_goes_on(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await state(desk, one, "in-room")
        [there] = await practice.search("Encounter")
        await practice.put("Encounter", there["id"], **there | {"status": "in-progress"})
        back = await state(desk, one, "arrived")

    assert back.status_code == 409


@pytest.mark.parametrize(
    ("encounter", "shown"), [("in-progress", "with-provider"), ("onleave", "with-provider"), ("finished", "done")]
)
async def test_the_board_follows_what_charting_writes(practice: Practice, encounter: str, shown: str) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await state(desk, one, "in-room")
        [there] = await practice.search("Encounter")
        await practice.put("Encounter", there["id"], **there | {"status": encounter})
        [line] = await lines(desk)
        back = await state(desk, one, "booked")

    assert (line["state"], back.status_code) == (shown, 409)


async def test_a_mistaken_arrival_is_taken_back(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await state(desk, one, "arrived")
        await state(desk, one, "booked")
        [line] = await lines(desk)
        await state(desk, one, "arrived")

    assert (line["state"], line["encounter"]) == ("booked", None)
    assert sorted(one["status"] for one in await practice.search("Encounter")) == ["arrived", "cancelled"]


async def test_a_video_visit_is_a_virtual_encounter(practice: Practice) -> None:
    await practice.service(video=True)
    one = await booked(practice)
    async with practice.desk() as desk:
        await state(desk, one, "arrived")
        [line] = await lines(desk)

    [encounter] = await practice.search("Encounter")
    assert (encounter["class"]["code"], line["video"]) == ("VR", True)


async def test_nobody_is_missing_before_the_visit_begins(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        early = await state(desk, one, "no-show")
        practice.watch.set(at("10:46"))
        [suggested] = await lines(desk)
        missed = await state(desk, one, "no-show")
        [line] = await lines(desk)
        came = await state(desk, one, "arrived")

    assert [early.status_code, missed.status_code, came.status_code] == [409, 200, 200]
    assert (suggested["missing"], line["missing"], line["state"]) == (True, False, "no-show")


async def test_a_walk_in_is_taken_by_a_provider_who_is_full(practice: Practice) -> None:
    practice.watch.set(at("10:05"))
    async with practice.desk() as desk:
        await operate(
            desk, "$book", service=SERVICE, start=at("10:30"), patient="Patient/pia", actor="Practitioner/ann"
        )
        body = {"patient": "Patient/pat", "service": SERVICE, "provider": "Practitioner/ann", "reason": "A cut"}
        answer = await desk.post("/api/scheduling/walk-ins", json=body)
        found = await lines(desk)

    assert answer.status_code == 200, answer.text
    assert [(one["walkIn"], one["state"], one["providers"]) for one in found] == [
        (True, "arrived", ["Practitioner/ann"]),
        (False, "booked", ["Practitioner/ann"]),
    ]
    assert len(await practice.search("Encounter")) == 1


async def test_patients_check_in_on_the_day_and_only_themselves(practice: Practice) -> None:
    one = await booked(practice, at("10:00", "2026-03-03"))
    async with practice.patient() as patient, practice.patient("pia") as other:
        early = await patient.post(f"/api/scheduling/mine/{one}/check-in")
        practice.watch.set(at("09:50", "2026-03-03"))
        stranger = await other.post(f"/api/scheduling/mine/{one}/check-in")
        answer = await patient.post(f"/api/scheduling/mine/{one}/check-in")
        again = await patient.post(f"/api/scheduling/mine/{one}/check-in")
        by_hand = await patient.post("/fhir/R4/Encounter", json=(await practice.search("Encounter"))[0])

    assert [early.status_code, stranger.status_code, answer.status_code, again.status_code] == [409, 404, 200, 200]
    assert by_hand.status_code == 403
    assert len(await practice.search("Encounter")) == 1


async def test_helpers_check_in_those_they_look_after(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.patient("pat", "helper") as helper:
        answer = await helper.post(f"/api/scheduling/mine/{one}/check-in")

    assert answer.status_code == 200


async def test_the_board_is_one_day_of_the_clinics_clock(practice: Practice) -> None:
    await booked(practice, at("23:30"), end=at("23:59"))
    await booked(practice, at("00:00", "2026-03-03"), end=at("00:30", "2026-03-03"))
    async with practice.desk() as desk:
        days = [len(await lines(desk, day)) for day in ("2026-03-01", "2026-03-02", "2026-03-03")]

    assert days == [0, 1, 1]


@pytest.mark.parametrize("who", ["patient", "proxy", "helper", "lab", "pharmacist", "administrator"])
async def test_the_board_is_for_those_who_receive_and_treat(practice: Practice, who: str) -> None:
    one = await booked(practice)
    personal = who in {"patient", "proxy", "helper"}
    client = (
        practice.patient("pat", who)
        if personal
        else practice.clinic.client(practice.clinic.sign_in(who, "Practitioner/x"))
    )
    async with client:
        answers = [
            await client.get("/api/scheduling/board"),
            await state(client, one, "arrived"),
            await client.post("/api/scheduling/walk-ins", json={"patient": "Patient/pat", "service": SERVICE}),
        ]

    assert {answer.status_code for answer in answers} == {403}


async def test_the_desk_sees_encounters_on_the_board_only(practice: Practice) -> None:
    one = await booked(practice)
    async with practice.desk() as desk:
        await state(desk, one, "arrived")
        direct = await desk.get("/fhir/R4/Encounter")

    assert direct.status_code == 403
