"""Feeds: numbered in the order of commit with no gap, kept with the facts, handed out once durable."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from meridian.faults import Invalid, Unavailable
from meridian.store import feeds
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.feeds import Caught, Happening
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Change, Many, Plan, Query, Record, Tell
from meridian.store.sqlite import Sqlite

pytestmark = pytest.mark.anyio

BOARD = "board"


class Heard:
    """Keeps what an engine hands out."""

    def __init__(self, engine: Engine) -> None:
        self.happened: list[Happening] = []
        engine.told = self.happened.extend

    def numbers(self, feed: str) -> list[int]:
        return [one.seq for one in self.happened if one.feed == feed]


def tell(*whats: str, feed: str = BOARD, org: int = 1, fail: bool = False) -> Plan[None]:
    for what in whats:
        yield Change("INSERT INTO patient (org, id) VALUES (?, ?)", (org, what))
        yield Tell(org, feed, "told", what, {"did": "created"})
    if fail:
        raise Invalid("as asked")


def caught(engine: Engine, known: int = 0, *, feed: str = BOARD, org: int = 1) -> Any:
    return engine.read(lambda: feeds.since(org, feed, known))


async def test_what_is_told_is_numbered_in_the_order_of_commit(engine: Engine) -> None:
    heard = Heard(engine)

    await asyncio.gather(*(engine.write(lambda n=n: tell(f"{n}a", f"{n}b")) for n in range(20)))  # type: ignore[misc]  # a default binds it

    found = await caught(engine)
    assert [one.seq for one in found.events] == list(range(1, 41))
    assert [one.what for one in found.events] == [f"{n}{letter}" for n in range(20) for letter in "ab"]
    assert found.events == heard.happened
    assert found.events[0].said == {"did": "created"}


async def test_each_feed_of_each_organisation_counts_for_itself(engine: Engine) -> None:
    await engine.write(lambda: tell("a", feed="person:Practitioner/1"))
    await engine.write(lambda: tell("b", feed="person:Practitioner/2"))
    await engine.write(lambda: tell("a", feed="person:Practitioner/1", org=2))

    for feed, org in (("person:Practitioner/1", 1), ("person:Practitioner/2", 1), ("person:Practitioner/1", 2)):
        assert (await caught(engine, feed=feed, org=org)).seq == 1


async def test_one_plan_may_tell_in_many_feeds(engine: Engine) -> None:
    heard = Heard(engine)
    names = [f"thread:{n:02}" for n in range(47)]

    def many() -> Plan[None]:
        for name in [*names, *reversed(names)]:
            yield Tell(1, name, "message")

    await engine.write(many)

    assert [one.feed for one in heard.happened] == [*names, *reversed(names)]
    assert all(heard.numbers(name) == [1, 2] for name in names)


async def test_an_undone_plan_tells_nothing_and_leaves_no_gap(engine: Engine) -> None:
    heard = Heard(engine)

    ended = await asyncio.gather(
        *(engine.write(lambda n=n: tell(str(n), fail=n % 3 == 1)) for n in range(9)),  # type: ignore[misc]  # a default binds it
        return_exceptions=True,
    )

    assert sum(isinstance(one, Invalid) for one in ended) == 3
    assert [one.what for one in heard.happened] == ["0", "2", "3", "5", "6", "8"]
    assert heard.numbers(BOARD) == [one.seq for one in (await caught(engine)).events] == [1, 2, 3, 4, 5, 6]


async def test_a_plan_that_cannot_be_recorded_tells_nothing(engine: Engine) -> None:
    heard = Heard(engine)

    def whole() -> Plan[None]:
        yield from tell("a")
        yield Record("no log takes this")

    with pytest.raises(Unavailable):
        await engine.write(whole)

    assert heard.happened == []
    assert await caught(engine) == Caught(0, [])


async def test_a_group_that_is_tried_one_by_one_tells_of_what_stands(engine: Engine) -> None:
    heard = Heard(engine)

    def refusing(entries: Sequence[Any]) -> Plan[None]:
        if "poison" in entries:
            raise ValueError("the log cannot take this")
        yield Query("SELECT 1")

    engine.sequencer = refusing

    def noted(name: str) -> Plan[None]:
        yield from tell(name)
        yield Record(name)

    await asyncio.gather(*(engine.write(lambda n=n: noted(n)) for n in ("a", "poison", "b")), return_exceptions=True)  # type: ignore[misc]  # a default binds it

    assert [(one.seq, one.what) for one in heard.happened] == [(1, "a"), (2, "b")]


async def test_it_is_handed_out_when_it_is_durable_and_before_its_caller_goes_on(engine: Engine) -> None:
    heard = Heard(engine)
    stood: list[Caught] = []

    def told(happened: Sequence[Happening]) -> None:
        heard.happened.extend(happened)
        if isinstance(engine, Sqlite):  # whose reads are at once
            with pytest.raises(StopIteration) as end:
                engine.read(lambda: feeds.since(1, BOARD, 0)).send(None)
            stood.append(end.value.value)

    engine.told = told
    await engine.write(lambda: tell("a"))

    assert [one.what for one in heard.happened] == ["a"]
    assert all(one.seq == 1 for one in stood)


async def test_a_listener_that_fails_harms_no_writer(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    def told(_: Sequence[Happening]) -> None:
        raise ValueError("as asked")

    engine.told = told

    await engine.write(lambda: tell("a"))

    assert (await caught(engine)).seq == 1
    assert "could not be handed out" in caplog.text


async def test_what_reads_may_not_tell(engine: Engine) -> None:
    def sly() -> Plan[None]:
        yield Tell(1, BOARD, "told")

    with pytest.raises(TypeError):
        await engine.read(sly)
    assert await caught(engine) == Caught(0, [])


async def test_who_knows_a_number_gets_what_came_after_it(engine: Engine) -> None:
    await engine.write(lambda: tell("a", "b", "c"))

    assert [one.what for one in (await caught(engine, 1)).events] == ["b", "c"]
    assert await caught(engine, 3) == Caught(3, [])
    assert await caught(engine, -1) == Caught(3, [])
    assert await caught(engine, 4) == Caught(3, [], reset=True)


async def test_who_missed_more_than_is_told_reads_anew(engine: Engine) -> None:
    def many(count: int) -> Plan[None]:
        for _ in range(count):
            yield Tell(1, BOARD, "told")

    await engine.write(lambda: many(feeds.MOST))
    assert len((await caught(engine)).events) == feeds.MOST

    await engine.write(lambda: many(1))
    assert await caught(engine) == Caught(feeds.MOST + 1, [], reset=True)
    assert len((await caught(engine, 1)).events) == feeds.MOST


async def test_old_ones_are_forgotten_and_numbers_go_on(engine: Engine) -> None:
    heard = Heard(engine)
    await engine.write(lambda: tell("a", "b"))
    [first, _] = heard.happened

    assert await engine.write(lambda: feeds.sweep(first.at)) == 0
    assert await engine.write(lambda: feeds.sweep(first.at + 1)) == 2
    assert await caught(engine) == Caught(2, [], reset=True)
    assert await caught(engine, 2) == Caught(2, [])

    await engine.write(lambda: tell("c"))
    assert [(one.seq, one.what) for one in (await caught(engine, 2)).events] == [(3, "c")]
    assert (await caught(engine, 1)).reset


CHILD = """
import asyncio, json, sys
from pathlib import Path
from meridian.store.database import MariadbServer, SqliteFile
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Tell
from meridian.store.sqlite import Sqlite

