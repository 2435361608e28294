import base64
import hashlib
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from meridian.documents.catalogue import LOCAL
from meridian.fhir import references
from meridian.fhir.codec import encode
from meridian.fhir.validation import check
from meridian.ops.demo.clinic import clinic
from meridian.ops.demo.elements import LOINC, RXNORM, SNOMED
from meridian.ops.demo.medicines import MEDICINES, UNFIT
from meridian.ops.demo.organisations import HARBOR, LAKESIDE, Organisation
from meridian.ops.demo.roster import roster
from meridian.store.bookings import claims

NOW = datetime(2026, 11, 20, 10, 10, tzinfo=UTC)

Clinic = list[tuple[Organisation, dict[str, Any]]]


@pytest.fixture(scope="module")
def whole() -> Clinic:
    return list(clinic(NOW))


def of_type(whole: Clinic, kind: str) -> list[dict[str, Any]]:
    return [resource for _, resource in whole if resource["resourceType"] == kind]


def test_the_same_moment_gives_the_same_bytes(whole: Clinic) -> None:
    again = list(clinic(NOW))

    assert [encode(resource) for _, resource in again] == [encode(resource) for _, resource in whole]


def test_every_resource_is_good_fhir(whole: Clinic) -> None:
    for _, resource in whole:
        check(resource)


def test_no_two_resources_of_an_organisation_share_an_id(whole: Clinic) -> None:
    ids = Counter((organisation.key, resource["resourceType"], resource["id"]) for organisation, resource in whole)

    assert max(ids.values()) == 1


def test_sixty_people_come_and_one_of_them_to_both(whole: Clinic) -> None:
    lives = roster(NOW.date())

    assert len({life.key for life in lives}) == 60
    assert len(of_type(whole, "Patient")) == 61
    assert {life.organisation for life in lives if life.key == "elena-rossi"} == {HARBOR, LAKESIDE}
    [links] = {tuple(link["target"]["reference"] for link in person["link"]) for person in of_type(whole, "Person")}
    assert set(links) <= {f"Patient/{patient['id']}" for patient in of_type(whole, "Patient")}


def test_what_is_referred_to_is_there_but_for_the_other_half_of_a_person(whole: Clinic) -> None:
    there = {(organisation.key, f"{r['resourceType']}/{r['id']}") for organisation, r in whole}

    dangling = {
        resource["resourceType"]
        for organisation, resource in whole
        for one in references.references(resource)
        if (organisation.key, one["reference"]) not in there
    }

    assert dangling == {"Person"}


def test_ids_do_not_tell_names(whole: Clinic) -> None:
    names = {life.family.latin.lower() for life in roster(NOW.date()) if len(life.family.latin) > 3}

    assert not [r["id"] for _, r in whole if any(name in r["id"].lower() for name in names)]


def test_nothing_has_been_measured_in_the_future(whole: Clinic) -> None:
    assert all(datetime.fromisoformat(one["effectiveDateTime"]) < NOW for one in of_type(whole, "Observation"))


def booked(whole: Clinic) -> list[dict[str, Any]]:
    return [one for one in of_type(whole, "Appointment") if one["status"] not in {"waitlist", "pending"}]


def test_nobody_is_to_be_in_two_places_at_once(whole: Clinic) -> None:
    taken: dict[str, list[tuple[int, int]]] = {}
    for one in of_type(whole, "Appointment"):
        for claim in claims(one):
            taken.setdefault(claim.actor, []).append((claim.starts, claim.ends))

    for spans in taken.values():
        ordered = sorted(spans)
        assert all(one[1] <= two[0] for one, two in pairwise(ordered))
    assert {actor.split("/")[0] for actor in taken} == {"Practitioner", "Location"}


def test_everybody_who_is_seen_has_hours_and_a_service(whole: Clinic) -> None:
    scheduled = {one["actor"][0]["reference"] for one in of_type(whole, "Schedule")}
    offered = {one["id"] for one in of_type(whole, "HealthcareService")}
    asked = {one["status"] for one in of_type(whole, "Appointment")}

    for one in of_type(whole, "Appointment"):
        references = [each["actor"]["reference"] for each in one["participant"]]
        assert {each for each in references if each.startswith(("Practitioner", "Location"))} <= scheduled
        assert next(each.split("/")[1] for each in references if each.startswith("Healthcare")) in offered
    assert {"waitlist", "pending"} <= asked


def test_there_are_appointments_today_and_in_the_weeks_to_come(whole: Clinic) -> None:
    days = Counter(datetime.fromisoformat(one["start"]).date() for one in booked(whole))

    assert days[NOW.date()] >= 20
    assert max(days) >= NOW.date() + timedelta(days=12)


