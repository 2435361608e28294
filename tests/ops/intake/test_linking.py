from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from meridian.ops.intake.linking import keys, link, own_id, settle
from meridian.ops.intake.reading import Item

URN = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"


def item(resource: dict[str, Any], full_url: str = "") -> Item:
    return Item("f", "", resource, full_url)


def test_a_resources_own_id_stays() -> None:
    assert own_id(item({"resourceType": "Patient", "id": "a"}, URN)) == "a"


def test_the_uuid_in_its_bundle_is_the_next_best() -> None:
    assert own_id(item({"resourceType": "Patient"}, URN)) == URN.removeprefix("urn:uuid:")


@given(st.dictionaries(st.text(min_size=1), st.text()), st.dictionaries(st.text(min_size=1), st.text()))
def test_else_the_content_decides(a: dict[str, Any], b: dict[str, Any]) -> None:
    a.pop("id", None)
    b.pop("id", None)

    assert (own_id(item(a)) == own_id(item(b))) is (list(a.items()) == list(b.items()))


def test_references_by_full_url_point_at_lasting_ids() -> None:
    unit = [
        item({"resourceType": "Patient"}, URN),
        item({"resourceType": "Observation", "id": "o", "subject": {"reference": URN}}),
    ]
    for one in unit:
        settle(one)

    link(unit, lambda _, identity: identity)

    assert unit[1].resource["subject"]["reference"] == f"Patient/{URN.removeprefix('urn:uuid:')}"


def test_a_stand_in_is_pointed_at_by_either_name() -> None:
    unit = [
        item({"resourceType": "Practitioner", "id": "second"}, URN),
        item({"resourceType": "Encounter", "id": "e", "participant": [
            {"individual": {"reference": URN}}, {"individual": {"reference": "Practitioner/second"}}]}),
    ]  # fmt: skip

    link(unit, lambda kind, identity: "first" if (kind, identity) == ("Practitioner", "second") else identity)

    named = [one["individual"]["reference"] for one in unit[1].resource["participant"]]
    assert named == ["Practitioner/first", "Practitioner/first"]


def test_an_identifier_counts_only_when_it_is_complete() -> None:
    identifiers = [{"system": "s", "value": "v"}, {"value": "v"}, {"system": "s"}, "nonsense"]

    assert keys({"identifier": identifiers}) == [("s", "v")]
    assert keys({"identifier": "nonsense"}) == []
