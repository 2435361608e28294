import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from meridian.faults import Unavailable
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Change, Plan, Query
from meridian.store.sqlite import Sqlite
from meridian.testing import databases
from meridian.testing.mariadb import PrivateServer
from meridian.testing.writer import kept, logged, write

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


def opened(database: Database) -> Engine:
    if isinstance(database, SqliteFile):
        return Sqlite(database, sequencer=logged)
    return Mariadb(database, sequencer=logged)


def writer(database: Database, prefix: str, count: int, *limit: str) -> "subprocess.Popen[str]":
    said = json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in asdict(database).items()})
    return subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "meridian.testing.writer", said, prefix, str(count), *limit],
        stdout=subprocess.PIPE,
        text=True,
    )


async def consistent(database: Database) -> set[str]:
    """What is kept, which must be the same in all three places."""
    engine = opened(database)
    await engine.open()
    rows, cares, log = await engine.read(kept)
    await engine.close()
    assert rows == cares == log
    return rows


async def test_a_killed_process_leaves_every_acknowledged_write_whole(database: Database) -> None:
    with writer(database, "k", 100_000) as child:
        assert child.stdout is not None
        acknowledged = [child.stdout.readline().strip() for _ in range(400)]
        child.send_signal(signal.SIGKILL)
        acknowledged += child.stdout.read().split("\n")[:-1]

    names = await consistent(database)
    assert set(acknowledged) <= names
    assert len(names) <= len(acknowledged) + 16


async def test_two_processes_on_one_database_take_turns(database: Database) -> None:
    children = [writer(database, prefix, 300) for prefix in "ab"]
    for child in children:
        said = child.communicate()[0].split()
        assert child.returncode == 0
        assert len(said) == 300

    assert len(await consistent(database)) == 600


async def test_a_full_disk_is_refused_clearly_and_forgotten_when_there_is_space(sqlite_database: SqliteFile) -> None:
    child = writer(sqlite_database, "f", 600, str(700_000))
    lines = child.communicate()[0].splitlines()

    assert child.returncode == 0
    refused = [line for line in lines if line.startswith("refused")]
    assert refused
    assert set(refused) <= {"refused: The disk is full", "refused: The disk does not answer"}
    after = lines.index(refused[-1])
    assert len(lines) - after > 100, "it goes on once there is space"
    assert await consistent(sqlite_database) == set(lines) - set(refused)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "meridian.db"
    path.write_bytes(b"something else entirely" * 1000)

    with pytest.raises(Unavailable, match="not a database"):
        await Sqlite(SqliteFile(path)).open()


async def test_a_database_that_another_program_holds_is_waited_for(sqlite_engine: Sqlite) -> None:
    import sqlite3  # noqa: PLC0415  # stands for another program

    sqlite_engine.sequencer = logged
    other = sqlite3.connect(sqlite_engine._database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(sqlite_engine.write(lambda: write("patient")))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    assert (await sqlite_engine.read(kept))[0] == set()

    other.execute("ROLLBACK")
    await waiting
    other.close()


@pytest.fixture
def restarting() -> Iterator[tuple[PrivateServer, MariadbServer]]:
    from meridian.testing.mariadb import missing  # noqa: PLC0415

    if reason := missing():
        pytest.skip(reason)
    server = PrivateServer().start()
    database = server.database("meridian_restarting")
    databases.lay(database)
    yield server, database
    server.close()


@pytest.mark.mariadb
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_a_restarted_server_is_found_again(
    restarting: tuple[PrivateServer, MariadbServer], how: signal.Signals
) -> None:
    server, database = restarting
    engine = opened(database)
    await engine.open()
    await asyncio.gather(*(engine.write(lambda n=n: write(f"before-{n}")) for n in range(20)))  # type: ignore[misc]  # a default binds it

    server.stop(how)
    for attempt in (engine.read(kept), engine.write(lambda: write("meanwhile"))):
        with pytest.raises(Unavailable):
            await attempt
    server.start()

    assert len((await engine.read(kept))[0]) == 20
    await asyncio.gather(*(engine.write(lambda n=n: write(f"after-{n}")) for n in range(20)))  # type: ignore[misc]  # as above
    await engine.close()
    assert len(await consistent(database)) == 40


def crossing(first: str, second: str) -> Plan[int]:
    """Takes two rows, with time in between for another to take them the other way round."""
    for name in (first, second):
        yield Change("UPDATE patient SET wrapped = CONCAT(wrapped, '.') WHERE id = ?", (name,))
        yield Query("SELECT SLEEP(0.2)")
    rows = yield Query("SELECT LENGTH(wrapped) FROM patient WHERE id = ?", (first,))
    return int(rows[0][0])


@pytest.mark.mariadb
async def test_a_deadlock_is_driven_again_and_done_once(mariadb_database: MariadbServer) -> None:
    one, other = opened(mariadb_database), opened(mariadb_database)
    await one.open()
    await other.open()
    for name in "ab":
        await one.write(lambda name=name: write(name))  # type: ignore[misc]  # a default binds it

    lengths = await asyncio.gather(one.write(lambda: crossing("a", "b")), other.write(lambda: crossing("b", "a")))

    assert sorted(lengths) == [2001, 2002]
    await one.close()
    await other.close()


@pytest.mark.mariadb
async def test_a_connection_that_is_cut_in_the_middle_is_driven_again(mariadb_database: MariadbServer) -> None:
    engine, other = opened(mariadb_database), opened(mariadb_database)
    await engine.open()
    await other.open()
    driven: list[int] = []
    begun = asyncio.Event()

    def mine() -> Plan[None]:
        [(number,)] = yield Query("SELECT CONNECTION_ID()")
        driven.append(number)
        begun.set()
        yield from write("whole")
        if len(driven) == 1:
            yield Query("SELECT SLEEP(0.5)")

    async def cut() -> None:
        await begun.wait()
        await asyncio.sleep(0.1)
        await other.write(lambda: change(f"KILL {driven[0]}"))

    await asyncio.gather(engine.write(mine), cut())

    assert len(driven) == 2
    await engine.close()
    await other.close()
    assert await consistent(mariadb_database) == {"whole"}


def change(sql: str, *args: Any) -> Plan[None]:
    yield Change(sql, args)


@pytest.mark.mariadb
async def test_two_processes_that_create_the_same_agree(mariadb_database: MariadbServer) -> None:
    one, other = opened(mariadb_database), opened(mariadb_database)
    await one.open()
    await other.open()

    def unless_there() -> Plan[str]:
        rows = yield Query("SELECT no FROM patient WHERE id = 'same'")
        if rows:
            return "found"
        yield Query("SELECT SLEEP(0.2)")
        yield from write("same")
        return "made"

    said = await asyncio.gather(one.write(unless_there), other.write(unless_there))

    assert sorted(said) == ["found", "made"]
    await one.close()
    await other.close()


@pytest.mark.mariadb
async def test_a_server_that_would_lose_commits_is_refused(mariadb_database: MariadbServer) -> None:
    engine = opened(mariadb_database)
    await engine.open()
    await engine.write(lambda: change("SET GLOBAL innodb_flush_log_at_trx_commit = 2"))
    try:
        with pytest.raises(Unavailable, match="durable"):
            await opened(mariadb_database).open()
    finally:
        await engine.write(lambda: change("SET GLOBAL innodb_flush_log_at_trx_commit = 1"))
        await engine.close()
