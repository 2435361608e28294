"""
Whether an audit log is whole, judged from bytes alone.

This file stands by itself: it imports nothing of the system that wrote the log and needs only Python's standard
library, 3.11 or later, so it can be copied to another machine and run there. Where `cryptography` is installed it
checks the signatures, thirty times as fast:

    python verifier.py EXPORT_DIR --key 'NAME+ID+KEY' [--anchors FILE ...]

What it trusts is the public key it is given, and nothing in the export. An export is a folder in the layout of
C2SP tlog-tiles: `checkpoint` (the newest), `checkpoints` (every one, a JSON string a line), `key`,
`tile/entries/...` (the entries) and `tile/0/...` (their hashes). An export of chosen entries is another: `entries/`
with each entry and its C2SP tlog-proof, `selection` (which they are, signed) and `consistency/`. An archive is a third:
`checkpoint/` is a folder of them. Anchors are
checkpoints that were kept outside the database, in the same form as `checkpoints`; a cut tail is seen against them.

Every entry begins `{"seq":N,"prev":"..."`: its place, and the first 16 octets of the leaf hash of the entry before it
(base64url). The signed roots decide *whether* the log is whole; the claimed leaf hashes, the places and the links name
the first entry that is not, even when whoever changed it made new hashes to match.

Sources: RFC 9162 section 2.1; c2sp.org/tlog-tiles; c2sp.org/tlog-checkpoint; c2sp.org/signed-note.
"""

import base64
import binascii
import heapq
import json
import re
import sys
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256, sha512
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

HASH = 32
TILE = 256
"""Hashes or entries in a full tile."""
WINDOW = 1024
"""Entries looked at on either side of a break, to tell a missing one from a changed one."""
LARGEST_NOTE = 16_384
LARGEST_TILE = TILE * (2 + 65_535)
"""Octets of the largest bundle of entries."""
LINES = 3
"""Lines that every checkpoint has: origin, size, root."""
ED25519 = 1
"""The signature type octet of Ed25519 in a signed note."""


class Refused(Exception):
    """A proof, a note or a key that does not hold; says why."""


# ---------------------------------------------------------------- hashes and proofs


def leaf_hash(data: bytes) -> bytes:
    """Hash of an entry (RFC 9162 section 2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash over two subtrees (RFC 9162 section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """The root of a log that is read from its beginning; remembers as many hashes as its size has 1 bits."""

    def __init__(self, size: int = 0, frontier: Sequence[bytes] = ()) -> None:
        self.size = size
        self._frontier = list(frontier)

    def append(self, leaf: bytes) -> None:
        """Take the next leaf hash."""
        size = self.size
        self.size += 1
        while size & 1:
            leaf = node_hash(self._frontier.pop(), leaf)
            size >>= 1
        self._frontier.append(leaf)

    @property
    def frontier(self) -> list[bytes]:
        """The roots of the full subtrees that it consists of, the widest first."""
        return list(self._frontier)

    def copy(self) -> "Tree":
        """A tree of its own from here on."""
        return Tree(self.size, self._frontier)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._frontier:
            return sha256(b"").digest()
        *wider, folded = self._frontier
        for left in reversed(wider):
            folded = node_hash(left, folded)
        return folded


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """
    Leaf *index* of the tree of *size* leaves with this *root* is *leaf*.

    Raises:
        Refused: If the proof does not show it.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise Refused("the leaf is outside the tree")
    _whole([leaf, root, *proof])
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Refused("the proof is too long")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Refused("the proof is too short")
    _same(found, root)


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """
    The tree of *old* leaves is the beginning of the tree of *new* leaves.

    Raises:
        Refused: If the proof does not show it; also for an *old* of zero, of which nothing can be shown.

    Source: RFC 9162 section 2.1.4.2.
    """
    if old == 0:
        raise Refused("an empty tree shows nothing")
    check_subtree_consistency((0, old), new, old_root, new_root, proof)


