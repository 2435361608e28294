"""Claims follow Appointments as the index does, and no two overlap, whoever writes them."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, cast

import pytest

from meridian.faults import Conflict
from meridian.fhir.ours import extension
from meridian.store import bookings
from meridian.store.bookings import Claim, Taken, claims, milliseconds
from meridian.store.engine import Engine
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Change, Plan, Query
from meridian.store.records import Kit, Operation, Records, destroy_key
from meridian.store.scope import Reach, Scope
from meridian.store.sqlite import Sqlite
from meridian.testing import keys

pytestmark = pytest.mark.anyio

EVERYTHING = Scope(1, {}, Reach(everyone=True, restricted=True))
DAY = "2026-03-02"
NOW = milliseconds(f"{DAY}T08:00:00Z")
PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"


@pytest.fixture
def records() -> Records:
    return Records(Kit(keys.kit().keyring, lambda: NOW))


def appointment(start: str, end: str, *actors: str, status: str = "booked", **more: Any) -> dict[str, Any]:
    people = [{"actor": {"reference": one}, "status": "accepted"} for one in ("Patient/pat", *actors)]
    return {
        "resourceType": "Appointment",
        "status": status,
        "start": f"{DAY}T{start}:00Z",
        "end": f"{DAY}T{end}:00Z",
        "participant": people,
    } | more


async def create(engine: Engine, records: Records, resource: dict[str, Any]) -> str:
    written = await engine.write(lambda: records.create(EVERYTHING, resource))
    return written.stored.id


async def put(engine: Engine, records: Records, logical_id: str, resource: dict[str, Any]) -> None:
    await engine.write(lambda: records.update(EVERYTHING, logical_id, resource, upsert=True))


def rows() -> Plan[list[tuple[Any, ...]]]:
    found: list[tuple[Any, ...]] = yield Query("SELECT actor, starts, ends, until FROM booking ORDER BY actor, starts")
    return found


ANN = "Practitioner/ann"


async def test_touching_appointments_stand_beside_each_other(engine: Engine, records: Records) -> None:
    await create(engine, records, appointment("09:00", "09:30", ANN))
    await create(engine, records, appointment("09:30", "10:00", ANN))

    assert len(await engine.read(rows)) == 2


@pytest.mark.parametrize(
    ("start", "end"),
    [("09:00", "09:30"), ("09:29", "10:00"), ("08:30", "09:01"), ("09:10", "09:20"), ("08:00", "18:00")],
)
async def test_an_overlap_is_refused_and_leaves_nothing(engine: Engine, records: Records, start: str, end: str) -> None:
    await create(engine, records, appointment("09:00", "09:30", ANN))

    with pytest.raises(Conflict):
        await create(engine, records, appointment(start, end, "Practitioner/ben", ANN))

    assert len(await engine.read(rows)) == 1
    await create(engine, records, appointment(start, end, "Practitioner/ben"))


@pytest.mark.parametrize("status", ["pending", "booked", "arrived", "checked-in"])
async def test_what_is_to_take_place_takes_time(engine: Engine, records: Records, status: str) -> None:
    await create(engine, records, appointment("09:00", "09:30", ANN, status=status))

    with pytest.raises(Conflict):
        await create(engine, records, appointment("09:00", "09:30", ANN, status=status))


@pytest.mark.parametrize("status", ["proposed", "fulfilled", "cancelled", "noshow", "entered-in-error", "waitlist"])
async def test_what_is_not_to_take_place_takes_none(engine: Engine, records: Records, status: str) -> None:
    await create(engine, records, appointment("09:00", "09:30", ANN, status=status))
    await create(engine, records, appointment("09:00", "09:30", ANN))

    assert len(await engine.read(rows)) == 1


async def test_a_cancelled_or_deleted_appointment_gives_its_time_back(engine: Engine, records: Records) -> None:
    first = await create(engine, records, appointment("09:00", "09:30", ANN))
    await put(engine, records, first, appointment("09:00", "09:30", ANN, status="cancelled"))
    second = await create(engine, records, appointment("09:00", "09:30", ANN))
    await engine.write(lambda: records.delete(EVERYTHING, "Appointment", second))

    assert await engine.read(rows) == []
    await create(engine, records, appointment("09:00", "09:30", ANN))
    with pytest.raises(Conflict):
        await put(engine, records, first, appointment("09:15", "09:45", ANN))


async def test_an_appointment_is_not_in_its_own_way(engine: Engine, records: Records) -> None:
    one = await create(engine, records, appointment("09:00", "09:30", ANN))

    await put(engine, records, one, appointment("09:15", "09:45", ANN))

    [(actor, starts, _, _)] = await engine.read(rows)
    assert (actor, starts) == (ANN, milliseconds(f"{DAY}T09:15:00Z"))


async def test_those_who_are_there_for_information_or_declined_are_not_taken(engine: Engine, records: Records) -> None:
    asked: list[dict[str, Any]] = [
        {"actor": {"reference": ANN}, "required": "information-only", "status": "accepted"},
        {"actor": {"reference": "Practitioner/ben"}, "status": "declined"},
        {"actor": {"reference": "Practitioner/cid"}, "required": "optional", "status": "needs-action"},
    ]

    await create(engine, records, appointment("09:00", "09:30", participant=asked))

    assert [row[0] for row in await engine.read(rows)] == ["Practitioner/cid"]


async def test_a_room_is_taken_and_a_site_is_not(engine: Engine, records: Records) -> None:
    for logical_id, code in (("room", "ro"), ("site", "si"), ("plain", "")):
        kind = {"physicalType": {"coding": [{"system": PHYSICAL, "code": code}]}} if code else {}
        await put(engine, records, logical_id, {"resourceType": "Location", "id": logical_id, "name": "x"} | kind)

    for patient in range(2):
        places = [f"Location/{one}" for one in ("site", "plain", "elsewhere")]
        await create(engine, records, appointment("09:00", "09:30", *places, comment=str(patient)))
    await create(engine, records, appointment("09:00", "09:30", "Location/room"))

    with pytest.raises(Conflict):
        await create(engine, records, appointment("09:00", "09:30", "Location/room"))
    assert [row[0] for row in await engine.read(rows)] == ["Location/room"]


async def test_a_role_takes_the_time_of_whoever_has_it(engine: Engine, records: Records) -> None:
    for role in ("clinic", "ward"):
        body = {"resourceType": "PractitionerRole", "id": role, "practitioner": {"reference": ANN}}
        await put(engine, records, role, body)
    await create(engine, records, appointment("09:00", "09:30", "PractitionerRole/clinic"))

    for actor in (ANN, "PractitionerRole/ward", "PractitionerRole/clinic"):
        with pytest.raises(Conflict):
            await create(engine, records, appointment("09:00", "09:30", actor))


@pytest.mark.parametrize(
    "spelling",
    [
        "Practitioner/ann/_history/1",
        "http://localhost:8360/fhir/R4/Practitioner/ann",
        "https://x.example/Practitioner/ann",
    ],
)
async def test_no_spelling_of_a_reference_gets_round_a_claim(engine: Engine, records: Records, spelling: str) -> None:
    await create(engine, records, appointment("09:00", "09:30", ANN))

    with pytest.raises(Conflict):
        await create(engine, records, appointment("09:00", "09:30", spelling))


async def test_an_offset_is_minded(engine: Engine, records: Records) -> None:
    await create(engine, records, appointment("14:00", "14:30", ANN))
    local = appointment("09:00", "09:30", ANN) | {"start": f"{DAY}T09:00:00-05:00", "end": f"{DAY}T09:30:00-05:00"}

    with pytest.raises(Conflict):
        await create(engine, records, local)


async def test_a_hold_takes_time_until_it_ends(engine: Engine, records: Records) -> None:
    ended = extension("hold-expires", valueInstant=f"{DAY}T07:59:00Z")
    stands = extension("hold-expires", valueInstant=f"{DAY}T08:05:00Z")
    over = await create(engine, records, appointment("09:00", "09:30", ANN, status="pending", extension=[ended]))
    await create(engine, records, appointment("09:00", "09:30", ANN, status="pending", extension=[stands]))

    with pytest.raises(Conflict):
        await create(engine, records, appointment("09:00", "09:30", ANN))
    with pytest.raises(Conflict):
        await put(engine, records, over, appointment("09:00", "09:30", ANN))
    assert await engine.read(lambda: bookings.ended_holds(NOW)) == [(1, over)]


async def test_what_is_over_does_not_keep_an_import_out(engine: Engine, records: Records) -> None:
    for patient in range(2):
        await create(engine, records, appointment("06:00", "07:00", ANN, comment=str(patient)))


async def test_a_change_that_leaves_the_time_alone_is_not_judged_again(engine: Engine, records: Records) -> None:
    """What came in by a change of a room or a role may overlap: it must still be possible to cancel or annotate it."""
    await put(engine, records, "room", {"resourceType": "Location", "id": "room", "name": "x"})
    first = await create(engine, records, appointment("09:00", "09:30", ANN))
    await create(engine, records, appointment("09:00", "09:30", "Practitioner/ben"))

    await put(engine, records, first, appointment("09:00", "09:30", ANN, comment="Bring the results"))


async def test_a_transaction_may_swap_two_times(engine: Engine, records: Records) -> None:
    one = await create(engine, records, appointment("09:00", "09:30", ANN))
    two = await create(engine, records, appointment("09:30", "10:00", ANN))
    swapped = [
        Operation("update", "Appointment", logical_id, resource=appointment(*times, ANN) | {"id": logical_id})
        for logical_id, times in ((one, ("09:30", "10:00")), (two, ("09:00", "09:30")))
    ]

    await engine.write(lambda: records.transaction(lambda _: EVERYTHING, swapped))

    assert len(await engine.read(rows)) == 2


async def test_an_erased_record_keeps_nobodys_time(engine: Engine, records: Records) -> None:
    await create(engine, records, appointment("09:00", "09:30", ANN))

    await engine.write(lambda: destroy_key(1, "pat"))

    assert await engine.read(rows) == []


async def test_organisations_do_not_stand_in_each_others_way(engine: Engine, records: Records) -> None:
    other = Scope(2, {}, Reach(everyone=True, restricted=True))
    await create(engine, records, appointment("09:00", "09:30", ANN))

    await engine.write(lambda: records.create(other, appointment("09:00", "09:30", ANN)))


async def test_busy_tells_when_and_not_by_whom(engine: Engine, records: Records) -> None:
    one = await create(engine, records, appointment("09:00", "09:30", ANN))
    await create(engine, records, appointment("11:00", "11:30", ANN))
    span = (milliseconds(f"{DAY}T09:10:00Z"), milliseconds(f"{DAY}T11:00:00Z"))

    found = await engine.read(lambda: bookings.busy(1, [ANN, "Practitioner/ben"], *span, now=NOW))
    without = await engine.read(lambda: bookings.busy(1, [ANN], *span, now=NOW, but=one))

    assert found == [Claim(ANN, milliseconds(f"{DAY}T09:00:00Z"), milliseconds(f"{DAY}T09:30:00Z"), 0, 0, 0)]
    assert without == []


async def test_what_was_written_before_there_were_claims_takes_its_time_in_turns(
    engine: Engine, records: Records
) -> None:
    times = [("06:00", "07:00"), ("09:00", "09:30"), ("10:00", "10:30"), ("11:00", "11:30")]
    for start, end in times:
        await create(engine, records, appointment(start, end, ANN))
    await engine.write(emptied)
    turns, last = 0, 0
    while turns == 0 or last:
        after = last
        done = await engine.write(partial(bookings.take_in, records.kit.keyring, 1, NOW, after, 2))
        assert done.clashing == ()
        turns, last = turns + 1, done.last

    assert turns == 3
    assert [starts for _, starts, _, _ in await engine.read(rows)] == [
        milliseconds(f"{DAY}T{start}:00Z") for start, _ in times[1:]
    ], "what is over stays without"
    with pytest.raises(Conflict):
        await create(engine, records, appointment("09:15", "09:45", ANN))


async def test_two_old_bookings_of_one_time_are_both_kept_and_named(engine: Engine, records: Records) -> None:
    first = await create(engine, records, appointment("09:00", "09:30", ANN))
    await engine.write(emptied)
    second = await create(engine, records, appointment("09:15", "09:45", ANN))
    assert await engine.read(lambda: bookings.twice(NOW)) == 0

    done = await engine.write(lambda: bookings.take_in(records.kit.keyring, 1, NOW))

    assert done == Taken(0, (first,))
    assert await engine.read(lambda: bookings.twice(NOW)) == 2
    await put(engine, records, second, appointment("09:30", "10:00", ANN))
    assert await engine.read(lambda: bookings.twice(NOW)) == 0


def emptied() -> Plan[None]:
    yield Change("DELETE FROM booking WHERE org = ?", (1,))


def test_what_ends_before_it_begins_claims_nothing() -> None:
    assert claims(appointment("10:00", "09:00", ANN)) == []


@pytest.fixture
async def others(engine: Engine) -> AsyncIterator[Engine]:
    """Another process's engine on the same database."""
    other: Engine = Sqlite(engine._database) if isinstance(engine, Sqlite) else Mariadb(cast("Mariadb", engine)._server)
    await other.open()
    yield other
    await other.close()


async def test_two_processes_do_not_book_the_same_time(engine: Engine, others: Engine, records: Records) -> None:
    """Without the lock on `bookable` neither sees what the other has not committed, and both would."""
    for turn in range(15):
        times = f"{9 + turn // 2:02}:{turn % 2 * 30:02}", f"{9 + turn // 2:02}:{turn % 2 * 30 + 29:02}"
        ours = appointment(*times, ANN, "Practitioner/ben")
        theirs = appointment(*times, "Practitioner/ben", ANN)

        done = await asyncio.gather(
            engine.write(partial(records.create, EVERYTHING, ours)),
            others.write(partial(records.create, EVERYTHING, theirs)),
            return_exceptions=True,
        )

        assert sorted(type(one).__name__ for one in done) == ["Conflict", "Written"], done
    assert len(await engine.read(rows)) == 30
