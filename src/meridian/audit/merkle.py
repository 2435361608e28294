"""
The Merkle tree of RFC 6962 and RFC 9162, as arithmetic on hashes: nothing here reads or stores.

A growing tree is carried as its *frontier*: the roots of the complete subtrees that cover it, widest first, one for
each 1 in the binary form of its size. Proofs are made from *nodes*: the node at (level, index) is the root over the
leaves `index << level` up to `(index + 1) << level`. Which nodes a proof takes is said as coordinates, so that whoever
stores them can fetch exactly those. Checking a proof is `verifier`'s, which shares no code with this module.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TypeAlias

HASH = 32
"""Octets of a hash; SHA-256."""

Node: TypeAlias = tuple[int, int]
"""Level and index of a complete subtree."""
Range: TypeAlias = tuple[Node, ...]
"""The complete subtrees, left to right, whose folding is one hash of a proof."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of an entry. Source: RFC 9162 section 2.1.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash over two subtrees. Source: RFC 9162 section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


def extend(frontier: list[bytes], size: int, leaf: bytes) -> None:
    """Append one leaf hash to the *frontier* of a tree of *size* leaves, in place."""
    while size & 1:
        leaf = node_hash(frontier.pop(), leaf)
        size >>= 1
    frontier.append(leaf)


def frontier_of(leaves: Iterable[bytes]) -> list[bytes]:
    """The frontier of a whole tree, from its leaf hashes."""
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        extend(frontier, size, leaf)
    return frontier


def root(frontier: Sequence[bytes]) -> bytes:
    """The root of the tree with this frontier; of no leaves, the hash of nothing."""
    if not frontier:
        return sha256(b"").digest()
    *wider, folded = frontier
    for left in reversed(wider):
        folded = node_hash(left, folded)
    return folded


def pack(frontier: Sequence[bytes]) -> bytes:
    """A frontier as one string of octets."""
    return b"".join(frontier)


def unpack(packed: bytes) -> list[bytes]:
    """
    The hashes of a packed frontier, or of a tile.

    >>> unpack(pack([b"a" * 32, b"b" * 32]))[1] == b"b" * 32
    True
    """
    return [packed[at : at + HASH] for at in range(0, len(packed), HASH)]


def cover(start: int, end: int) -> Range:
    """
    The fewest complete subtrees over the leaves *start* up to *end*, left to right.

    >>> cover(0, 7)
    ((2, 0), (1, 2), (0, 6))
    """
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return tuple(nodes)


def inclusion(index: int, size: int) -> list[Range]:
    """
    What the proof that leaf *index* is in a tree of *size* leaves is made of, from the leaf upwards.

    Raises:
        ValueError: If there is no such leaf.

    Source: RFC 9162 section 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError("that leaf is not in the tree")
    return [cover(*span) for span in _path(index, 0, size)]


def _path(index: int, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency(old: int, new: int) -> list[Range]:
    """
    What the proof that the tree of *old* leaves is the beginning of that of *new* leaves is made of.

    Raises:
        ValueError: If *old* is zero or greater than *new*.

    Source: RFC 9162 section 2.1.4.1.
    """
    if not 0 < old <= new:
        raise ValueError("only a tree that is not empty can be the beginning of another")
    spans: list[tuple[int, int]] = []
    start, end = 0, new
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return [cover(*span) for span in spans[::-1]]


def _split(width: int) -> int:
    """The largest power of two below *width*, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def fold(nodes: Range, node: Callable[[Node], bytes]) -> bytes:
    """The one hash over a range, given its nodes' hashes."""
    return root([node(at) for at in nodes])


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """
    The root over a power of two of neighbouring hashes.

    >>> tile_root([b"a" * 32]) == b"a" * 32
    True
    """
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]
