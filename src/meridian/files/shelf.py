"""
Where objects lie: what the folder and the bucket have in common, drawn from both.

An object is written once, whole or not at all, and never changed. Its name is 32 hexadecimal digits and says nothing.
"""

from collections.abc import AsyncIterable, AsyncIterator
from typing import NamedTuple, Protocol

from meridian.faults import Unavailable


class Missing(Unavailable):
    """An object that should be there is not."""


class Kept(NamedTuple):
    """An object by its *name*; *written* is ms since the epoch."""

    name: str
    written: int


class Shelf(Protocol):
    """
    A place for objects.

    Raises (from every method): `Unavailable` when the place does not answer or has no room.
    """

    kind: str
    """`folder` or `s3`, for people."""

    async def check(self) -> None:
        """Raise `Unavailable`, saying why, if objects would not be safe here."""

    async def put(self, name: str, pieces: AsyncIterable[bytes]) -> None:
        """Keep *pieces* as one object; durable when this returns, and nothing is there if it raises."""

    async def get(self, name: str, start: int, length: int) -> bytes:
        """
        *length* bytes from *start*; fewer where the object ends.

        Raises:
            Missing: If there is no such object.
        """

    async def size(self, name: str) -> int:
        """
        Bytes of an object.

        Raises:
            Missing: If there is no such object.
        """

    async def remove(self, name: str) -> None:
        """Let an object go; nothing happens when there is none."""

    def names(self) -> AsyncIterator[Kept]:
        """Every object, in no order."""