def check_subtree_inclusion(
    index: int, subtree: tuple[int, int], leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """
    Leaf *index* is in the *subtree* from its first leaf up to its end, whose root is *root*.

    Raises:
        Refused: If the proof does not show it, or these leaves form no subtree.

    Source: draft-ietf-plants-merkle-tree-certs section 4.3.
    """
    start, end = subtree
    _subtree(start, end)
    if not start <= index < end:
        raise Refused("the leaf is outside the subtree")
    check_inclusion(index - start, end - start, leaf, proof, root)


def check_subtree_consistency(
    subtree: tuple[int, int], size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """
    The *subtree* from its first leaf up to its end is part of the tree of *size* leaves.

    Raises:
        Refused: If the proof does not show it, or these leaves form no subtree. An empty subtree is part of every
            tree, whatever its root.

    Source: draft-ietf-plants-merkle-tree-certs section 4.4.
    """
    start, end = subtree
    if not start <= end <= size:
        raise Refused("the subtree is outside the tree")
    if start == end:
        _same(subtree_root, Tree().root())
        if proof:
            raise Refused("the proof is too long")
        return
    _subtree(start, end)
    climb = _Climb(start, end - 1, size - 1)
    while climb.low != climb.high and climb.joins_left():
        climb.up()
    hashes = list(proof)
    if climb.low != climb.high:
        if not hashes:
            raise Refused("the proof is empty")
        small = large = hashes.pop(0)
    else:
        small = large = subtree_root
    for sibling in hashes:
        small, large = climb.take(sibling, small, large)
    if climb.last:
        raise Refused("the proof is too short")
    _same(small, subtree_root)
    _same(large, root)


class _Climb:
    """The way up from a subtree's last leaf: places, level by level, of its first and last leaf and of the tree's."""

    def __init__(self, low: int, high: int, last: int) -> None:
        self.low, self.high, self.last = low, high, last

    def up(self) -> None:
        self.low, self.high, self.last = self.low >> 1, self.high >> 1, self.last >> 1

    def joins_left(self) -> bool:
        return self.high == self.last or bool(self.high & 1)

    def take(self, sibling: bytes, small: bytes, large: bytes) -> tuple[bytes, bytes]:
        """The hashes of subtree and tree one level up."""
        if self.last == 0:
            raise Refused("the proof is too long")
        if self.joins_left():
            if self.low < self.high:
                small = node_hash(sibling, small)
            large = node_hash(sibling, large)
            while self.high and not self.high & 1:
                self.up()
        else:
            large = node_hash(large, sibling)
        self.up()
        return small, large


def _subtree(start: int, end: int) -> None:
    if not 0 <= start < end or end >> 63:
        raise Refused("these leaves form no subtree")
    width = 1 << (end - start - 1).bit_length()
    if start % width:
        raise Refused("these leaves form no subtree")


def _whole(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH for one in hashes):
        raise Refused(f"a hash is not {HASH} octets long")


def _same(found: bytes, root: bytes) -> None:
    if found != root:
        raise Refused(f"the proof leads to {found.hex()}, not to {root.hex()}")


# ---------------------------------------------------------------- signed notes


class Key(NamedTuple):
    """A public key that a log signs with: its name, the four octets that point to it, and the key."""

    name: str
    mark: bytes
    public: bytes

    @classmethod
    def of(cls, name: str, public: bytes) -> "Key":
        """The key with this *name* and these 32 octets."""
        mark = sha256(name.encode() + b"\n" + bytes([ED25519]) + public).digest()[:4]
        return cls(name, mark, public)

    @classmethod
    def parse(cls, text: str) -> "Key":
        """
        The key written as `NAME+ID+KEY`, as Go's note package writes verifier keys.

        Raises:
            Refused: If it is not such a key, or its id is not its own.
        """
        name, _, rest = text.strip().partition("+")
        mark, _, encoded = rest.partition("+")
        octets = _base64(encoded)
        if not name or len(octets) != 1 + HASH or octets[0] != ED25519:
            raise Refused("that is not an Ed25519 key of the form NAME+ID+KEY")
        key = cls.of(name, octets[1:])
        if key.mark.hex() != mark.lower():
            raise Refused("the key's id does not belong to it")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.mark.hex()}+{base64.b64encode(bytes([ED25519]) + self.public).decode()}"


class Checkpoint(NamedTuple):
    """What a signed note says of a log: how many entries, and their root."""

    size: int
    root: bytes
    origin: str


def read_checkpoint(text: str) -> Checkpoint:
    """
    What the text of a note says; no signature is looked at.

    Raises:
        Refused: If it is not a checkpoint.

    Source: c2sp.org/tlog-checkpoint.
    """
    lines = text.split("\n")
    if len(lines) <= LINES or lines[-1] or not all(lines[:-1]):
        raise Refused("that is not a checkpoint")
    origin, size, root = lines[:LINES]
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size):
        raise Refused("the checkpoint's size is not a number")
    octets = _base64(root)
    if len(octets) != HASH:
        raise Refused("the checkpoint's root is not a hash")
    return Checkpoint(int(size), octets, origin)


def open_note(note: str, keys: Iterable[Key]) -> Checkpoint:
    """
    The checkpoint in a signed note, once a known key has signed it.

    Raises:
        Refused: As `open_text`, or if the note is no checkpoint.
    """
    return read_checkpoint(open_text(note, keys))


def open_text(note: str, keys: Iterable[Key]) -> str:
    """
    The text of a signed note, once a known key has signed it.

    Raises:
        Refused: If the note is misshapen, none of *keys* signed it, or a signature of one of them is wrong.

    Source: c2sp.org/signed-note.
    """
    if len(note) > LARGEST_NOTE or re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", note):
        raise Refused("that is not a signed note")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise Refused("that is not a signed note")
    text += "\n"
    known = {(key.name, key.mark): key for key in keys}
    signed = False
    for line in signatures[:-1].split("\n"):
        shape = re.fullmatch(r"\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        if shape is None:
            raise Refused("a signature line of the note is misshapen")
        octets = _base64(shape[2])
        key = known.get((shape[1], octets[:4]))
        if key is not None:
            _check_signature(key, octets[4:], text.encode())
            signed = True
    if not signed:
        raise Refused("no known key signed it")
    return text


def _check_signature(key: Key, signature: bytes, text: bytes) -> None:
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - proofs are checked without it
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - likewise
    except ImportError:
        good = signed_by(key.public, signature, text)
    else:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text)
            good = True
        except (InvalidSignature, ValueError):
            good = False
    if not good:
        raise Refused(f"the signature of {key.name} on the checkpoint is wrong")


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("that is not base64") from None


