"""Patients by name, lately opened, and perhaps the same as one about to be registered."""

from dataclasses import replace
from typing import Any

import pytest

from meridian.faults import Forbidden, Invalid
from meridian.identity.facts import Caller
from meridian.testing.clinic import Clinic
from meridian.web.patients import Patients

pytestmark = pytest.mark.anyio

CALLER = Caller("192.0.2.1", "tests", "request-1")


def person(family: str, given: str, birth_date: str, number: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:mrn", "value": number}],
        "name": [{"use": "old", "family": "Old"}, {"use": "official", "family": family, "given": given.split()}],
        "birthDate": birth_date,
        "gender": "female",
    }


@pytest.fixture
async def desk(clinic: Clinic) -> str:
    token = clinic.sign_in("front-desk", "Practitioner/desk")
    for one in (
        person("Müller", "Anna Maria", "1958-03-12", "MRN-1"),
        person("Muller", "Anja", "1958-03-12", "MRN-2"),
        person("O'Brien", "Sean", "1990-01-01", "MRN-3"),
        person("Мельник", "Ольга", "1971-07-07", "MRN-4"),
    ):
        await clinic.chart_of(token).create("Patient", one)
    return token


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("mull", {"MRN-1", "MRN-2"}),
        ("MÜLLER  anna", {"MRN-1"}),
        ("anna mul", {"MRN-1"}),
        ("o'brien", {"MRN-3"}),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Brien", {"MRN-3"}),
        ("мельник", {"MRN-4"}),
        ("MRN-2", {"MRN-2"}),
        ("1958-03-12", {"MRN-1", "MRN-2"}),
        ("nobody", set()),
    ],
)
async def test_patients_are_found_as_people_ask_for_them(
    clinic: Clinic, desk: str, text: str, numbers: set[str]
) -> None:
    found = await Patients(clinic.chart).search(clinic.people[desk], CALLER, text)

    assert {line["identifier"] for line in found} == numbers


async def test_a_line_says_who_it_is(clinic: Clinic, desk: str) -> None:
    [line] = await Patients(clinic.chart).search(clinic.people[desk], CALLER, "MRN-1")

    assert line["name"] == "MÜLLER, Anna Maria"
    assert (line["birth_date"], line["gender"]) == ("1958-03-12", "female")


@pytest.mark.parametrize("text", ["", "   ", "a" * 101, "a,b", "a|b", "a;b", "%", "<b>", "a\u0000b", "_id=*"])
async def test_other_characters_than_names_have_are_refused(clinic: Clinic, desk: str, text: str) -> None:
    with pytest.raises(Invalid):
        await Patients(clinic.chart).search(clinic.people[desk], CALLER, text)


async def test_the_likeliest_duplicate_comes_first(clinic: Clinic, desk: str) -> None:
    found = await Patients(clinic.chart).duplicates(clinic.people[desk], CALLER, "muller", "anja", "1958-03-12")

    assert {line["identifier"] for line in found} == {"MRN-1", "MRN-2"}
    assert await Patients(clinic.chart).duplicates(clinic.people[desk], CALLER, "Nobody", "", "") == []


async def test_those_opened_last_come_first_and_looking_is_recorded(clinic: Clinic, desk: str) -> None:
    lines = await Patients(clinic.chart).search(clinic.people[desk], CALLER, "mull")
    ids = [line["id"] for line in lines]
    for one in ids:
        await clinic.chart_of(desk).read("Patient", one)

    recent = await Patients(clinic.chart).recent(clinic.people[desk], CALLER)

    assert [line["id"] for line in recent] == ids[::-1]
    assert (await clinic.log())[-1].action == "search-type"


async def test_who_opened_nobody_has_nobody_lately(clinic: Clinic, desk: str) -> None:
    assert await Patients(clinic.chart).recent(clinic.people[desk], CALLER) == []


async def test_a_proxy_learns_the_names_of_those_entrusted_and_of_nobody_else(clinic: Clinic, desk: str) -> None:
    [one, two] = [line["id"] for line in await Patients(clinic.chart).search(clinic.people[desk], CALLER, "mull")]
    proxy = clinic.people[clinic.sign_in("proxy", "RelatedPerson/r", patients=[one])]

    names = await Patients(clinic.chart).names(proxy, CALLER, [one, two])

    assert set(names) == {one}
    assert await Patients(clinic.chart).names(proxy, CALLER, []) == {}


async def test_a_proxy_who_has_chosen_one_still_learns_the_names_of_the_others(clinic: Clinic, desk: str) -> None:
    ids = [line["id"] for line in await Patients(clinic.chart).search(clinic.people[desk], CALLER, "mull")]
    proxy = clinic.people[clinic.sign_in("proxy", "RelatedPerson/r", patients=ids)]

    names = await Patients(clinic.chart).names(replace(proxy, patient=ids[0]), CALLER, ids)

    assert set(names) == set(ids)


async def test_roles_without_patients_are_refused(clinic: Clinic) -> None:
    admin = clinic.people[clinic.sign_in("administrator", "Practitioner/admin")]

    with pytest.raises(Forbidden):
        await Patients(clinic.chart).search(admin, CALLER, "mull")
    assert await Patients(clinic.chart).names(admin, CALLER, ["x"]) == {}