async def main(said, name, count):
    engine = Sqlite(SqliteFile(Path(said["path"]))) if "path" in said else Mariadb(MariadbServer(**said))
    def tell(at):
        yield Tell(1, f"own:{name}", "told", f"{name}/{at}")
        yield Tell(1, "board", "told", f"{name}/{at}")
        yield Tell(1, f"thread:{at % 7}", "told", f"{name}/{at}")
    heard = []
    engine.told = heard.extend
    await engine.open()
    for first in range(0, count, 20):
        await asyncio.gather(*(engine.write(lambda at=at: tell(at)) for at in range(first, first + 20)))
    await engine.close()
    print(json.dumps([one.seq for one in heard if one.feed == "board"]))

asyncio.run(main(json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
"""


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


def telling(program: str, database: Database, name: str, count: int) -> "subprocess.Popen[str]":
    said = json.dumps({k: str(v) if isinstance(v, Path) else v for k, v in asdict(database).items()})
    return subprocess.Popen([sys.executable, "-c", program, said, name, str(count)], stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own program


def opened(database: Database) -> Engine:
    return Sqlite(database) if isinstance(database, SqliteFile) else Mariadb(database)


async def test_two_processes_that_tell_in_one_feed_leave_no_hole_and_no_double(database: Database) -> None:
    children = [telling(CHILD, database, name, 500) for name in "ab"]
    heard = [json.loads(child.communicate()[0]) for child in children]

    engine = opened(database)
    await engine.open()
    kept = await engine.read(rows)
    own = [await caught(engine, feed=f"own:{name}") for name in "ab"]
    await engine.close()
    assert [seq for seq, _ in kept] == list(range(1, 1001))
    assert sorted(heard[0] + heard[1]) == list(range(1, 1001))
    assert all(one == sorted(one) for one in heard)
    assert [len(one.events) for one in own] == [500, 500]
    assert len({what for _, what in kept}) == 1000


def rows() -> Plan[list[tuple[int, str]]]:
    found = yield Query("SELECT seq, what FROM happening WHERE org = 1 AND feed = 'board' ORDER BY seq")
    return [(seq, what) for seq, what in found]


@pytest.mark.mariadb
async def test_what_deadlocks_or_loses_its_connection_is_told_once(mariadb_database: MariadbServer) -> None:
    engine, other = Mariadb(mariadb_database), Mariadb(mariadb_database)
    heard = Heard(engine)
    await engine.open()
    await other.open()
    driven: list[int] = []
    begun = asyncio.Event()

    def mine() -> Plan[None]:
        [(number,)] = yield Query("SELECT CONNECTION_ID()")
        driven.append(number)
        yield from tell("whole")
        begun.set()
        if len(driven) == 1:
            yield Query("SELECT SLEEP(5)")

    async def cut() -> None:
        await begun.wait()
        await other.write(lambda: change(f"KILL {driven[0]}"))

    await asyncio.gather(engine.write(mine), cut())

    assert len(driven) == 2
    assert heard.numbers(BOARD) == [1]
    assert [one.seq for one in (await caught(other)).events] == [1]
    await engine.close()
    await other.close()


def change(sql: str) -> Plan[None]:
    yield Change(sql)


async def test_a_process_that_dies_before_it_hands_out_loses_no_row(database: Database) -> None:
    child = telling(CHILD.replace("heard.extend", "lambda happened: __import__('os')._exit(7)"), database, "a", 20)
    child.communicate()

    engine = opened(database)
    await engine.open()
    found = await caught(engine)
    await engine.close()
    assert child.returncode == 7
    assert [one.seq for one in found.events] == list(range(1, found.seq + 1))
    assert found.seq > 0


@pytest.mark.parametrize("count", [1, 2, 3, 5, 20])
def test_what_one_message_tells_is_numbered_in_one_statement(count: int) -> None:
    told = [Tell(1, f"person:Practitioner/{number}", "message", "Communication/1") for number in range(count)]
    plan = feeds.keep(told, 0)

    first = next(plan)
    assert isinstance(first, Query)
    then = plan.send([(1, one.feed, 7) for one in told])

    assert isinstance(then, Many)
    assert [row[2] for row in then.rows] == [7] * count
