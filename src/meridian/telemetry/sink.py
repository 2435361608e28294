"""Where lines go: the standard output, or a file that is put aside when it has grown."""

import os
import sys
import threading
from pathlib import Path
from typing import BinaryIO

READABLE = 0o640
"""By us, and by the group of whoever ships it."""
AT_ONCE = 64 * 1024
"""Bytes that are kept back at most."""


class Sink:
    """
    Takes lines; those that may wait are written with the next that may not, or by `flush`.

    Args:
        path: Of the file; `None`: the standard output.
        largest: Bytes of the file before it is put aside.
        kept: Files put aside that are kept.
    """

    def __init__(self, path: Path | None = None, largest: int = 0, kept: int = 0) -> None:
        self._path, self._largest, self._kept = path, largest, kept
        self._lock = threading.Lock()
        self._waiting: list[bytes] = []
        self._size = self._held = 0
        self._file: BinaryIO | None = None
        if path is not None:
            self._open(path)

    def write(self, line: bytes, *, later: bool = False) -> None:
        """Write a line, now or *later*; whoever waits for nothing loses nothing by waiting."""
        with self._lock:
            self._waiting.append(line)
            self._held += len(line)
            if not later or self._held > AT_ONCE:
                self._write()

    def flush(self) -> None:
        """Write what was kept back."""
        with self._lock:
            if self._waiting:
                self._write()

    def close(self) -> None:
        """Write what was kept back, and let the file go."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self) -> None:
        lines, self._waiting, self._held = b"".join(self._waiting), [], 0
        try:
            if self._path is None:
                sys.stdout.buffer.write(lines)
                sys.stdout.buffer.flush()
            else:
                self._append(self._path, lines)
        except (OSError, ValueError):  # the disk is full, or nobody reads any more: people are served all the same
            return

    def _append(self, path: Path, lines: bytes) -> None:
        if self._size and self._size + len(lines) > self._largest:
            self._put_aside(path)
        if self._file is None:
            self._open(path)
        assert self._file is not None  # noqa: S101  # `_open` raises otherwise
        self._file.write(lines)
        self._size += len(lines)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, READABLE), "ab", buffering=0)
        self._size = path.stat().st_size

    def _put_aside(self, path: Path) -> None:
        """The oldest is dropped, each other becomes one older, and a new one is begun."""
        if self._file is not None:
            self._file.close()
            self._file = None
        for number in range(self._kept - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        path.replace(path.with_name(f"{path.name}.1"))
