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


def measured(resource_id: str, **value: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "urn:c", "code": "C"}]}
    return {"resourceType": "Observation", "id": resource_id, "status": "final", "code": code} | value


COMPOSITES = [
    ("code-value-concept", "C$urn:v|yes", "concept"),
    ("code-value-concept", "urn:c|C$yes", "concept"),
    ("code-value-concept", "C$urn:v|", "concept"),
    ("code-value-string", "C$grö", "string"),
    ("code-value-date", "C$ge2020", "date"),
    ("code-value-quantity", "C$ap5.4", "quantity"),
    ("code-value-quantity", "C$5|urn:u|mg", "quantity"),
    ("value-concept", "yes", "concept"),
    ("value-string", "grosse", "string"),
    ("value-date", "ap2020-06-01", "date"),
    ("value-quantity", "ap5||mg", "quantity"),
    ("value-quantity", "5|urn:u|", "quantity"),
    ("value-quantity", "sa4", "quantity"),
    ("value-quantity", "eb6", "quantity"),
]


@pytest.mark.parametrize(("name", "value", "expected"), COMPOSITES)
async def test_values_are_found_by_themselves_and_with_their_code(
    shelf: Any, name: str, value: str, expected: str
) -> None:
    await shelf.put(
        measured("concept", valueCodeableConcept={"coding": [{"system": "urn:v", "code": "yes"}]}),
        measured("string", valueString="Größe"),
        measured("date", valueDateTime="2020-06-01"),
        measured("quantity", valueQuantity={"value": 5, "system": "urn:u", "code": "mg"}),
        measured("none"),
    )

    assert await shelf.ids("Observation", (name, value)) == [expected]


async def test_a_document_is_found_by_what_it_replaces(shelf: Any) -> None:
    old = {"code": "replaces", "target": {"reference": "DocumentReference/old"}}
    await shelf.put({"resourceType": "DocumentReference", "id": "a", "status": "current", "relatesTo": [old]})

    assert await shelf.ids("DocumentReference", ("relationship", "replaces$DocumentReference/old")) == ["a"]
    assert await shelf.ids("DocumentReference", ("relationship", "appends$DocumentReference/old")) == []


async def test_what_is_missing_is_found_by_that(shelf: Any) -> None:
    await shelf.put(patient("a", telecom=[{"system": "email", "value": "a@b"}]), patient("b"))
    await shelf.put(observation("o", "a"), observation("g", "a") | {"subject": {"reference": "Group/g"}})

    assert await shelf.ids("Patient", ("phone:missing", "true")) == ["a", "b"]
    assert await shelf.ids("Patient", ("email:missing", "true")) == ["b"]
    assert await shelf.ids("Observation", ("patient:missing", "true")) == ["g"]
    assert await shelf.ids("Patient", ("_id:missing", "true")) == []
    assert await shelf.ids("Patient", ("_lastUpdated:missing", "false")) == ["a", "b"]


async def test_matches_are_sorted_by_values_of_every_kind(shelf: Any) -> None:
    await shelf.put(
        observation("a", "p2", valueQuantity={"value": 3}, effectiveDateTime="2021", performer=[{"reference": "X/2"}]),
        observation("b", "p1", valueQuantity={"value": 1}, effectiveDateTime="2020", performer=[{"reference": "X/1"}]),
        observation("c", "p3", valueQuantity={"value": 2}, effectiveDateTime="2022", performer=[{"reference": "X/3"}]),
    )
    await shelf.put(patient("x", telecom=[{"system": "email", "value": "b@c"}]), patient("y"))
    await shelf.put(patient("z", telecom=[{"system": "email", "value": "a@c"}, {"system": "phone", "value": "0"}]))

    for key, expected in {
        "value-quantity": "bca", "-value-quantity": "acb", "date": "bac", "-date": "cab", "patient": "bac",
        "-patient": "cab", "performer": "bac", "status,-_id": "cba", "-_lastUpdated": "cba", "_id": "abc",
    }.items():  # fmt: skip
        assert "".join(await shelf.ids("Observation", ("_sort", key), ("_count", "2"))) == expected, key
    assert await shelf.ids("Patient", ("_sort", "email"), ("_count", "1")) == ["z", "x", "y"]


async def test_what_was_changed_lately_is_found(shelf: Any) -> None:
    await shelf.put(patient("a"), patient("b"))
    since = "ge2023-11-14T22:13:20.002Z"  # the shelf's clock started two writes before

    assert await shelf.ids("Patient", ("_lastUpdated", since)) == ["b"]
    assert await shelf.ids("Patient", ("_lastUpdated", since), ("_sort", "_lastUpdated")) == ["b"]
    assert await shelf.ids("Patient", ("_lastUpdated", f"{since},2022")) == ["b"]


async def test_included_references_are_only_those_of_the_parameter(shelf: Any) -> None:
    await shelf.put(patient("p"), {"resourceType": "Group", "id": "g", "type": "person", "actual": True})
    await shelf.put(observation("a", "p"), observation("b", "p") | {"subject": {"reference": "Group/g"}})

    by_patient = await shelf.ask("Observation", ("_include", "Observation:patient"))
    by_subject = await shelf.ask("Observation", ("_include", "Observation:subject:Group"))
    back = await shelf.ask("Group", ("_revinclude", "Observation:patient"))
    named = await shelf.ask("Group", ("_revinclude", "Observation:subject:Patient"))
    elsewhere = await shelf.ask("Group", ("_include", "Patient:organization"))

    assert [one.id for one in by_patient.includes] == ["p"]
    assert [one.id for one in by_subject.includes] == ["g"]
    assert back.includes == named.includes == elsewhere.includes == ()


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
    for broken in (cursor[:-2], ("B" if cursor[0] == "A" else "A") + cursor[1:], "x", "é", "A" * 4000):
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