# ---------------------------------------------------------------- Ed25519, where nothing else is installed

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, P - 2, P) % P
"""The constant d of the curve `-x*x + y*y = 1 + d*x*x*y*y` modulo P."""
ROOT = pow(2, (P - 1) // 4, P)
"""A square root of -1."""

Point = tuple[int, int, int, int]
"""Extended coordinates: X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z."""
NEUTRAL: Point = (0, 1, 1, 0)


def signed_by(public: bytes, signature: bytes, text: bytes) -> bool:
    """
    Whether *signature* is the Ed25519 signature of *text* by the key *public*.

    Nothing here is secret, so nothing need take the same time. Source: RFC 8032 sections 5.1.3, 5.1.4 and 5.1.7.
    """
    key = _point(public) if len(public) == HASH else None
    scalar = int.from_bytes(signature[HASH:], "little")
    if key is None or len(signature) != 2 * HASH or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:HASH] + public + text).digest(), "little") % ORDER
    negative = (P - key[0], key[1], key[2], P - key[3])
    return _octets(_sum_of(scalar, BASE, challenge, negative)) == signature[:HASH]


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * CURVE % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _sum_of(first: int, one: Point, second: int, other: Point) -> Point:
    """*first* times *one* and *second* times *other*, together."""
    both, total = _add(one, other), NEUTRAL
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = _add(total, total)
        pair = (first >> bit & 1, second >> bit & 1)
        if pair != (0, 0):
            total = _add(total, {(1, 0): one, (0, 1): other, (1, 1): both}[pair])
    return total


