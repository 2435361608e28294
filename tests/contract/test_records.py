import json
from typing import Any

import pytest

from meridian.faults import Gone, NotFound, VersionConflict
from meridian.store.engine import Engine
from meridian.store.records import Records, Span
from meridian.store.scope import Reach, Scope
from meridian.testing.keys import START

pytestmark = pytest.mark.anyio

ALL = Scope(1, default=Reach(everyone=True, restricted=True))
ELSEWHERE = Scope(2, default=Reach(everyone=True, restricted=True))
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "meta": {"profile": ["http://example.org/p"], "versionId": "77", "lastUpdated": "1999-01-01T00:00:00Z"},
    "name": [{"family": "Doe"}],
}


def observation(of: str, **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": code,
        "subject": {"reference": f"Patient/{of}"},
    } | more


async def test_what_was_created_is_read_back_with_the_servers_id_and_version(engine: Engine, records: Records) -> None:
    written = await engine.write(lambda: records.create(ALL, PATIENT))

    stored = await engine.read(lambda: records.read(ALL, "Patient", written.stored.id))
    assert written.outcome == "created"
    assert json.loads(stored.body) == {
        "resourceType": "Patient",
        "id": "id-1",
        "meta": {"versionId": "1", "lastUpdated": "2025-06-15T15:06:40.000Z", "profile": ["http://example.org/p"]},
        "name": [{"family": "Doe"}],
    }
    assert (stored.version, stored.updated, stored.body) == (1, START, written.stored.body)


async def test_another_organisation_finds_nothing(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))

    with pytest.raises(NotFound):
        await engine.read(lambda: records.read(ELSEWHERE, "Patient", "id-1"))


async def test_an_update_makes_a_version_and_keeps_the_one_before(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))

    written = await engine.write(lambda: records.update(ALL, "id-1", PATIENT | {"active": True}))

    assert (written.outcome, written.stored.version) == ("updated", 2)
    now = await engine.read(lambda: records.read(ALL, "Patient", "id-1"))
    before = await engine.read(lambda: records.vread(ALL, "Patient", "id-1", 1))
    assert json.loads(now.body)["active"] is True
    assert "active" not in json.loads(before.body)
    assert json.loads(before.body)["meta"]["versionId"] == "1"


async def test_an_update_that_says_the_same_changes_nothing(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))

    written = await engine.write(lambda: records.update(ALL, "id-1", PATIENT))

    assert (written.outcome, written.stored.version) == ("unchanged", 1)
    assert json.loads(written.stored.body)["meta"]["versionId"] == "1"


async def test_an_update_of_what_is_not_there_creates_only_on_request(engine: Engine, records: Records) -> None:
    with pytest.raises(NotFound):
        await engine.write(lambda: records.update(ALL, "mine", PATIENT))

    written = await engine.write(lambda: records.update(ALL, "mine", PATIENT, upsert=True))

    assert (written.outcome, written.stored.id, written.stored.version) == ("created", "mine", 1)


async def test_if_match_takes_only_the_version_it_names(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))

    with pytest.raises(VersionConflict):
        await engine.write(lambda: records.update(ALL, "id-1", PATIENT | {"active": True}, if_match=2))
    with pytest.raises(VersionConflict):
        await engine.write(lambda: records.delete(ALL, "Patient", "id-1", if_match=2))
    written = await engine.write(lambda: records.update(ALL, "id-1", PATIENT | {"active": True}, if_match=1))
    assert written.stored.version == 2


async def test_a_deletion_is_a_version_that_can_be_undone(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))

    gone = await engine.write(lambda: records.delete(ALL, "Patient", "id-1"))

    assert (gone.outcome, gone.stored.version) == ("deleted", 2)
    with pytest.raises(Gone):
        await engine.read(lambda: records.read(ALL, "Patient", "id-1"))
    with pytest.raises(Gone):
        await engine.read(lambda: records.vread(ALL, "Patient", "id-1", 2))
    with pytest.raises(Gone):
        await engine.write(lambda: records.update(ALL, "id-1", PATIENT))
    again = await engine.write(lambda: records.delete(ALL, "Patient", "id-1"))
    assert (again.outcome, again.stored.version) == ("unchanged", 2)
    back = await engine.write(lambda: records.update(ALL, "id-1", PATIENT, upsert=True))
    assert (back.outcome, back.stored.version) == ("created", 3)
    assert (await engine.read(lambda: records.vread(ALL, "Patient", "id-1", 1))).version == 1


