import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeAlias

import pytest

from meridian.audit import leaf, merkle, reading, tree, verifier
from meridian.audit.entry import Entry
from meridian.audit.log import record, sequence
from meridian.faults import NotFound, Unavailable
from meridian.store.database import MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan, Query, Record
from meridian.store.sqlite import Sqlite

Write: TypeAlias = Callable[[Sequence[Entry]], Coroutine[Any, Any, None]]

pytestmark = pytest.mark.anyio


def entries(count: int, *, org: int = 1) -> list[Entry]:
    return [Entry(org=org, time=1_780_000_000_000 + at, action="read", what=f"Patient/p{at}") for at in range(count)]


def kept(org: int) -> Plan[list[tuple[int, bytes, bytes]]]:
    rows: list[tuple[int, bytes, bytes]] = yield Query(
        "SELECT seq, leaf, body FROM audit_entry WHERE org = ? ORDER BY seq", (org,)
    )
    return rows


async def expect_whole(engine: Engine, org: int, size: int) -> None:
    rows = await engine.read(lambda: kept(org))
    head = await engine.read(lambda: reading.head(org))
    walk = verifier.Walk([verifier.Checkpoint(head.size, head.root, "")])
    for _, claim, body in rows:
        walk.take(body, claim)
    walk.finish()
    assert [row[0] for row in rows] == list(range(size))


async def test_entries_are_numbered_and_linked_in_each_organisations_own_log(logged: Engine, write: Write) -> None:
    mixed = [one for pair in zip(entries(40, org=1), entries(40, org=2), strict=True) for one in pair]

    await write(mixed)

    await expect_whole(logged, 1, 40)
    await expect_whole(logged, 2, 40)


async def test_an_entry_is_read_back_as_it_was_recorded(logged: Engine, write: Write) -> None:
    entry = Entry(org=1, time=5, action="read", outcome="refused", account="a", what="Patient/1", seen=("Patient/1",))

    await write([entry])

    [(_, _, body)] = await logged.read(lambda: kept(1))
    assert leaf.open_body(body) == entry


async def test_a_write_and_its_entry_are_there_together_or_not_at_all(logged: Engine) -> None:
    def plan(*, fails: bool) -> Plan[None]:
        yield Change("INSERT INTO care (org, member, pat, rid) VALUES (?, ?, ?, ?)", (1, "m", int(fails), 1))
        yield Record(entries(1)[0])
        if fails:
            raise NotFound("no")

    await logged.write(lambda: plan(fails=False))
    with pytest.raises(NotFound):
        await logged.write(lambda: plan(fails=True))

    await expect_whole(logged, 1, 1)
    assert await logged.read(lambda: count("care")) == 1


def count(name: str) -> Plan[int]:
    rows = yield Query(f"SELECT COUNT(*) FROM {name}")  # noqa: S608 - a test's own word
    return int(rows[0][0])


async def test_without_a_log_nothing_can_be_done(engine: Engine) -> None:
    with pytest.raises(Unavailable):
        await engine.write(lambda: record(entries(1)[0]))


async def test_a_log_that_moved_while_it_was_written_undoes_the_write(logged: Engine, write: Write) -> None:
    await write(entries(3))

    def forked(group: Sequence[Entry]) -> Plan[None]:
        yield Change("UPDATE audit_head SET size = size - 1 WHERE org = ?", (1,))
        yield from sequence(group)

    logged.sequencer = forked
    with pytest.raises(Exception, match=r"there already|moved"):
        await logged.write(lambda: record(entries(1)[0]))

    logged.sequencer = sequence
    await expect_whole(logged, 1, 3)


async def test_more_than_one_entry_names_everything_a_large_answer_gave_out(logged: Engine, write: Write) -> None:
    seen = tuple(f"Observation/{'x' * 60}{at}" for at in range(1000))

    await write([Entry(org=1, time=5, action="everything", count=1000, seen=seen)])

    opened = [leaf.open_body(body) for _, _, body in await logged.read(lambda: kept(1))]
    assert tuple(one for entry in opened for one in entry.seen) == seen
    assert [entry.count for entry in opened] == [1000, 0, 0]


@pytest.mark.parametrize("text", ["half \ud800 of a pair", "x" * 100_000, "\x00" * 100_000, "\U0001f600" * 50_000])
async def test_no_text_keeps_an_entry_out_of_the_log(logged: Engine, write: Write, text: str) -> None:
    await write([Entry(org=1, time=5, action="read", agent=text, request=text), *entries(2)])

    await expect_whole(logged, 1, 3)
    assert all(len(body) <= leaf.LARGEST for _, _, body in await logged.read(lambda: kept(1)))