def _octets(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(HASH, "little")


def _point(octets: bytes) -> Point | None:
    """The point that 32 octets stand for; `None` if they stand for none."""
    number = int.from_bytes(octets, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE: Point = _point((4 * pow(5, P - 2, P) % P).to_bytes(HASH, "little")) or NEUTRAL


# ---------------------------------------------------------------- walking a log


@dataclass(frozen=True)
class Finding:
    """
    The first thing that is wrong with a log.

    Args:
        kind: `changed`, `missing`, `inserted`, `reordered`, `cut-off`, `rewritten` (some entry from *first* to
            *last*), `hash` (an entry is right, the hash kept for it is not), `tile`, `unsigned`, `forged` (a
            checkpoint), `rolled-back` (the anchors) or `unproven` (the export lacks what would show it).
        first: The place of the first bad entry; the first entry is 0.
        last: The last place that is certainly, or for `rewritten` possibly, touched by the same break.
        text: The same for a person, with the evidence.
        expected: What the signed checkpoint, or the hash it vouches for, says; hexadecimal.
        found: What is there instead.
    """

    kind: str
    first: int
    last: int
    text: str
    expected: str = ""
    found: str = ""


class Broken(Exception):
    """The log is not whole; *finding* says where it first is not."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


OPENING = re.compile(rb'\{"seq":(0|[1-9][0-9]{0,18}),"prev":"([A-Za-z0-9_-]{22}|)"')


def link(leaf: bytes) -> bytes:
    """What an entry says of the entry before it, whose leaf hash is *leaf*."""
    return base64.urlsafe_b64encode(leaf[:16]).rstrip(b"=")


class _Says(NamedTuple):
    """What an entry says of its place and of the one before it, with its leaf hash; a place of -1 for nothing."""

    place: int
    before: bytes
    leaf: bytes

    @classmethod
    def of(cls, data: bytes, leaf: bytes) -> "_Says":
        opening = OPENING.match(data)
        return cls(-1, b"?", leaf) if opening is None else cls(int(opening[1]), opening[2], leaf)


class _Chain:
    """Whether each entry says its own place and continues the one before it; keeps the first that does not."""

    def __init__(self) -> None:
        self.at: int | None = None
        self._ahead: list[_Says] = []
        self._recent: deque[bytes] = deque(maxlen=WINDOW)

    def take(self, place: int, data: bytes, leaf: bytes) -> None:
        """The next entry."""
        if self.at is not None:
            if len(self._ahead) < WINDOW:
                self._ahead.append(_Says.of(data, leaf))
            return
        says = _Says.of(data, leaf)
        if says.place == place and says.before == self._link(place - 1, place):
            self._recent.append(leaf)
        else:
            self.at = place
            self._ahead.append(says)

    def _link(self, index: int, place: int) -> bytes | None:
        """What an entry after the one at *index* must say, if that is still known at *place*."""
        if index < 0:
            return b""
        leaf = self._leaf(index, place)
        return None if leaf is None else link(leaf)

    def _leaf(self, index: int, place: int) -> bytes | None:
        back = place - index
        return self._recent[-back] if 0 < back <= len(self._recent) else None

    def _judge(self, place: int) -> tuple[str, int, int]:
        """What the break at *place* is: its kind, first and last place."""
        says, *later = self._ahead
        if says.place > place:
            if any(one.place == place for one in later):
                return "reordered", place, place
            return "missing", place, says.place - 1
        continues = self._link(place - 1, place)
        for count, one in enumerate(later, 1):
            if one.before == continues and one.place == place:
                return "inserted", place, place + count - 1
        if 0 <= says.place < place:
            fake = self._leaf(says.place, place) != says.leaf and says.before == self._link(says.place - 1, place)
            return ("inserted", says.place, place - 1) if fake else ("inserted", place, place)
        severed = bool(later) and later[0].before != link(says.leaf)
        if says.place < 0 or severed or place == 0:
            return "changed", place, place
        return "changed", place - 1, place - 1

    def finding(self, sound: int, why: str) -> Finding | None:
        """The break, if there is one, when the first *sound* entries are vouched for."""
        if self.at is None:
            return None
        kind, first, last = self._judge(self.at)
        if first < sound:
            kind, first, last = "changed", self.at, self.at
        said = self._ahead[0].place
        told = f"the entry at place {self.at} says it is {'nowhere' if said < 0 else said}"
        if said == self.at:
            told = f"the entry at place {self.at} does not continue the one before it"
        return Finding(kind, first, last, f"{_named(first, last)} {_are(first, last)} {kind}: {told}; {why}")


def _named(first: int, last: int) -> str:
    return f"entry {first}" if first >= last else f"entries {first} to {last}"


def _are(first: int, last: int) -> str:
    return "is" if first >= last else "are"


class Walk:
    """
    Reads a log from its first entry to its last, with the hashes claimed for its entries and its checkpoints.

    Args:
        checkpoints: Those whose signature held, by rising size; one size may come more than once.
        open_end: Whether entries after the newest checkpoint are in order, as they are for a second in a live log.

    Memory is bounded by `WINDOW`.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint], *, open_end: bool = False) -> None:
        self._checkpoints = iter(checkpoints)
        self._next = next(self._checkpoints, None)
        self._open_end = open_end
        self._entries = self._claims = Tree()
        self._chain = _Chain()
        self._parted: int | None = None
        self._ahead: tuple[list[bytes], list[bytes]] = ([], [])
        self._verdict: tuple[str, Checkpoint | None] | None = None
        self.sound: Checkpoint | None = None
        """The newest checkpoint found to hold so far."""
        self.checkpoints = 0

    @property
    def size(self) -> int:
        """Entries read."""
        return self._entries.size

    @property
    def root(self) -> bytes:
        """The root over the entries read."""
        return self._entries.root()

    def take(self, data: bytes | None, claim: bytes | None) -> None:
        """
        The next entry and the leaf hash claimed for it; `None` for whichever has come to its end.

        Raises:
            Broken: As soon as the first bad entry can be named.
        """
        leaf = None if data is None else leaf_hash(data)
        if data is not None and leaf is not None:
            self._chain.take(self._entries.size, data, leaf)
        if self._parted is None and leaf != claim:
            self._parted = self._entries.size
            self._claims = self._entries.copy()
        if leaf is not None:
            self._entries.append(leaf)
        if self._parted is not None:
            self._look_ahead(leaf, claim)
        if self._verdict is None:
            self._judge_all()

    def _look_ahead(self, leaf: bytes | None, claim: bytes | None) -> None:
        ours, theirs = self._ahead
        if leaf is not None and len(ours) < WINDOW:
            ours.append(leaf)
        if claim is not None:
            self._claims.append(claim)
            if len(theirs) < WINDOW:
                theirs.append(claim)
        if self._verdict is not None and max(len(ours), len(theirs)) >= WINDOW:
            self._conclude()

    def _judge_all(self) -> None:
        size = max(self._entries.size, self._claims.size)
        while self._verdict is None and self._next is not None and self._next.size <= size:
            checkpoint, self._next = self._next, next(self._checkpoints, None)
            self.checkpoints += 1
            if checkpoint.size == size:
                self._judge(checkpoint)
            elif self.sound is None or checkpoint != self.sound:
                self._judge_past(checkpoint)

    def _judge_past(self, checkpoint: Checkpoint) -> None:
        """A checkpoint of a size already passed: only size 0 and a repeated size get here, in a sorted stream."""
        known = self.sound is not None and checkpoint.size == self.sound.size and checkpoint.root == self.sound.root
        if not known and checkpoint != Checkpoint(0, Tree().root(), checkpoint.origin):
            self._verdict = ("entries", checkpoint)
            self._conclude()

    def _judge(self, checkpoint: Checkpoint) -> None:
        ours = self._entries.size == checkpoint.size and self._entries.root() == checkpoint.root
        if self._parted is None:
            if ours and self._chain.at is None:
                self.sound = checkpoint
                return
            self._verdict = ("chain" if ours else "neither", checkpoint)
        elif self._claims.size == checkpoint.size and self._claims.root() == checkpoint.root:
            self._verdict = ("claims", checkpoint)
        else:
            self._verdict = ("entries" if ours else "neither", checkpoint)
        if self._verdict[0] == "entries":
            self._conclude()

    def finish(self) -> None:
        """
        Say that both the entries and the claims have come to their end.

        Raises:
            Broken: If anything is wrong that no checkpoint has shown yet, or if the newest one promises more.
        """
        if self._verdict is None and (self._parted is not None or self._chain.at is not None):
            self._verdict = ("neither", self._next)
        if self._verdict is not None:
            self._conclude()
        if self._next is not None:
            self._cut_off(self._next)
        if not self._open_end and self.size > (self.sound.size if self.sound else 0):
            self._unsigned()

    def _cut_off(self, newest: Checkpoint) -> None:
        for checkpoint in self._checkpoints:
            newest = checkpoint
        first, last = self.size, newest.size - 1
        raise Broken(
            Finding(
                "cut-off",
                first,
                last,
                f"{_named(first, last)} {_are(first, last)} cut off: the log ends after {first} entries, and a signed "
                f"checkpoint counts {newest.size} with root {newest.root.hex()}",
                newest.root.hex(),
                self.root.hex(),
            )
        )

    def _unsigned(self) -> None:
        first, last = (self.sound.size if self.sound else 0), self.size - 1
        text = f"{_named(first, last)} {_are(first, last)} covered by no signed checkpoint"
        raise Broken(Finding("unsigned", first, last, text))

    def _conclude(self) -> None:
        assert self._verdict is not None  # noqa: S101 - narrows for the type checker
        truth, checkpoint = self._verdict
        if truth == "claims":
            raise Broken(self._against_claims())
        if truth == "entries":
            raise Broken(self._against_entries(checkpoint))
        raise Broken(self._against_all(checkpoint))

    def _against_claims(self) -> Finding:
        """The claimed hashes have the signed root, so the entries are wrong from where they part."""
        place = self._parted or 0
        ours, theirs = self._ahead
        if not ours:
            kind, last = "cut-off", self._claims.size - 1
        elif not theirs:
            kind, last = "inserted", self._entries.size - 1
        else:
            kind, last = _compare(place, ours, theirs)
        expected = theirs[0].hex() if theirs else "nothing"
        found = ours[0].hex() if ours else "nothing"
        text = (
            f"{_named(place, last)} {_are(place, last)} {kind}: the signed tree has leaf {expected} at place {place}, "
            f"the log has {found}"
        )
        return Finding(kind, place, last, text, expected, found)

    def _against_entries(self, checkpoint: Checkpoint | None) -> Finding:
        place = self._parted
        if place is None:
            assert checkpoint is not None  # noqa: S101 - narrows for the type checker
            text = f"two signed checkpoints of size {checkpoint.size} have different roots: the log was forked"
            return Finding("rewritten", 0, checkpoint.size - 1, text, checkpoint.root.hex())
        ours, theirs = self._ahead
        expected, found = ours[0].hex() if ours else "nothing", theirs[0].hex() if theirs else "nothing"
        text = f"the hash kept for entry {place} is {found}; the entry is whole and hashes to {expected}"
        return Finding("hash", place, place, text, expected, found)

    def _against_all(self, checkpoint: Checkpoint | None) -> Finding:
        """Neither has a signed root: the places and links in the entries say which is the first bad one."""
        sound = self.sound.size if self.sound else 0
        if checkpoint is None:
            why = "no signed checkpoint covers it yet"
        elif self._verdict is not None and self._verdict[0] == "chain":
            why = f"it was written so, for the checkpoint of size {checkpoint.size} covers it"
        else:
            why = f"the checkpoint of size {checkpoint.size} has root {checkpoint.root.hex()}"
        broken = self._chain.finding(sound, why)
        if broken is not None and (self._parted is None or broken.first <= self._parted):
            return broken
        if self._parted is not None:
            return self._against_claims()
        assert checkpoint is not None  # noqa: S101 - narrows for the type checker
        last = checkpoint.size - 1
        found = self.root.hex()
        text = (
            f"an entry between {sound} and {last} was changed, and every entry after it written anew to match: the "
            f"signed root of {checkpoint.size} entries is {checkpoint.root.hex()}, the log's is {found}"
        )
        return Finding("rewritten", sound, last, text, checkpoint.root.hex(), found)


