"""What is refused, and where: one table, each line a fault in an otherwise good resource."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from meridian.faults import Invalid
from meridian.fhir.validation import check

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "example",
    "meta": {"versionId": "1", "lastUpdated": "2024-02-29T10:00:00.123Z"},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Peter</p></div>'},
    "identifier": [{"use": "usual", "system": "urn:oid:1.2.36.146", "value": "12345"}],
    "active": True,
    "name": [{"use": "official", "family": "Chalmers", "given": ["Peter", "James"]}],
    "telecom": [{"system": "phone", "value": "(03) 5555 6473", "rank": 1}],
    "gender": "male",
    "birthDate": "1974-12-25",
    "deceasedBoolean": False,
    "contact": [{"name": {"family": "du Marché"}}],
    "communication": [{"language": {"text": "Dutch"}}],
    "managingOrganization": {"reference": "Organization/1"},
    "link": [{"other": {"reference": "Patient/pat2"}, "type": "seealso"}],
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "15074-8"}]},
    "subject": {"reference": "Patient/f001"},
    "effectiveDateTime": "2013-04-02T09:30:10+01:00",
    "issued": "2013-04-03T15:30:10+01:00",
    "valueQuantity": {"value": Decimal("6.30"), "unit": "mmol/l"},
    "referenceRange": [{"low": {"value": Decimal("3.1")}}],
}
CONDITION: dict[str, Any] = {
    "resourceType": "Condition",
    "clinicalStatus": {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
    },
    "subject": {"reference": "Patient/1"},
}
CONTAINED = {"resourceType": "Organization", "id": "org", "name": "Here"}

GONE: Any = object()


def div(inner: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'


# what is changed, to what, and the place that must be named
CASES: list[tuple[dict[str, Any], str, Any, str]] = [
    # JSON types
    (PATIENT, "gender", 1, "Patient.gender"),
    (PATIENT, "gender", ["male"], "Patient.gender"),
    (PATIENT, "name", {"family": "Chalmers"}, "Patient.name"),
    (PATIENT, "name", ["Chalmers"], "Patient.name[0]"),
    (PATIENT, "name.0.given", "Peter", "Patient.name[0].given"),
    (PATIENT, "active", "true", "Patient.active"),
    (PATIENT, "active", 1, "Patient.active"),
    (PATIENT, "active", None, "Patient.active"),
    (PATIENT, "deceasedBoolean", None, "Patient.deceasedBoolean"),
    (PATIENT, "managingOrganization", "Organization/1", "Patient.managingOrganization"),
    (PATIENT, "managingOrganization", [{"reference": "Organization/1"}], "Patient.managingOrganization"),
    (PATIENT, "managingOrganization.reference", 1, "Patient.managingOrganization.reference"),
    (OBSERVATION, "valueQuantity.value", "6.3", "Observation.valueQuantity.value"),
    (OBSERVATION, "valueQuantity.value", True, "Observation.valueQuantity.value"),
    (OBSERVATION, "valueQuantity.value", Decimal("1E+400"), "Observation.valueQuantity.value"),
    (OBSERVATION, "valueQuantity.value", Decimal("NaN"), "Observation.valueQuantity.value"),
    (OBSERVATION, "valueQuantity.value", 10**400, "Observation.valueQuantity.value"),
    (PATIENT, "telecom.0.rank", 0, "Patient.telecom[0].rank"),
    (PATIENT, "telecom.0.rank", Decimal("1.0"), "Patient.telecom[0].rank"),
    (PATIENT, "telecom.0.rank", 2**31, "Patient.telecom[0].rank"),
    (PATIENT, "telecom.0.rank", True, "Patient.telecom[0].rank"),
    # elements
    (PATIENT, "height", 180, "Patient.height"),
    (PATIENT, "name.0.middle", "P", "Patient.name[0].middle"),
    (PATIENT, "contact.0.name.middle", "P", "Patient.contact[0].name.middle"),
    (PATIENT, "deceased", True, "Patient.deceased"),
    (PATIENT, "fhir_comments", ["x"], "Patient.fhir_comments"),
    (PATIENT, "_name", [{"id": "a"}], "Patient._name"),
    (PATIENT, "_resourceType", {"id": "a"}, "Patient._resourceType"),
    (PATIENT, "Name", [], "Patient.Name"),
    (PATIENT, "", 1, "Patient."),
    (OBSERVATION, "valueDecimal", 1, "Observation.valueDecimal"),
    # cardinality
    (OBSERVATION, "status", GONE, "Observation.status"),
    (OBSERVATION, "code", GONE, "Observation.code"),
    (PATIENT, "link.0.other", GONE, "Patient.link[0].other"),
    (PATIENT, "communication.0.language", GONE, "Patient.communication[0]"),
    (PATIENT, "communication.0", {"preferred": True}, "Patient.communication[0].language"),
    (PATIENT, "text.div", GONE, "Patient.text.div"),
    # emptiness
    (PATIENT, "name", [], "Patient.name"),
    (PATIENT, "name.0", {}, "Patient.name[0]"),
    (PATIENT, "name.0", {"id": "a"}, "Patient.name[0]"),
    (PATIENT, "name.0", None, "Patient.name[0]"),
    (PATIENT, "name.0.given", [], "Patient.name[0].given"),
    (PATIENT, "name.0.given", [None], "Patient.name[0].given[0]"),
    (PATIENT, "name.0.family", "", "Patient.name[0].family"),
    (PATIENT, "managingOrganization", {}, "Patient.managingOrganization"),
    # primitive forms
    (PATIENT, "id", "a b", "Patient.id"),
    (PATIENT, "id", "x" * 65, "Patient.id"),
    (PATIENT, "id", "a\n", "Patient.id"),
    (PATIENT, "birthDate", "1974-13-01", "Patient.birthDate"),
    (PATIENT, "birthDate", "2023-02-29", "Patient.birthDate"),
    (PATIENT, "birthDate", "1900-02-29", "Patient.birthDate"),
    (PATIENT, "birthDate", "2023-02-30", "Patient.birthDate"),
    (PATIENT, "birthDate", "2023-04-31", "Patient.birthDate"),
    (PATIENT, "birthDate", "2023-00-10", "Patient.birthDate"),
    (PATIENT, "birthDate", "0000-01-01", "Patient.birthDate"),
    (PATIENT, "birthDate", "10000-01-01", "Patient.birthDate"),
    (PATIENT, "birthDate", "74-12-25", "Patient.birthDate"),
    (PATIENT, "birthDate", "1974-12-25T10:00:00Z", "Patient.birthDate"),
    (PATIENT, "birthDate", "1974-12-25\n", "Patient.birthDate"),
    (PATIENT, "birthDate", "١٩٧٤-12-25", "Patient.birthDate"),
    (PATIENT, "birthDate", "25.12.1974", "Patient.birthDate"),
    (OBSERVATION, "effectiveDateTime", "2013-04-02T09:30:10", "Observation.effectiveDateTime"),
    (OBSERVATION, "effectiveDateTime", "2013-04-02T09:30Z", "Observation.effectiveDateTime"),
    (OBSERVATION, "effectiveDateTime", "2013-04-02T24:00:00Z", "Observation.effectiveDateTime"),
    (OBSERVATION, "effectiveDateTime", "2013-04-02T09:30:10+15:00", "Observation.effectiveDateTime"),
    (OBSERVATION, "effectiveDateTime", "2013-02-29T09:30:10Z", "Observation.effectiveDateTime"),
    (OBSERVATION, "effectiveDateTime", "2013-04-02 09:30:10Z", "Observation.effectiveDateTime"),
    (OBSERVATION, "issued", "2013-04-03", "Observation.issued"),
    (PATIENT, "identifier.0.system", "urn:oid 1", "Patient.identifier[0].system"),
    (PATIENT, "gender", "male ", "Patient.gender"),
    (PATIENT, "language", " en", "Patient.language"),
    (PATIENT, "photo", [{"contentType": "image/png", "data": "a"}], "Patient.photo[0].data"),
    (PATIENT, "photo", [{"contentType": "image/png", "data": "@@@@"}], "Patient.photo[0].data"),
    # required bindings
    (PATIENT, "gender", "man", "Patient.gender"),
    (PATIENT, "gender", "Male", "Patient.gender"),
    (OBSERVATION, "status", "done", "Observation.status"),
    (PATIENT, "name.0.use", "legal", "Patient.name[0].use"),
    (CONDITION, "clinicalStatus.coding.0.code", "healthy", "Condition.clinicalStatus"),
    (CONDITION, "clinicalStatus.coding.0.system", "http://loinc.org", "Condition.clinicalStatus"),
    (CONDITION, "clinicalStatus", {"text": "active"}, "Condition.clinicalStatus"),
    # primitive extensions
    (PATIENT, "_birthDate", "x", "Patient._birthDate"),
    (PATIENT, "_birthDate", {"value": "x"}, "Patient._birthDate.value"),
    (PATIENT, "_birthDate", {}, "Patient._birthDate"),
    (PATIENT, "_birthDate", [{"id": "a"}], "Patient._birthDate"),
    (PATIENT, "name.0._given", [{"id": "a"}], "Patient.name[0]._given"),
    (PATIENT, "name.0._given", [None, None], "Patient.name[0]._given"),
    (PATIENT, "name.0._given", {"id": "a"}, "Patient.name[0]._given"),
    (PATIENT, "name.0._given", [None, {"extra": 1}], "Patient.name[0]._given[1].extra"),
    # extensions
    (PATIENT, "extension", [{"valueString": "x"}], "Patient.extension[0].url"),
    (PATIENT, "extension", [{"url": "http://a.example"}], "Patient.extension[0]"),
    (
        PATIENT,
        "extension",
        [{"url": "u", "valueString": "x", "extension": [{"url": "v", "valueCode": "y"}]}],
        "Patient.extension[0]",
    ),
    (PATIENT, "extension", [{"url": "http://a.example", "valueNarrative": {}}], "Patient.extension[0].valueNarrative"),
    # references
    (OBSERVATION, "subject.reference", "Patient 1", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "Patient/", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "/Patient/1", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "Patient/a b", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "Patient/1/2", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "patient/1", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "Unicorn/1", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "Medication/1", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "http://a.example/fhir/Medication/1", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "Patient?name=x", "Observation.subject.reference"),
    (OBSERVATION, "subject.reference", "#nobody", "Observation.subject.reference"),
    (OBSERVATION, "subject.type", "Group", "Observation.subject.type"),
    # contained resources
    (PATIENT, "contained", [{"id": "org"}], "Patient.contained[0].resourceType"),
    (PATIENT, "contained", [{"resourceType": "Unicorn", "id": "u"}], "Patient.contained[0].resourceType"),
    (PATIENT, "contained", ["x"], "Patient.contained[0]"),
    (PATIENT, "contained", [CONTAINED], "Patient.contained[0]"),
    (PATIENT, "contained", [{"resourceType": "Organization", "name": "x"}], "Patient.contained[0].id"),
    (PATIENT, "contained", [CONTAINED | {"contained": [CONTAINED]}], "Patient.contained[0].contained"),
    (PATIENT, "contained", [CONTAINED | {"meta": {"versionId": "1"}}], "Patient.contained[0].meta.versionId"),
    (PATIENT, "contained", [CONTAINED | {"colour": "red"}], "Patient.contained[0].colour"),
    # narrative
    (PATIENT, "text.div", "Peter", "Patient.text.div"),
    (PATIENT, "text.div", "<div>Peter</div>", "Patient.text.div"),
    (PATIENT, "text.div", div("<p>Peter"), "Patient.text.div"),
    (PATIENT, "text.div", div("<script>alert(1)</script>"), "Patient.text.div"),
    (PATIENT, "text.div", div(" "), "Patient.text.div"),
    # invariants
    (PATIENT, "contact.0", {"gender": "male"}, "Patient.contact[0]"),
    (PATIENT, "telecom.0", {"value": "555"}, "Patient.telecom[0]"),
    (PATIENT, "identifier.0.period", {"start": "2020", "end": "2019"}, "Patient.identifier[0].period"),
    (OBSERVATION, "dataAbsentReason", {"text": "lost"}, "Observation"),
    (OBSERVATION, "referenceRange.0", {"type": {"text": "normal"}}, "Observation.referenceRange[0]"),
    (OBSERVATION, "referenceRange.0.low.comparator", "<", "Observation.referenceRange[0].low"),
    (OBSERVATION, "component", [{"code": OBSERVATION["code"], "valueInteger": 1}], "Observation"),
    (CONDITION, "abatementDateTime", "2020", "Condition"),
]


def changed(resource: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """*resource* with one thing in it replaced, added or taken out."""
    copied: Any = deepcopy(resource)
    *parents, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    target = copied
    for part in parents:
        target = target[part]
    if value is GONE:
        del target[last]
    else:
        target[last] = value
    return copied  # type: ignore[no-any-return]  # it is what deepcopy gave


@pytest.mark.parametrize(
    ("resource", "path", "value", "place"), CASES, ids=[f"{n}-{case[1]}" for n, case in enumerate(CASES)]
)
def test_a_fault_is_refused_and_its_place_named(resource: dict[str, Any], path: str, value: Any, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        check(changed(resource, path, value))

    assert [issue.place for issue in caught.value.issues] == [place]


CHOICES: list[tuple[dict[str, Any], str, Any, list[str]]] = [
    (OBSERVATION, "valueString", "6.3", ["Observation.valueQuantity", "Observation.valueString"]),
    (PATIENT, "deceasedDateTime", "2020-01-01", ["Patient.deceasedBoolean", "Patient.deceasedDateTime"]),
    (
        PATIENT,
        "_deceasedDateTime",
        {"extension": [{"url": "u", "valueCode": "x"}]},
        ["Patient.deceasedBoolean", "Patient._deceasedDateTime"],
    ),
    (
        PATIENT,
        "extension",
        [{"url": "http://a.example", "valueString": "x", "valueCode": "y"}],
        ["Patient.extension[0].valueString", "Patient.extension[0].valueCode"],
    ),
]


@pytest.mark.parametrize(("resource", "path", "value", "places"), CHOICES, ids=[case[1] for case in CHOICES])
def test_a_choice_takes_one_value(resource: dict[str, Any], path: str, value: Any, places: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        check(changed(resource, path, value))

    assert [issue.place for issue in caught.value.issues] == places


EXTENSION = {"url": "http://a.example", "valueCode": "masked"}
GOOD: list[tuple[dict[str, Any], str, Any]] = [
    (PATIENT, "id", GONE),
    (PATIENT, "_birthDate", {"extension": [EXTENSION]}),
    (PATIENT, "name.0._given", [None, {"id": "a"}]),
    (PATIENT, "name.0", {"given": [None, "James"], "_given": [{"extension": [EXTENSION]}, None]}),
    (PATIENT, "name.0", {"_given": [{"extension": [EXTENSION]}]}),
    (PATIENT, "name.0", {"_family": {"extension": [EXTENSION]}}),
    (PATIENT, "deceasedBoolean", GONE),
    (PATIENT, "_deceasedBoolean", {"id": "a"}),
    (PATIENT, "birthDate", "1974"),
    (PATIENT, "birthDate", "1974-12"),
    (PATIENT, "birthDate", "2000-02-29"),
    (PATIENT, "birthDate", "0001-01-01"),
    (PATIENT, "birthDate", "9999-12-31"),
    (PATIENT, "extension", [{"url": "http://a.example", "extension": [EXTENSION]}]),
    (PATIENT, "extension", [{"url": "http://a.example", "_valueString": {"extension": [EXTENSION]}}]),
    (PATIENT, "managingOrganization.reference", "https://a.example/fhir/Organization/1/_history/2"),
    (PATIENT, "managingOrganization.reference", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
    (PATIENT, "managingOrganization", {"display": "somewhere"}),
    (PATIENT, "managingOrganization", {"reference": "Organization/1", "type": "Organization"}),
    (PATIENT, "identifier.0.period", {"start": "2012", "end": "2012-05"}),
    (PATIENT, "identifier.0.period", {"start": "2012-05-01T10:00:00+02:00", "end": "2012-05-01T08:00:00Z"}),
    (PATIENT, "photo", [{"contentType": "image/png", "data": "aGVs\nbG8="}]),
    (PATIENT, "text.div", div('<p title="x">a &lt; b &#160;</p><img src="#p" alt=""/>')),
    (OBSERVATION, "effectiveDateTime", "2016-12-31T23:59:60Z"),
    (OBSERVATION, "effectiveDateTime", "2016"),
    (OBSERVATION, "valueQuantity.value", 6),
    (OBSERVATION, "valueQuantity.value", Decimal("-1.000E+245")),
    (OBSERVATION, "valueQuantity", GONE),
    (OBSERVATION, "subject.reference", "Patient/f001/_history/2"),
    (OBSERVATION, "subject.reference", "http://elsewhere.example/anything"),
]


@pytest.mark.parametrize(("resource", "path", "value"), GOOD, ids=[f"{n}-{case[1]}" for n, case in enumerate(GOOD)])
def test_what_the_standard_allows_is_accepted(resource: dict[str, Any], path: str, value: Any) -> None:
    made = changed(resource, path, value) if path in resource or value is not GONE else resource

    check(made)


def test_a_required_primitive_may_be_an_extension_that_says_why() -> None:
    absent = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}

    check({"resourceType": "Observation", "_status": {"extension": [absent]}, "code": {"text": "x"}})


def test_a_contained_resource_is_good_when_it_is_referred_to() -> None:
    check(PATIENT | {"contained": [CONTAINED], "managingOrganization": {"reference": "#org"}})


def test_a_contained_resource_is_good_when_it_refers_to_its_container() -> None:
    provenance = {
        "resourceType": "Provenance",
        "id": "p",
        "target": [{"reference": "#"}],
        "recorded": "2020-01-01T00:00:00Z",
        "agent": [{"who": {"display": "somebody"}}],
    }

    check(PATIENT | {"contained": [provenance]})


def test_a_contained_resource_of_the_wrong_type_is_no_target() -> None:
    contained = {"resourceType": "Location", "id": "org", "name": "Here"}

    with pytest.raises(Invalid) as caught:
        check(PATIENT | {"contained": [contained], "managingOrganization": {"reference": "#org"}})

    assert [issue.place for issue in caught.value.issues] == ["Patient.managingOrganization.reference"]


def test_two_contained_resources_may_not_share_an_id() -> None:
    with pytest.raises(Invalid) as caught:
        check(PATIENT | {"contained": [CONTAINED, CONTAINED], "managingOrganization": {"reference": "#org"}})

    assert [issue.place for issue in caught.value.issues] == ["Patient.contained[1].id"]


def test_a_search_is_a_reference_only_where_it_will_be_resolved() -> None:
    observation = changed(OBSERVATION, "subject.reference", "Patient?identifier=a|b")
    medication = changed(OBSERVATION, "subject.reference", "Medication?identifier=a|b")

    check(observation, conditional=True)

    with pytest.raises(Invalid):
        check(medication, conditional=True)


@pytest.mark.parametrize(
    "name", [None, 1, "", "patient", "Unicorn", "Account", ["Patient"], {"a": 1}, "DomainResource"]
)
def test_a_resource_must_be_of_a_kept_type(name: Any) -> None:
    with pytest.raises(Invalid) as caught:
        check({"resourceType": name, "id": "1"})

    assert [issue.place for issue in caught.value.issues] == ["resourceType"]


def test_a_resource_must_be_of_the_expected_type() -> None:
    check(PATIENT, expect="Patient")

    with pytest.raises(Invalid):
        check(PATIENT, expect="Person")


def test_everything_that_is_wrong_is_named_at_once() -> None:
    resource = changed(changed(PATIENT, "gender", "man"), "name.0.given", [1, "Peter", ""])
    resource |= {"height": 1}

    with pytest.raises(Invalid) as caught:
        check(resource)

    assert sorted(issue.place for issue in caught.value.issues) == [
        "Patient.gender",
        "Patient.height",
        "Patient.name[0].given[0]",
        "Patient.name[0].given[2]",
    ]


def test_an_unknown_array_beside_its_companion_is_only_unknown() -> None:
    with pytest.raises(Invalid) as caught:
        check(PATIENT | {"coding": [None], "_coding": [{"id": "a"}]})

    assert [issue.place for issue in caught.value.issues] == ["Patient.coding", "Patient._coding"]


def test_no_fault_says_what_stood_there() -> None:
    resource = changed(changed(PATIENT, "birthDate", "SECRET"), "managingOrganization.reference", "SECRET x")
    resource["identifier"] = [{"system": "SEC RET"}]

    with pytest.raises(Invalid) as caught:
        check(resource)

    assert "SEC" not in caught.value.detail + str(caught.value.issues)
