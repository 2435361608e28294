import asyncio
import time
import traceback
from collections.abc import Sequence
from typing import Any

import pytest

from meridian.faults import Conflict, NotFound, TooCostly, Unavailable, VersionConflict
from meridian.store.database import MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Change, Changed, Many, Plan, Query, Record
from meridian.store.records import Records
from meridian.store.scope import Reach, Scope
from meridian.store.sqlite import Sqlite

pytestmark = pytest.mark.anyio

ALL = Scope(1, default=Reach(everyone=True, restricted=True))


def add(name: str, *, fail: bool = False, note: str = "") -> Plan[Changed]:
    done: Changed = yield Change("INSERT INTO patient (org, id) VALUES (?, ?)", (1, name))
    if note:
        yield Record(note)
    if fail:
        raise NotFound("as asked")
    return done


def names() -> Plan[list[str]]:
    rows = yield Query("SELECT id FROM patient WHERE org = 1 ORDER BY id")
    return [name for (name,) in rows]


def logged(entries: Sequence[Any]) -> Plan[None]:
    """A log that keeps what it is given in the database, and refuses what is poison."""
    if "poison" in entries:
        raise ValueError("the log cannot take this")
    rows = yield Query("SELECT COUNT(*) FROM care")
    first = rows[0][0]
    yield Many("INSERT INTO care (org, member, pat, rid) VALUES (?, ?, ?, 0)",
               [(9, str(one), at) for at, one in enumerate(entries, first)])  # fmt: skip


def log() -> Plan[list[str]]:
    rows = yield Query("SELECT member FROM care WHERE org = 9 ORDER BY pat")
    return [text for (text,) in rows]


async def test_a_plan_is_told_what_its_statements_did(engine: Engine) -> None:
    def plan() -> Plan[list[Any]]:
        said: list[Any] = []
        said.append((yield Change("INSERT INTO patient (org, id, wrapped) VALUES (?, ?, ?)", (1, "a", b"\x00'%?\xff"))))
        said.append((yield Change("UPDATE patient SET id = id WHERE org = ?", (1,))))
        said.append((yield Change("DELETE FROM patient WHERE org = ?", (77,))))
        said.append((yield Query("INSERT INTO care (org, member, pat, rid) VALUES (1, 'm', 2, 3) RETURNING pat, rid")))
        said.append((yield Many("INSERT INTO care (org, member, pat, rid) VALUES (?, ?, ?, ?)", [])))
        said.append((yield Query("SELECT wrapped FROM patient WHERE id LIKE 'a%' AND id <> '%?' FOR UPDATE")))
        return said

    inserted, updated, deleted, returned, nothing, found = await engine.write(plan)

    assert inserted.rows == 1
    assert inserted.key > 0
    assert (updated, deleted) == (Changed(1, 0), Changed(0, 0))
    assert (returned, nothing, found) == ([(2, 3)], None, [(b"\x00'%?\xff",)])


async def test_an_insert_may_find_its_row_there(engine: Engine) -> None:
    def plan() -> Plan[list[Any]]:
        for wrapped in (b"first", b"second"):
            yield Change("INSERT OR IGNORE INTO patient (org, id, wrapped) VALUES (?, ?, ?)", (1, "kept", wrapped))
            yield Change(
                "INSERT INTO patient (org, id, wrapped) VALUES (?, ?, ?)"
                " ON CONFLICT (org, id) DO UPDATE SET wrapped = excluded.wrapped",
                (1, "replaced", wrapped),
            )
        rows: list[Any] = yield Query("SELECT id, wrapped FROM patient ORDER BY id")
        return rows

    assert await engine.write(plan) == [("kept", b"first"), ("replaced", b"second")]


async def test_rows_of_many_kinds_travel_together(engine: Engine) -> None:
    rows = [(1, "a", None), (1, "b", b""), (1, "c", b"\x00\xff'%"), (1, "d", bytes(70_000))]

    def plan() -> Plan[list[Any]]:
        yield Many("INSERT INTO patient (org, id, wrapped) VALUES (?, ?, ?)", rows)
        yield Many("UPDATE patient SET org = ? WHERE id = ?", [(2, "a"), (3, "b")])
        yield Many("DELETE FROM patient WHERE id = ? AND org = ?", [("b", 3), ("c", 77)])
        found: list[Any] = yield Query("SELECT org, id, wrapped FROM patient ORDER BY id")
        return found

    assert await engine.write(plan) == [(2, "a", None), rows[2], rows[3]]


