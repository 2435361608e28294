"""The rows that a resource gives."""

from decimal import Decimal
from typing import Any

import pytest

from meridian.fhir.search import Parameter, Rows, extract, parameters
from meridian.fhir.search.extract import _lay, _Node, _visit
from meridian.fhir.search.hashing import fingerprint, number, system
from meridian.fhir.search.leaves import LEAVES
from meridian.fhir.search.moments import FIRST, LAST
from meridian.fhir.search.routes import Hop, Route

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


def rows_of(resource_type: str, **elements: Any) -> Rows:
    return extract({"resourceType": resource_type, "id": "x"} | elements)


def tokens(rows: Rows, name: str) -> set[tuple[str, int]]:
    return {(row.code, row.system) for row in rows.token if row.param == number(name)}


def texts(rows: Rows, name: str) -> set[str]:
    return {row.value for row in rows.text if row.param == number(name)}


def test_a_name_is_found_by_each_of_its_parts() -> None:
    rows = rows_of("Patient", name=[{"text": "Dr. Anna Müller", "family": "Müller", "given": ["Anna", None, "Eva"]}])

    assert texts(rows, "Patient.name") == {"dr anna muller", "muller", "anna", "eva"}
    assert texts(rows, "Patient.family") == {"muller"}
    assert texts(rows, "Patient.given") == {"anna", "eva"}


def test_exact_letters_are_kept_as_a_fingerprint() -> None:
    rows = rows_of("Patient", name=[{"family": "Müller"}])

    assert fingerprint("Müller") in {row.exact for row in rows.text}


def test_a_concept_is_found_by_each_coding_and_by_its_text() -> None:
    code = {"coding": [{"system": LOINC, "code": "8480-6", "display": "Systolic"}, {"code": "SYS"}], "text": "Upper"}

    rows = rows_of("Observation", code=code)

    assert tokens(rows, "Observation.code") == {("8480-6", system(LOINC)), ("sys", 0)}
    assert texts(rows, "Observation.code:text") == {"upper", "systolic"}


def test_booleans_codes_and_telephones_are_tokens() -> None:
    rows = rows_of("Patient", active=True, gender="female", telecom=[{"system": "phone", "value": "+1 (555) 01"}])

    assert tokens(rows, "Patient.active") == {("true", 0)}
    assert tokens(rows, "Patient.gender") == {("female", 0)}
    assert tokens(rows, "Patient.telecom") == {("155501", system("phone"))}


def test_an_identifier_is_handed_on_to_be_hashed() -> None:
    kind = {"coding": [{"system": "urn:t", "code": "MR"}]}

    rows = rows_of("Patient", identifier=[{"system": "urn:x", "value": "A1", "type": kind}])

    assert [(r.secret, r.system) for r in rows.identifying if r.param == number("Patient.identifier")] == [
        ("a1", system("urn:x"))
    ]
    assert [(r.secret, r.system) for r in rows.identifying if r.param == number("Patient.identifier:of-type")] == [
        ("mr|a1", system("urn:t"))
    ]
    assert not [row for row in rows.token if row.param == number("Patient.identifier")]


def test_someone_is_not_deceased_unless_it_is_said() -> None:
    assert tokens(rows_of("Patient"), "Patient.deceased") == {("false", 0)}
    assert tokens(rows_of("Patient", deceasedBoolean=False), "Patient.deceased") == {("false", 0)}
    assert tokens(rows_of("Patient", deceasedBoolean=True), "Patient.deceased") == {("true", 0)}
    assert tokens(rows_of("Patient", deceasedDateTime="2020"), "Patient.deceased") == {("true", 0)}


def test_references_lead_here_elsewhere_or_nowhere() -> None:
    def aims(*references: str) -> list[tuple[str, int]]:
        rows = rows_of("Observation", performer=[{"reference": r} for r in references])
        return [(row.id, row.type) for row in rows.link]

    assert aims("Practitioner/1", "Practitioner/2/_history/3") == [
        ("1", number("Practitioner")),
        ("2", number("Practitioner")),
    ]
    assert aims("https://elsewhere.org/fhir/Practitioner/1") == [("https://elsewhere.org/fhir/Practitioner/1", 0)]
    assert aims("urn:uuid:c757873d-ec9a-4326-a141-556f43239520") == [
        ("urn:uuid:c757873d-ec9a-4326-a141-556f43239520", 0)
    ]
    assert aims("#inside") == []


def test_a_reference_by_identifier_alone_is_found_by_it() -> None:
    rows = rows_of("Observation", subject={"identifier": {"system": "urn:x", "value": "7"}})

    assert [(r.param, r.secret) for r in rows.identifying] == [(number("Observation.subject:identifier"), "7")]


def test_a_canonical_is_found_with_its_version_and_without() -> None:
    rows = rows_of("QuestionnaireResponse", questionnaire="http://q.org/1|2.0")

    assert [(row.id, row.type) for row in rows.link] == [("http://q.org/1", 0), ("http://q.org/1|2.0", 0)]


def test_periods_and_timings_are_intervals() -> None:
    def interval(**elements: Any) -> list[tuple[int, int]]:
        rows = rows_of("Observation", **elements)
        return [(row.low, row.high) for row in rows.date if row.param == number("Observation.date")]

    day = 86_400_000
    assert interval(effectivePeriod={"start": "1970-01-02", "end": "1970-01-03"}) == [(day, 3 * day)]
    assert interval(effectivePeriod={"start": "1970-01-02"}) == [(day, LAST)]
    assert interval(effectivePeriod={"end": "1970-01-02"}) == [(FIRST, 2 * day)]
    assert interval(effectiveTiming={"event": ["1970-01-05", "1970-01-02"]}) == [(day, 5 * day)]
    assert interval(effectiveTiming={"repeat": {"frequency": 1}}) == []