def test_what_is_over_has_taken_place_and_what_comes_is_booked(whole: Clinic) -> None:
    for one in booked(whole):
        over = datetime.fromisoformat(one["end"]) <= NOW
        assert one["status"] in ({"fulfilled", "noshow", "cancelled"} if over else
                                 {"booked", "arrived", "checked-in", "cancelled"})  # fmt: skip


def test_a_flag_follows_from_value_and_range(whole: Clinic) -> None:
    for one in of_type(whole, "Observation"):
        if "interpretation" not in one:
            continue
        value, span = one["valueQuantity"]["value"], one["referenceRange"][0]
        low, high = span.get("low", {}).get("value"), span.get("high", {}).get("value")
        expected = "H" if high is not None and value > high else "L" if low is not None and value < low else "N"
        assert one["interpretation"][0]["coding"][0]["code"] == expected


def test_treatment_shows_in_the_course(whole: Clinic) -> None:
    [margaret] = [p["id"] for p in of_type(whole, "Patient") if p["name"][0]["family"] == "O'Brien"]
    courses = [
        (one["effectiveDateTime"], one["valueQuantity"]["value"])
        for one in of_type(whole, "Observation")
        if one["subject"]["reference"] == f"Patient/{margaret}"
        and one["code"]["text"] == "HbA1c"
        and one["valueQuantity"]["value"] > 6
    ]

    course = [value for _, value in sorted(courses)]

    assert len(course) > 5
    assert course[0] - course[-1] > 1


def test_nobody_is_given_what_they_are_allergic_to(whole: Clinic) -> None:
    unfit = {(allergy, MEDICINES[medicine].name) for allergy, medicine in UNFIT}
    allergies = {life.id: life.allergies for life in roster(NOW.date())}

    for one in of_type(whole, "MedicationRequest"):
        patient = one["subject"]["reference"].removeprefix("Patient/")
        name = one["medicationCodeableConcept"]["text"]
        assert not [allergy for allergy in allergies[patient] if (allergy, name) in unfit]


def test_methotrexate_is_taken_once_a_week(whole: Clinic) -> None:
    found = [o for o in of_type(whole, "MedicationRequest") if "Methotrexate" in o["medicationCodeableConcept"]["text"]]

    assert {one["dosageInstruction"][0]["timing"]["repeat"]["periodUnit"] for one in found} == {"wk"}


def test_none_known_is_said_and_not_asked_is_left_open(whole: Clinic) -> None:
    said = {one["patient"]["reference"] for one in of_type(whole, "AllergyIntolerance")}
    not_asked = [life for life in roster(NOW.date()) if f"Patient/{life.id}" not in said]

    assert [life.key for life in not_asked] == ["zoe-jackson"]


def codings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("code"), str) and isinstance(value.get("system"), str):
            yield value["system"], value["code"]
        for each in value.values():
            yield from codings(each)
    elif isinstance(value, list):
        for each in value:
            yield from codings(each)


@pytest.mark.data
def test_codes_of_others_are_only_such_as_the_sample_sets_quote(whole: Clinic, shared_data: Path) -> None:
    quoted: set[str] = set()
    for archive in (*shared_data.glob("synthea/*.tar.xz"), *shared_data.glob("fhir-r4-examples/*.tar.xz"),
                    *shared_data.glob("us-core/*.tgz")):  # fmt: skip
        with tarfile.open(archive) as files:
            for member in files:
                stream = files.extractfile(member)
                if stream and member.name.endswith(".json"):
                    quoted.update(re.findall(r'"code"\s*:\s*"([^"]+)"', stream.read().decode("utf-8-sig")))

    used = {code for _, r in whole for system, code in codings(r) if system in {LOINC, SNOMED, RXNORM}}

    assert used - quoted == set()


def test_the_clinics_own_codes_are_marked_as_such(whole: Clinic) -> None:
    own = {code for _, resource in whole for system, code in codings(resource) if system == LOCAL}

    assert own == {"thyrotropin", "inr", "urate", "eosinophils"}


def test_a_document_holds_what_its_reference_says(whole: Clinic) -> None:
    binaries = {f"Binary/{one['id']}": one for one in of_type(whole, "Binary")}
    for one in of_type(whole, "DocumentReference"):
        attachment = one["content"][0]["attachment"]
        held = attachment if "data" in attachment else binaries[attachment["url"]]
        body = base64.b64decode(held["data"])
        assert len(body) == attachment["size"]
        assert hashlib.sha1(body).digest() == base64.b64decode(attachment["hash"])  # noqa: S324
        assert body.startswith(b"%PDF-") is (attachment["contentType"] == "application/pdf")


def test_the_whole_of_it_is_json_that_others_can_read(whole: Clinic) -> None:
    assert all(json.loads(encode(resource))["id"] == resource["id"] for _, resource in whole[::97])
