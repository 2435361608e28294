"""
Named secrets, kept sealed in one file beside the master key; asked for by name, never by environment variable.

A name is a path in lower case, as `mariadb/password`. The file is rewritten whole and replaced in one step, so that a
crash leaves the old one or the new one.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from meridian.faults import NotFound
from meridian.vault.files import replace_file
from meridian.vault.master import Master

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*")
_CONTEXT = b"meridian secrets"


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that shows itself only when asked by name."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __str__(self) -> str:
        return "Secret()"


class Secrets:
    """
    The sealed file of secrets.

    Args:
        path: Where it is; it comes into being with the first secret.
        master: Seals it.
    """

    def __init__(self, path: Path, master: Master) -> None:
        self._path = path
        self._master = master

    def get(self, name: str) -> Secret:
        """
        The secret of that *name*.

        Raises:
            NotFound: If there is none.
            Unreadable: If the file was altered, or sealed by another master key.
        """
        try:
            return Secret(self._read()[name])
        except KeyError:
            raise NotFound(f"There is no secret named {name}") from None

    def put(self, name: str, value: str) -> None:
        """
        Keep *value* under *name*, in place of what was there.

        Raises:
            ValueError: If *name* is not a path in lower case.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("A secret's name is a path in lower case, as mariadb/password")
        self._write(self._read() | {name: value})

    def names(self) -> list[str]:
        """The names of all secrets, in order."""
        return sorted(self._read())

    def reseal(self) -> None:
        """Seal the file by the newest generation of the master key."""
        self._write(self._read())

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        found: dict[str, str] = json.loads(self._master.unwrap(self._path.read_bytes(), _CONTEXT))
        return found

    def _write(self, secrets: dict[str, str]) -> None:
        replace_file(self._path, self._master.wrap(json.dumps(secrets).encode(), _CONTEXT))
