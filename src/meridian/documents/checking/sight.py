"""A sealed file as the synchronous readers see it: seekable, a few opened chunks at a time."""

import asyncio
import io
import re
from collections.abc import Iterator
from typing import Protocol

CHUNK = 256 * 1024
REMEMBERED = 4
"""Chunks kept at hand."""


class Chunks(Protocol):
    """What a `Sight` looks at: a sealed file, or bytes in a test."""

    @property
    def size(self) -> int:
        """Plain bytes."""

    async def chunk(self, number: int) -> bytes:
        """One chunk of `CHUNK` bytes, the last one perhaps shorter."""


class Sight(io.RawIOBase):
    """
    Reads from a thread what the event loop *loop* fetches.

    A structure that asks for more steps than `MOST_READS` is no document, whatever it says.
    """

    MOST_READS = 400_000

    def __init__(self, chunks: Chunks, loop: asyncio.AbstractEventLoop) -> None:
        self._chunks = chunks
        self._loop = loop
        self._at = 0
        self._known: dict[int, bytes] = {}
        self._reads = 0

    @property
    def size(self) -> int:
        """Bytes in all."""
        return self._chunks.size

    def at(self, start: int, length: int) -> bytes:
        """*length* bytes from *start*; fewer where the file ends, none outside it."""
        stop = min(start + length, self.size)
        if start < 0 or start >= stop:
            return b""
        self._reads += 1
        if self._reads > self.MOST_READS:
            raise ValueError("The file has too many parts")
        first, last = start // CHUNK, (stop - 1) // CHUNK
        whole = b"".join(self._chunk(number) for number in range(first, last + 1))
        return whole[start - first * CHUNK : stop - first * CHUNK]

    def _chunk(self, number: int) -> bytes:
        known = self._known.get(number)
        if known is None:
            known = asyncio.run_coroutine_threadsafe(self._chunks.chunk(number), self._loop).result()
            self._known[number] = known
            while len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
        return known

    def windows(self, overlap: int, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """The file from *start*, a chunk at a time, each with the last *overlap* bytes of the one before."""
        end = self.size if stop is None else min(stop, self.size)
        at = start
        while at < end:
            begin = max(start, at - overlap)
            yield begin, self.at(begin, min(at + CHUNK, end) - begin)
            at += CHUNK

    def found(self, pattern: re.Pattern[bytes], longest: int, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """Where *pattern* matches, each place once; no match is longer than *longest* bytes."""
        seen = -1
        for begin, window in self.windows(longest, start, stop):
            for match in pattern.finditer(window):
                place = begin + match.start()
                if place > seen:
                    seen = place
                    yield place

    # --- what zipfile wants

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # a narrower buffer
        """Fill *buffer*."""
        read = self.at(self._at, len(buffer))
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)
