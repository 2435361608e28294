"""How the platform fared: one row a minute of each process, for a day."""

from typing import NamedTuple

from meridian.store.plan import Change, Plan, Query

KEPT = 25 * 3_600_000
"""Milliseconds."""
MOST = 30_000
"""Rows that are read at most: a day of twenty processes."""


class Sample(NamedTuple):
    """What *process* says of the minute that began *at* (ms since the epoch), as JSON."""

    at: int
    process: str
    said: bytes


def keep(one: Sample) -> Plan[None]:
    """Keep a minute, and forget those of before yesterday."""
    yield Change("DELETE FROM sample WHERE at < ?", (one.at - KEPT,))
    yield Change("INSERT OR IGNORE INTO sample (at, process, said) VALUES (?, ?, ?)", tuple(one))


def since(at: int) -> Plan[list[Sample]]:
    """All minutes that began *at* or later, in their order."""
    rows = yield Query("SELECT at, process, said FROM sample WHERE at >= ? ORDER BY at, process LIMIT ?", (at, MOST))
    return [Sample(*row) for row in rows]
