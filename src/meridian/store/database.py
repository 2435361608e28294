"""Which database: an embedded file or a server. Passwords arrive here from the vault and are never printed."""

from dataclasses import dataclass, field
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
    """

    host: str = "127.0.0.1"
    port: int = 3306
    user: str = "meridian"
    password: str = field(default="", repr=False)
    database: str = "meridian"
    socket: str = ""
    tls_ca: str = ""

    @property
    def dialect(self) -> str:
        """`mariadb`."""
        return "mariadb"

    @property
    def remote(self) -> bool:
        """Whether bytes leave this machine, so that they must be encrypted on the way."""
        return not self.socket and self.host not in LOCAL_HOSTS


Database: TypeAlias = SqliteFile | MariadbServer
