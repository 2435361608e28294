"""
What telling costs: CPU of a durable write that tells nothing, and of the same that tells in one feed or in three.

    python -m bench telling [sqlite|mariadb]

Writes in groups of sixteen, as a busy server makes them; a row and an audit entry each. On MariaDB the database's own
time is counted with it.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.audit_cost import entries
from bench.data import DISK
from bench.load import cpu_seconds
from meridian.audit.log import sequence
from meridian.store.database import SqliteFile
from meridian.store.plan import Change, Plan, Record, Tell
from meridian.testing import databases

WRITES, GROUP = 4000, 16
FEEDS = ("board", "patient:{}", "person:Practitioner/{}")


def write(number: int, entry: Any, tells: int) -> Plan[None]:
    """One write."""
    yield Change("INSERT INTO patient (org, id) VALUES (?, ?)", (1, f"p-{tells}-{number}"))
    yield Record(entry)
    for feed in FEEDS[:tells]:
        yield Tell(1, feed.format(number % 50), "appointment", f"Appointment/{number}", {"did": "updated"})


async def _cost(engine: Any, processes: list[int], tells: int) -> float:
    """CPU ms of one write."""
    made = entries(WRITES)
    own, others = time.process_time(), cpu_seconds(processes)
    for at in range(0, WRITES, GROUP):
        some = range(at, min(at + GROUP, WRITES))
        await asyncio.gather(*(engine.write(lambda n=n: write(n, made[n], tells)) for n in some))
    return 1000 * (time.process_time() - own + cpu_seconds(processes) - others) / WRITES


async def _measure(engine: Any, processes: list[int]) -> list[float]:
    engine.sequencer = sequence
    engine.told = lambda _: None
    await engine.open()
    try:
        await _cost(engine, processes, 9)  # warm, and of other names
        return [await _cost(engine, processes, tells) for tells in (0, 1, 3)]
    finally:
        await engine.close()


def measured(engine: str) -> str:
    """A line about one engine."""
    with tempfile.TemporaryDirectory(dir=DISK) as name:
        nothing, one, three = _on(engine, Path(name))
    return (
        f"a write that tells nothing {nothing:.3f} CPU ms, in one feed {one:.3f} (+{one - nothing:.3f}),"
        f" in three {three:.3f} (+{three - nothing:.3f})"
    )


def _on(engine: str, folder: Path) -> list[float]:
    if engine == "sqlite":
        from meridian.store.sqlite import Sqlite  # noqa: PLC0415  # only the driver that is used

        file = SqliteFile(folder / "bench.db")
        databases.lay(file)
        return asyncio.run(_measure(Sqlite(file), []))
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # likewise
    from meridian.testing.mariadb import PrivateServer  # noqa: PLC0415  # likewise

    server = PrivateServer(folder / "server").start()
    try:
        database = server.database("meridian_telling")
        databases.lay(database)
        return asyncio.run(_measure(Mariadb(database), [server.process_id]))
    finally:
        server.close()


def main(words: list[str]) -> None:
    """Measure and print."""
    for engine in words or ["sqlite", "mariadb"]:
        print(f"{engine:<8} {measured(engine)}")


if __name__ == "__main__":
    main(sys.argv[1:])
