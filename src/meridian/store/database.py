"""Which database: an embedded file or a server. Passwords arrive here from the vault and are never printed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """One file, used by every process of one machine."""

    path: Path

    @property
    def dialect(self) -> str:
        """`sqlite`."""
        return "sqlite"


@dataclass(frozen=True, slots=True)
class MariadbServer:
    """
    A database on a MariaDB server.

    Args:
        host, port: Where it listens; *socket* goes first when it is given.
        user, password: Whom to be; the password has been revealed by the vault and is not shown by `repr`.
        database: The database (schema) to use; it must exist.
        socket: Path of a Unix socket.
        tls_ca: Path of the certificate authority's PEM file; without it a remote host must be known to the system's.
        login: Gives user and password as the vault has them now, read past what it remembers if it is told `True`;
            `None`: they are those above, for as long as this lives.
    """

    host: str = "127.0.0.1"
    port: int = 3306
    user: str = "meridian"
    password: str = field(default="", repr=False)
    database: str = "meridian"
    socket: str = ""
    tls_ca: str = ""
    login: Callable[[bool], tuple[str, str]] | None = field(default=None, repr=False, compare=False)

    def known_as(self, *, fresh: bool = False) -> "MariadbServer":
        """The same server with user and password as they are now."""
        if self.login is None:
            return self
        user, password = self.login(fresh)
        return replace(self, user=user, password=password)

    @property
    def dialect(self) -> str:
        """`mariadb`."""
        return "mariadb"

    @property
    def remote(self) -> bool:
        """Whether bytes leave this machine, so that they must be encrypted on the way."""
        return not self.socket and self.host not in LOCAL_HOSTS


Database: TypeAlias = SqliteFile | MariadbServer
