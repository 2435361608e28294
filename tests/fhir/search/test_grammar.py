"""Requests, read or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Fault, Malformed, TooCostly, Unsupported
from meridian.fhir.search import Search, parse
from meridian.fhir.search.hashing import fingerprint, number, system
from meridian.fhir.search.query import (
    AmountIs,
    Chain,
    Compare,
    DateIs,
    Has,
    Ids,
    LinkIs,
    Match,
    Missing,
    Near,
    PairIs,
    TextIs,
    TokenIs,
    UriIs,
    Value,
)
from meridian.fhir.search.values import split, unescape
from meridian.fhir.types import TYPES


def one(resource_type: str, name: str, value: str) -> Match:
    [criterion] = parse(resource_type, [(name, value)]).criteria
    assert isinstance(criterion, Match)
    return criterion


def value_of(resource_type: str, name: str, value: str) -> Value:
    [found] = one(resource_type, name, value).values
    return found


def test_a_text_is_read_by_its_modifier() -> None:
    assert value_of("Patient", "name", "Mül") == TextIs("starts", "mul")
    assert value_of("Patient", "name:contains", "ÜLL") == TextIs("contains", "ull")
    assert value_of("Patient", "name:exact", "Müller") == TextIs("exact", "muller", fingerprint("Müller"))


def test_a_token_is_read_with_and_without_its_system() -> None:
    loinc = system("http://loinc.org")
    assert value_of("Observation", "code", "8480-6") == TokenIs("8480-6", None)
    assert value_of("Observation", "code", "http://loinc.org|8480-6") == TokenIs("8480-6", loinc)
    assert value_of("Observation", "code", "|8480-6") == TokenIs("8480-6", 0)
    assert value_of("Observation", "code", "http://loinc.org|") == TokenIs(None, loinc)
    assert value_of("Patient", "gender", "http://hl7.org/fhir/administrative-gender|male") == TokenIs("male", None)
    assert value_of("Patient", "phone", "+1 (555) 01") == TokenIs("155501", system("phone"))
    assert value_of("Patient", "identifier", "urn:x|A1") == TokenIs("a1", system("urn:x"), secret=True)
    assert value_of("Patient", "identifier:of-type", "urn:t|MR|A1") == TokenIs("mr|a1", system("urn:t"), secret=True)


def test_a_reference_is_read_in_all_its_forms() -> None:
    patient = number("Patient")
    assert value_of("Observation", "patient", "1") == LinkIs("1", patient)
    assert value_of("Observation", "subject", "1") == LinkIs("1", None)
    assert value_of("Observation", "subject:Patient", "1") == LinkIs("1", patient)
    assert value_of("Observation", "subject", "Patient/1/_history/2") == LinkIs("1", patient)
    assert value_of("Observation", "subject", "http://a.org/Patient/1") == LinkIs("http://a.org/Patient/1", 0)
    [ours] = parse("Observation", [("subject", "http://a.org/fhir/Patient/1")], base="http://a.org/fhir").criteria
    assert isinstance(ours, Match)
    assert ours.values == (LinkIs("1", patient),)


def test_dates_and_numbers_have_prefixes() -> None:
    day = 86_400_000
    assert value_of("Patient", "birthdate", "ge1970-01-02") == DateIs(Compare.GE, day, 2 * day)
    assert value_of("Patient", "birthdate", "1970-01-02") == DateIs(Compare.EQ, day, 2 * day)
    assert value_of("Observation", "value-quantity", "5.4|urn:u|mg") == AmountIs(
        Compare.EQ, 5.4, 5.35, 5.45, "mg", system("urn:u")
    )
    assert value_of("Observation", "value-quantity", "lt5||mg") == AmountIs(Compare.LT, 5.0, 4.5, 5.5, "mg", None)


def test_other_kinds() -> None:
    assert value_of("Patient", "_profile:below", "http://p.org/") == UriIs("below", "http://p.org/")
    assert value_of("Observation", "code-value-quantity", "a$gt5") == PairIs(
        TokenIs("a", None), AmountIs(Compare.GT, 5.0, 4.5, 5.5)
    )
    assert isinstance(value_of("Location", "near", "42.1|-71.2|10|km"), Near)
    assert parse("Patient", [("gender:missing", "true")]).criteria == (
        Missing(one("Patient", "gender", "male").parameter, missing=True),
    )
    assert one("Patient", "gender:not", "male").negated
    assert parse("Patient", [("_id", "1,2")]).criteria == (Ids(("1", "2")),)


def test_commas_join_alternatives_and_escapes_keep_them() -> None:
    assert list(one("Patient", "family", r"a\,b,c\|d").values) == [
        TextIs("starts", "a b"),
        TextIs("starts", "c|d"),
    ]
    assert value_of("Observation", "code", r"a\|b|c\$d") == TokenIs("c$d", system("a|b"))


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_escaped_parts_come_back(parts: list[str]) -> None:
    def escape(text: str) -> str:
        for char in "\\,|$":
            text = text.replace(char, f"\\{char}")
        return text

    assert [unescape(part) for part in split(",".join(map(escape, parts)), ",")] == parts


def test_chains_and_has_are_read_through() -> None:
    [chain] = parse("Observation", [("patient.general-practitioner.name", "x")]).criteria
    assert isinstance(chain, Chain)
    assert chain.targets[0][0] == "Patient"
    [has] = parse("Patient", [("_has:Observation:patient:_has:Provenance:target:agent", "Practitioner/1")]).criteria
    assert isinstance(has, Has)
    assert isinstance(has.criterion, Has)


def test_an_untyped_chain_means_the_types_that_know_the_parameter() -> None:
    [chain] = parse("Observation", [("subject.family", "x")]).criteria

    assert isinstance(chain, Chain)
    assert [target for target, _ in chain.targets] == ["Patient"]


def test_how_the_answer_looks_is_read() -> None:
    search = parse(
        "Observation",
        [
            ("_sort", "-date,_id"),
            ("_count", "5000"),
            ("_total", "accurate"),
            ("_summary", "true"),
            ("_elements", "status,code"),
            ("_include", "Observation:subject:Patient"),
            ("_revinclude:iterate", "Provenance:target"),
            ("_format", "json"),
        ],
    )

    assert [(s.parameter.code, s.descending) for s in search.sort] == [("date", True), ("_id", False)]
    assert (search.count, search.total, search.summary) == (1000, "accurate", "true")
    assert search.elements == ("status", "code")
    assert [(i.source, i.target, i.iterate, i.reverse) for i in search.includes] == [
        ("Observation", "Patient", False, False),
        ("Provenance", "", True, True),
    ]
    assert parse("Patient", []) == Search("Patient")


@pytest.mark.parametrize(
    ("resource_type", "name", "value"),
    [
        ("Patient", "shoe-size", "42"),
        ("Patient", "_filter", "x"),
        ("Patient", "_text", "x"),
        ("Patient", "_content", "x"),
        ("Patient", "_query", "x"),
        ("Patient", "_list", "x"),
        ("Patient", "name:not", "x"),
        ("Patient", "birthdate:contains", "1980"),
        ("Observation", "code:in", "http://v"),
        ("Observation", "code:above", "x"),
        ("Observation", "code:below", "x"),
        ("Observation", "code:not-in", "x"),
        ("Observation", "code:of-type", "a|b|c"),
        ("Patient", "gender:text", "x"),
        ("Observation", "subject:Slot", "1"),
        ("Observation", "subject.shoe-size", "1"),
        ("Patient", "_has:Observation:patient:shoe-size", "1"),
        ("Patient", "_has:Nothing:patient:code", "1"),
        ("Patient", "_sort", "shoe-size"),
        ("Patient", "_sort", "identifier"),
        ("Observation", "_sort", "code-value-quantity"),
        ("Patient", "_include", "Patient:shoe-size"),
        ("Patient", "_include", "Nothing:x"),
        ("Patient", "_revinclude", "Observation:*"),
        ("Patient", "_id:exact", "1"),
        ("Nothing", "_id", "1"),
    ],
)
def test_what_is_not_offered_is_refused(resource_type: str, name: str, value: str) -> None:
    with pytest.raises(Unsupported):
        parse(resource_type, [(name, value)])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("birthdate", "yesterday"),
        ("birthdate", "xx1980"),
        ("birthdate", "2013-02-30"),
        ("_id", "a b"),
        ("_count", "-1"),
        ("_count", "many"),
        ("_total", "roughly"),
        ("_summary", "maybe"),
        ("_elements", "a b"),
        ("gender:missing", "perhaps"),
        ("name", ""),
        ("name", " "),
        ("name", "a\x00b"),
        ("name", "a\ud800"),
        ("name", "a,,b"),
        ("gender", "|"),
        ("identifier:of-type", "a|b"),
        ("gender.name", "x"),
        ("_has:Observation:patient", "x"),
        ("_has:Observation:encounter:code", "x"),
        ("_include", "Patient"),
        ("na me", "x"),
        ("name\u00e9", "x"),
        ("_lastUpdated", "soon"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, value: str) -> None:
    with pytest.raises(Malformed):
        parse("Patient", [(name, value)])


@pytest.mark.parametrize(
    "pairs",
    [
        [("name", "x" * 5000)],
        [("name", ",".join("x" * 201))],
        [("name", "x")] * 65,
        [("_id", ",".join("x" * 201))],
        [("_sort", "family,given,birthdate,gender")],
        [("_include", "Patient:link")] * 21,
        [("_has:Observation:patient:_has:Provenance:target:agent.organization.partof.name", "x")],
    ],
)
def test_what_asks_too_much_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(TooCostly):
        parse("Patient", pairs)


def test_an_unknown_parameter_is_ignored_only_on_request() -> None:
    search = parse("Patient", [("shoe-size", "42"), ("name", "x")], lenient=True)

    assert search.ignored == ("shoe-size",)
    assert len(search.criteria) == 1
    with pytest.raises(Unsupported):
        parse("Patient", [("name:shoe", "x")], lenient=True)


def refusal(resource_type: str, name: str, value: str) -> str:
    """What a refusal says; empty when the request was read."""
    try:
        parse(resource_type, [(name, value)])
    except Fault as fault:
        return fault.detail
    return ""


@given(st.sampled_from(TYPES), st.text(max_size=30), st.text(max_size=60))
def test_any_request_is_read_or_refused(resource_type: str, name: str, value: str) -> None:
    assert "\u0298" not in refusal(resource_type, name, value + "\u0298")


KNOWN = [
    "name",
    "birthdate",
    "identifier",
    "gender",
    "_id",
    "_lastUpdated",
    "general-practitioner",
    "_profile",
    "_sort",
    "_has:Observation:patient:value-quantity",
    "_include",
    "organization.name",
]


@given(st.sampled_from(KNOWN), st.text(min_size=1, max_size=40))
def test_any_value_of_a_known_parameter_is_read_or_refused_without_repeating_it(name: str, value: str) -> None:
    assert "\u0298" not in refusal("Patient", name, value + "\u0298")
