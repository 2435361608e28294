"""
An SQLite database, copied while it is in use.

SQLite's own backup interface copies every page within one read transaction: writers go on, and the copy is the database
of one moment. It lies beside the database, on the same disk and as closed to others, until it has been cut up. Pages
that have not changed since are the same chunks, so what is sent is what has changed.

Source: sqlite.org/backup.html.
"""

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from meridian.audit import merkle
from meridian.faults import Unavailable
from meridian.ops.backup.manifest import Head

ROOM = 64 * 2**20
"""Bytes that stay free on the disk while a copy is made."""
PIECE = 2**20
HEADS = (
    "SELECT org, size, frontier,"
    " (SELECT note FROM audit_checkpoint c WHERE c.org = h.org ORDER BY c.size DESC LIMIT 1)"
    " FROM audit_head h ORDER BY org"
)
"""The audit logs; on MariaDB too."""


def snapshot(source: Path, copy: Path) -> None:
    """
    The database as it is now, at *copy*.

    Raises:
        Unavailable: If the disk has no room for it, or the database cannot be read.
    """
    needed = source.stat().st_size + ROOM
    if shutil.disk_usage(copy.parent).free < needed:
        raise Unavailable(f"The disk is full: a backup needs {needed // 2**20} MB for as long as it takes")
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(source, timeout=10)) as live, closing(sqlite3.connect(copy)) as made:
            live.execute("PRAGMA query_only = ON")
            live.backup(made)
    except sqlite3.Error as wrong:
        raise Unavailable(f"The database cannot be copied: {wrong}") from wrong


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy that nobody else has, to be looked at and not changed, not even by looking."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        yield connection


def schema(connection: sqlite3.Connection) -> str:
    """Its migration."""
    return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def counts(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Rows of each table."""
    names = [name for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )]  # fmt: skip
    found = {}
    for name in names:
        [(rows,)] = connection.execute(f'SELECT COUNT(*) FROM "{name}"')  # noqa: S608  # the database's own table names
        found[name] = (rows, rows)
    return found


def heads(connection: sqlite3.Connection) -> list[Head]:
    """Its audit logs."""
    rows = connection.execute(HEADS).fetchall()
    return [head(*row) for row in rows]


def head(org: int, size: int, frontier: bytes, note: bytes | None) -> Head:
    """A row of it."""
    return Head(org, size, merkle.root(merkle.unpack(frontier)), bytes(note).decode() if note else "")


def size(path: Path) -> int:
    """A file's bytes, counted."""
    return path.stat().st_size


async def pieces(path: Path) -> AsyncIterator[bytes]:
    """A file's bytes."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
