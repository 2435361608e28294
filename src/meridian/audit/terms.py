"""
What an entry can be found by: terms, kept for whole blocks of 256 entries.

An index row for each searchable element would cost more than the entry itself, and every read of a record writes an
entry. So a block's terms are written once, sorted and without repeats, when it is full. A search asks which blocks
hold its terms and reads those, and the newest entries that are in no block yet.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from zlib import crc32

from meridian.audit.entry import Entry

BLOCK = 256
"""Entries of a block; a full Merkle tile."""
DAY = 86_400_000


class Kind(IntEnum):
    """What a term is of; kept in the database, so never renumbered."""

    DAY = 1
    PATIENT = 2
    AGENT = 3
    ACTION = 4
    OUTCOME = 5
    ADDRESS = 6


def texts(entry: Entry) -> Iterator[tuple[Kind, str]]:
    """
    The terms of an entry that are words; patients include those it has seen.

    Other entities are none: a search gives out twenty, and their terms would cost more than all the rest of the entry.
    """
    yield Kind.ACTION, entry.action
    yield Kind.OUTCOME, entry.outcome
    for kind, text in (
        (Kind.PATIENT, entry.patient),
        (Kind.AGENT, entry.who),
        (Kind.ADDRESS, entry.address),
    ):
        if text:
            yield kind, text
    for reference in entities(entry):
        if reference.startswith("Patient/"):
            yield Kind.PATIENT, reference[8:]


def entities(entry: Entry) -> Iterator[str]:
    """References, without versions, to what the entry is about."""
    if entry.what:
        yield entry.what.partition("/_history")[0]
    yield from entry.seen


def fingerprint(text: str) -> int:
    """32 bits that stand for a text; kept in the database, so never changed. Two texts may share them."""
    return crc32(text.encode(errors="replace"))


def of_block(entries: Iterable[Entry]) -> list[tuple[int, int]]:
    """Kind and value of every term of a block, sorted as the table is."""
    words: set[tuple[Kind, str]] = set()
    days: set[int] = set()
    for entry in entries:
        words.update(texts(entry))
        days.add(entry.time // DAY)
    found = {(int(kind), fingerprint(text)) for kind, text in words}
    found.update((int(Kind.DAY), day) for day in days)
    return sorted(found)