def _compare(place: int, ours: list[bytes], theirs: list[bytes]) -> tuple[str, int]:
    """How the entries part from the true ones, and the last place this touches."""
    later = theirs.index(ours[0]) if ours[0] in theirs else 0
    moved = ours.index(theirs[0]) if theirs[0] in ours else 0
    if later and moved:
        return "reordered", place
    if later:
        return "missing", place + later - 1
    if moved:
        return "inserted", place + moved - 1
    return "changed", place


# ---------------------------------------------------------------- an exported log


@dataclass
class Report:
    """What was read, and what was found."""

    origin: str = ""
    entries: int = 0
    root: str = ""
    checkpoints: int = 0
    signed: int = 0
    """Entries the newest holding checkpoint covers."""
    findings: list[Finding] = field(default_factory=list)
    """Empty when the log is whole; the first one names the first bad entry."""
    notes: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


class Notes:
    """
    The checkpoints in a file of one JSON string a line, as they are needed.

    Those without a good signature are left out and told in the report, as is a file whose sizes go backwards: a log
    only ever grows.
    """

    def __init__(self, path: Path, keys: Sequence[Key], report: Report) -> None:
        self._path, self._keys, self._report = path, keys, report

    def __iter__(self) -> Iterator[Checkpoint]:
        with self._path.open("rb") as file:
            if self._rising(_lines(file)):
                file.seek(0)
                lines = _lines(file)
            else:
                lines = self._sorted()
            for line in lines:
                checkpoint = self._open(line)
                if checkpoint is not None:
                    yield checkpoint

    def _rising(self, lines: Iterable[bytes]) -> bool:
        before = 0
        for number, line in enumerate(lines, 1):
            size = _size_of(line)
            if size is None:
                continue
            if size < before:
                text = f"line {number} of {self._path.name} goes back from {before} entries to {size}"
                self._report.findings.append(Finding("rolled-back", size, before - 1, text))
                return False
            before = size
        return True

    def _sorted(self) -> Iterator[bytes]:
        with self._path.open("rb") as reader:
            sizes, offsets, at = array("Q"), array("Q"), 0
            for line in _lines(reader):
                sizes.append(_size_of(line) or 0)
                offsets.append(at)
                at += len(line)
            for place in sorted(range(len(sizes)), key=sizes.__getitem__):
                reader.seek(offsets[place])
                yield reader.readline(2 * LARGEST_NOTE)

    def _open(self, line: bytes) -> Checkpoint | None:
        if not line.endswith(b"\n") or _size_of(line) is None:
            self._report.notes.append(
                f"{self._path.name} has a line that is not a checkpoint; a crash leaves such a line"
            )
            return None
        try:
            return open_note(json.loads(line), self._keys)
        except Refused as refusal:
            size = _size_of(line) or 0
            if len(self._report.findings) < WINDOW:
                text = f"a checkpoint of {size} entries in {self._path.name} is not to be trusted: {refusal}"
                self._report.findings.append(Finding("forged", size, size, text))
            return None


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, in pieces where one is longer than any note can be."""
    return iter(lambda: file.readline(2 * LARGEST_NOTE), b"")


def _size_of(line: bytes) -> int | None:
    """The size a line's note claims, or nothing if the line is no note."""
    try:
        note = json.loads(line)
        return read_checkpoint(note.rpartition("\n\n")[0] + "\n").size
    except (ValueError, AttributeError, RecursionError, Refused):
        return None


