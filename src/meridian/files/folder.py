"""
Objects as files of a folder: the default.

An object is written beside its place, flushed to the disk and moved there in one step, so that what has a name is
whole. Mode 0600 in folders of 0700. What was left half-written by a process that died begins with a dot and is swept
away with what nobody refers to (`access.files`).
"""

import asyncio
import os
import re
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import BinaryIO

from meridian.faults import Unavailable
from meridian.files.shelf import Kept, Missing

NAME = re.compile(r"[0-9a-f]{32}")
_HALF = re.compile(r"\.[0-9a-f]{32}\.[0-9a-f]{12}")


class Folder:
    """A `Shelf` in the folder *root*."""

    kind = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root

    async def check(self) -> None:
        """Make the folder if it is not there; refuse one that others can read."""
        await asyncio.to_thread(self._check)

    def _check(self) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            mode = self._root.stat().st_mode
        except OSError as wrong:
            raise _trouble() from wrong
        if mode & 0o077:
            raise Unavailable("The folder of files can be read by others; set its mode to 0700")

    async def put(self, name: str, pieces: AsyncIterable[bytes]) -> None:
        """Keep *pieces*; on the disk when this returns."""
        place = self._place(name)
        fresh = place.with_name(f".{name}.{os.urandom(6).hex()}")
        try:
            file = await asyncio.to_thread(_begun, fresh)
            try:
                with file:
                    async for piece in pieces:
                        await asyncio.to_thread(file.write, piece)
                    await asyncio.to_thread(_flushed, file)
                await asyncio.to_thread(_published, fresh, place)
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
        except OSError as wrong:
            raise _trouble() from wrong

    async def get(self, name: str, start: int, length: int) -> bytes:
        """*length* bytes from *start*."""
        return await asyncio.to_thread(self._get, name, start, length)

    def _get(self, name: str, start: int, length: int) -> bytes:
        try:
            with self._place(name).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError:
            raise _missing() from None
        except OSError as wrong:
            raise _trouble() from wrong

    async def size(self, name: str) -> int:
        """Bytes of an object."""
        try:
            return (await asyncio.to_thread(self._place(name).stat)).st_size
        except FileNotFoundError:
            raise _missing() from None
        except OSError as wrong:
            raise _trouble() from wrong

    async def remove(self, name: str) -> None:
        """Let an object go."""
        try:
            await asyncio.to_thread(self._place(name).unlink, missing_ok=True)
        except OSError as wrong:
            raise _trouble() from wrong

    async def names(self) -> AsyncIterator[Kept]:
        """Every object, and what was left half-written by its own name with a dot."""
        for folder in await asyncio.to_thread(self._folders):
            for kept in await asyncio.to_thread(_within, folder):
                yield kept

    async def sweep(self, before: int) -> int:
        """Remove what was left half-written before then (ms since the epoch); how many that were."""
        return await asyncio.to_thread(self._sweep, before)

    def _sweep(self, before: int) -> int:
        removed = 0
        for folder in self._folders():
            for path in folder.iterdir():
                if _HALF.fullmatch(path.name) and path.stat().st_mtime_ns // 1_000_000 < before:
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed

    def _folders(self) -> list[Path]:
        return [path for path in self._root.iterdir() if path.is_dir()] if self._root.is_dir() else []

    def _place(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("An object's name is 32 hexadecimal digits")
        return self._root / name[:2] / name


def _begun(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _flushed(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _published(fresh: Path, place: Path) -> None:
    fresh.replace(place)
    for folder in (place.parent, place.parent.parent):  # the second: the first may be new itself
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _within(folder: Path) -> list[Kept]:
    return [
        Kept(path.name, path.stat().st_mtime_ns // 1_000_000) for path in folder.iterdir() if NAME.fullmatch(path.name)
    ]


def _missing() -> Missing:
    return Missing("The bytes of this file are not where they should be")


def _trouble() -> Unavailable:
    return Unavailable("The place where files are kept does not answer or is full")
