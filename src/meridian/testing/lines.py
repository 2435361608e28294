"""Catches what goes into the log."""

import json
from types import TracebackType
from typing import Any, Self

from meridian.telemetry import lines as forms
from meridian.telemetry import logs
from meridian.telemetry.sink import Sink


class Lines(Sink):
    """A log in memory, in place of the process's for as long as it is entered."""

    def __init__(self, *, text: bool = False) -> None:
        super().__init__()
        self._text = text
        self._said: list[bytes] = []

    def __enter__(self) -> Self:
        """Begin to catch."""
        logs.use(logs.Log(self, forms.service("meridian-pms", "all", "0"), text=self._text))
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        """Catch no more."""
        logs.end()

    def write(self, line: bytes, *, later: bool = False) -> None:  # noqa: ARG002  # nothing waits here
        """Keep a line."""
        self._said.append(line)

    @property
    def text(self) -> str:
        """All of it."""
        return b"".join(self._said).decode()

    def of(self, dataset: str) -> list[dict[str, Any]]:
        """The lines of one dataset, oldest first."""
        read = [json.loads(line) for line in self._said]
        return [line for line in read if line["event"]["dataset"] == dataset]
