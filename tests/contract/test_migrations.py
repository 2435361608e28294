import asyncio
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from meridian.faults import Unavailable
from meridian.messaging.withholding import UNLABELLED
from meridian.scheduling.jobs import UNCLAIMED
from meridian.store import migrate, migrating, outbox
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.mariadb import Mariadb, connect
from meridian.store.plan import Change, Plan
from meridian.store.sqlite import Sqlite
from meridian.testing.mariadb import PrivateServer

pytestmark = pytest.mark.anyio

BROKEN = '''
"""A step that fails in its middle."""
import sqlalchemy as sa
from alembic import op
revision = "{step}"
down_revision = "{before}"
repeatable = {repeatable}
def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer), if_not_exists=True)
    if {fails}:
        op.execute("INSERT INTO no_such_table VALUES (1)")
'''


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def nothing(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without any table."""
    if request.param == "sqlite":
        return SqliteFile(tmp_path / "fresh.db")
    server: PrivateServer = request.getfixturevalue("mariadb_server")
    return server.database("meridian_migrating")


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """The folder of migrations, to add one to."""
    return Path(shutil.copytree(migrate.FOLDER, tmp_path / "migrations"))


def add_step(folder: Path, *, fails: bool, repeatable: bool) -> str:
    before = migrate.head()
    step = f"{int(before) + 1:04}"
    text = BROKEN.format(step=step, before=before, fails=fails, repeatable=repeatable)
    (folder / "versions" / f"{step}_broken.py").write_text(text)
    return step


async def tables(database: Database) -> set[str]:
    if isinstance(database, SqliteFile):
        with closing(sqlite3.connect(database.path)) as raw:
            return {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection = await connect(database)
    async with connection.cursor() as cursor:
        await cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
        found = {name for (name,) in await cursor.fetchall()}
    await connection.ensure_closed()
    return found


async def test_an_empty_database_is_brought_to_the_newest_step_once(nothing: Database) -> None:
    assert await migrate.revision(nothing) == ""
    with pytest.raises(Unavailable, match="migrate it first"):
        await migrate.expect(nothing)

    assert await migrate.upgrade(nothing) is True

    await migrate.expect(nothing)
    assert await migrate.upgrade(nothing) is False
    engine = Sqlite(nothing) if isinstance(nothing, SqliteFile) else Mariadb(nothing)
    await engine.open()
    await engine.close()


async def test_two_that_migrate_at_once_take_turns(nothing: Database) -> None:
    await asyncio.gather(migrate.upgrade(nothing), migrate.upgrade(nothing))

    await migrate.expect(nothing)


def differences(connection: Any) -> list[Any]:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415  # 40 MB that one test needs
    from alembic.migration import MigrationContext  # noqa: PLC0415  # as above

    from meridian.store.schema import load  # noqa: PLC0415  # as above

    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or name not in {"alembic_version", "migration"},
        },
    )
    found: list[Any] = compare_metadata(context, load())
    return found


async def test_the_migrated_database_is_the_one_that_the_schema_describes(nothing: Database) -> None:
    from sqlalchemy import create_engine  # noqa: PLC0415  # as above
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  # as above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415  # as above

    await migrate.upgrade(nothing)

    if isinstance(nothing, SqliteFile):
        engine = create_engine(f"sqlite:///{nothing.path}", poolclass=NullPool)
        with engine.connect() as connection:
            assert differences(connection) == []
    else:
        server = create_async_engine("mariadb+asyncmy://", poolclass=NullPool, async_creator=lambda: connect(nothing))
        async with server.connect() as remote:
            assert await remote.run_sync(differences) == []


async def test_a_failed_step_leaves_sqlite_as_it_was(tmp_path: Path, steps: Path) -> None:
    database = SqliteFile(tmp_path / "old.db")
    await migrate.upgrade(database)
    with closing(sqlite3.connect(database.path)) as raw:
        raw.execute("INSERT INTO patient (org, id) VALUES (1, 'kept')")
        raw.commit()
    add_step(steps, fails=True, repeatable=False)

    with pytest.raises(Exception, match="no_such_table"):
        migrating.run(database, steps)

    assert "half" not in await tables(database)
    await migrate.expect(database)
    with closing(sqlite3.connect(database.path)) as raw:
        assert raw.execute("SELECT id FROM patient").fetchall() == [("kept",)]


@pytest.mark.mariadb
async def test_an_interrupted_step_stops_every_start_on_mariadb(mariadb_server: PrivateServer, steps: Path) -> None:
    database = mariadb_server.database("meridian_migrating")
    await migrate.upgrade(database)
    step = add_step(steps, fails=True, repeatable=False)

    with pytest.raises(Exception, match="no_such_table"):
        await asyncio.to_thread(migrating.run, database, steps)

    assert "half" in await tables(database), "MariaDB cannot undo it"
    for start in (migrate.upgrade(database), Mariadb(database).open()):
        with pytest.raises(Unavailable, match=f"interrupted at step {step}"):
            await start
    with pytest.raises(RuntimeError, match=f"interrupted at step {step}"):
        await asyncio.to_thread(migrating.run, database, steps)


@pytest.mark.mariadb
async def test_a_step_that_only_creates_what_is_missing_is_done_again(
    mariadb_server: PrivateServer, steps: Path
) -> None:
    database = mariadb_server.database("meridian_migrating")
    await migrate.upgrade(database)
    step = add_step(steps, fails=True, repeatable=True)
    with pytest.raises(Exception, match="no_such_table"):
        await asyncio.to_thread(migrating.run, database, steps)
    assert await migrate.revision(database) < step

    add_step(steps, fails=False, repeatable=True)
    await asyncio.to_thread(migrating.run, database, steps)

    assert await migrate.revision(database) == step


async def test_a_database_of_a_newer_program_is_refused(nothing: Database, steps: Path) -> None:
    await migrate.upgrade(nothing)
    add_step(steps, fails=False, repeatable=True)
    await asyncio.to_thread(migrating.run, nothing, steps)

    with pytest.raises(Unavailable, match="newer than this program"):
        await migrate.upgrade(nothing)


async def test_a_child_that_cannot_migrate_says_why(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder").chmod(0o500)
    missing = SqliteFile(tmp_path / "folder" / "deeper" / "meridian.db")

    with pytest.raises(Unavailable, match="unable to open database file"):
        await migrate.upgrade(missing)


@pytest.mark.mariadb
async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await migrate.upgrade(MariadbServer(port=1, user="x", database="x"))


@pytest.mark.parametrize(("step", "topic"), [("0011_old_bookings", UNCLAIMED), ("0014_withheld_tasks", UNLABELLED)])
async def test_what_was_kept_before_a_step_is_given_to_the_worker_once(
    nothing: Database, step: str, topic: str
) -> None:
    """One job for each organisation there is."""
    await migrate.upgrade(nothing)
    engine = Sqlite(nothing) if isinstance(nothing, SqliteFile) else Mariadb(nothing)
    await engine.open()
    for name in ("one", "two"):
        await engine.write(partial(_an_organisation, name))
    migration = import_module(f"meridian.store.migrations.versions.{step}")

    await engine.write(lambda: _run(migration.JOBS))

    jobs = await engine.write(lambda: outbox.take(1, 2, 9))
    await engine.close()
    assert [(job.org, job.topic, dict(job.said)) for job in jobs] == [
        (1, topic, {}),
        (2, topic, {}),
    ]


def _an_organisation(name: str) -> Plan[None]:
    yield Change("INSERT INTO organisation (id, name, created) VALUES (?, ?, 0)", (name, name))


def _run(statement: str) -> Plan[None]:
    yield Change(statement.replace(":now", "?"), (1,))
