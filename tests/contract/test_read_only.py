"""Read-only mode on both engines: records are read, with their entries; nothing of them is changed."""

from typing import Any

import pytest

from meridian.audit import log
from meridian.audit.entry import Entry
from meridian.faults import Conflict, ReadOnly, Unavailable
from meridian.store.engine import Engine
from meridian.store.plan import Change, Many, Plan, Query
from meridian.store.read_only import MAY_CHANGE, ReadOnlyEngine
from meridian.store.schema import load

pytestmark = pytest.mark.anyio

ATTEMPT = "INSERT INTO attempt (mark, failures, until, last) VALUES (?, 1, 1, 1)"
READ = Entry(org=1, time=1, action="read", what="Patient/p")


@pytest.fixture
def guarded(engine: Engine) -> ReadOnlyEngine:
    engine.sequencer = log.sequence
    return ReadOnlyEngine(engine)


def change(sql: str, *args: Any) -> Plan[None]:
    yield Change(sql, args)


def many(sql: str, *rows: Any) -> Plan[None]:
    yield Many(sql, rows)


def query(sql: str) -> Plan[Any]:
    return (yield Query(sql))


async def test_a_read_is_recorded_as_ever(guarded: ReadOnlyEngine) -> None:
    await guarded.write(lambda: log.record(READ))

    assert await guarded.read(lambda: query("SELECT size FROM audit_head WHERE org = 1")) == [(1,)]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO patient (org, id) VALUES (1, 'p')",
        "INSERT OR IGNORE INTO patient (org, id) VALUES (1, 'p')",
        "  UPDATE resource SET deleted = 1",
        "DELETE FROM history",
        "REPLACE INTO outbox (no) VALUES (1)",
        "UPDATE program SET secret = 'mine'",
        "DELETE FROM audit_entry",
        "DROP TABLE session",
    ],
)
async def test_what_would_change_a_record_is_refused(guarded: ReadOnlyEngine, sql: str) -> None:
    for plan in (lambda: change(sql), lambda: many(sql, ()), lambda: query(sql)):
        with pytest.raises(ReadOnly, match="read-only mode"):
            await guarded.write(plan)


async def test_what_was_done_before_the_refusal_is_undone(guarded: ReadOnlyEngine) -> None:
    def plan() -> Plan[None]:
        yield Change(ATTEMPT, (b"m" * 32,))
        yield Change("DELETE FROM resource")

    with pytest.raises(ReadOnly):
        await guarded.write(plan)

    assert await guarded.read(lambda: query("SELECT COUNT(*) FROM attempt")) == [(0,)]


async def test_signing_in_can_be_noted(guarded: ReadOnlyEngine) -> None:
    await guarded.write(
        lambda: change("INSERT INTO attempt (mark, failures, until, last) VALUES (?, 1, 1, 1)", b"m" * 32)
    )
    await guarded.write(lambda: change("UPDATE program SET used = ? WHERE id = ?", 1, "p"))

    assert await guarded.read(lambda: query("SELECT COUNT(*) FROM attempt")) == [(1,)]


async def test_a_plan_hears_of_conflicts_and_gives_its_result(guarded: ReadOnlyEngine) -> None:
    def plan() -> Plan[str]:
        yield Change(ATTEMPT, (b"m" * 32,))
        try:
            yield Change(ATTEMPT, (b"m" * 32,))
        except Conflict:
            return "twice"
        return "once"

    assert await guarded.write(plan) == "twice"


async def test_without_a_log_nothing_is_read(guarded: ReadOnlyEngine) -> None:
    guarded.sequencer = None

    with pytest.raises(Unavailable):
        await guarded.write(lambda: log.record(READ))


def test_each_table_that_may_change_is_there() -> None:
    assert set(load().tables) >= MAY_CHANGE
    assert not {"resource", "history", "patient", "audit_entry", "audit_head", "account", "membership"} & MAY_CHANGE