async def test_proofs_made_from_tiles_hold_for_every_kind_of_place(logged: Engine, write: Write) -> None:
    await write(entries(600))
    rows = await logged.read(lambda: kept(1))
    leaves = [row[1] for row in rows]

    for size in (1, 255, 256, 257, 511, 512, 600):
        root = merkle.root(merkle.frontier_of(leaves[:size]))
        for seq in {0, size // 2, size - 1}:
            proof = await logged.read(partial(tree.inclusion, 1, seq, size))
            verifier.check_inclusion(seq, size, leaves[seq], proof, root)
        for old in {1, size // 3 + 1, size}:
            before = merkle.root(merkle.frontier_of(leaves[:old]))
            proof = await logged.read(partial(tree.consistency, 1, old, size))
            verifier.check_consistency(old, size, before, root, proof)


@pytest.mark.parametrize(("seq", "size"), [(0, 4), (3, 3), (-1, 3)])
async def test_there_is_no_proof_of_what_is_not_there(logged: Engine, write: Write, seq: int, size: int) -> None:
    await write(entries(3))

    with pytest.raises(NotFound):
        await logged.read(lambda: tree.inclusion(1, seq, size))


async def test_a_second_level_of_tiles_is_written_when_256_tiles_are_full(sqlite_engine: Sqlite) -> None:
    sqlite_engine.sequencer = sequence
    whole = entries(256)
    for _ in range(257):
        await sqlite_engine.write(lambda: many(whole))

    found = await sqlite_engine.read(lambda: tree.hashes(1, 1, 0, 257 * 256))
    roots = await sqlite_engine.read(lambda: tree.hashes(1, 2, 0, 257 * 256))
    proof = await sqlite_engine.read(lambda: tree.inclusion(1, 70, 257 * 256))
    head = await sqlite_engine.read(lambda: reading.head(1))
    [(claim,)] = await sqlite_engine.read(lambda: rows("SELECT leaf FROM audit_entry WHERE org = 1 AND seq = 70"))

    assert roots == [merkle.tile_root(found)]
    verifier.check_inclusion(70, 257 * 256, claim, proof, head.root)


def many(group: Sequence[Entry]) -> Plan[None]:
    for entry in group:
        yield Record(entry)


def rows(sql: str) -> Plan[list[Any]]:
    found: list[Any] = yield Query(sql)
    return found


async def test_two_processes_on_one_file_cannot_fork_the_log(sqlite_database: SqliteFile) -> None:
    two = [Sqlite(sqlite_database, sequencer=sequence) for _ in range(2)]
    for engine in two:
        await engine.open()

    await interleave(two)

    await expect_whole(two[0], 1, 600)
    for engine in two:
        await engine.close()


@pytest.mark.mariadb
async def test_two_processes_on_one_server_cannot_fork_the_log(mariadb_database: MariadbServer) -> None:
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415 - its driver is not wanted on SQLite

    two = [Mariadb(mariadb_database, sequencer=sequence) for _ in range(2)]
    for engine in two:
        await engine.open()

    await interleave(two)

    await expect_whole(two[0], 1, 600)
    for engine in two:
        await engine.close()


async def interleave(engines: Sequence[Engine]) -> None:
    async def some(engine: Engine) -> None:
        for _ in range(30):
            await asyncio.gather(*(engine.write(partial(record, one)) for one in entries(10)))

    await asyncio.gather(*map(some, engines))


KILLED = """
import asyncio, sys
from pathlib import Path
from meridian.audit.entry import Entry
from meridian.audit.log import record, sequence
from meridian.store.database import SqliteFile
from meridian.store.sqlite import Sqlite

async def main():
    engine = Sqlite(SqliteFile(Path(sys.argv[1])), sequencer=sequence)
    await engine.open()
    async def client(number):
        for at in range(100_000):
            await engine.write(lambda: record(Entry(org=1, time=at, action="read", request=f"{number}.{at}")))
            print(f"{number}.{at}", flush=True)
    await asyncio.gather(*map(client, range(16)))

asyncio.run(main())
"""


async def test_every_acknowledged_entry_survives_a_kill(sqlite_database: SqliteFile) -> None:
    command = [sys.executable, "-c", KILLED, str(sqlite_database.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: ASYNC220, S603 - our own program
        assert child.stdout is not None
        acknowledged = {child.stdout.readline().strip() for _ in range(400)}
        os.kill(child.pid, signal.SIGKILL)
        acknowledged |= {line.strip() for line in child.stdout if line.endswith("\n")}

    engine = Sqlite(sqlite_database, sequencer=sequence)
    await engine.open()
    found = [leaf.open_body(body).request for _, _, body in await engine.read(lambda: kept(1))]
    await engine.write(lambda: record(entries(1)[0]))

    assert acknowledged <= set(found)
    assert len(found) == len(set(found))
    await expect_whole(engine, 1, len(found) + 1)
    await engine.close()


def test_an_entrys_bytes_begin_with_its_place_and_the_entry_before_it() -> None:
    entry = Entry(org=1, time=2, action="read")

    assert leaf.seal(entry, 0, b"") == b'{"seq":0,"prev":"","org":1,"time":2,"action":"read"}'
    assert leaf.seal(entry, 7, b"\xff" * 32).startswith(b'{"seq":7,"prev":"_____________________w","org":1,')