def tile_path(index: int) -> str:
    """
    A tile's index as a path.

    >>> tile_path(1234067)
    'x001/x234/067'

    Source: c2sp.org/tlog-tiles.
    """
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*("x" + part for part in parts[:-1]), parts[-1]])


def _tiles(folder: Path) -> Iterator[bytes]:
    """The contents of the tiles of one level, in order; of a partial and a full one, the full."""
    found: dict[int, tuple[int, Path]] = {}
    for path in folder.rglob("*"):
        shape = _TILE.fullmatch(path.relative_to(folder).as_posix())
        if shape is None or not path.is_file():
            continue
        index, width = int(re.sub("[x/]", "", shape[1])), int(shape[2] or TILE)
        if index not in found or found[index][0] < width:
            found[index] = (width, path)
    for index in sorted(found):
        with found[index][1].open("rb") as file:
            yield file.read(LARGEST_TILE)


_TILE = re.compile(r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def read_entries(folder: Path) -> Iterator[bytes]:
    """The entries of an export, in order; a bundle that ends in the middle of one gives what is left as an entry."""
    for bundle in _tiles(folder / "tile" / "entries"):
        yield from split(bundle)


def split(bundle: bytes) -> Iterator[bytes]:
    """The entries of one bundle."""
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        yield bundle[at + 2 : end]
        at = end


def read_hashes(folder: Path, level: int = 0) -> Iterator[bytes]:
    """The hashes in an export's tiles of one level, in order."""
    for tile in _tiles(folder / "tile" / str(level)):
        for at in range(0, len(tile), HASH):
            yield tile[at : at + HASH]


def _pairs(folder: Path) -> Iterator[tuple[bytes | None, bytes | None]]:
    entries, hashes = read_entries(folder), read_hashes(folder)
    while True:
        pair = next(entries, None), next(hashes, None)
        if pair == (None, None):
            return
        yield pair


def verify_export(folder: Path, keys: Sequence[Key], anchors: Sequence[Path] = ()) -> Report:
    """
    Read a whole exported log; the report's first finding names its first bad entry.

    Args:
        folder: The export.
        keys: The public keys the log was signed with, from somewhere other than the export.
        anchors: Files of checkpoints kept elsewhere, besides those in the export.
    """
    report = Report(origin=keys[0].name if keys else "")
    files = [folder / "checkpoints", folder / "anchors", *anchors]
    sources = [Notes(file, keys, report) for file in files if file.is_file()]
    walk = Walk(heapq.merge(*sources, key=lambda checkpoint: checkpoint.size))
    try:
        for data, claim in _pairs(folder):
            walk.take(data, claim)
        walk.finish()
        _check_newest(folder, keys, walk)
        _check_upper_tiles(folder)
    except Broken as broken:
        report.findings.insert(0, broken.finding)
    report.entries, report.root, report.checkpoints = walk.size, walk.root.hex(), walk.checkpoints
    report.signed = walk.sound.size if walk.sound else 0
    return report


def verify_archive(folder: Path, keys: Sequence[Key], anchors: Sequence[Path] = ()) -> Report:
    """
    Read a whole archive of one log, which is as an export, but for a folder of checkpoints, one file a size.

    Tiles of a later size are passed over: archiving was cut off before their checkpoint, and is done again.

    Args:
        folder: `audit/<organisation>` of the archive.
        keys: The public keys the log was signed with, from somewhere other than the archive.
        anchors: Files of checkpoints kept elsewhere.
    """
    notes = [path.read_bytes()[: 2 * LARGEST_NOTE].decode("utf-8", "replace") for path in sorted(_files(folder))]
    with TemporaryDirectory() as name:
        place = Path(name)
        if notes:
            (place / "checkpoint").write_text(notes[-1])
            (place / "checkpoints").write_text("".join(json.dumps(note) + "\n" for note in notes))
            _link(folder / "tile", place / "tile", read_checkpoint(notes[-1].rpartition("\n\n")[0] + "\n").size)
        return verify_export(place, keys, anchors)


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "checkpoint").iterdir() if path.is_file()]


