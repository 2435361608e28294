"""Links are found by their type, and pointed elsewhere."""

from typing import Any

from meridian.fhir.references import Local, Search, local, references, rewrite, search

URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
OTHER = "urn:uuid:11111111-1cbf-4d64-b04d-cd9187a4c6e0"


def test_references_are_found_at_every_depth() -> None:
    resource = {
        "resourceType": "Observation",
        "subject": {"reference": "Patient/1"},
        "performer": [{"reference": "Practitioner/2"}, {"display": "nobody known"}],
        "extension": [{"url": "http://a.example", "valueReference": {"reference": "Device/3"}}],
        "_status": {"extension": [{"url": "http://a.example", "valueReference": {"reference": "Group/4"}}]},
        "identifier": [{"assigner": {"reference": "Organization/5"}}],
        "contained": [{"resourceType": "Specimen", "id": "s", "subject": {"reference": "Patient/6"}}],
    }

    found = [reference["reference"] for reference in references(resource)]

    assert sorted(text[-1] for text in found) == list("123456")


def test_an_element_that_is_only_called_reference_is_none() -> None:
    resource = {"resourceType": "Immunization", "education": [{"reference": "http://leaflet.example"}]}

    assert list(references(resource)) == []


def test_a_link_is_rewritten_wherever_links_may_stand() -> None:
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "text": {"status": "generated", "div": f"<div><a href=\"{URN}\">x</a><img src='{URN}' alt='{URN}'/></div>"},
        "subject": {"reference": URN},
        "author": [{"reference": OTHER}],
        "content": [{"attachment": {"url": URN}}],
        "extension": [{"url": "http://a.example", "valueUri": URN}, {"url": "http://a.example", "valueUuid": URN}],
    }

    rewrite(resource, {URN: "Patient/1"})

    assert resource["subject"] == {"reference": "Patient/1"}
    assert resource["author"] == [{"reference": OTHER}]
    assert resource["content"] == [{"attachment": {"url": "Patient/1"}}]
    assert [e.get("valueUri", e.get("valueUuid")) for e in resource["extension"]] == ["Patient/1", "Patient/1"]
    assert resource["text"]["div"] == f"<div><a href=\"Patient/1\">x</a><img src='Patient/1' alt='{URN}'/></div>"


def test_an_identifier_that_looks_like_a_link_is_left_alone() -> None:
    resource = {"resourceType": "Patient", "identifier": [{"system": "urn:ietf:rfc:3986", "value": URN}]}

    rewrite(resource, {URN: "Patient/1"})

    assert resource["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": URN}]


def test_a_canonical_is_left_alone() -> None:
    resource = {"resourceType": "QuestionnaireResponse", "questionnaire": URN, "status": "completed"}

    rewrite(resource, {URN: "Questionnaire/1"})

    assert resource["questionnaire"] == URN


def test_a_fragment_stays_behind_the_link() -> None:
    resource = {"resourceType": "Observation", "subject": {"reference": f"{URN}#part"}}

    rewrite(resource, {URN: "Patient/1"})

    assert resource["subject"] == {"reference": "Patient/1#part"}


def test_a_reference_says_whether_it_is_ours() -> None:
    assert local("Patient/17") == Local("Patient", "17")
    assert local("Patient/17/_history/2") == Local("Patient", "17", "2")
    for other in ("#p", "Patient", "Patient/", "patient/17", "http://x.example/Patient/17", "Patient?name=a", "A/1"):
        assert local(other) is None


def test_a_conditional_reference_is_read() -> None:
    assert search("Patient?identifier=a|b") == Search("Patient", "identifier=a|b")
    for other in ("Patient/17", "Patient?", "Nothing?a=b", "http://x.example/Patient?name=a"):
        assert search(other) is None
