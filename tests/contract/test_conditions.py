import asyncio
from typing import Any

import pytest

from meridian.faults import Invalid, PreconditionFailed
from meridian.fhir.search import Search, parse
from meridian.store.engine import Engine
from meridian.store.records import Records
from meridian.store.scope import Reach, Scope

pytestmark = pytest.mark.anyio

ALL = Scope(1, default=Reach(everyone=True, restricted=True))
SYSTEM = "http://example.org/mrn"


def patient(number: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": number}]} | more


def with_number(number: str) -> Search:
    return parse("Patient", [("identifier", f"{SYSTEM}|{number}")], lenient=False)


async def test_a_conditional_create_finds_what_meets_the_condition(engine: Engine, records: Records) -> None:
    first = await engine.write(lambda: records.create(ALL, patient("7"), unless=with_number("7")))

    second = await engine.write(lambda: records.create(ALL, patient("7"), unless=with_number("7")))

    assert (first.outcome, second.outcome) == ("created", "found")
    assert second.stored.id == first.stored.id
    assert second.stored.body == first.stored.body


async def test_many_conditional_creates_at_once_make_one(engine: Engine, records: Records) -> None:
    written = await asyncio.gather(
        *(engine.write(lambda: records.create(ALL, patient("7"), unless=with_number("7"))) for _ in range(16))
    )

    assert sorted(one.outcome for one in written) == ["created"] + ["found"] * 15
    assert len({one.stored.id for one in written}) == 1


async def test_a_condition_that_several_meet_is_refused(engine: Engine, records: Records) -> None:
    for _ in range(2):
        await engine.write(lambda: records.create(ALL, patient("7")))

    for plan in (
        lambda: records.create(ALL, patient("7"), unless=with_number("7")),
        lambda: records.update_where(ALL, with_number("7"), patient("7")),
        lambda: records.delete_where(ALL, with_number("7")),
    ):
        with pytest.raises(PreconditionFailed):
            await engine.write(plan)


async def test_what_is_out_of_sight_meets_no_condition(engine: Engine, records: Records) -> None:
    await engine.write(lambda: records.create(ALL, patient("7")))

    blind = Scope(1)
    written = await engine.write(lambda: records.create(blind, patient("7"), unless=with_number("7")))

    assert written.outcome == "created"


async def test_a_conditional_update_updates_the_one_or_creates(engine: Engine, records: Records) -> None:
    made = await engine.write(lambda: records.update_where(ALL, with_number("7"), patient("7")))
    changed = await engine.write(lambda: records.update_where(ALL, with_number("7"), patient("7", active=True)))

    assert (made.outcome, changed.outcome) == ("created", "updated")
    assert changed.stored.id == made.stored.id
    with pytest.raises(Invalid):
        await engine.write(lambda: records.update_where(ALL, with_number("7"), patient("7", id="another")))
    named = await engine.write(lambda: records.update_where(ALL, with_number("8"), patient("8", id="n"), upsert=True))
    assert (named.outcome, named.stored.id) == ("created", "n")


async def test_a_conditional_delete_deletes_the_one_or_nothing(engine: Engine, records: Records) -> None:
    assert await engine.write(lambda: records.delete_where(ALL, with_number("7"))) is None
    await engine.write(lambda: records.create(ALL, patient("7")))

    gone = await engine.write(lambda: records.delete_where(ALL, with_number("7")))

    assert gone is not None
    assert gone.outcome == "deleted"
    assert await engine.write(lambda: records.delete_where(ALL, with_number("7"))) is None
