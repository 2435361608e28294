"""
The master key in shares that people keep apart, each a line that can be printed, read aloud and typed.

    2 octets   generation of the key
    1          how many are needed
    1          place of this share
    4          which set it is of, random
    40         its share of the key and of 8 octets of the key's hash
    4          hash of all before

in Crockford's base 32, groups of four. A line that was mistyped or altered does not have its hash; lines of two sets
are told apart; and what they give together must have the key's hash: too few or forged ones give a refusal, never a
key.
"""

import hashlib
import os
from collections.abc import Sequence
from typing import NamedTuple

from meridian.faults import Invalid
from meridian.vault import shamir

KEY, CHECK, HASH = 32, 8, 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_READ = str.maketrans("OIL", "011")
_LENGTH = 8 + KEY + CHECK + HASH


class Share(NamedTuple):
    """One share; *words* is the line."""

    generation: int
    needed: int
    place: int
    set: bytes
    part: bytes

    @property
    def words(self) -> str:
        """The line, in groups of four."""
        head = self.generation.to_bytes(2, "big") + bytes((self.needed, self.place)) + self.set + self.part
        text = _spelled(head + _hash(head))
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

    def __repr__(self) -> str:
        return f"Share({self.place} of set {self.set.hex()})"


def split(generation: int, key: bytes, shares: int, needed: int) -> list[Share]:
    """
    The key of that *generation* in shares.

    Raises:
        Invalid: If so many cannot be, or not so many of them needed.
    """
    try:
        parts = shamir.split(key + _check(generation, key), shares, needed)
    except ValueError as wrong:
        raise Invalid(str(wrong)) from wrong
    mark = os.urandom(4)
    return [Share(generation, needed, place, mark, part) for place, part in parts.items()]


def read(line: str) -> Share:
    """
    A share from its line; spaces, hyphens, small letters, and O, I and L for 0 and 1 are understood.

    Raises:
        Invalid: If it was mistyped or altered.
    """
    text = "".join(line.split()).replace("-", "").upper().translate(_AS_READ)
    try:
        raw = _unspelled(text)
    except ValueError:
        raise _mistyped() from None
    if raw[-HASH:] != _hash(raw[:-HASH]):
        raise _mistyped()
    return Share(int.from_bytes(raw[:2], "big"), raw[2], raw[3], raw[4:8], raw[8:-HASH])


def join(shares: Sequence[Share]) -> tuple[int, bytes]:
    """
    Generation and key.

    Raises:
        Invalid: If they are too few, of different sets, or do not give the key they were made of.
    """
    if not shares or len({(one.set, one.needed, one.generation) for one in shares}) != 1:
        raise Invalid("These shares are not of one set")
    first, places = shares[0], {one.place: one.part for one in shares}
    if len(places) < first.needed or 0 in places:
        raise Invalid(f"{first.needed} different shares are needed, and these are {len(places)}")
    whole = shamir.join(places)
    key, check = whole[:KEY], whole[KEY:]
    if check != _check(first.generation, key):
        raise Invalid("These shares do not give the key that they were made of: one of them is forged")
    return first.generation, key


def _check(generation: int, key: bytes) -> bytes:
    return hashlib.sha256(b"meridian master key %d " % generation + key).digest()[:CHECK]


def _hash(head: bytes) -> bytes:
    return hashlib.sha256(b"meridian share " + head).digest()[:HASH]


def _spelled(raw: bytes) -> str:
    number, length = int.from_bytes(raw, "big"), -(-len(raw) * 8 // 5)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _unspelled(text: str) -> bytes:
    number = 0
    for letter in text:
        number = number << 5 | ALPHABET.index(letter)
    try:
        return number.to_bytes(_LENGTH, "big")
    except OverflowError as wrong:
        raise ValueError("It is too long") from wrong


def _mistyped() -> Invalid:
    return Invalid("This is no share, or it was mistyped: compare it letter by letter")
