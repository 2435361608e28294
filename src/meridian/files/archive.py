"""
An archive: what is put there stays, unchanged, for years. A folder here; a locked bucket is `locked`.

Names are paths, and say what a thing is; what is archived is no secret to whoever may read the archive. A thing is put
once: to put the same again does nothing, and to put another under its name is refused.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Protocol

from meridian.faults import Conflict, Unavailable
from meridian.files.shelf import Missing

NAME: Final = re.compile(r"[a-z0-9]+(?:[./-][a-z0-9]+)*")


class Archive(Protocol):
    """
    A place for what stays.

    Raises (from every method): `Unavailable` when the place does not answer or has no room.
    """

    async def check(self) -> None:
        """Raise `Unavailable`, saying why, if what is put here could be taken away."""

    async def put(self, name: str, content: bytes, until: int) -> None:
        """
        Keep *content* at least *until* (ms since the epoch); durable when this returns.

        Raises:
            Conflict: If something else has that name.
        """

    async def get(self, name: str) -> bytes:
        """
        What was put under that name.

        Raises:
            Missing: If nothing was.
        """

    def names(self, prefix: str, after: str = "") -> AsyncIterator[str]:
        """Every name that begins with *prefix* and comes after *after*, in order."""


class FolderArchive:
    """
    An `Archive` in the folder *root*: files that nobody has the right to write.

    Whoever runs the machine can take them away all the same; a disk that can be written once, or a bucket with a lock,
    keeps them from that.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def check(self) -> None:
        """Make the folder if it is not there."""
        try:
            await asyncio.to_thread(self._root.mkdir, mode=0o700, parents=True, exist_ok=True)
        except OSError as wrong:
            raise _trouble() from wrong

    async def put(self, name: str, content: bytes, until: int) -> None:
        """Keep *content*; a folder keeps it for ever."""
        del until
        await asyncio.to_thread(self._put, named(name), content)

    def _put(self, name: str, content: bytes) -> None:
        place = self._root / name
        half = place.with_name(f".{place.name}.{os.urandom(6).hex()}")
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(half, place)  # unlike a rename, it takes nobody's place
            except FileExistsError:
                if place.read_bytes() != content:
                    raise taken(name) from None
            finally:
                half.unlink()
            _flushed(place.parent)
        except OSError as wrong:
            raise _trouble() from wrong

    async def get(self, name: str) -> bytes:
        """What is in that file."""
        try:
            return await asyncio.to_thread((self._root / named(name)).read_bytes)
        except FileNotFoundError:
            raise missing(name) from None
        except OSError as wrong:
            raise _trouble() from wrong

    async def names(self, prefix: str, after: str = "") -> AsyncIterator[str]:
        """Every file whose path begins so."""
        for name in await asyncio.to_thread(self._names, prefix, after):
            yield name

    def _names(self, prefix: str, after: str) -> list[str]:
        top = self._root / prefix.rpartition("/")[0]
        paths = [one.relative_to(self._root).as_posix() for one in top.rglob("*") if one.is_file()]
        return sorted(one for one in paths if one.startswith(prefix) and one > after and "/." not in f"/{one}")


def named(name: str) -> str:
    """*name*, if it is one of a thing that can be archived."""
    if not NAME.fullmatch(name):
        raise ValueError("A name in the archive is a path of small letters and digits")
    return name


def taken(name: str) -> Conflict:
    """Something else has that name."""
    return Conflict(f"The archive has something else under {name}")


def missing(name: str) -> Missing:
    """Nothing has that name."""
    return Missing(f"The archive has no {name}")


def _trouble() -> Unavailable:
    return Unavailable("The archive cannot be written or read")


def _flushed(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