def test_quantities_keep_their_unit_and_a_comparator_opens_an_end() -> None:
    def amounts(**quantity: Any) -> list[tuple[float, float, str, str]]:
        rows = rows_of("Observation", valueQuantity={"system": UCUM, "code": "mg", "unit": "milligram"} | quantity)
        return [(row.low, row.high, row.code, row.unit) for row in rows.amount]

    assert amounts(value=Decimal("5.40")) == [(5.4, 5.4, "mg", "milligram")]
    assert amounts(value=5, comparator="<") == [(-1.7e308, 5.0, "mg", "milligram")]
    assert amounts(value=5, comparator=">=") == [(5.0, 1.7e308, "mg", "milligram")]
    assert amounts(value=Decimal("1e999")) == [(1.7e308, 1.7e308, "mg", "milligram")]


def test_samples_are_a_range() -> None:
    data = {"origin": {"value": 10, "code": "mV"}, "period": 1, "factor": 2, "dimensions": 1, "data": "1 E 3 -4"}

    rows = rows_of("Observation", valueSampledData=data)

    assert [(row.low, row.high, row.code) for row in rows.amount] == [(2.0, 16.0, "mV")]


def test_a_composite_pairs_what_stands_in_one_element() -> None:
    def component(code: str, value: int) -> dict[str, Any]:
        return {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": {"value": value}}

    rows = rows_of("Observation", code={"text": "BP"}, component=[component("8480-6", 120), component("8462-4", 80)])

    assert {(row.code, row.low) for row in rows.pair} == {("8480-6", 120.0), ("8462-4", 80.0)}


def test_what_is_contained_is_not_found() -> None:
    inner = {"resourceType": "Patient", "id": "p", "name": [{"family": "Inner"}]}

    rows = rows_of("Observation", contained=[inner], subject={"reference": "#p"})

    assert rows.text == []
    assert rows.link == []


def test_tags_and_profiles_are_found_on_every_type() -> None:
    meta = {"tag": [{"system": "urn:t", "code": "T"}], "profile": ["http://p.org/1|2"], "source": "urn:s"}

    rows = rows_of("Goal", meta=meta)

    assert tokens(rows, "Goal._tag") == {("t", system("urn:t"))}
    assert texts(rows, "Goal._profile") == {"http://p.org/1", "http://p.org/1|2"}
    assert texts(rows, "Goal._source") == {"urn:s"}


def test_every_row_is_of_a_parameter_that_owns_rows() -> None:
    owning = {p.number for p in parameters("Patient").values() if p.owns}

    rows = rows_of("Patient", gender="male", birthDate="1980", address=[{"city": "Ulm"}])

    assert {row[0] for row in (*rows.token, *rows.text, *rows.date)} <= owning


# What no type that is kept has, and one that is added may.


@pytest.mark.parametrize(
    ("kind", "type_name", "value", "payloads"),
    [
        ("number", "decimal", Decimal("0.7"), [(0.7, 0.7, "", 0, "")]),
        ("quantity", "Money", {"value": 5, "currency": "EUR"}, [(5.0, 5.0, "EUR", system("urn:iso:std:iso:4217"), "")]),
        ("quantity", "Money", {"currency": "EUR"}, []),
        ("quantity", "Quantity", {"unit": "mg"}, []),
        ("quantity", "Range", {"low": {"value": 1, "unit": "a"}}, [(1.0, 1.7e308, "", 0, "a")]),
        ("quantity", "Range", {"high": {"value": 1}}, [(-1.7e308, 1.0, "", 0, "")]),
        ("quantity", "Range", {"low": {"value": 1}, "high": {"value": 2}}, [(1.0, 2.0, "", 0, "")]),
        ("quantity", "Range", {}, []),
        ("quantity", "SampledData", {"origin": {"value": 0}, "period": 1, "dimensions": 1, "data": "E"}, []),
        ("special", "Location.position", {"latitude": 1, "longitude": 2}, [(1.0, 2.0, "", 0, "")]),
        ("token:text", "Coding", {"display": "Größe"}, [("grosse", fingerprint("Größe"))]),
        ("token", "ContactPoint", {"system": "phone"}, []),
        ("date", "Period", {}, []),
        ("date", "dateTime", "never", []),
        ("string", "string", " ", []),
    ],
)
def test_a_value_gives_what_can_be_compared(kind: str, type_name: str, value: Any, payloads: list[Any]) -> None:
    assert list(LEAVES[kind, type_name](value)) == payloads


def test_an_element_counts_only_if_it_is_of_the_wanted_kind() -> None:
    root = _Node()
    telecom = Route((Hop("telecom", many=True, where=("system", "email")),), "ContactPoint")
    target = Route((Hop("target", many=False),), "Reference", refers="Patient")
    _lay(root, Parameter("T", "email", "token", (telecom,), stored=(number("T.email"),)))
    _lay(root, Parameter("T", "patient", "reference", (target,), stored=(number("T.patient"),)))
    walk = _visit(root)

    kept, left = Rows(), Rows()
    walk({"telecom": [{"system": "email", "value": "a@b"}], "target": {"reference": "Patient/1"}}, kept)
    walk({"telecom": [{"system": "phone", "value": "1"}], "target": {"reference": "Group/1"}}, left)

    assert [row.code for row in kept.token] == ["a@b"]
    assert [row.id for row in kept.link] == ["1"]
    assert left == Rows()
