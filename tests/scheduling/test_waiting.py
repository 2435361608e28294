"""The wait list: freed times go to the first whom they suit, for a while, then to the next."""

from typing import Any

import httpx
import pytest

from meridian.testing.practice import Practice, at, operate, participants

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"


async def waits(practice: Practice, who: str, **more: Any) -> str:
    body = {"service": SERVICE, "start": at("00:00"), "end": at("00:00", "2026-03-14")} | more
    async with practice.patient(who) as patient:
        answer = await patient.post("/api/scheduling/wait-list", json=body)
        assert answer.status_code == 200, answer.text
    practice.watch.now += 1000
    return str(answer.json()["id"])


async def offers(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/scheduling/offers")).json()["waiting"]
    return found


async def booked(practice: Practice, start: str = at("15:00"), **more: Any) -> str:
    asked = {"service": SERVICE, "start": start, "patient": "Patient/pol", "actor": "Practitioner/ann"} | more
    async with practice.desk() as desk:
        answer = await operate(desk, "$book", **asked)
    return str(answer.json()["id"])


async def freed(practice: Practice, start: str = at("15:00")) -> None:
    """Ann's time at three, which Pol had, becomes free."""
    one = await booked(practice, start)
    async with practice.desk() as desk:
        await operate(desk, f"{one}/$cancel", reason="pat")
    await practice.later()


async def test_a_freed_time_is_offered_to_whoever_waits_longest(practice: Practice) -> None:
    first, second = await waits(practice, "pat"), await waits(practice, "pia")

    await freed(practice)

    async with practice.patient("pat") as pat, practice.patient("pia") as pia:
        [offer], others = await offers(pat), await offers(pia)
    assert (offer["id"], offer["offer"]["start"], offer["offer"]["actors"]) == (
        first,
        at("15:00"),
        ["Practitioner/ann"],
    )
    assert others == []
    assert (await practice.read("Appointment", second))["status"] == "waitlist"
    assert practice.told.kinds[-1] == "appointment-offer"


async def test_an_offered_time_is_kept_and_accepted(practice: Practice) -> None:
    one = await waits(practice, "pat")
    await freed(practice)
    async with practice.patient("pia") as other:
        taken = await operate(other, "$book", service=SERVICE, start=at("15:00"), actor="Practitioner/ann")
        stranger = await other.post(f"/api/scheduling/offers/{one}/accept")
    async with practice.patient("pat") as patient:
        accepted = await patient.post(f"/api/scheduling/offers/{one}/accept")
        again = await patient.post(f"/api/scheduling/offers/{one}/accept")

    assert [taken.status_code, stranger.status_code, accepted.status_code, again.status_code] == [409, 404, 200, 409]
    made = await practice.read("Appointment", one)
    assert (made["status"], made["start"]) == ("booked", at("15:00"))
    assert participants(made, "Practitioner") == ["Practitioner/ann"]
    assert "requestedPeriod" not in made


async def test_a_declined_time_goes_to_the_next_and_is_not_offered_again(practice: Practice) -> None:
    first, second = await waits(practice, "pat"), await waits(practice, "pia")
    await freed(practice)
    async with practice.patient("pat") as patient:
        declined = await patient.post(f"/api/scheduling/offers/{first}/decline")
        await practice.later()
    async with practice.patient("pia") as other:
        [offer] = await offers(other)
        await other.post(f"/api/scheduling/offers/{second}/decline")
        await practice.later()

    assert (declined.json()["status"], offer["id"]) == ("waitlist", second)
    assert {one["status"] for one in await practice.search("Appointment", actor=SERVICE)} == {"waitlist", "cancelled"}
    async with practice.patient("pat") as patient:
        assert await offers(patient) == []


async def test_an_offer_that_is_left_alone_goes_to_the_next(practice: Practice) -> None:
    first, second = await waits(practice, "pat"), await waits(practice, "pia")
    await freed(practice)
    practice.watch.now += 119 * 60_000
    await practice.jobs.sweep()
    early = (await practice.read("Appointment", first))["status"]
    practice.watch.now += 2 * 60_000
    async with practice.patient("pat") as patient:
        late = await patient.post(f"/api/scheduling/offers/{first}/accept")
    for _ in range(2):
        await practice.jobs.sweep()
        await practice.later()

    assert (early, late.status_code) == ("pending", 409)
    assert (await practice.read("Appointment", first))["status"] == "waitlist"
    assert (await practice.read("Appointment", second))["status"] == "pending"


@pytest.mark.parametrize(
    ("wish", "suits"),
    [
        ({}, True),
        ({"days": ["mon"]}, True),
        ({"days": ["tue", "fri"]}, False),
        ({"partOfDay": "afternoon"}, True),
        ({"partOfDay": "morning"}, False),
        ({"actor": "Practitioner/ann"}, True),
        ({"actor": "Practitioner/ben"}, False),
        ({"start": at("00:00", "2026-03-03")}, False),
        ({"end": at("15:15")}, False),
    ],
)
async def test_only_what_suits_is_offered(practice: Practice, wish: dict[str, Any], suits: bool) -> None:  # noqa: FBT001  # a parameter
    one = await waits(practice, "pat", **wish)

    await freed(practice)

    assert ((await practice.read("Appointment", one))["status"] == "pending") is suits


async def test_a_time_that_was_taken_again_is_offered_to_nobody(practice: Practice) -> None:
    one = await waits(practice, "pat")
    first = await booked(practice)
    async with practice.desk() as desk:
        await operate(desk, f"{first}/$cancel", reason="pat")
    await booked(practice, patient="Patient/pia")
    await practice.later()

    assert (await practice.read("Appointment", one))["status"] == "waitlist"


async def test_a_job_that_is_done_twice_offers_once(practice: Practice) -> None:
    await waits(practice, "pat")
    second = await waits(practice, "pia")
    await freed(practice)
    said = {"start": 0, "end": 0, "service": SERVICE, "actors": ["Practitioner/ann"]}
    there = next(one for one in await practice.search("Appointment", status="pending"))

    class Again:
        org, what = 1, "Appointment/x"

    Again.said = said | {"start": _ms(there["start"]), "end": _ms(there["end"])}  # type: ignore[attr-defined]  # a stand-in
    await practice.jobs.freed(Again)  # type: ignore[arg-type]  # likewise

    assert (await practice.read("Appointment", second))["status"] == "waitlist"


def _ms(instant: str) -> int:
    from meridian.testing.practice import ms  # noqa: PLC0415  # beside its only use

    return ms(instant)


async def test_a_moved_visit_frees_its_old_time(practice: Practice) -> None:
    one = await waits(practice, "pat")
    other = await booked(practice)
    async with practice.desk() as desk:
        await operate(desk, f"{other}/$reschedule", start=at("16:00"))
    await practice.later()

    assert (await practice.read("Appointment", one))["start"] == at("15:00")


async def test_whoever_leaves_the_list_is_offered_nothing_and_their_offer_goes_on(practice: Practice) -> None:
    first, second = await waits(practice, "pat"), await waits(practice, "pia")
    await freed(practice)
    async with practice.patient("pia") as other:
        stranger = await other.delete(f"/api/scheduling/wait-list/{first}")
    async with practice.patient("pat") as patient:
        left = await patient.delete(f"/api/scheduling/wait-list/{first}")
    await practice.later()

    assert [stranger.status_code, left.status_code] == [404, 204]
    assert (await practice.read("Appointment", first))["status"] == "cancelled"
    assert (await practice.read("Appointment", second))["status"] == "pending"


async def test_a_patient_sees_their_own_places_and_staff_see_all(practice: Practice) -> None:
    first, second = await waits(practice, "pat"), await waits(practice, "pia", days=["mon"], partOfDay="morning")
    async with practice.patient("pat") as patient, practice.desk() as desk:
        own = (await patient.get("/api/scheduling/wait-list")).json()["waiting"]
        everybody = (await desk.get("/api/scheduling/wait-list")).json()["waiting"]

    assert [one["id"] for one in own] == [first]
    assert [one["id"] for one in everybody] == [first, second]
    assert (everybody[1]["days"], everybody[1]["partOfDay"], everybody[1]["patient"]["name"]) == (
        ["mon"], "morning", "PIA, X",
    )  # fmt: skip


async def test_nobody_waits_for_what_they_may_not_book_or_for_too_much(practice: Practice) -> None:
    body = {"service": SERVICE, "start": at("00:00"), "end": at("00:00", "2026-03-14")}
    async with practice.patient() as patient:
        several = [await patient.post("/api/scheduling/wait-list", json=body) for _ in range(4)]
        over = await patient.post("/api/scheduling/wait-list", json=body | {"end": at("07:00")})
        await practice.service(mode="hidden")
        hidden = await patient.post("/api/scheduling/wait-list", json=body)
        await practice.service(mode="view")
        viewed = await patient.post("/api/scheduling/wait-list", json=body)

    assert [one.status_code for one in several] == [200, 200, 200, 409]
    assert [over.status_code, hidden.status_code, viewed.status_code] == [422, 404, 403]


async def test_the_desk_puts_a_patient_on_the_list_for_any_service(practice: Practice) -> None:
    await practice.service(mode="hidden")
    body = {"service": SERVICE, "start": at("00:00"), "end": at("00:00", "2026-03-14"), "patient": "Patient/pia"}
    async with practice.desk() as desk, practice.patient("pia") as pia:
        several = [await desk.post("/api/scheduling/wait-list", json=body) for _ in range(4)]
        nobody = await desk.post("/api/scheduling/wait-list", json=body | {"patient": None})
        own = (await pia.get("/api/scheduling/wait-list")).json()["waiting"]

    assert [one.status_code for one in [*several, nobody]] == [200, 200, 200, 200, 422]
    assert len(own) == 4, "the limit is for patients"
