"""
A log verified a piece at a time, and the proof of one entry: what an officer can ask for in a request.

A piece is a few blocks. Each entry of a block is hashed anew and compared with the tile; the tile's hashes are shown to
be under the signed checkpoint by the proof of one of them, which is made from all the others. So what one piece says
stands by itself, and all pieces together say what `meridian audit verify` says of the entries that are signed.
"""

from functools import partial
from typing import Any, NamedTuple

from meridian.audit import tree, verifier
from meridian.audit.choosing import Head
from meridian.audit.verifier import Key, Refused
from meridian.faults import NotFound
from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query

PIECE = 16
"""Blocks of 256 entries in one piece."""
_ROWS = "SELECT seq, leaf, body FROM audit_entry WHERE org = ? AND seq >= ? AND seq < ? ORDER BY seq"


class Checked(NamedTuple):
    """
    What was found in a piece.

    Args:
        checked: Entries that were shown to be whole, from the first of the log.
        size: Entries under the checkpoint.
        wrong: The place of the first entry that is not as it was signed; `None` when there is none.
        why: What is wrong; empty when nothing is.
    """

    checked: int
    size: int
    wrong: int | None = None
    why: str = ""


async def piece(engine: Engine, org: int, top: Head, key: Key, after: int) -> Checked:
    """The piece that begins at entry *after*, a multiple of 256."""
    size, at = top.point.size, after
    try:
        verifier.open_note(top.note, [key])
    except Refused as refusal:
        return Checked(at, size, at, str(refusal))
    for _ in range(PIECE):
        if at >= size:
            break
        end = min(at + tree.TILE, size)
        rows = await engine.read(partial(_rows, org, at, end))
        hashes = await engine.read(partial(tree.hashes, org, 0, at // tree.TILE, size))
        wrong = _wrong(rows, hashes, at, end)
        if wrong is not None:
            return Checked(wrong, size, wrong, "the entry is not what was written, or is not there")
        proof = await engine.read(partial(tree.inclusion, org, end - 1, size))
        try:
            verifier.check_inclusion(end - 1, size, hashes[-1], proof, top.point.root)
        except Refused:
            return Checked(at, size, at, "what is kept does not lead to what was signed")
        at = end
    return Checked(at, size)


def _rows(org: int, low: int, high: int) -> Plan[list[Any]]:
    rows: list[Any] = yield Query(_ROWS, (org, low, high))
    return [(seq, _octets(leaf), _octets(body)) for seq, leaf, body in rows]


def _octets(kept: object) -> bytes:
    """What a column holds, whatever somebody has put into it."""
    return bytes(kept) if isinstance(kept, bytes | bytearray | memoryview) else str(kept).encode()


def _wrong(rows: list[Any], hashes: list[bytes], low: int, high: int) -> int | None:
    """The first place where the entry, the hash beside it and the tile do not agree."""
    found = {seq: (leaf, verifier.leaf_hash(body)) for seq, leaf, body in rows}
    for place in range(low, high):
        at = place - low
        if at >= len(hashes) or found.get(place) != (hashes[at], hashes[at]):
            return place
    return None


class Shown(NamedTuple):
    """
    The proof of one entry, and whether it holds.

    Args:
        body: The entry's octets, as they are kept.
        hashes: Beside its path to the root.
        holds: Whether they lead from the octets to the signed root.
    """

    body: bytes
    hashes: list[bytes]
    holds: bool


async def shown(engine: Engine, org: int, top: Head, key: Key, seq: int) -> Shown:
    """
    The proof that entry *seq* is under the checkpoint; of one that is too new there is none, and it does not hold yet.

    Raises:
        NotFound: If there is no such entry.
    """
    rows = await engine.read(partial(_rows, org, seq, seq + 1))
    if not rows:
        raise NotFound("No entry at that place")
    body = rows[0][2]
    if seq >= top.point.size:
        return Shown(body, [], holds=False)
    hashes = await engine.read(partial(tree.inclusion, org, seq, top.point.size))
    try:
        point = verifier.open_note(top.note, [key])
        verifier.check_inclusion(seq, point.size, verifier.leaf_hash(body), hashes, point.root)
    except Refused:
        return Shown(body, hashes, holds=False)
    return Shown(body, hashes, holds=True)
