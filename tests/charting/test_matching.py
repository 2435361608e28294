"""Whether two descriptions are of one person, and who among the patients may be the one described."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charting.conftest import Team

from meridian.charting.matching.weighing import alike, alike_dates, weigh

Json = dict[str, Any]

ANNA: Json = {
    "resourceType": "Patient",
    "id": "anna",
    "name": [{"family": "Müller", "given": ["Anna", "Maria"]}],
    "birthDate": "1958-03-12",
    "gender": "female",
    "identifier": [{"system": "urn:mrn", "value": "MRN-17"}],
    "telecom": [{"system": "phone", "value": "+1 555 010 2030"}],
    "address": [{"line": ["1 Quay Street"], "postalCode": "04101"}],
}


def asked(**changes: Any) -> Json:
    whole = {name: value for name, value in ANNA.items() if name != "id"} | changes
    return {name: value for name, value in whole.items() if value is not None}


def named(family: str, *given_names: str) -> list[Json]:
    return [{"family": family, "given": list(given_names)}]


NAME_AND_DAY = {"identifier": None, "telecom": None, "address": None}


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({}, "certain"),
        ({"identifier": None}, "certain"),
        ({"name": named("MULLER", "anna"), "identifier": None}, "certain"),
        (NAME_AND_DAY, "probable"),
        ({"birthDate": "1958-12-03", **NAME_AND_DAY}, "probable"),
        ({"birthDate": "1958-03-21", "identifier": None}, "probable"),
        ({"name": named("Mueller", "Anna"), **NAME_AND_DAY}, "probable"),
        ({"name": named("Anna", "Müller"), "identifier": None}, "probable"),
        ({"birthDate": None, **NAME_AND_DAY}, "possible"),
        ({"name": named("Müller"), "birthDate": None, "gender": None, **NAME_AND_DAY}, "certainly-not"),
        ({"name": named("Müller", "Berta"), "birthDate": "1984-07-01", **NAME_AND_DAY}, "certainly-not"),
        ({"name": named("Jones", "Carol"), "identifier": None, "telecom": None}, "certainly-not"),
    ],
)
def test_grades(changes: Json, grade: str) -> None:
    assert weigh(asked(**changes), ANNA).grade == grade


def test_a_twin_is_never_certain() -> None:
    twin = asked(name=named("Müller", "Berta"), identifier=None)

    assert weigh(twin, ANNA).grade in {"possible", "certainly-not"}


def test_a_namesake_of_another_day_is_never_certain_even_with_a_telephone() -> None:
    assert weigh(asked(birthDate="1990-01-01", identifier=None), ANNA).grade not in {"certain", "probable"}


def test_the_same_number_for_another_birth_date_is_never_certain() -> None:
    assert weigh(asked(birthDate="1990-01-01"), ANNA).grade != "certain"


people = st.builds(
    lambda family, first, born, sex: {
        "resourceType": "Patient", "name": named(family, first), "birthDate": born, "gender": sex},
    st.sampled_from(["Müller", "Mueller", "Smith", "Smyth", "Li"]),
    st.sampled_from(["Anna", "Anne", "Bob", "A"]),
    st.dates().map(str),
    st.sampled_from(["male", "female", "unknown"]),
)  # fmt: skip


@given(people, people)
def test_the_order_does_not_matter(one: Json, other: Json) -> None:
    there, back = weigh(one, other), weigh(other, one)

    assert (there.score, there.grade) == (back.score, back.grade)
    assert 0 <= there.score <= 1


@given(people)
def test_nobody_is_less_alike_to_anybody_than_to_themselves(one: Json) -> None:
    assert weigh(one, one).score >= weigh(one, {**one, "birthDate": "1800-01-01"}).score


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_of_names_is_mutual(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(st.dates().map(str), st.dates().map(str))
def test_likeness_of_dates_is_mutual(one: str, other: str) -> None:
    assert alike_dates(one, other) == alike_dates(other, one)


async def match(client: Any, patient: Json, **more: Any) -> Json:
    parameters = [{"name": "resource", "resource": patient}]
    parameters += [{"name": name, **value} for name, value in more.items()]
    answer = await client.post(
        "/fhir/R4/Patient/$match",
        json={"resourceType": "Parameters", "parameter": parameters},
        headers={"content-type": "application/fhir+json"},
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def found(bundle: Json) -> list[tuple[str, str]]:
    return [
        (entry["resource"]["id"], entry["search"]["extension"][0]["valueCode"]) for entry in bundle.get("entry", ())
    ]


@pytest.mark.anyio
class TestOperation:
    async def test_matches_come_likeliest_first_with_score_and_grade(self, team: Team) -> None:
        await team.keep(ANNA, {**ANNA, "id": "anne", "name": named("Mueller", "Anne"), "identifier": []} | {
            "identifier": [{"system": "urn:mrn", "value": "MRN-18"}]})  # fmt: skip

        answer = await match(team.desk, asked())

        assert found(answer)[0] == ("anna", "certain")
        assert answer["type"] == "searchset"
        scores = [entry["search"]["score"] for entry in answer["entry"]]
        assert scores == sorted(scores, reverse=True)

    @pytest.mark.parametrize(
        "slip",
        [
            {"name": named("Muler", "Anna")},
            {"name": named("Mueller", "Anna")},
            {"birthDate": "1958-12-03"},
            {"name": named("Anna", "Müller")},
            {"name": named("Smith", "Anna")},
        ],
    )
    async def test_a_slip_still_finds(self, team: Team, slip: Json) -> None:
        await team.keep(ANNA)

        answer = await match(team.desk, asked(**{"identifier": None, **slip}))

        assert "anna" in [one for one, _ in found(answer)]

    async def test_only_certain_matches_are_one_or_none(self, team: Team) -> None:
        only = {"onlyCertainMatches": {"valueBoolean": True}}
        await team.keep(ANNA)
        assert found(await match(team.desk, asked(), **only)) == [("anna", "certain")]

        await team.keep({**ANNA, "id": "again"})

        assert found(await match(team.desk, asked(), **only)) == []
        assert len(found(await match(team.desk, asked(), count={"valueInteger": 1}))) == 1

    async def test_it_reaches_no_further_than_the_caller(self, team: Team) -> None:
        await team.keep(ANNA)
        elsewhere = team.clinic.client(team.clinic.sign_in("front-desk", "Practitioner/x", org=2))

        async with elsewhere:
            assert found(await match(elsewhere, asked())) == []
        assert [one for one, _ in found(await match(team.patient, asked()))] != ["anna"]

    async def test_nothing_but_a_patient_is_matched(self, team: Team) -> None:
        headers = {"content-type": "application/fhir+json"}
        for body in ({"resourceType": "Practitioner"}, {"resourceType": "Parameters"}):
            answer = await team.desk.post("/fhir/R4/Patient/$match", json=body, headers=headers)
            assert answer.status_code == 422
        assert (await team.desk.get("/fhir/R4/Patient/$match")).status_code == 405

    async def test_registration_asks_the_same(self, team: Team) -> None:
        await team.keep(ANNA)

        answer = await team.desk.post(
            "/api/patients/duplicates", json={"family": "Mueller", "given": "Anna", "birthDate": "1958-12-03"}
        )

        assert "anna" in [one["id"] for one in answer.json()["patients"]]
