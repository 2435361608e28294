"""
What several processes bear on one machine, and what a record takes of the database.

    python -m bench scaling [SECONDS]

Two processes that answer requests, a worker, MariaDB, Redis and production's nginx. Writers put patients through nginx
for so many seconds, half of them while both processes are started anew one after the other; then everything that was
acknowledged is looked up. CPU milliseconds are those of each part for one write. After that the benchmark's clinic is
imported, and MariaDB is asked what its tables weigh.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.data import DISK, data
from bench.load import cpu_seconds
from meridian.store.database import MariadbServer
from meridian.store.mariadb import connect
from meridian.testing.mariadb import PrivateServer
from meridian.testing.served import settle
from meridian.testing.several import Load, Several, missing, several

WRITERS = 8
SECONDS = 20.0
SIZES = """
SELECT t.table_name, t.data_length, t.index_length FROM information_schema.tables t
WHERE t.table_schema = DATABASE() AND t.data_length + t.index_length > 1000000
ORDER BY t.data_length + t.index_length DESC
"""

PARTED = ("index_token", "index_link", "index_text", "index_date")
ONE = "EXPLAIN PARTITIONS SELECT rid FROM {} WHERE org = 1 AND param = 1"


class Weight(NamedTuple):
    """A table: rows, and bytes of its rows and of its further indexes."""

    name: str
    rows: int
    data: int
    index: int


def _parts(platform: Several) -> dict[str, list[int]]:
    """Processes of each part."""
    return {
        "api": [one.pid for one in platform.processes],
        "worker": [platform.worker.pid],
        "mariadb": [platform.database.process_id],
    }


def bear(seconds: float) -> None:
    """Write, start anew, look up, and print."""
    with tempfile.TemporaryDirectory(dir=DISK) as name, several(Path(name)) as platform:
        load, before = Load(platform, "bear"), {}
        with load.on(WRITERS):
            time.sleep(1)
            before, wrote, begun = _used(platform), sum(load.answers.values()), time.perf_counter()
            time.sleep(seconds / 2)
            used, done, took = _used(platform), sum(load.answers.values()) - wrote, time.perf_counter() - begun
            platform.roll()
        costs = ", ".join(f"{part} {1000 * (used[part] - before[part]) / done:.1f}" for part in used)
        print(f"{WRITERS} writers through nginx: {done / took:,.0f} writes/s; CPU ms a write: {costs}")
        print(f"both processes started anew under load: {len(load.acknowledged):,} resources acknowledged,"
              f" lost {len(load.lost())}, answers {load.answers}, broken {load.broken}")  # fmt: skip


def _used(platform: Several) -> dict[str, float]:
    return {part: cpu_seconds(pids) for part, pids in _parts(platform).items()}


def weigh() -> None:
    """Import the benchmark's clinic and print what its tables weigh."""
    with tempfile.TemporaryDirectory(dir=DISK) as name:
        folder = Path(name)
        (folder / "server").mkdir()
        private = PrivateServer(folder / "server").start()
        try:
            place = private.database("meridian_weight")
            given, site = data(folder), settle(folder / "data", place)
            site.command("import", str(given.path))
            patients, resources, weights = asyncio.run(_weights(place))
            parted = asyncio.run(_parted(place))
        finally:
            private.close()
    total = sum(one.data + one.index for one in weights)
    print(f"{given.name}: {resources:,} resources of {patients} patients, {total / 1e6:,.1f} MB in tables over 1 MB")
    print(f"{'table':<16} {'rows':>9} {'bytes a row':>11} {'rows a resource':>15} {'share':>6}")
    for one in weights:
        size = one.data + one.index
        print(f"{one.name:<16} {one.rows:>9,} {size / max(1, one.rows):>11.0f}"
              f" {one.rows / resources:>15.2f} {size / total:>6.0%}")  # fmt: skip
    print(f"{total / resources:,.0f} bytes a resource, {total / patients / 1e6:.2f} MB a patient")
    print(f"parted by organisation into 16, one organisation's question reads: {parted}")


async def _parted(place: MariadbServer) -> dict[str, str]:
    """The partitions that a question of one organisation reads, once each index table has sixteen."""
    connection, found = await connect(place), {}
    try:
        async with connection.cursor() as cursor:
            for name in PARTED:
                await cursor.execute(f"ALTER TABLE {name} PARTITION BY KEY (org) PARTITIONS 16")
                await cursor.execute(ONE.format(name))
                [row] = await cursor.fetchall()
                found[name] = row[3]
    finally:
        connection.close()
    return found


async def _weights(place: MariadbServer) -> tuple[int, int, list[Weight]]:
    connection = await connect(place)
    try:
        async with connection.cursor() as cursor:
            await cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
            for (name,) in await cursor.fetchall():
                await cursor.execute(f"ANALYZE TABLE `{name}`")
                await cursor.fetchall()
            await cursor.execute("SELECT COUNT(*) FROM patient WHERE id <> ''")
            [(patients,)] = await cursor.fetchall()
            await cursor.execute("SELECT COUNT(*) FROM resource")
            [(resources,)] = await cursor.fetchall()
            await cursor.execute(SIZES)
            weights = []
            for name, rows, more in await cursor.fetchall():
                await cursor.execute(f"SELECT COUNT(*) FROM {name}")  # noqa: S608  # what the server knows is an estimate
                [(count,)] = await cursor.fetchall()
                weights.append(Weight(name, count, rows, more))
            return patients, resources, weights
    finally:
        connection.close()


def main(words: list[str]) -> None:
    """Measure and print."""
    if reason := missing():
        sys.exit(reason)
    bear(float(words[0]) if words else SECONDS)
    weigh()


if __name__ == "__main__":
    main(sys.argv[1:])
