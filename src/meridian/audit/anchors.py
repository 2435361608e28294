"""
Anchors: the checkpoints of each log in a file outside the database, one JSON string a line, only ever appended to.

The folder belongs where whoever administers the database cannot write: another disk, another account, a store that
keeps what it was given. Each line is on the disk before the next checkpoint is made. Processes of one machine share the
files, by a lock on each; a line is left out if a newer one is there, so sizes only rise.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import BinaryIO

from meridian.audit.verifier import LARGEST_NOTE, Checkpoint, Refused, read_checkpoint


class Anchors:
    """
    The folder of anchors.

    Args:
        folder: Made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, org: int) -> Path:
        """The file of an organisation's log, there or not."""
        return self._folder / f"audit-{org}.anchors"

    def newest(self, org: int) -> Checkpoint | None:
        """
        The newest checkpoint anchored; its signature is not looked at.

        Raises:
            OSError: If the file cannot be read.
        """
        note = self.newest_note(org)
        return None if note is None else _read(note)

    def newest_note(self, org: int) -> str | None:
        """
        The newest checkpoint anchored, as it was signed.

        Raises:
            OSError: If the file cannot be read.
        """
        try:
            with self.path(org).open("rb") as file:
                return _last_note(file)
        except FileNotFoundError:
            return None

    def append(self, org: int, note: str) -> None:
        """
        Put a signed checkpoint on the disk, unless a newer one is there.

        Raises:
            OSError: If it cannot be written.
        """
        new = not self.path(org).exists()
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.path(org).open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last(file)
            if last is not None and last.size >= _read(note).size:
                return
            file.write(_gap(file) + json.dumps(note).encode() + b"\n")
            os.fsync(file.fileno())
        if new:
            _sync_folder(self._folder)


def _read(note: str) -> Checkpoint:
    return read_checkpoint(note.rpartition("\n\n")[0] + "\n")


def _last(file: BinaryIO) -> Checkpoint | None:
    note = _last_note(file)
    return None if note is None else _read(note)


def _last_note(file: BinaryIO) -> str | None:
    """The last whole line that is a checkpoint; a crash may have left half a line after it."""
    length = file.seek(0, os.SEEK_END)
    file.seek(max(0, length - 2 * LARGEST_NOTE))
    for line in reversed(file.read().splitlines(keepends=True)):
        if line.endswith(b"\n"):
            try:
                note = str(json.loads(line))
                _read(note)
            except (ValueError, Refused):
                continue
            return note
    return None


def _gap(file: BinaryIO) -> bytes:
    """A line end, if a crash has left half a line."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
