"""
A MariaDB database, copied while it is in use: its files by mariadb-backup, or its rows.

Files are copied where they are on this machine and mariadb-backup is installed and may read them: quick, and the next
one takes only pages that have changed. Otherwise, as from a server of a cloud, every row is read in one consistent
snapshot over TLS. With a binary log, what was written since the backup before is kept besides, so that a restore can
stop between the two.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meridian.faults import Unavailable
from meridian.ops.backup import sqlite
from meridian.ops.backup.manifest import Head
from meridian.store.database import MariadbServer
from meridian.store.mariadb import connect

if TYPE_CHECKING:
    from meridian.ops.backup.taking import Making

RIGHTS = ("RELOAD", "PROCESS")
GROWING = ("audit_entry", "history", "patient")
"""Tables from which nothing is deleted in daily work, so that their rows can be counted before and after."""


async def keep(server: MariadbServer, making: "Making", scratch: Path) -> dict[str, Any]:
    """The database kept; what its manifest says of it."""
    from meridian.ops.backup import physical, rows  # noqa: PLC0415  # each names this module's helpers

    server = server.known_as()
    if await is_physical(server, making.policy.method):
        return await physical.keep(server, making, scratch)
    return await rows.keep(server, making)


async def is_physical(server: MariadbServer, method: str) -> bool:
    """
    Whether files are copied.

    Raises:
        Unavailable: If they are to be, and cannot.
    """
    if method == "rows":
        return False
    lacks = await _lacks(server)
    if lacks and method == "physical":
        raise Unavailable(f"The database cannot be copied by mariadb-backup: {lacks}")
    return not lacks


async def _lacks(server: MariadbServer) -> str:
    if server.remote:
        return "the server is on another machine"
    if not found("mariadb-backup"):
        return "mariadb-backup is not installed"
    if not await _has_rights(server):
        return f"its account lacks {' and '.join(RIGHTS)}"
    [(folder,)] = await asked(server, "SELECT @@datadir")
    return "" if os.access(folder, os.R_OK | os.X_OK) else "its data folder cannot be read by this account"


async def _has_rights(server: MariadbServer) -> bool:
    """Whether the account may do for the whole server what mariadb-backup does."""
    grants = [str(row[0]) for row in await asked(server, "SHOW GRANTS")]
    everywhere = " ".join(one for one in grants if " ON *.* " in one)
    return "ALL PRIVILEGES" in everywhere or all(right in everywhere for right in RIGHTS)


async def asked(server: MariadbServer, sql: str) -> list[tuple[Any, ...]]:
    """What the server says to one question."""
    connection = await connect(server)
    try:
        return await said(connection, sql)
    finally:
        connection.close()


async def said(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    """What it says on a connection."""
    async with connection.cursor() as cursor:
        await cursor.execute(sql)
        return [tuple(row) for row in await cursor.fetchall()]


async def schema(connection: Any) -> str:
    """Its migration."""
    return str((await said(connection, "SELECT version_num FROM alembic_version"))[0][0])


async def counts(connection: Any, tables: Iterable[str]) -> dict[str, int]:
    """Rows of tables."""
    return {name: (await said(connection, f"SELECT COUNT(*) FROM `{name}`"))[0][0] for name in tables}  # noqa: S608  # constants, or the server's own names


async def heads(connection: Any) -> list[Head]:
    """Its audit logs."""
    return [sqlite.head(*row) for row in await said(connection, sqlite.HEADS)]


def found(program: str) -> str:
    """Where a program is; empty when it is not installed."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    return shutil.which(program, path=path) or ""


def options_file(folder: Path, server: MariadbServer) -> Path:
    """A file of options with which the client programs reach the server; the password stands on no command line."""
    lines = ["[client]", f"user={server.user}", f'password="{_quoted(server.password)}"']
    lines += (
        [f"socket={server.socket}"] if server.socket else [f"host={server.host}", f"port={server.port}", "protocol=tcp"]
    )
    if server.tls_ca:
        lines += [f"ssl-ca={server.tls_ca}", "ssl-verify-server-cert"]
    path = folder / "client.cnf"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
