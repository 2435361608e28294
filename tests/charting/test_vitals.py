"""Vital signs are kept in one unit each; what cannot be is refused, what is unusual is looked at again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charting.conftest import Team, visit

from meridian.charting.vitals.signs import TAKEN, TEMPERATURE, WEIGHT, converted, units
from meridian.charting.vitals.taking import years

Json = dict[str, Any]


def reading(code: str, value: float, unit: str) -> Json:
    return {"code": code, "value": value, "unit": unit}


PRESSURE = (reading("8480-6", 128, "mm[Hg]"), reading("8462-4", 82, "mm[Hg]"))


async def take(team: Team, *items: Json, **more: Any) -> Any:
    return await team.nurse.post("/api/charting/vitals", json={"patient": "ann", "items": items, **more})


def places(answer: Any) -> list[str]:
    return [one["place"] for one in answer.json()["errors"]]


@pytest.mark.anyio
class TestTaking:
    async def test_blood_pressure_is_one_observation_of_two_numbers(self, team: Team) -> None:
        answer = await take(team, *PRESSURE)

        [made] = answer.json()["observations"]
        kept = await team.fhir(f"Observation/{made}")
        assert kept["code"]["coding"][0]["code"] == "85354-9"
        assert [one["valueQuantity"]["value"] for one in kept["component"]] == [128, 82]
        assert kept["performer"] == [{"reference": "Practitioner/nora", "display": "Nora Lind"}]

    async def test_a_value_in_another_unit_is_kept_in_ours_with_what_was_typed(self, team: Team) -> None:
        answer = await take(team, reading("8310-5", 100.4, "[degF]"))

        kept = (await team.fhir(f"Observation/{answer.json()['observations'][0]}"))["valueQuantity"]
        assert (kept["value"], kept["code"]) == (38, "Cel")
        assert kept["extension"][0]["valueQuantity"]["value"] == 100.4

    async def test_the_body_mass_index_is_worked_out(self, team: Team) -> None:
        answer = await take(team, reading("29463-7", 70, "kg"), reading("8302-2", 175, "cm"))

        kept = await team.fhir(f"Observation/{answer.json()['observations'][-1]}")
        assert (kept["code"]["coding"][0]["code"], kept["valueQuantity"]["value"]) == ("39156-5", 22.9)
        assert len(kept["derivedFrom"]) == 2

    async def test_an_adults_height_of_this_year_serves_for_the_body_mass_index(self, team: Team) -> None:
        await take(team, reading("8302-2", 175, "cm"))

        answer = await take(team, reading("29463-7", 70, "kg"))

        assert answer.status_code == 201, answer.text
        assert len(answer.json()["observations"]) == 2

    async def test_a_childs_height_of_another_day_does_not(self, team: Team) -> None:
        await team.keep({"resourceType": "Patient", "id": "kid", "birthDate": "2020-01-01"})
        for item in (reading("8302-2", 120, "cm"), reading("29463-7", 22, "kg")):
            answer = await take(team, item, patient="kid")
            assert len(answer.json()["observations"]) == 1

    async def test_what_cannot_be_is_refused_with_its_place_and_nothing_is_kept(self, team: Team) -> None:
        answer = await take(team, reading("8867-4", 72, "/min"), reading("8310-5", 370, "Cel"), confirmed=["8310-5"])

        assert (answer.status_code, places(answer)) == (422, ["items[1].value"])
        assert await team.found("Observation?patient=ann") == []

    async def test_what_is_unusual_is_kept_once_it_is_confirmed(self, team: Team) -> None:
        refused = await take(team, reading("8867-4", 190, "/min"))
        kept = await take(team, reading("8867-4", 190, "/min"), confirmed=["8867-4"])

        assert (refused.status_code, places(refused), kept.status_code) == (422, ["items[0].value"], 201)

    async def test_what_is_usual_depends_on_the_age(self, team: Team) -> None:
        await team.keep({"resourceType": "Patient", "id": "baby", "birthDate": "2026-09-01"})

        assert (await take(team, reading("8867-4", 170, "/min"), patient="baby")).status_code == 201

    @pytest.mark.parametrize(
        ("items", "place"),
        [
            ([reading("1-1", 1, "kg")], "items[0].code"),
            ([reading("29463-7", 70, "cm")], "items[0].unit"),
            ([reading("8867-4", 70, "/min")] * 2, "items[1].code"),
            ([PRESSURE[0]], "items"),
            ([reading("8480-6", 80, "mm[Hg]"), reading("8462-4", 90, "mm[Hg]")], "items"),
            ([], "items"),
        ],
    )
    async def test_slips_are_named(self, team: Team, items: list[Json], place: str) -> None:
        answer = await take(team, *items)

        assert (answer.status_code, places(answer)) == (422, [place])

    async def test_they_are_taken_at_a_visit_of_the_same_patient(self, team: Team) -> None:
        await team.keep({"resourceType": "Patient", "id": "bob"})
        encounter = await visit(team, "bob")

        assert (await take(team, *PRESSURE, encounter=encounter)).status_code == 422
        assert (await take(team, *PRESSURE, patient="bob", encounter=encounter)).status_code == 201

    @pytest.mark.parametrize("who", ["desk", "admin", "patient", "lab"])
    async def test_only_who_treats_takes_them(self, team: Team, who: str) -> None:
        body = {"patient": "ann", "items": PRESSURE}

        answer = await getattr(team, who).post("/api/charting/vitals", json=body)

        assert answer.status_code == 403 or who == "lab"

    async def test_every_sign_says_its_units(self, team: Team) -> None:
        signs = (await team.nurse.get("/api/charting/vitals")).json()["signs"]

        [warmth] = [one for one in signs if one["code"] == "8310-5"]
        assert [one["written"] for one in warmth["units"]] == ["°C", "°F"]


@given(st.sampled_from(list(TAKEN.values())), st.floats(0.1, 500))
def test_every_unit_of_a_sign_can_be_converted(sign: Any, value: float) -> None:
    assert all(converted(value, unit, sign) is not None for unit in units(sign))
    assert converted(value, "furlong", sign) is None


def test_known_conversions() -> None:
    assert converted(98.6, "[degF]", TEMPERATURE) == 37.0
    assert converted(220, "[lb_av]", WEIGHT) == 99.79


def test_an_age_is_counted_in_years() -> None:
    assert years("2026-05-22", "2026-11-22") == 0.5
    assert years("1980", "2026-11-22T10:00:00Z") > 18
