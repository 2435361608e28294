"""
Where resources come from: files, folders of them, and tar archives, each file opened in turn as a stream.

A folder is read in the order of its names. Of folders and archives only files that look like FHIR or tables are taken
(`.json`, `.ndjson`, `.jsonl`, `.csv`, also packed with gzip or xz); a file that is named on the command line is always
taken.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from meridian.faults import Malformed

LINES = (".ndjson", ".jsonl")
TABLES = (".csv",)
FHIR = (".json", *LINES, *TABLES)
PACKED: dict[str, Callable[[IO[bytes]], Any]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
ARCHIVES = (".tar", ".tgz", ".txz", ".tar.gz", ".tar.xz", ".tar.bz2")
BROKEN = (OSError, EOFError, lzma.LZMAError, zlib.error, tarfile.TarError)
"""What a damaged file raises while it is read; `gzip.BadGzipFile` is an OSError."""


@dataclass(frozen=True)
class Document:
    """A file that may hold resources; *name* is as a person would find it, `archive.tar.xz!folder/file.json`."""

    name: str
    stream: IO[bytes]

    @property
    def is_lines(self) -> bool:
        """Whether each line is a resource (NDJSON)."""
        return _unpacked(self.name).endswith(LINES)

    @property
    def is_table(self) -> bool:
        """Whether it is a CSV file, of patients."""
        return _unpacked(self.name).lower().endswith(TABLES)


class Metered(io.RawIOBase):
    """A file that counts what is read of it, so that progress can be shown in bytes on disk."""

    def __init__(self, path: Path, meter: "Meter") -> None:
        self._file = path.open("rb")
        self._meter = meter

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read, and count."""
        got = self._file.readinto(buffer)
        self._meter.read += got
        return got

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()


@dataclass
class Meter:
    """Bytes read so far of *total* bytes on disk."""

    total: int = 0
    read: int = 0


def files(paths: list[Path]) -> list[Path]:
    """
    The files that *paths* name, folders looked through.

    Raises:
        Malformed: If one of them is not there.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [file for file in sorted(path.rglob("*")) if file.is_file() and _wanted(file.name)]
        elif path.is_file():
            found.append(path)
        else:
            raise Malformed(f"There is no file or folder {path}")
    return found


def documents(found: list[Path], meter: Meter) -> Iterator[Document]:
    """
    Every document in *found*, in order; read one before asking for the next.

    Raises:
        Malformed: If a file cannot be opened or an archive is damaged; the text names it.
    """
    for path in found:
        raw = io.BufferedReader(Metered(path, meter), 1 << 18)
        try:
            if path.name.endswith(ARCHIVES):
                yield from _members(path, raw)
            else:
                yield Document(str(path), _opened(path.name, raw))
        except BROKEN as wrong:
            raise Malformed(f"{path}: the file is damaged or cannot be read ({type(wrong).__name__})") from wrong
        finally:
            raw.close()


def _members(path: Path, raw: IO[bytes]) -> Iterator[Document]:
    with tarfile.open(fileobj=raw, mode="r|*") as archive:  # a stream: nothing is unpacked to disk
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() and _wanted(member.name) else None
            if stream is not None:
                yield Document(f"{path}!{member.name}", _opened(member.name, stream))


def _opened(name: str, stream: IO[bytes]) -> IO[bytes]:
    suffix = Path(name).suffix
    return cast("IO[bytes]", PACKED[suffix](stream)) if suffix in PACKED else stream


def _wanted(name: str) -> bool:
    plain = Path(name).name
    return not plain.startswith(".") and (plain.endswith(ARCHIVES) or _unpacked(plain).endswith(FHIR))


def _unpacked(name: str) -> str:
    return name.rpartition(".")[0] if name.endswith(tuple(PACKED)) else name
