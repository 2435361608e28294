"""Links of reminders: without a session, without a name, each action once, until the visit begins."""

import json

import httpx
import pytest

from meridian.messaging.notify import Notice
from meridian.store.plan import Plan, Query
from meridian.testing.practice import Practice, at, ms, operate

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"
START = at("10:00", "2026-03-05")


async def booked(practice: Practice) -> str:
    async with practice.desk() as desk:
        answer = await operate(
            desk, "$book", service=SERVICE, start=START, patient="Patient/pat", actor="Practitioner/ann", reason="Cough"
        )
    return str(answer.json()["id"])


async def minted(practice: Practice, one: str, start: str = START) -> str | None:
    said = {"kind": "appointment-reminder", "recipient": "Patient/pat", "start": ms(start)}
    return await practice.jobs.mint(Notice(1, "appointment-reminder", f"Appointment/{one}", "Patient/pat", said))


async def token(practice: Practice, one: str) -> str:
    path = await minted(practice, one)
    assert path is not None
    page, _, secret = path.partition("#")
    assert page == "/appointment-link"
    return secret


def anybody(practice: Practice) -> httpx.AsyncClient:
    return practice.clinic.client()


def url(secret: str) -> str:
    return f"/api/appointment-links/{secret}"


async def test_a_link_shows_time_and_clinic_and_nothing_of_the_patient(practice: Practice) -> None:
    secret = await token(practice, await booked(practice))
    async with anybody(practice) as client:
        answer = await client.get(url(secret))

    assert answer.json() == {
        "start": START, "end": at("10:30", "2026-03-05"), "zone": "America/New_York", "clinic": "Test Clinic",
        "state": "booked", "actions": ["confirm", "cancel"],
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"


async def test_a_link_confirms_once_and_then_still_cancels_once(practice: Practice) -> None:
    one = await booked(practice)
    secret = await token(practice, one)
    async with anybody(practice) as client:
        answers = [
            await client.post(url(secret), json={"action": action})
            for action in ("confirm", "confirm", "cancel", "cancel")
        ]
        seen = (await client.get(url(secret))).json()

    assert [answer.status_code for answer in answers] == [200, 409, 200, 409]
    assert [(answers[0].json()[name]) for name in ("state", "actions")] == ["confirmed", ["cancel"]]
    assert (seen["state"], seen["actions"]) == ("cancelled", [])
    there = await practice.read("Appointment", one)
    assert there["cancelationReason"]["coding"][0]["code"] == "pat-crs"


async def test_a_confirmed_visit_says_so_in_the_calendar(practice: Practice) -> None:
    secret = await token(practice, await booked(practice))
    async with anybody(practice) as client, practice.desk() as desk:
        await client.post(url(secret), json={"action": "confirm"})
        query = {"from": at("00:00", "2026-03-05"), "to": at("23:00", "2026-03-05")}
        [entry] = (await desk.get("/api/scheduling/calendar", params=query)).json()["appointments"]

    assert entry["confirmed"] is True


async def test_a_link_ends_when_the_visit_begins(practice: Practice) -> None:
    secret = await token(practice, await booked(practice))
    practice.watch.set(START)
    async with anybody(practice) as client:
        answers = [await client.get(url(secret)), await client.post(url(secret), json={"action": "cancel"})]

    assert {answer.status_code for answer in answers} == {404}
    await practice.jobs.sweep()
    assert await practice.clinic.engine.read(_links) == []


async def test_a_link_does_nothing_to_a_visit_that_was_moved_since(practice: Practice) -> None:
    one = await booked(practice)
    secret = await token(practice, one)
    async with practice.desk() as desk:
        await operate(desk, f"{one}/$reschedule", start=at("11:00", "2026-03-05"))
    async with anybody(practice) as client:
        seen = (await client.get(url(secret))).json()
        answer = await client.post(url(secret), json={"action": "cancel"})

    assert (seen["state"], seen["actions"], answer.status_code) == ("changed", [], 409)
    assert (await practice.read("Appointment", one))["status"] == "booked"


async def test_no_link_is_minted_for_what_does_not_stand(practice: Practice) -> None:
    one = await booked(practice)

    assert await minted(practice, one, at("11:00", "2026-03-05")) is None
    assert await minted(practice, "nothing") is None
    async with practice.desk() as desk:
        await operate(desk, f"{one}/$cancel")
    assert await minted(practice, one) is None


async def test_a_guess_finds_nothing(practice: Practice) -> None:
    await token(practice, await booked(practice))
    async with anybody(practice) as client:
        answers = [await client.get(url(guess)) for guess in ("A" * 32, "x")]

    assert [answer.status_code for answer in answers] == [404, 422]


async def test_no_token_is_kept_anywhere(practice: Practice) -> None:
    secret = await token(practice, await booked(practice))

    rows = await practice.clinic.engine.read(_links)
    log = json.dumps([str(entry) for entry in await practice.clinic.log()])

    assert len(rows) == 1
    assert secret.encode() not in rows[0][0]
    assert secret not in log


async def test_what_a_link_does_is_in_the_log(practice: Practice) -> None:
    one = await booked(practice)
    secret = await token(practice, one)
    async with anybody(practice) as client:
        await client.post(url(secret), json={"action": "confirm"})

    entry = (await practice.clinic.log())[-1]
    assert (entry.action, entry.what, entry.outcome) == ("Appointment/$answer", f"Appointment/{one}", "ok")


def _links() -> Plan[list[tuple[bytes, ...]]]:
    found: list[tuple[bytes, ...]] = yield Query("SELECT hash FROM appointment_link")
    return found
