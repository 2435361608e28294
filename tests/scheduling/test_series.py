"""Appointments that recur: rows of their own, all or none, moved and cancelled singly or from one on."""

from datetime import date, datetime
from typing import Any

import httpx
import pytest

from meridian.faults import Invalid
from meridian.scheduling import zones
from meridian.scheduling.series import MOST, Rule, starts
from meridian.testing.practice import ZONE, Practice, at, ms, operate

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"
WEEKLY = {"freq": "weekly", "count": 4}


def local(found: list[int]) -> list[str]:
    return [zones.local(ZONE, one).strftime("%m-%d %H:%M") for one in found]


def test_nine_in_the_morning_stays_that_when_clocks_are_changed() -> None:
    found = starts(Rule("weekly", count=3), ms(at("09:00")), ZONE)

    assert local(found) == ["03-02 09:00", "03-09 09:00", "03-16 09:00"]
    assert found[1] - found[0] == 7 * 24 * 3_600_000 - 3_600_000


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("weekly", count=4, days=(0, 2)), ["03-02 09:00", "03-04 09:00", "03-09 09:00", "03-11 09:00"]),
        (Rule("weekly", 2, until=date(2026, 3, 30)), ["03-02 09:00", "03-16 09:00", "03-30 09:00"]),
        (Rule("daily", count=2), ["03-02 09:00", "03-03 09:00"]),
        (Rule("monthly", count=3), ["03-02 09:00", "04-02 09:00", "05-02 09:00"]),
    ],
)
def test_rules_mean_what_they_say(rule: Rule, expected: list[str]) -> None:
    assert local(starts(rule, ms(at("09:00")), ZONE)) == expected


@pytest.mark.parametrize(
    "rule",
    [
        Rule("weekly"),
        Rule("weekly", count=2, until=date(2026, 4, 1)),
        Rule("hourly", count=2),
        Rule("daily", 0, count=2),
        Rule("daily", until=date(2036, 1, 1)),
        Rule("weekly", until=date(2025, 1, 1)),
        Rule("daily", count=MOST + 1),
    ],
)
def test_a_rule_without_end_or_sense_is_refused(rule: Rule) -> None:
    with pytest.raises(Invalid):
        starts(rule, ms(at("09:00")), ZONE)


async def series(client: httpx.AsyncClient, rule: dict[str, Any] = WEEKLY, **more: Any) -> httpx.Response:
    body = {"service": SERVICE, "patient": "Patient/pat", "start": at("09:00"), "actors": ["Practitioner/ann"]}
    return await client.post("/api/scheduling/series", json=body | {"rule": rule} | more)


async def days(practice: Practice) -> list[str]:
    found = await practice.search("Appointment", status="booked", _sort="date")
    return [datetime.fromisoformat(one["start"]).strftime("%m-%d %H:%M") for one in found]


async def test_a_series_is_rows_with_one_identifier(practice: Practice) -> None:
    async with practice.desk() as desk:
        answer = await series(desk)

    assert answer.status_code == 200, answer.text
    name = answer.json()["series"]
    found = await practice.search("Appointment", identifier=f"https://meridian-pms.com/fhir/appointment-series|{name}")
    assert {one["id"] for one in found} == {one["id"] for one in answer.json()["appointments"]}
    assert await days(practice) == ["03-02 09:00", "03-09 09:00", "03-16 09:00", "03-23 09:00"]


async def test_a_series_is_booked_whole_or_not_and_each_hindrance_is_named(practice: Practice) -> None:
    async with practice.desk() as desk:
        for day in ("2026-03-09", "2026-03-23"):
            await operate(
                desk, "$book", service=SERVICE, start=at("09:00", day, "-04:00"), patient="Patient/pia",
                actor="Practitioner/ann",
            )  # fmt: skip
        answer = await series(desk)

    assert answer.status_code == 409
    assert [one["detail"] for one in answer.json()["errors"]] == [
        at("09:00", "2026-03-09", "-04:00"),
        at("09:00", "2026-03-23", "-04:00"),
    ]
    assert await days(practice) == ["03-09 09:00", "03-23 09:00"]


async def test_one_of_a_series_is_moved_alone(practice: Practice) -> None:
    async with practice.desk() as desk:
        made = (await series(desk)).json()["appointments"]
        await operate(desk, f"{made[1]['id']}/$reschedule", start=at("11:00", "2026-03-10", "-04:00"))

    assert await days(practice) == ["03-02 09:00", "03-10 11:00", "03-16 09:00", "03-23 09:00"]


async def test_a_series_is_moved_from_here_on_even_onto_its_own_days(practice: Practice) -> None:
    async with practice.desk() as desk:
        made = (await series(desk)).json()["appointments"]
        answer = await operate(
            desk, f"{made[1]['id']}/$reschedule", start=at("09:00", "2026-03-16", "-04:00"), scope="following"
        )
        later = await days(practice)
        await operate(
            desk, f"{made[1]['id']}/$reschedule", start=at("10:00", "2026-03-10", "-04:00"), scope="following"
        )

    assert answer.json()["id"] == made[1]["id"]
    assert later == ["03-02 09:00", "03-16 09:00", "03-23 09:00", "03-30 09:00"]
    assert await days(practice) == ["03-02 09:00", "03-10 10:00", "03-17 10:00", "03-24 10:00"]


async def test_a_series_is_not_moved_half(practice: Practice) -> None:
    async with practice.desk() as desk:
        made = (await series(desk)).json()["appointments"]
        await operate(
            desk, "$book", service=SERVICE, start=at("10:00", "2026-03-23", "-04:00"), patient="Patient/pia",
            actor="Practitioner/ann",
        )  # fmt: skip
        answer = await operate(
            desk, f"{made[1]['id']}/$reschedule", start=at("10:00", "2026-03-09", "-04:00"), scope="following"
        )

    assert answer.status_code == 409
    assert at("10:00", "2026-03-23", "-04:00") in answer.text
    assert await days(practice) == ["03-02 09:00", "03-09 09:00", "03-16 09:00", "03-23 09:00", "03-23 10:00"]


async def test_a_series_is_cancelled_from_here_on(practice: Practice) -> None:
    async with practice.desk() as desk:
        made = (await series(desk)).json()["appointments"]
        answer = await operate(desk, f"{made[2]['id']}/$cancel", scope="following", reason="pat")

    assert answer.json()["id"] == made[2]["id"]
    assert await days(practice) == ["03-02 09:00", "03-09 09:00"]


async def test_patients_book_no_series(practice: Practice) -> None:
    async with practice.patient() as patient:
        answer = await series(patient)

    assert answer.status_code == 403
