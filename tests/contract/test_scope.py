import json
from typing import Any

import pytest

from meridian.faults import NotFound
from meridian.store.engine import Engine
from meridian.store.keys import numbers
from meridian.store.records import Records, Span
from meridian.store.scope import Reach, Scope

pytestmark = pytest.mark.anyio

ALL = Scope(1, default=Reach(everyone=True, restricted=True))
DOCTOR = "Practitioner/doc"
RESTRICTED = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
WITHHELD = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"}]}


def observation(of: str, **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}
    subject = {"reference": f"Patient/{of}"}
    return {"resourceType": "Observation", "status": "final", "code": code, "subject": subject} | more


async def clinic(engine: Engine, records: Records) -> tuple[int, int]:
    """Two patients, of whom the doctor cares for `a`; each has a plain and a restricted observation."""
    practitioner = [{"reference": DOCTOR}]
    for resource, name in (
        ({"resourceType": "Patient", "generalPractitioner": practitioner}, "a"),
        ({"resourceType": "Patient"}, "b"),
        (observation("a"), "a-plain"),
        (observation("a", meta=RESTRICTED), "a-secret"),
        (observation("a", meta=WITHHELD), "a-held"),
        (observation("b"), "b-plain"),
        (observation("b", meta=RESTRICTED), "b-secret"),
    ):
        await engine.write(lambda resource=resource, name=name: records.create(ALL, resource, logical_id=name))  # type: ignore[misc]  # defaults bind them
    [a] = await engine.read(lambda: numbers(1, ["a"]))
    [b] = await engine.read(lambda: numbers(1, ["b"]))
    return a, b


async def seen(engine: Engine, records: Records, scope: Scope) -> set[str]:
    """What a scope shows by reading, history and vread, which must agree."""
    found = set()
    for name in ("a-plain", "a-secret", "a-held", "b-plain", "b-secret"):
        try:
            stored = await engine.read(lambda name=name: records.read(scope, "Observation", name))  # type: ignore[misc]  # a default binds it
        except NotFound:
            with pytest.raises(NotFound):
                await engine.read(lambda name=name: records.vread(scope, "Observation", name, 1))  # type: ignore[misc]  # as above
            with pytest.raises(NotFound):
                await engine.write(lambda name=name: records.delete(scope, "Observation", name))  # type: ignore[misc]  # as above
        else:
            found.add(json.loads(stored.body)["id"])
    page = await engine.read(lambda: records.history(scope, "Observation", None, Span()))
    assert {one.id for one in page.entries} == found
    assert page.total == len(found)
    return found


async def test_a_scope_shows_what_its_reach_says_and_nothing_else(engine: Engine, records: Records) -> None:
    a, b = await clinic(engine, records)

    for reach, names in (
        (None, set()),
        (Reach(), set()),
        (Reach(patients=(a,)), {"a-plain", "a-secret"}),
        (Reach(patients=(a, b)), {"a-plain", "a-secret", "b-plain", "b-secret"}),
        (Reach(ids=("b-plain",)), {"b-plain"}),
        (Reach(everyone=True), {"a-plain", "a-held", "b-plain"}),
        (Reach(everyone=True, restricted=True), {"a-plain", "a-held", "a-secret", "b-plain", "b-secret"}),
        (Reach(everyone=True, member=DOCTOR), {"a-plain", "a-held", "a-secret", "b-plain"}),
        (Reach(care_of=DOCTOR), {"a-plain", "a-held"}),
        (Reach(care_of=DOCTOR, member=DOCTOR), {"a-plain", "a-held", "a-secret"}),
        (Reach(care_of="Practitioner/else", member="Practitioner/else"), set()),
        (Reach(patients=(b,), care_of=DOCTOR), {"a-plain", "a-held", "b-plain", "b-secret"}),
    ):
        scope = Scope(1, {"Observation": reach} if reach else {})
        assert await seen(engine, records, scope) == names, reach


async def test_everything_shows_only_what_the_scope_does(engine: Engine, records: Records) -> None:
    a, _ = await clinic(engine, records)
    scope = Scope(1, {"Patient": Reach(patients=(a,)), "Observation": Reach(everyone=True)})

    whole = await engine.read(lambda: records.everything(scope, "a"))

    assert {one.id for one in whole.entries} == {"a", "a-plain", "a-held"}
    with pytest.raises(NotFound):
        await engine.read(lambda: records.everything(scope, "b"))


async def test_a_version_written_for_another_patient_stays_out_of_sight(engine: Engine, records: Records) -> None:
    _, b = await clinic(engine, records)
    await engine.write(lambda: records.update(ALL, "a-plain", observation("b")))
    scope = Scope(1, {"Observation": Reach(patients=(b,))})

    assert (await engine.read(lambda: records.read(scope, "Observation", "a-plain"))).version == 2
    with pytest.raises(NotFound):
        await engine.read(lambda: records.vread(scope, "Observation", "a-plain", 1))
    page = await engine.read(lambda: records.history(scope, "Observation", "a-plain", Span()))
    assert [one.version for one in page.entries] == [2]


async def test_a_resource_of_two_patients_is_seen_by_both(engine: Engine, records: Records) -> None:
    a, b = await clinic(engine, records)
    meeting = {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"actor": {"reference": f"Patient/{one}"}, "status": "accepted"} for one in "ab"],
    }
    await engine.write(lambda: records.create(ALL, meeting, logical_id="m"))

    for number in (a, b):
        scope = Scope(1, {"Appointment": Reach(patients=(number,))})
        assert (await engine.read(lambda: records.read(scope, "Appointment", "m"))).id == "m"  # noqa: B023  # awaited at once


async def test_whoever_cares_for_one_of_its_patients_sees_a_resource_of_two(engine: Engine, records: Records) -> None:
    await clinic(engine, records)
    meeting = {
        "resourceType": "Appointment",
        "meta": RESTRICTED,
        "status": "booked",
        "participant": [{"actor": {"reference": f"Patient/{one}"}, "status": "accepted"} for one in "ba"],
    }
    await engine.write(lambda: records.create(ALL, meeting, logical_id="m"))

    scope = Scope(1, {"Appointment": Reach(care_of=DOCTOR, member=DOCTOR)})
    assert (await engine.read(lambda: records.read(scope, "Appointment", "m"))).id == "m"
    stranger = Scope(1, {"Appointment": Reach(care_of="Practitioner/z", member="Practitioner/z")})
    with pytest.raises(NotFound):
        await engine.read(lambda: records.read(stranger, "Appointment", "m"))


async def test_care_ends_when_no_resource_says_so_any_more(engine: Engine, records: Records) -> None:
    await clinic(engine, records)
    team = {"resourceType": "CareTeam", "status": "active", "subject": {"reference": "Patient/b"},
            "participant": [{"member": {"reference": DOCTOR}}]}  # fmt: skip
    scope = Scope(1, {"Observation": Reach(care_of=DOCTOR)})
    await engine.write(lambda: records.create(ALL, team, logical_id="t"))
    assert await seen(engine, records, scope) == {"a-plain", "a-held", "b-plain"}

    await engine.write(lambda: records.update(ALL, "t", team | {"status": "inactive"}))
    assert await seen(engine, records, scope) == {"a-plain", "a-held"}
    await engine.write(lambda: records.update(ALL, "t", team))
    await engine.write(lambda: records.delete(ALL, "CareTeam", "t"))
    assert await seen(engine, records, scope) == {"a-plain", "a-held"}
    await engine.write(lambda: records.update(ALL, "a", {"resourceType": "Patient"}))
    assert await seen(engine, records, scope) == set()
