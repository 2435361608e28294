"""
A process that writes until it is told to stop, for tests of what survives: prints each name once it is acknowledged.

    python -m meridian.testing.writer '{"path": "..."}' PREFIX COUNT [BYTES]

Each write is a row of `patient` and a row of `care` in one transaction, and stands in a log that the engine's sequencer
keeps in `care` under organisation 9. With BYTES, files may not grow beyond that many until the first refusal was
printed.
"""

import asyncio
import json
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from meridian.faults import Unavailable
from meridian.store.database import MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.mariadb import Mariadb
from meridian.store.plan import Change, Many, Plan, Query, Record
from meridian.store.sqlite import Sqlite

AT_ONCE = 16


def write(name: str) -> Plan[None]:
    """Two rows and an entry that belong together."""
    done = yield Change("INSERT INTO patient (org, id, wrapped) VALUES (1, ?, ?)", (name, b"x" * 2000))
    yield Change("INSERT INTO care (org, member, pat, rid) VALUES (1, ?, ?, 1)", (name, done.key))
    yield Record(name)


def logged(entries: Sequence[Any]) -> Plan[None]:
    """The log: one row for each entry."""
    yield Many("INSERT INTO care (org, member, pat, rid) VALUES (9, ?, 0, 0)", [(one,) for one in entries])


def kept() -> Plan[tuple[set[str], set[str], set[str]]]:
    """The names in each of the three places, which must agree."""
    rows = yield Query("SELECT id FROM patient WHERE org = 1")
    cares = yield Query("SELECT member FROM care WHERE org = 1")
    log = yield Query("SELECT member FROM care WHERE org = 9")
    return {name for (name,) in rows}, {name for (name,) in cares}, {name for (name,) in log}


def engine_of(described: dict[str, Any]) -> Engine:
    """The engine for a database described as JSON."""
    if "path" in described:
        return Sqlite(SqliteFile(Path(described["path"])), sequencer=logged)
    return Mariadb(MariadbServer(**described), sequencer=logged)


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main(described: dict[str, Any], prefix: str, count: int, limit: int) -> None:
    """Write *count* names."""
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    engine = engine_of(described)
    await engine.open()
    names = (f"{prefix}-{n}" for n in range(count))

    async def some() -> None:
        for name in names:
            try:
                await engine.write(lambda name=name: write(name))  # type: ignore[misc]  # a default binds it
            except Unavailable as refused:
                say(f"refused: {refused}")
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            else:
                say(name)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    await engine.close()


if __name__ == "__main__":
    said, prefix, count, *limit = sys.argv[1:]
    asyncio.run(main(json.loads(said), prefix, int(count), int(limit[0]) if limit else 0))