async def test_a_patch_is_made_from_the_present_version(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))

    written = await engine.write(
        lambda: records.patch(ALL, "Patient", "id-1", lambda found: found | {"gender": "other"}, if_match=1)
    )

    assert json.loads(written.stored.body)["gender"] == "other"
    assert json.loads(written.stored.body)["name"] == [{"family": "Doe"}]
    assert written.stored.version == 2


async def test_history_gives_versions_newest_first_and_in_pages(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))
    for n in range(3):
        await engine.write(lambda n=n: records.update(ALL, "id-1", PATIENT | {"language": str(n)}))  # type: ignore[misc]  # a default binds it
    await engine.write(lambda: records.delete(ALL, "Patient", "id-1"))

    first = await engine.read(lambda: records.history(ALL, "Patient", "id-1", Span(size=2)))
    second = await engine.read(lambda: records.history(ALL, "Patient", "id-1", Span(size=2, cursor=first.next)))
    third = await engine.read(lambda: records.history(ALL, "Patient", "id-1", Span(size=2, cursor=second.next)))

    assert [one.version for page in (first, second, third) for one in page.entries] == [5, 4, 3, 2, 1]
    assert (first.total, third.next) == (5, "")
    assert [one.deleted for one in first.entries] == [True, False]
    assert json.loads(second.entries[0].body)["language"] == "1"


async def test_history_of_a_type_spans_resources_and_moments(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT))  # at 0 s
    await engine.write(lambda: records.create(ALL, PATIENT))  # at 1 s
    await engine.write(lambda: records.update(ALL, "id-1", PATIENT | {"active": True}))  # at 2 s

    async def seen(span: Span) -> list[tuple[str, int]]:
        page = await engine.read(lambda: records.history(ALL, "Patient", None, span))
        return [(one.id, one.version) for one in page.entries]

    assert await seen(Span()) == [("id-1", 2), ("id-2", 1), ("id-1", 1)]
    assert await seen(Span(since=START + 1000)) == [("id-1", 2), ("id-2", 1)]
    assert await seen(Span(at=(START + 1500, START + 1600))) == [("id-2", 1), ("id-1", 1)]
    assert await seen(Span(at=(START + 2500, START + 2600))) == [("id-1", 2), ("id-2", 1)]


async def test_history_of_what_is_not_there_is_not_found(engine: Engine, records: Records) -> None:
    with pytest.raises(NotFound):
        await engine.read(lambda: records.history(ALL, "Patient", "nobody", Span()))


async def test_everything_is_the_patients_record_and_what_it_refers_to(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT, logical_id="a"))
    await engine.write(lambda: records.create(ALL, PATIENT, logical_id="b"))
    doctor = {"resourceType": "Practitioner", "name": [{"family": "Who"}]}
    await engine.write(lambda: records.create(ALL, doctor, logical_id="who"))
    await engine.write(lambda: records.create(ALL, doctor, logical_id="another"))
    seen = observation("a", performer=[{"reference": "Practitioner/who"}])
    for n in range(5):
        await engine.write(lambda n=n: records.create(ALL, seen, logical_id=f"o{n}"))  # type: ignore[misc]  # a default binds it
    await engine.write(lambda: records.create(ALL, observation("b"), logical_id="other"))
    both = {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"actor": {"reference": f"Patient/{one}"}, "status": "accepted"} for one in "ba"],
    }
    await engine.write(lambda: records.create(ALL, both, logical_id="meeting"))

    whole = await engine.read(lambda: records.everything(ALL, "a"))

    names = {"a", "who", "meeting", *(f"o{n}" for n in range(5))}
    assert {one.id for one in whole.entries} == names
    assert all(json.loads(one.body)["id"] == one.id for one in whole.entries)
    paged, cursor = [], ""
    while True:
        page = await engine.read(lambda: records.everything(ALL, "a", count=3, cursor=cursor))  # noqa: B023  # awaited at once
        assert len(page.entries) <= 3
        paged += [one.id for one in page.entries]
        cursor = page.next
        if not cursor:
            break
    assert sorted(paged) == sorted(names)
    only = await engine.read(lambda: records.everything(ALL, "a", types=["Observation"], since=0))
    assert {one.id for one in only.entries} == {f"o{n}" for n in range(5)}
