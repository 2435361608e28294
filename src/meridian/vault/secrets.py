"""
Named secrets, asked for by name, never by environment variable.

The built-in `Vault` is one sealed file beside the master key; the other is Secrets Manager. A name is a path in lower
case, as `mariadb/password`. The file is rewritten whole and replaced in one step, so that a crash leaves the old one or
the new one.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from meridian.faults import NotFound
from meridian.vault.files import replace_file
from meridian.vault.master import Master

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*")
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


class Login(NamedTuple):
    """Whom to be somewhere, and the password."""

    user: str
    password: Secret


class Reading(Protocol):
    """Whence secrets come."""

    def get(self, name: str) -> Secret:
        """
        The secret of that *name*.

        Raises:
            NotFound: If there is none.
            Unavailable: If it cannot be read.
        """

    def fresh(self, name: str) -> Secret:
        """As `get`, past whatever is remembered; for whoever was refused with what `get` gave."""


class Vault(Reading, Protocol):
    """Where secrets are kept."""

    def login(self, name: str, user: str, *, fresh: bool = False) -> Login:
        """
        The password of that *name*, and the user name that is kept with it, else *user*.

        *fresh* is for whoever was refused with what this gave before.
        """

    def put(self, name: str, value: str) -> None:
        """Keep *value* under *name*, in place of what was there."""

    def add(self, name: str, value: str) -> bool:
        """Keep *value* under *name* if nothing is there; whether nothing was."""

    def names(self) -> list[str]:
        """The names of all secrets, in order."""

    def reseal(self) -> None:
        """Seal by the newest generation of the master key what is sealed by it."""


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

    def fresh(self, name: str) -> Secret:
        """As `get`, which remembers nothing."""
        return self.get(name)

    def login(self, name: str, user: str, *, fresh: bool = False) -> Login:
        """The password of that *name*; no user name is kept with it."""
        return Login(user, self.fresh(name) if fresh else self.get(name))

    def put(self, name: str, value: str) -> None:
        """
        Keep *value* under *name*, in place of what was there.

        Raises:
            ValueError: If *name* is not a path in lower case.
        """
        if not NAME.fullmatch(name):
            raise ValueError("A secret's name is a path in lower case, as mariadb/password")
        self._write(self._read() | {name: value})

    def add(self, name: str, value: str) -> bool:
        """Keep *value* under *name* if nothing is there; two processes must not do this at once."""
        if name in self._read():
            return False
        self.put(name, value)
        return True

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
