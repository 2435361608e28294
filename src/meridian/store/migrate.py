"""
Bringing the database to the schema this code wants.

A running server never loads Alembic or SQLAlchemy (40 MB): `revision()` asks with plain SQL, and when the database is
behind, `upgrade()` does the work in a child process.

SQLite changes its schema inside one transaction, so a failed migration leaves no trace. MariaDB cannot: each step is
noted in `migration` before it starts and after it ends, and a step that started and did not end stops every later
start, unless it says `repeatable = True` (all it does is create what is missing), which is so for the steps that lay an
empty house. Two processes that start together take turns.
"""

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from meridian.faults import Unavailable
from meridian.store.database import Database, MariadbServer, SqliteFile

FOLDER = Path(__file__).parent / "migrations"
INTERRUPTED = (
    "A migration of the database was interrupted at step {step}; restore the backup taken before the upgrade, "
    "or finish the step by hand and set its `finished` in the table `migration`"
)


def head() -> str:
    """The newest step in the folder, as `0004`; what a database must be at."""
    return max(file.name[:4] for file in (FOLDER / "versions").glob("[0-9]*.py"))


async def revision(database: Database) -> str:
    """
    Where the database is: a step's number, or empty when it is new.

    Raises:
        Unavailable: If it does not answer or is no database of ours.
    """
    if isinstance(database, SqliteFile):
        return _sqlite_revision(database.path)
    return await _mariadb_revision(database)


async def expect(database: Database) -> None:
    """
    Pass if the database is at `head()`.

    Raises:
        Unavailable: If it is elsewhere or does not answer.
    """
    at, wanted = await revision(database), head()
    if at != wanted:
        raise Unavailable(f"The database is at step {at or 'none'} and this program wants {wanted}: migrate it first")


async def upgrade(database: Database) -> bool:
    """
    Bring the database to `head()`; `False` when it was there already.

    Raises:
        Unavailable: If a step failed; the text names it, and the data is what it was.
    """
    at = await revision(database)
    if at == head():
        return False
    if at > head():
        raise Unavailable(f"The database is at step {at}, newer than this program, which knows {head()}; upgrade it")
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "meridian.store.migrating",
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await child.communicate(json.dumps(_plain(database)).encode())
    if child.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Unavailable(f"The database could not be brought to step {head()}: {lines[-1]}")
    return True


def _plain(database: Database) -> dict[str, Any]:
    """What the child is told; who asks the vault stays here, with what it said."""
    said = asdict(replace(database.known_as(), login=None) if isinstance(database, MariadbServer) else database)
    return {name: str(value) if isinstance(value, Path) else value for name, value in said.items()}


def _sqlite_revision(path: Path) -> str:
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.OperationalError as wrong:
        if "no such table" in str(wrong):
            return ""
        raise Unavailable(f"The database file cannot be read: {wrong}") from wrong
    except sqlite3.DatabaseError as wrong:
        raise Unavailable(f"The file is not a database of ours: {wrong}") from wrong
    return str(rows[0][0]) if rows else ""


async def _mariadb_revision(server: MariadbServer) -> str:
    from meridian.store.mariadb import connect  # noqa: PLC0415  # its driver is not wanted on SQLite

    connection = await connect(server)
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                " AND table_name IN ('alembic_version', 'migration')"
            )
            tables = {row[0] for row in await cursor.fetchall()}
            if "migration" in tables:
                await cursor.execute("SELECT step FROM migration WHERE finished IS NULL AND repeatable = 0")
                for row in await cursor.fetchall():
                    raise Unavailable(INTERRUPTED.format(step=row[0]))
            if "alembic_version" not in tables:
                return ""
            await cursor.execute("SELECT version_num FROM alembic_version")
            rows = await cursor.fetchall()
            return str(rows[0][0]) if rows else ""
    finally:
        connection.close()
