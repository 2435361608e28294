import json
from typing import Any

import pytest

from meridian.faults import Fault, Invalid, NotFound, PreconditionFailed, VersionConflict
from meridian.fhir.search import parse
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.store.records import Operation, Records, Stored, Written
from meridian.store.scope import Reach, Scope

pytestmark = pytest.mark.anyio

ALL = Scope(1, default=Reach(everyone=True, restricted=True))
PATIENT: dict[str, Any] = {"resourceType": "Patient", "identifier": [{"system": "urn:mrn", "value": "7"}]}


def observation(of: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": of},
    } | more


def reach(_: str) -> Scope:
    return ALL


async def run(engine: Engine, records: Records, *operations: Operation) -> list[Written | Stored | None]:
    return await engine.write(lambda: records.transaction(reach, operations))


def body(one: Written | Stored | None) -> dict[str, Any]:
    assert one is not None
    found: dict[str, Any] = json.loads(one.stored.body if isinstance(one, Written) else one.body)
    return found


async def test_entries_refer_to_each_other_by_their_links(engine: Engine, records: Records) -> None:
    done = await run(
        engine,
        records,
        Operation("create", "Observation", resource=observation("urn:uuid:a"), link="urn:uuid:b"),
        Operation("create", "Patient", resource=PATIENT, link="urn:uuid:a"),
    )

    assert body(done[0])["subject"]["reference"] == f"Patient/{body(done[1])['id']}"
    whole = await engine.read(lambda: records.everything(ALL, body(done[1])["id"]))
    assert {one.type for one in whole.entries} == {"Patient", "Observation"}


async def test_one_that_fails_undoes_all_and_names_its_entry(engine: Engine, records: Records) -> None:
    with pytest.raises(NotFound) as refused:
        await run(
            engine,
            records,
            Operation("create", "Patient", "new", resource=PATIENT),
            Operation("update", "Patient", "nobody", resource=PATIENT),
        )

    assert [issue.place for issue in refused.value.issues] == ["Bundle.entry[1]"]
    with pytest.raises(NotFound):
        await engine.read(lambda: records.read(ALL, "Patient", "new"))


async def test_conditional_references_are_resolved_or_refused(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT, logical_id="p"))

    [done] = await run(
        engine, records, Operation("create", "Observation", resource=observation("Patient?identifier=urn:mrn|7"))
    )

    assert body(done)["subject"]["reference"] == "Patient/p"
    with pytest.raises(PreconditionFailed):
        await run(
            engine, records, Operation("create", "Observation", resource=observation("Patient?identifier=urn:mrn|8"))
        )


async def test_every_verb_works_in_one_transaction(engine: Engine, records: Records) -> None:
    for name in ("kept", "dropped", "patched"):
        await engine.write(lambda name=name: records.create(ALL, PATIENT, logical_id=name))  # type: ignore[misc]  # a default binds it

    done = await run(
        engine,
        records,
        Operation("read", "Patient", "patched"),
        Operation("patch", "Patient", "patched", change=lambda found: found | {"active": True}),
        Operation("update", "Patient", "kept", resource=PATIENT | {"gender": "other"}, if_match=1),
        Operation("create", "Patient", resource=PATIENT | {"gender": "female"}),
        Operation("delete", "Patient", "dropped"),
    )

    assert body(done[0])["active"] is True
    outcomes = [one.outcome for one in done[1:] if isinstance(one, Written)]
    assert outcomes == ["updated", "updated", "created", "deleted"]


async def test_a_conditional_create_in_a_transaction_points_links_at_what_is_found(
    engine: Engine, records: Records
) -> None:
    await engine.write(lambda: records.create(ALL, PATIENT, logical_id="p"))
    condition = parse("Patient", [("identifier", "urn:mrn|7")], lenient=False)

    done = await run(
        engine,
        records,
        Operation("create", "Patient", resource=PATIENT, link="urn:uuid:a", condition=condition),
        Operation("create", "Observation", resource=observation("urn:uuid:a")),
    )

    assert isinstance(done[0], Written)
    assert done[0].outcome == "found"
    assert body(done[1])["subject"]["reference"] == "Patient/p"


async def test_two_entries_with_one_condition_make_one_resource(engine: Engine, records: Records) -> None:
    condition = parse("Patient", [("identifier", "urn:mrn|7")], lenient=False)

    first, second, seen = await run(
        engine,
        records,
        Operation("create", "Patient", resource=PATIENT, link="urn:uuid:a", condition=condition),
        Operation("create", "Patient", resource=PATIENT, link="urn:uuid:b", condition=condition),
        Operation("create", "Observation", resource=observation("urn:uuid:b")),
    )

    assert isinstance(first, Written)
    assert isinstance(second, Written)
    assert (first.outcome, second.outcome) == ("created", "found")
    assert second.stored.id == first.stored.id
    assert body(seen)["subject"]["reference"] == f"Patient/{first.stored.id}"


@pytest.mark.parametrize(
    ("operations", "fault"),
    [
        ([Operation("update", "Patient", "p", resource=PATIENT, upsert=True)] * 2, Invalid),
        ([Operation("update", "Patient", "p", resource=PATIENT, upsert=True, if_match=3)], VersionConflict),
        ([Operation("delete", "Patient", "nobody")], NotFound),
        ([Operation("read", "Patient", "nobody")], NotFound),
    ],
)
async def test_what_cannot_be_done_is_refused(
    engine: Engine, records: Records, operations: list[Operation], fault: type[Fault]
) -> None:
    with pytest.raises(fault):
        await run(engine, records, *operations)


async def test_permission_is_asked_with_links_resolved(engine: Engine, records: Records) -> None:
    asked: list[dict[str, Any]] = []

    def permit(resource: dict[str, Any]) -> Plan[None]:
        asked.append(resource)
        yield from ()

    operations = [
        Operation("create", "Patient", resource=PATIENT, link="urn:uuid:a"),
        Operation("create", "Observation", resource=observation("urn:uuid:a")),
    ]
    done = await engine.write(lambda: records.transaction(reach, operations, permit=permit))

    assert [one["id"] for one in asked] == [body(one)["id"] for one in done]
    assert asked[1]["subject"]["reference"] == f"Patient/{asked[0]['id']}"
    assert operations[1].resource is not None
    assert operations[1].resource["subject"]["reference"] == "urn:uuid:a", "the plan may be driven again"
