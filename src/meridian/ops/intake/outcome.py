"""What became of an import: counts by type, and a file that names what was refused."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from meridian.ops.intake.reading import Trouble


@dataclass
class Outcome:
    """How many resources were there and what was done with them; *refused* counts resources, not their faults."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    files: int = 0

    @property
    def resources(self) -> int:
        """All that was looked at."""
        return self.created.total() + self.changed.total() + self.unchanged.total() + self.refused


class ErrorFile:
    """
    NDJSON, one line for each thing refused: `file`, `entry`, `element`, `problem`. Made with the first of them.

    Args:
        path: Where it goes; one that is there already is replaced, as it was an earlier import's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def write(self, trouble: Trouble) -> None:
        """Add a line."""
        if self._file is None:
            self._file = self.path.open("wb")
        self._file.write(msgspec.json.encode(trouble) + b"\n")
        self.lines += 1
