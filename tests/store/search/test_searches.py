"""What searches find and give, where the oracle does not look."""

import asyncio
from typing import Any

import pytest

from meridian.faults import Fault, Malformed, TooCostly
from meridian.store.scope import Reach, Scope

pytestmark = pytest.mark.anyio

ORG = 7
ALL = Reach(everyone=True, restricted=True)


def patient(resource_id: str, family: str = "Miller", **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": resource_id, "name": [{"family": family, "given": ["Anna"]}]} | elements


def observation(resource_id: str, subject: str, **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": resource_id,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
        "subject": {"reference": f"Patient/{subject}"},
    } | elements


async def test_names_match_without_case_and_accents(shelf: Any) -> None:
    await shelf.put(patient("a", "Müller"), patient("b", "MULLER"), patient("c", "Miller"))

    assert await shelf.ids("Patient", ("family", "muller")) == ["a", "b"]
    assert await shelf.ids("Patient", ("name", "MÜL")) == ["a", "b"]
    assert await shelf.ids("Patient", ("family:exact", "Müller")) == ["a"]
    assert sorted(await shelf.ids("Patient", ("family:contains", "ller"))) == ["a", "b", "c"]
    assert sorted(await shelf.ids("Patient", ("family:contains", "ll"))) == ["a", "b", "c"]


async def test_a_name_is_found_by_its_sound(shelf: Any) -> None:
    await shelf.put(patient("a", "Meier"), patient("b", "Maier"), patient("c", "Schmidt"))

    assert sorted(await shelf.ids("Patient", ("phonetic", "Mayer"))) == ["a", "b"]


async def test_an_identifier_is_found_by_system_value_and_type(shelf: Any) -> None:
    kind = {"coding": [{"system": "urn:t", "code": "MR"}]}
    await shelf.put(patient("a", identifier=[{"system": "urn:x", "value": "A-1", "type": kind}]))
    await shelf.put(patient("b", identifier=[{"system": "urn:y", "value": "A-1"}]))

    assert await shelf.ids("Patient", ("identifier", "a-1")) == ["a", "b"]
    assert await shelf.ids("Patient", ("identifier", "urn:y|A-1")) == ["b"]
    assert await shelf.ids("Patient", ("identifier", "urn:x|")) == ["a"]
    assert await shelf.ids("Patient", ("identifier:of-type", "urn:t|MR|A-1")) == ["a"]


async def test_a_reference_is_found_by_the_identifier_it_holds(shelf: Any) -> None:
    held = {"identifier": {"system": "urn:x", "value": "7"}}
    await shelf.put(observation("a", "p") | {"subject": held}, observation("b", "p"))

    assert await shelf.ids("Observation", ("subject:identifier", "urn:x|7")) == ["a"]
    assert await shelf.ids("Observation", ("subject:missing", "false")) == ["a", "b"]


async def test_a_uri_is_found_whole_below_and_above(shelf: Any) -> None:
    for one, url in (("a", "http://q.org/x"), ("b", "http://q.org/x/1"), ("c", "http://q.org/xy")):
        await shelf.put({"resourceType": "Questionnaire", "id": one, "status": "active", "url": url})

    assert await shelf.ids("Questionnaire", ("url", "http://q.org/x")) == ["a"]
    assert sorted(await shelf.ids("Questionnaire", ("url:below", "http://q.org/x"))) == ["a", "b", "c"]
    assert sorted(await shelf.ids("Questionnaire", ("url:above", "http://q.org/x/1"))) == ["a", "b"]


async def test_a_place_is_found_near_another(shelf: Any) -> None:
    for one, latitude in (("a", 42.1), ("b", 42.2), ("c", 44.0)):
        position = {"latitude": latitude, "longitude": -71.2}
        await shelf.put({"resourceType": "Location", "id": one, "position": position})

    assert sorted(await shelf.ids("Location", ("near", "42.1|-71.2|20|km"))) == ["a", "b"]


async def test_a_code_is_found_by_its_text(shelf: Any) -> None:
    await shelf.put(observation("a", "p", code={"text": "Körpergröße"}), observation("b", "p"))

    assert await shelf.ids("Observation", ("code:text", "korper")) == ["a"]


async def test_a_telephone_is_found_however_it_is_written(shelf: Any) -> None:
    await shelf.put(patient("a", telecom=[{"system": "phone", "value": "+1 (555) 010-2030"}]))

    assert await shelf.ids("Patient", ("phone", "1-555-0102030")) == ["a"]
    assert await shelf.ids("Patient", ("email", "1-555-0102030")) == []
    assert await shelf.ids("Patient", ("telecom", "15550102030")) == ["a"]


async def test_what_is_deleted_is_not_found(shelf: Any) -> None:
    await shelf.put(patient("a"), observation("o", "a"))
    await shelf.drop("Patient", "a")

    assert await shelf.ids("Patient", ("name", "mil")) == []
    assert await shelf.ids("Patient") == []
    assert await shelf.ids("Observation", ("patient.name", "mil")) == []
    assert await shelf.ids("Patient", ("_has:Observation:patient:status", "final")) == []


async def test_the_first_page_says_how_many_there_are_if_it_is_the_only_one(shelf: Any) -> None:
    await shelf.put(*(patient(f"p{n}") for n in range(3)))

    assert (await shelf.ask("Patient")).total == 3
    assert (await shelf.ask("Patient", ("_count", "2"))).total is None
    assert (await shelf.ask("Patient", ("_count", "2"), ("_total", "accurate"))).total == 3
    assert (await shelf.ask("Patient", ("_count", "2"), ("_total", "estimate"))).total == 3
    counted = await shelf.ask("Patient", ("_count", "0"))
    assert (counted.total, counted.matches, counted.next) == (3, (), "")


# Paging.


@pytest.mark.parametrize("order", [[], [("_sort", "birthdate")], [("_sort", "-_lastUpdated")], [("_sort", "_id")]])
@pytest.mark.parametrize(
    "condition", [("name", "m"), ("gender", "female"), ("gender", "female,male"), ("_id:not", "x")]
)
async def test_pages_neither_lose_nor_repeat_while_others_write(
    shelf: Any, order: list[tuple[str, str]], condition: tuple[str, str]
) -> None:
    there = [patient(f"p{n}", gender="female", birthDate=f"19{50 + n % 7}") for n in range(20)]
    await shelf.load(there)
    found: list[str] = []
    cursor: list[tuple[str, str]] = []
    for turn in range(100):
        page = await shelf.ask("Patient", condition, *order, ("_count", "3"), *cursor)
        found += [match.id for match in page.matches]
        await shelf.put(patient(f"new{turn}", gender="male", birthDate="1953"))
        if order != [("_sort", "-_lastUpdated")]:
            await shelf.put(patient(f"p{turn % 20}", gender="female", birthDate=f"19{50 + turn % 20 % 7}", active=True))
        if not page.next:
            break
        cursor = [("_cursor", page.next)]

    assert len(found) == len(set(found))
    assert {f"p{n}" for n in range(20)} <= set(found)


async def test_a_patient_with_two_names_that_match_stands_once(shelf: Any) -> None:
    names = [{"family": "Mai"}, {"family": "Mayer"}, {"family": "Müller"}]
    await shelf.put(patient("a", name=names), patient("b", "Marx"), patient("c", "Moll"))

    assert await shelf.ids("Patient", ("name", "m"), ("_count", "1")) == ["a", "b", "c"]
    assert await shelf.ids("Patient", ("name:contains", "may"), ("_count", "1")) == ["a"]
    assert sorted(await shelf.ids("Patient", ("name:contains", "m"), ("_count", "1"))) == ["a", "b", "c"]


async def test_bearers_of_many_names_with_a_text_in_them_come_in_the_order_of_the_names(shelf: Any) -> None:
    await shelf.load(patient(f"p{n:03}", f"Hannibal{n:03}", gender="male" if n % 50 else "female") for n in range(150))

    everybody = await shelf.ids("Patient", ("family:contains", "annib"), ("_count", "7"))
    few = await shelf.ids("Patient", ("family:contains", "annib"), ("gender", "female"), ("_count", "1"))

    assert everybody == [f"p{n:03}" for n in range(150)]
    assert few == ["p000", "p050", "p100"]
    assert (await shelf.ask("Patient", ("family:contains", "annib"), ("_summary", "count"))).total == 150


async def test_a_cursor_serves_only_the_search_it_is_from(shelf: Any) -> None:
    await shelf.put(*(patient(f"p{n}") for n in range(5)))
    cursor = (await shelf.ask("Patient", ("name", "m"), ("_count", "2"))).next

    for pairs in ([("name", "mi")], [("gender", "male")], [("name", "m"), ("_sort", "birthdate")]):
        with pytest.raises(Malformed):
            await shelf.ask("Patient", *pairs, ("_cursor", cursor))
    for broken in (cursor[:-2], "A" + cursor[1:], "x", "é", "A" * 4000):
        with pytest.raises(Malformed):
            await shelf.ask("Patient", ("name", "m"), ("_cursor", broken))
    with pytest.raises(Malformed):
        await shelf.ask("Patient", ("name", "m"), ("_cursor", cursor), scope=Scope(8, {}, ALL))


async def test_a_cursor_tells_no_name(shelf: Any) -> None:
    await shelf.put(patient("a", "Zyxwvutsrq"), patient("b", "Zyxwvutsrq"))

    page = await shelf.ask("Patient", ("name", "z"), ("_count", "1"))

    assert page.next
    assert "zyxw" not in page.next.lower()


# What comes along.


async def test_included_resources_come_once_and_only_if_they_may_be_seen(shelf: Any) -> None:
    await shelf.put(
        patient("p"), patient("hidden"), observation("a", "p"), observation("b", "p"), observation("c", "hidden")
    )
    await shelf.put({"resourceType": "Provenance", "id": "v", "target": [{"reference": "Observation/a"}]})
    own = Reach(patients=(await shelf.number("p"),))

    page = await shelf.ask("Observation", ("_include", "Observation:subject"), ("_revinclude", "Provenance:target"))
    assert sorted(one.id for one in page.includes) == ["hidden", "p", "v"]

    page = await shelf.ask(
        "Observation", ("_include", "Observation:subject"), scope=Scope(ORG, {"Observation": ALL, "Patient": own})
    )
    assert [one.id for one in page.includes] == ["p"]

    page = await shelf.ask("Observation", ("_include", "Observation:subject"), scope=Scope(ORG, {"Observation": ALL}))
    assert page.includes == ()

    page = await shelf.ask(
        "Observation", ("_revinclude", "Provenance:target"), scope=Scope(ORG, {"Observation": ALL, "Provenance": own})
    )
    assert page.includes == ()


async def test_includes_go_on_only_where_they_are_told_to(shelf: Any) -> None:
    clinic = {"resourceType": "Organization", "id": "o", "name": "Clinic", "partOf": {"reference": "Organization/o2"}}
    await shelf.put(
        clinic,
        {"resourceType": "Organization", "id": "o2", "name": "Trust", "partOf": {"reference": "Organization/o"}},
        patient("p", managingOrganization={"reference": "Organization/o"}),
        observation("a", "p"),
    )
    base = [("_include", "Observation:patient"), ("_include:iterate", "Patient:organization")]

    once = await shelf.ask("Observation", *base)
    round_about = await shelf.ask("Observation", *base, ("_include:iterate", "Organization:partof"))
    starred = await shelf.ask("Observation", ("_include", "Observation:*"))

    assert sorted(one.id for one in once.includes) == ["o", "p"]
    assert sorted(one.id for one in round_about.includes) == ["o", "o2", "p"]
    assert [one.id for one in starred.includes] == ["p"]


async def test_too_much_that_comes_along_is_refused(shelf: Any) -> None:
    await shelf.put(patient("p"))
    await shelf.load(observation(f"o{n}", "p") for n in range(1_001))

    with pytest.raises(TooCostly):
        await shelf.ask("Patient", ("_revinclude", "Observation:subject"))


# Hostile text.

HOSTILE = [
    "' OR 1=1 --",
    '" OR ""="',
    "%",
    "_",
    "%%",
    "a%' UNION SELECT wrapped FROM patient --",
    "\\",
    "\\\\",
    "😀",
    "\u202egnp",
    "?",
    "%s",
    "{0}",
    "x" * 4000,
    "é" * 3000,
    "\U0010ffff",
    "'; DROP TABLE resource; --",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_text_finds_what_is_written_so_and_nothing_else(shelf: Any, text: str) -> None:
    await shelf.put(patient("plain", "Miller"), patient("odd", text))
    escaped = text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")

    for name in ("family", "family:exact", "family:contains", "name", "name:contains"):
        assert await shelf.ids("Patient", (name, escaped)) == ["odd"]
    for name in ("identifier", "gender", "general-practitioner", "_profile", "address", "_tag", "phone"):
        try:
            assert await shelf.ids("Patient", (name, escaped)) == []
        except Fault:
            continue


async def test_searches_at_once_do_not_mix(shelf: Any) -> None:
    await shelf.load(patient(f"p{n}", f"Name{n:02}") for n in range(20))

    found = await asyncio.gather(*(shelf.ids("Patient", ("name", f"name{n:02}")) for n in range(20)))

    assert found == [[f"p{n}"] for n in range(20)]
