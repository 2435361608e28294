"""
The Merkle tree as the database keeps it: leaf hashes beside the entries, and full tiles of 256.

A tile is written once, when its last hash is known. Everything else is derived from the tiles and at most 255 leaf
hashes, so that no proof or export reads the log again.
"""

from meridian.audit import merkle, terms
from meridian.audit.leaf import open_body
from meridian.faults import NotFound
from meridian.store.plan import Change, Many, Plan, Query

TILE = 256
"""Hashes of a full tile."""
HEIGHT = 8
"""Levels of the tree in one tile."""

_BLOCK = "SELECT leaf, body FROM audit_entry WHERE org = ? AND seq >= ? AND seq < ? ORDER BY seq"
_LEAVES = "SELECT leaf FROM audit_entry WHERE org = ? AND seq >= ? AND seq < ? ORDER BY seq"
_ROOTS = "SELECT root FROM audit_tile WHERE org = ? AND level = ? AND tile >= ? AND tile < ? ORDER BY tile"
_TILE = "SELECT hashes FROM audit_tile WHERE org = ? AND level = ? AND tile = ?"
_SIZE = "SELECT size FROM audit_head WHERE org = ?"
_NEW_TILE = "INSERT INTO audit_tile (org, level, tile, root, hashes) VALUES (?, ?, ?, ?, ?)"
_NEW_TERM = "INSERT INTO audit_term (org, kind, value, block) VALUES (?, ?, ?, ?)"


def complete(org: int, block: int) -> Plan[None]:
    """Write the tile and the terms of a block whose last entry has just been appended, and the tiles above it."""
    rows = yield Query(_BLOCK, (org, block * TILE, (block + 1) * TILE))
    yield from _write_tile(org, 0, block, [row[0] for row in rows])
    found = terms.of_block(open_body(row[1]) for row in rows)
    yield Many(_NEW_TERM, [(org, kind, value, block) for kind, value in found])
    level, tile = 1, block + 1
    while tile % TILE == 0:
        tile //= TILE
        roots = yield Query(_ROOTS, (org, level - 1, (tile - 1) * TILE, tile * TILE))
        yield from _write_tile(org, level, tile - 1, [row[0] for row in roots])
        level += 1


def _write_tile(org: int, level: int, tile: int, hashes: list[bytes]) -> Plan[None]:
    yield Change(_NEW_TILE, (org, level, tile, merkle.tile_root(hashes), merkle.pack(hashes)))


def hashes(org: int, level: int, tile: int, size: int) -> Plan[list[bytes]]:
    """
    The hashes of a tile in a tree of *size* entries: 256, fewer if it is the last of its level, none beyond.

    Source: c2sp.org/tlog-tiles.
    """
    width = min(TILE, (size >> (HEIGHT * level)) - tile * TILE)
    if width <= 0:
        return []
    rows = yield Query(_TILE, (org, level, tile))
    if rows:
        return merkle.unpack(rows[0][0])[:width]
    if level == 0:
        rows = yield Query(_LEAVES, (org, tile * TILE, tile * TILE + width))
    else:
        rows = yield Query(_ROOTS, (org, level - 1, tile * TILE, tile * TILE + width))
    return [row[0] for row in rows]


def inclusion(org: int, seq: int, size: int) -> Plan[list[bytes]]:
    """
    The proof that entry *seq* is in the tree of *size* entries.

    Raises:
        NotFound: If the log has no such entry or size.
    """
    yield from _expect(org, size)
    if not 0 <= seq < size:
        raise NotFound("The audit log has no such entry")
    proof = yield from _proof(org, size, merkle.inclusion(seq, size))
    return proof


def consistency(org: int, old: int, new: int) -> Plan[list[bytes]]:
    """
    The proof that the tree of *old* entries is the beginning of that of *new* entries.

    Raises:
        NotFound: If the log was never of these sizes.
    """
    yield from _expect(org, new)
    if not 0 < old <= new:
        raise NotFound("The audit log was never of that size")
    proof = yield from _proof(org, new, merkle.consistency(old, new))
    return proof


def _expect(org: int, size: int) -> Plan[None]:
    rows = yield Query(_SIZE, (org,))
    if not rows or rows[0][0] < size:
        raise NotFound("The audit log was never of that size")


def _proof(org: int, size: int, ranges: list[merkle.Range]) -> Plan[list[bytes]]:
    tiles: dict[tuple[int, int], list[bytes]] = {}
    proof = []
    for nodes in ranges:
        found = {}
        for node in nodes:
            found[node] = yield from _node(org, size, node, tiles)
        proof.append(merkle.fold(nodes, found.__getitem__))
    return proof


def _node(org: int, size: int, node: merkle.Node, tiles: dict[tuple[int, int], list[bytes]]) -> Plan[bytes]:
    level, height = divmod(node[0], HEIGHT)
    first = node[1] << height
    at = (level, first // TILE)
    if at not in tiles:
        tiles[at] = yield from hashes(org, *at, size)
    return merkle.tile_root(tiles[at][first % TILE : (first % TILE) + (1 << height)])