async def test_a_mistake_in_sql_is_told_without_values(engine: Engine) -> None:
    def wrong() -> Plan[None]:
        yield Change("INSERT INTO patient (org, id, wrapped) VALUES (?, ?, ?)", ("seven secrets", "b", None))
        yield Change("INSERT INTO compartment (org, pat, rid) VALUES (?, ?, ?)", ("seven secrets", 1, 1))
        yield Change("INSERT INTO nowhere (org) VALUES (?)", ("seven secrets",))

    with pytest.raises(Exception) as told:  # noqa: PT011  # each driver has its own
        await engine.write(wrong)

    shown = "".join(traceback.format_exception(told.value))
    assert "seven secrets" not in shown.replace('"seven secrets"', "")


async def test_text_keeps_every_character_and_differs_by_every_one(engine: Engine) -> None:
    texts = ["a", "A", "ä", "a ", "😀", "ﬀ", "ss", "ß", "a\u0301", "á"]
    for text in texts:
        await engine.write(lambda text=text: add(text))  # type: ignore[misc]  # a default binds it

    assert await engine.read(names) == sorted(texts)


async def test_a_plan_may_catch_a_duplicate_and_go_on(engine: Engine) -> None:
    def plan() -> Plan[str]:
        try:
            yield from add("a")
        except Conflict:
            yield from add("b")
            return "second"
        return "first"

    assert [await engine.write(plan), await engine.write(plan)] == ["first", "second"]
    assert await engine.read(names) == ["a", "b"]
    with pytest.raises(Conflict):
        await engine.write(lambda: add("a"))


async def test_a_plan_that_fails_harms_no_other_of_its_group(engine: Engine) -> None:
    plans = [engine.write(lambda n=n: add(f"{n:02}", fail=n % 5 == 3)) for n in range(40)]  # type: ignore[misc]  # a default binds it

    ended = await asyncio.gather(*plans, return_exceptions=True)

    assert [n for n, one in enumerate(ended) if isinstance(one, NotFound)] == list(range(3, 40, 5))
    assert await engine.read(names) == [f"{n:02}" for n in range(40) if n % 5 != 3]


async def test_a_plan_that_breaks_the_sql_harms_no_other_of_its_group(engine: Engine) -> None:
    def broken() -> Plan[None]:
        yield from add("half")
        yield Change("UPDATE no_such_table SET x = 1")

    ended = await asyncio.gather(
        engine.write(lambda: add("a")), engine.write(broken), engine.write(lambda: add("b")), return_exceptions=True
    )

    assert isinstance(ended[1], Exception)
    assert await engine.read(names) == ["a", "b"]


async def test_nothing_is_done_that_cannot_be_recorded(engine: Engine) -> None:
    with pytest.raises(Unavailable):
        await engine.write(lambda: add("a", note="added"))

    assert await engine.read(names) == []


async def test_entries_join_the_log_with_what_they_record(engine: Engine) -> None:
    engine.sequencer = logged

    await asyncio.gather(
        *(engine.write(lambda n=n: add(str(n), fail=n == 2, note=f"added {n}")) for n in range(4)),  # type: ignore[misc]  # a default binds it
        return_exceptions=True,
    )

    assert await engine.read(names) == ["0", "1", "3"]
    assert await engine.read(log) == ["added 0", "added 1", "added 3"]


async def test_an_entry_that_the_log_refuses_undoes_only_its_own_plan(engine: Engine) -> None:
    engine.sequencer = logged

    ended = await asyncio.gather(
        *(engine.write(lambda n=n: add(n, note=n)) for n in ("a", "poison", "b")),  # type: ignore[misc]  # a default binds it
        return_exceptions=True,
    )

    assert [type(one) for one in ended] == [Changed, ValueError, Changed]
    assert await engine.read(names) == ["a", "b"]
    assert await engine.read(log) == ["a", "b"]


