"""Where rows are kept, and where processes hear of each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MariaDB:
    """Where the server database is; *password* names a secret in the vault, it is not one."""

    host: str
    port: int = 3306
    user: str = "meridian"
    database: str = "meridian"
    password: str = "mariadb/password"  # noqa: S105  # the name of a secret, not a secret
    tls_ca: str = ""
    """Path of the authority's certificate; needed when the host is not local."""


@dataclass(frozen=True, slots=True)
class Redis:
    """
    Where processes hear of each other; not needed by one alone.

    Args:
        url: As `redis://host:6379/0`, or `rediss://` with TLS, which a host that is not local needs.
        user: Of its access list; empty for the usual one.
        password: Names a secret in the vault, it is not one; empty for none.
        tls_ca: Path of the authority's certificate; empty: the system's.
    """

    url: str
    user: str = ""
    password: str = ""
    tls_ca: str = ""
