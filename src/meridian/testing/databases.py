"""Empty databases for tests, laid from the schema directly: quicker than by migration, and a test keeps them equal."""

import asyncio
from collections.abc import Callable
from typing import Any

from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.mariadb import connect
from meridian.store.migrate import head

KEPT = ("alembic_version", "migration")


def lay(database: Database) -> None:
    """Make every table in an empty *database*, which is then at the newest migration."""
    from sqlalchemy import create_engine  # noqa: PLC0415  # 40 MB that only tests of the database need

    if isinstance(database, SqliteFile):
        engine = create_engine(f"sqlite:///{database.path}")
        with engine.begin() as connection:
            _create(connection)
        engine.dispose()
    else:
        asyncio.run(_lay_mariadb(database, _create))


async def _lay_mariadb(server: MariadbServer, create: Callable[[Any], None]) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  # as above

    engine = create_async_engine("mariadb+asyncmy://", async_creator=lambda: connect(server, autocommit=False))
    async with engine.begin() as connection:
        await connection.run_sync(create)
    await engine.dispose()


def _create(connection: Any) -> None:
    from sqlalchemy import text  # noqa: PLC0415  # as above

    from meridian.store.schema import load  # noqa: PLC0415  # as above

    load().create_all(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head()})


async def empty(server: MariadbServer) -> None:
    """Delete every row, but for those about migrations."""
    connection = await connect(server)
    try:
        async with connection.cursor() as cursor:
            await cursor.execute("SET foreign_key_checks = 0")
            await cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
            for (name,) in await cursor.fetchall():
                if name not in KEPT:
                    await cursor.execute(f"DELETE FROM `{name}`")  # noqa: S608  # the server's own table names
    finally:
        connection.close()
