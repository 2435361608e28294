"""
The child process that migrates: reads the database's description as JSON from its standard input, and exits with 0.

`meridian.store.migrate` runs it; the last line of its standard error is the reason why it failed.
"""

import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool

from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.migrate import FOLDER, INTERRUPTED

LOCK = "meridian.migrate"
PATIENCE = 60
"""Seconds to wait for another process that migrates."""


def run(database: Database, folder: Path = FOLDER) -> None:
    """Every step that is missing, in order."""
    if isinstance(database, SqliteFile):
        _sqlite(database, folder)
    else:
        asyncio.run(_mariadb(database, folder))


def _sqlite(database: SqliteFile, folder: Path) -> None:
    with suppress(OSError):  # a path that cannot be is said by the database, better
        os.close(os.open(database.path, os.O_CREAT | os.O_RDWR, 0o600))  # names in it are for its owner only
    engine = create_engine(f"sqlite:///{database.path}", poolclass=NullPool, connect_args={"timeout": PATIENCE})

    # The driver would commit before DDL; begun by hand, all steps are one transaction.
    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        command.upgrade(_config(folder, connection), "head")


async def _mariadb(server: MariadbServer, folder: Path) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  # greenlet is not wanted on SQLite

    from meridian.store.mariadb import connect  # noqa: PLC0415  # nor is the driver

    engine = create_async_engine(
        "mariadb+asyncmy://", poolclass=NullPool, async_creator=lambda: connect(server, autocommit=False)
    )
    async with engine.connect() as connection:
        await connection.run_sync(_in_turn, folder)
    await engine.dispose()


def _in_turn(connection: Connection, folder: Path) -> None:
    if not connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), {"name": LOCK, "wait": PATIENCE}):
        raise TimeoutError("another process is migrating this database")
    try:
        _steps(connection, folder)
    finally:
        connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": LOCK})


def _steps(connection: Connection, folder: Path) -> None:
    connection.execute(
        text(
            "CREATE TABLE IF NOT EXISTS migration (step VARCHAR(32) PRIMARY KEY, started BIGINT NOT NULL,"
            " finished BIGINT, repeatable SMALLINT NOT NULL) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"
        )
    )
    for broken in connection.scalars(text("SELECT step FROM migration WHERE finished IS NULL AND repeatable = 0")):
        raise RuntimeError(INTERRUPTED.format(step=broken))
    config = _config(folder, connection)
    done = set(connection.scalars(text("SELECT step FROM migration WHERE finished IS NOT NULL")))
    for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        if script.revision not in done:
            _step(connection, config, script.revision, script.module)


def _step(connection: Connection, config: Config, step: str, module: ModuleType) -> None:
    said = {"step": step, "now": _now(), "repeatable": int(getattr(module, "repeatable", False))}
    connection.execute(
        text("REPLACE INTO migration (step, started, finished, repeatable) VALUES (:step, :now, NULL, :repeatable)"),
        said,
    )
    connection.commit()
    command.upgrade(config, step)
    connection.execute(text("UPDATE migration SET finished = :now WHERE step = :step"), {"step": step, "now": _now()})
    connection.commit()


def _config(folder: Path, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _now() -> int:
    return time.time_ns() // 1_000_000


def _described(plain: dict[str, Any]) -> Database:
    return SqliteFile(Path(plain["path"])) if "path" in plain else MariadbServer(**plain)


if __name__ == "__main__":
    try:
        run(_described(json.load(sys.stdin)))
    except Exception as wrong:  # noqa: BLE001  # one line for the parent, which tells the operator
        sys.exit(f"{type(wrong).__name__}: {str(wrong).splitlines()[0]}")
