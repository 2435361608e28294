"""
A sealed file as plain bytes: written piece by piece, read from any place, holding one chunk at a time.

A file lies in parts, each an object of whole chunks (the last one of the file may be shorter). Nothing that does not
open is ever handed out.
"""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from meridian.files.sealing import CHUNK, NONCE, SEALED, TAG, Sealer, sealed_size
from meridian.files.shelf import Shelf
from meridian.vault.unreadable import Unreadable


class Part(NamedTuple):
    """An object of *size* plain bytes, which begin at *start* of the file."""

    start: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """
    One file on a shelf.

    Args:
        shelf: Where its objects are.
        sealer: Opens its chunks.
        parts: In order.
    """

    shelf: Shelf
    sealer: Sealer
    parts: Sequence[Part]

    @property
    def size(self) -> int:
        """Plain bytes."""
        return self.sealer.size

    async def check(self) -> None:
        """
        See that all of it is there, before any of it is handed out.

        Raises:
            Missing: If an object is not there.
            Unreadable: If one has another length than it should, or they do not follow each other.
        """
        at = 0
        for part in self.parts:
            if part.start != at or await self.shelf.size(part.name) != sealed_size(part.size):
                raise _damaged()
            at += part.size
        if at != self.size:
            raise _damaged()

    async def read(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from *start* up to *end*, a chunk at a time."""
        stop = self.size if end is None else min(end, self.size)
        for number in range(start // CHUNK, -(-stop // CHUNK)):
            plain = await self.chunk(number)
            at = number * CHUNK
            yield plain[max(start - at, 0) : stop - at]

    async def chunk(self, number: int) -> bytes:
        """One chunk, opened."""
        at = number * CHUNK
        part = next((one for one in self.parts if one.start <= at < one.start + one.size), None)
        if part is None:
            raise _damaged()
        within = (at - part.start) // CHUNK
        return self.sealer.open(number, await self.shelf.get(part.name, within * SEALED, SEALED))


async def sealed_pieces(sealer: Sealer, start: int, pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """
    The *pieces* of a file from *start* on, a chunk's first byte, as sealed chunks.

    What is left over is sealed when it ends the file, and dropped otherwise: it will be sent again.
    """
    number, waiting = start // CHUNK, bytearray()
    async for piece in pieces:
        waiting += piece
        while len(waiting) >= CHUNK:
            yield sealer.seal(number, bytes(waiting[:CHUNK]))
            del waiting[:CHUNK]
            number += 1
    if waiting and number * CHUNK + len(waiting) == sealer.size:
        yield sealer.seal(number, bytes(waiting))


def plain_size(sealed: int) -> int:
    """
    Plain bytes of so many sealed ones.

    >>> plain_size(sealed_size(3 * CHUNK + 5)) == 3 * CHUNK + 5
    True
    """
    whole, rest = divmod(sealed, SEALED)
    return whole * CHUNK + max(0, rest - NONCE - TAG)


def _damaged() -> Unreadable:
    return Unreadable("A file cannot be opened: not all of it is there")
