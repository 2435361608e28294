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
    """How many resources there were and what became of them; *refused* counts resources, not their faults."""

    by_type: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By what became of them (`created`, `updated`, `unchanged`) and type."""
    refused: int = 0
    files: int = 0

    def count(self, resource_type: str, became: str) -> None:
        """One more."""
        self.by_type[became, resource_type] += 1

    def total(self, became: str) -> int:
        """How many became that."""
        return sum(count for (what, _), count in self.by_type.items() if what == became)

    @property
    def resources(self) -> int:
        """All that was looked at."""
        return self.by_type.total() + self.refused


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