async def test_a_caller_that_goes_away_leaves_all_or_nothing(engine: Engine) -> None:
    def slowly(name: str) -> Plan[None]:
        yield from add(f"{name}-1")
        yield Query("SELECT COUNT(*) FROM patient")
        yield from add(f"{name}-2")

    tasks = [asyncio.create_task(engine.write(lambda n=n: slowly(str(n)))) for n in range(20)]  # type: ignore[misc]  # a default binds it
    await asyncio.sleep(0.002)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await engine.write(lambda: add("last"))

    found = [name.partition("-")[0] for name in await engine.read(names) if name != "last"]
    assert all(found.count(name) == 2 for name in found)


async def test_of_sixteen_that_match_one_version_one_wins(engine: Engine, records: Records) -> None:
    resource = {"resourceType": "Patient"}
    await engine.write(lambda: records.create(ALL, resource, logical_id="p"))

    ended = await asyncio.gather(
        *(
            engine.write(lambda n=n: records.update(ALL, "p", resource | {"language": str(n)}, if_match=1))  # type: ignore[misc]  # a default binds it
            for n in range(16)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(one, VersionConflict) for one in ended) == 15
    assert (await engine.read(lambda: records.read(ALL, "Patient", "p"))).version == 2


async def test_what_reads_may_not_write(engine: Engine) -> None:
    def sly() -> Plan[None]:
        yield Query("INSERT INTO patient (org, id) VALUES (1, 'x') RETURNING no")

    for plan in (lambda: add("a"), sly):
        with pytest.raises(TypeError):
            await engine.read(plan)
    assert await engine.read(names) == []


COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT MAX(i) FROM n"


def long(rows: int) -> Plan[int]:
    [(found,)] = yield Query(COUNTING, (rows,))
    return int(found)


async def test_a_long_read_does_not_hold_up_a_short_one(sqlite_engine: Sqlite) -> None:
    began = time.perf_counter()
    slow = asyncio.create_task(sqlite_engine.read(lambda: long(1_500_000)))
    await asyncio.sleep(0)

    await sqlite_engine.read(names)
    waited = time.perf_counter() - began
    assert not slow.done()
    assert await slow == 1_500_000
    assert waited < (time.perf_counter() - began) / 2


async def test_a_read_of_many_statements_is_moved_as_well(sqlite_engine: Sqlite) -> None:
    driven = 0

    def many() -> Plan[int]:
        nonlocal driven
        driven += 1
        for _ in range(400):
            yield from long(200)
        return driven

    assert await sqlite_engine.read(many) == 2


async def test_short_reads_are_answered_inline_however_many_they_are(sqlite_engine: Sqlite) -> None:
    driven = 0

    def short() -> Plan[int]:
        nonlocal driven
        driven += 1
        return (yield from long(100))

    for _ in range(3000):
        await sqlite_engine.read(short)

    assert driven < 3000 + 30, "but for a few, on a busy machine"


async def test_a_read_that_takes_too_long_is_refused(
    sqlite_database: SqliteFile,
) -> None:
    engine = Sqlite(sqlite_database, slow_time=0.1)
    await engine.open()

    with pytest.raises(TooCostly):
        await engine.read(lambda: long(1_000_000_000))
    assert await engine.read(names) == []
    await engine.close()


@pytest.mark.mariadb
async def test_a_read_that_takes_too_long_is_refused_by_the_server(mariadb_database: MariadbServer) -> None:
    engine = Mariadb(mariadb_database, slow_time=0.1)
    await engine.open()

    def slow() -> Plan[None]:
        yield Query("SELECT COUNT(*) FROM seq_1_to_100000 a, seq_1_to_100000 b")

    with pytest.raises(TooCostly):
        await engine.read(slow)
    assert await engine.read(names) == []
    await engine.close()


async def test_what_was_accepted_is_finished_before_closing(engine: Engine) -> None:
    writes = [asyncio.create_task(engine.write(lambda n=n: add(str(n)))) for n in range(10)]  # type: ignore[misc]  # a default binds it
    await asyncio.sleep(0)

    await engine.close()

    assert len(await asyncio.gather(*writes)) == 10
    with pytest.raises(Unavailable):
        await engine.write(lambda: add("late"))
