"""A whole log out of the database, piece by piece, so that a log of any length takes the same memory."""

from collections.abc import AsyncIterator
from functools import partial
from typing import NamedTuple

from meridian.audit import merkle, tree
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query

PIECE = 1024
"""Rows that are read at a time."""

_HEAD = (
    "SELECT size, frontier, (SELECT MAX(seq) FROM audit_entry e WHERE e.org = h.org) FROM audit_head h WHERE h.org = ?"
)
_ROWS = "SELECT seq, leaf, body FROM audit_entry WHERE org = ? AND seq > ? ORDER BY seq LIMIT ?"
_NOTES = "SELECT size, note FROM audit_checkpoint WHERE org = ? AND size > ? ORDER BY size LIMIT ?"
_LOGS = "SELECT org FROM audit_head ORDER BY org"


class Head(NamedTuple):
    """How far a log has come, and the place of the last entry there is, which should be the one before `size`."""

    size: int
    root: bytes
    last: int


class Row(NamedTuple):
    """An entry as it is kept."""

    seq: int
    leaf: bytes
    body: bytes


def logs() -> Plan[list[int]]:
    """The organisations that have a log."""
    rows = yield Query(_LOGS)
    return [row[0] for row in rows]


def head(org: int) -> Plan[Head]:
    """Where the log of *org* stands; of size 0 if it has none."""
    rows = yield Query(_HEAD, (org,))
    if not rows:
        return Head(0, merkle.root([]), -1)
    size, frontier, last = rows[0]
    return Head(size, merkle.root(merkle.unpack(frontier)), -1 if last is None else last)


async def entries(engine: Engine, org: int, size: int) -> AsyncIterator[Row]:
    """The entries kept at the places below *size*, in order; one that is missing is passed over in silence."""
    seq = -1
    while True:
        rows = await engine.read(partial(_piece, _ROWS, org, seq))
        for row in rows:
            if row[0] >= size:
                return
            yield Row(*row)
        if len(rows) < PIECE:
            return
        seq = rows[-1][0]


async def hashes(engine: Engine, org: int, level: int, size: int) -> AsyncIterator[bytes]:
    """The hashes of a level's tiles in a tree of *size* entries, in order."""
    tile = 0
    while True:
        found = await engine.read(partial(tree.hashes, org, level, tile, size))
        for one in found:
            yield one
        if len(found) < tree.TILE:
            return
        tile += 1


async def notes(engine: Engine, org: int, newest: int) -> AsyncIterator[str]:
    """The checkpoints kept of sizes up to *newest*, by rising size."""
    size = -1
    while True:
        rows = await engine.read(partial(_piece, _NOTES, org, size))
        for row in rows:
            if row[0] > newest:
                return
            yield bytes(row[1]).decode(errors="replace")
        if len(rows) < PIECE:
            return
        size = rows[-1][0]


def _piece(sql: str, org: int, after: int) -> Plan[list[tuple[int, bytes, bytes]]]:
    rows: list[tuple[int, bytes, bytes]] = yield Query(sql, (org, after, PIECE))
    return rows