def _link(tiles: Path, place: Path, size: int) -> None:
    """The tiles of a log of *size* entries, those that are there."""
    level = -1
    while level < 0 or size >> 8 * level:
        count, kind = size >> 8 * max(level, 0), "entries" if level < 0 else str(level)
        for index in range(-(-count // TILE)):
            width, path = min(TILE, count - index * TILE), Path(tile_path(index))
            path = path if width == TILE else path.with_name(f"{path.name}.p") / str(width)
            if (tiles / kind / path).is_file():
                (place / kind / path).parent.mkdir(parents=True, exist_ok=True)
                (place / kind / path).symlink_to((tiles / kind / path).resolve())
        level += 1


def _check_newest(folder: Path, keys: Sequence[Key], walk: Walk) -> None:
    """The file `checkpoint` is one that holds; an empty export needs none."""
    path = folder / "checkpoint"
    if not path.is_file():
        if walk.size:
            raise Broken(Finding("forged", walk.size, walk.size, "the export has no newest checkpoint"))
        return
    try:
        with path.open("rb") as file:
            newest = open_note(file.read(2 * LARGEST_NOTE).decode(), keys)
    except (Refused, UnicodeDecodeError) as refusal:
        text = f"the export's newest checkpoint is not to be trusted: {refusal}"
        raise Broken(Finding("forged", walk.size, walk.size, text)) from None
    if (newest.size, newest.root) != (walk.size, walk.root):
        text = f"the export's newest checkpoint counts {newest.size} entries with root {newest.root.hex()}"
        raise Broken(Finding("forged", newest.size, newest.size, text, newest.root.hex(), walk.root.hex()))


def _check_upper_tiles(folder: Path) -> None:
    """Each hash of a tile above level 0 is the root of the full tile below it."""
    level = 1
    while (folder / "tile" / str(level)).is_dir():
        below = _roots(read_hashes(folder, level - 1))
        for place, found in enumerate(read_hashes(folder, level)):
            expected = next(below, b"")
            if found != expected:
                first = place * TILE**level
                text = f"hash {place} of tile level {level}, over the entries from {first}, is not that of its entries"
                raise Broken(Finding("tile", first, first + TILE**level - 1, text, expected.hex(), found.hex()))
        level += 1


def _roots(hashes: Iterator[bytes]) -> Iterator[bytes]:
    tree = Tree()
    for leaf in hashes:
        tree.append(leaf)
        if tree.size == TILE:
            yield tree.root()
            tree = Tree()


# ---------------------------------------------------------------- chosen entries, each with its proof


class Proof(NamedTuple):
    """What shows that one entry is in a log: its place, the hashes beside its path, and the checkpoint they lead to."""

    place: int
    hashes: list[bytes]
    note: str


def read_proof(text: str) -> Proof:
    """
    A proof as it is written down; nothing of it is checked.

    Raises:
        Refused: If it is misshapen.

    Source: c2sp.org/tlog-proof.
    """
    head, gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    shape = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[0]) if lines else None
    if first != "c2sp.org/tlog-proof@v1" or not gap or shape is None:
        raise Refused("that is not a proof")
    return Proof(int(shape[1]), [_base64(line) for line in lines[1:]], note)


CHOSEN = re.compile(r"(.+) selection\nentries ([0-9]+)\nsha256 ([0-9a-f]{64})\n(?:asked [^\n]*\n)?")
"""What is signed of a choice: how many entries, and the hash over their leaf hashes, in order."""


def verify_selection(folder: Path, keys: Sequence[Key], anchors: Sequence[Path] = ()) -> Report:
    """
    Read entries that were chosen from a log, each with its proof; the first finding names the first that fails.

    Each entry is shown to be in the log, unchanged and at its place, and the list of them to be as it was made. That
    nothing else would have fitted the choice is shown by none of this: for that, verify the whole log.

    Args:
        folder: The export.
        keys: The public keys the log was signed with, from somewhere other than the export.
        anchors: Files of checkpoints kept elsewhere, besides the one in the export.
    """
    report = Report(origin=keys[0].name if keys else "")
    try:
        newest = _signed_head(folder, keys)
        report.root, report.checkpoints, report.signed = newest.root.hex(), 1, newest.size
        leaves = _proven(folder, newest, report)
        _check_chosen(folder, keys, leaves, newest)
        for one in _anchored(folder, keys, anchors, report):
            _check_continued(folder, one, newest)
            report.checkpoints += 1
    except Broken as broken:
        report.findings.insert(0, broken.finding)
    return report


def _signed_head(folder: Path, keys: Sequence[Key]) -> Checkpoint:
    try:
        return open_note((folder / "checkpoint").read_bytes()[: 2 * LARGEST_NOTE].decode(), keys)
    except (Refused, UnicodeDecodeError) as refusal:
        raise Broken(Finding("forged", 0, 0, f"the checkpoint is not to be trusted: {refusal}")) from None


def _proven(folder: Path, newest: Checkpoint, report: Report) -> list[bytes]:
    """The leaf hashes of the entries, in order, each shown to be in the log."""
    entries = {_number(path): path for path in (folder / "entries").glob("*.json")}
    proofs = {_number(path): path for path in (folder / "entries").glob("*.tlog-proof")}
    leaves: list[bytes] = []
    for place in sorted({*entries, *proofs}):
        if place not in entries or place not in proofs:
            lacking = "entry" if place in proofs else "proof"
            raise Broken(Finding("missing", place, place, f"the {lacking} of place {place} is not there"))
        leaves.append(_one_proven(place, entries[place].read_bytes(), proofs[place], newest))
        report.entries += 1
    return leaves


def _number(path: Path) -> int:
    name = path.name.partition(".")[0]
    if not re.fullmatch(r"[0-9]{1,20}", name):
        raise Broken(Finding("inserted", 0, 0, f"{path.name} is no entry's name"))
    return int(name)


def _one_proven(place: int, data: bytes, path: Path, newest: Checkpoint) -> bytes:
    leaf = leaf_hash(data)
    says = _Says.of(data, leaf)
    try:
        proof = read_proof(path.read_bytes()[: 4 * LARGEST_NOTE].decode())
        if proof.place != place or says.place != place:
            text = f"what stands at place {place} says that it is of place {says.place}, its proof of {proof.place}"
            raise Broken(Finding("reordered", place, place, text))
        check_inclusion(place, newest.size, leaf, proof.hashes, newest.root)
    except (Refused, UnicodeDecodeError) as refusal:
        text = f"entry {place} is changed, or its proof is: {refusal}"
        raise Broken(Finding("changed", place, place, text, newest.root.hex(), leaf.hex())) from None
    return leaf


def _check_chosen(folder: Path, keys: Sequence[Key], leaves: Sequence[bytes], newest: Checkpoint) -> None:
    """The entries are those that were exported: none has been taken out or put in since."""
    try:
        text = open_text((folder / "selection").read_bytes()[: 2 * LARGEST_NOTE].decode(), keys)
    except (OSError, Refused, UnicodeDecodeError) as refusal:
        raise Broken(Finding("forged", 0, 0, f"the list of what was chosen is not to be trusted: {refusal}")) from None
    shape = CHOSEN.fullmatch(text)
    if shape is None or shape[1] != newest.origin:
        raise Broken(Finding("forged", 0, 0, "the list of what was chosen is of another log, or none"))
    found = sha256(b"".join(leaves)).hexdigest()
    if (int(shape[2]), shape[3]) != (len(leaves), found):
        kind = "missing" if len(leaves) < int(shape[2]) else "inserted"
        text = f"{shape[2]} entries were exported, here are {len(leaves)}, and they are not the same ones"
        raise Broken(Finding(kind, 0, newest.size, text, shape[3], found))


def _anchored(folder: Path, keys: Sequence[Key], anchors: Sequence[Path], report: Report) -> list[Checkpoint]:
    """The newest checkpoint of each file of anchors."""
    files = [file for file in (folder / "anchors", *anchors) if file.is_file()]
    every = [list(Notes(file, keys, report)) for file in files]
    return [points[-1] for points in every if points]


def _check_continued(folder: Path, anchored: Checkpoint, newest: Checkpoint) -> None:
    """The log of the checkpoint is that of the anchor, and has at least as many entries."""
    if anchored.size > newest.size:
        text = f"the export ends at {newest.size} entries, and {anchored.size} are anchored"
        raise Broken(Finding("cut-off", newest.size, anchored.size - 1, text))
    if anchored == newest:
        return
    text = f"{anchored.size} entries are anchored, of which this is no continuation"
    path = folder / "consistency" / f"{anchored.size}-{newest.size}"
    if not path.is_file():
        why = f"{anchored.size} entries are anchored, and the export has no proof from there; verify the whole log"
        raise Broken(Finding("unproven", anchored.size, anchored.size, why))
    try:
        proof = [_base64(line) for line in path.read_text().splitlines()]
        check_consistency(anchored.size, newest.size, anchored.root, newest.root, proof)
    except (UnicodeDecodeError, Refused) as refusal:
        finding = Finding("rewritten", 0, anchored.size, f"{text}: {refusal}", anchored.root.hex(), newest.root.hex())
        raise Broken(finding) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify an export and say so; 0 when it is whole, 1 when it is not, 2 when it cannot be read."""
    import argparse  # noqa: PLC0415 - only the command wants it

    parser = argparse.ArgumentParser(prog="verifier", description="Verify an exported audit log.")
    parser.add_argument("export", type=Path, metavar="EXPORT_DIR")
    parser.add_argument("--key", action="append", default=[], help="NAME+ID+KEY, or a file of them; may be repeated")
    parser.add_argument("--anchors", action="append", default=[], type=Path, help="checkpoints kept elsewhere")
    options = parser.parse_args(arguments)
    try:
        given = options.key or [str(options.export / "key")]
        keys = [Key.parse(line) for one in given for line in _key_lines(one)]
        verify = verify_selection if (options.export / "selection").is_file() else verify_export
        verify = verify_archive if (options.export / "checkpoint").is_dir() else verify
        report = verify(options.export, keys, options.anchors)
    except (OSError, Refused) as problem:
        sys.stderr.write(f"cannot be read: {problem}\n")
        return 2
    if not options.key:
        report.notes.append("the key came with the export: compare it with the one you wrote down, or pass --key")
    sys.stdout.write(describe(report))
    return 0 if report.whole else 1


def _key_lines(given: str) -> list[str]:
    if "+" in given and not Path(given).is_file():
        return [given]
    return [line for line in Path(given).read_text().splitlines() if line.strip()]


def describe(report: Report) -> str:
    """A report as lines for a person."""
    signed = f"of which {report.signed} are" if report.signed <= report.entries else f"of a log with {report.signed}"
    lines = [
        f"log          {report.origin}",
        f"entries      {report.entries}, {signed} under a signed checkpoint",
        f"root         {report.root}",
        f"checkpoints  {report.checkpoints}",
        *(f"note         {note}" for note in dict.fromkeys(report.notes)),
        *(f"BROKEN       {finding.kind}: {finding.text}" for finding in report.findings[:20]),
    ]
    whole = "the log is whole" if report.signed <= report.entries else "every entry is in the log, as it was written"
    return "\n".join([*lines, whole if report.whole else "THE LOG IS NOT WHOLE", ""])


if __name__ == "__main__":
    sys.exit(main())
