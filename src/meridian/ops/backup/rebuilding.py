"""The database of a backup as one that answers: a file, or the data folder of a MariaDB server."""

import os
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from meridian.faults import Unavailable
from meridian.ops.backup import blobs
from meridian.ops.backup.manifest import Manifest
from meridian.ops.backup.packs import Reader
from meridian.ops.backup.sealing import Keys
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.vault.unreadable import Unreadable

if TYPE_CHECKING:
    from meridian.ops.backup.restoring import Order

DATABASE, FILES = "meridian.db", "mariadb"
_ANCHORS = re.compile(r"(?m)^\s*anchors\s*=.*$\n?")
_EDITION = re.compile(r"(?m)^edition\s*=.*$")
_SERVER_SECTION = re.compile(r"(?ms)^\[mariadb\]\s*$.*?(?=^\[|\Z)")
_KEYS = re.compile(r"(?ms)(^\[(?:kms|secrets)\]\s*$.*?(?=^\[|\Z))")
_SERVER = """

[mariadb]
host = "{host}"
port = {port}
user = "{user}"
database = "{name}"
tls_ca = "{ca}"
"""


@asynccontextmanager
async def rebuilt(order: "Order", keys: Keys, name: str, found: Manifest) -> AsyncIterator[Database]:
    """
    The database, answering.

    Raises:
        Unreadable: If it is not what was signed.
        Unavailable: If MariaDB's programs are not here, or fail.
    """
    if found.engine == "sqlite":
        yield await _sqlite(order, keys, found)
        return
    if order.into is not None:
        yield await _into(order.into, order, keys, found)
        return
    from meridian.ops.backup import own_server, rebuilding_mariadb  # noqa: PLC0415  # its driver is not wanted on SQLite

    files = order.place / FILES
    await rebuilding_mariadb.lay(order, keys, name, found, files)
    async with own_server.running(files, "", order.options) as server:
        yield await rebuilding_mariadb.filled(order, keys, name, found, server)


async def _into(server: MariadbServer, order: "Order", keys: Keys, found: Manifest) -> MariadbServer:
    """Rows into an empty database on another server, where this machine has none of its own."""
    if found.engine != "rows":
        raise Unavailable("Only rows can be restored into a server; this backup holds files")
    server = server.known_as()
    from meridian.ops.backup import rows  # noqa: PLC0415  # its driver is not wanted on SQLite

    await rows.lay(server, found, Reader(order.shelf, keys, found.packs))
    return server


async def _sqlite(order: "Order", keys: Keys, found: Manifest) -> SqliteFile:
    if found.database is None:
        raise Unreadable("The backup holds no database")
    path = order.place / DATABASE
    await write(blobs.read(Reader(order.shelf, keys, found.packs), found.database), path)
    with closing(sqlite3.connect(path)) as connection:
        [(said,)] = connection.execute("PRAGMA quick_check(1)")
    if said != "ok":
        raise Unreadable("The database in the backup is damaged")
    return SqliteFile(path)


async def write(pieces: AsyncIterator[bytes], path: Path) -> None:
    """A file for its owner alone; it has its name when all of it is there and has its hash."""
    half = path.with_name(f".{path.name}.half")
    with _begun(half) as file:
        async for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _begun(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def settings(found: Manifest, order: "Order") -> bytes:
    """The settings, but for the places of the house that was: its anchors stay its own, and its database server too."""
    kept = _ANCHORS.sub("", found.settings.decode())
    kept = _SERVER_SECTION.sub("", kept).rstrip()
    if order.alone:
        kept = "\n".join([*_EDITION.findall(kept), *(section.rstrip() for section in _KEYS.findall(kept))])
    if order.into is not None:
        into = order.into.known_as()
        kept += _SERVER.format(host=into.host, port=into.port, user=into.user, name=into.database, ca=into.tls_ca)
    elif found.engine != "sqlite":
        kept += _SERVER.format(host="127.0.0.1", port=order.port, user=found.account, name=found.catalogue, ca="")
    return kept.encode() + b"\n"


def size(found: Manifest) -> int:
    """Bytes of the database."""
    return found.database.size if found.database else sum(table.batches.size for table in found.tables)
