"""
Fixtures that more than one test folder uses, as a pytest plug-in: `pytest_plugins = ["meridian.testing.fixtures"]`.

`engine` is an open engine on an empty database, once for SQLite and once for MariaDB. A test of something that does not
care which takes `sqlite_engine`. `amazon` is Amazon's services over HTTP, empty.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from meridian.store.database import MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing import databases
from meridian.testing.mariadb import PrivateServer, missing

if TYPE_CHECKING:
    from meridian.store.mariadb import Mariadb
    from meridian.testing.amazon import PrivateAmazon


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row."""
    path = tmp_path_factory.mktemp("template") / "meridian.db"
    databases.lay(SqliteFile(path))
    return path


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> SqliteFile:
    """An empty database file of one's own."""
    return SqliteFile(Path(shutil.copy(sqlite_template, tmp_path / "meridian.db")))


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[PrivateServer]:
    """A private server for the whole session; tests that need it are skipped where it is not installed."""
    if reason := missing():
        pytest.skip(reason)
    server = PrivateServer().start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def mariadb_template(mariadb_server: PrivateServer) -> MariadbServer:
    """A database on the server with every table; `mariadb_database` empties it."""
    database = mariadb_server.database("meridian_test")
    databases.lay(database)
    return database


@pytest.fixture
async def mariadb_database(mariadb_template: MariadbServer) -> MariadbServer:
    """An empty database on the private server."""
    await databases.empty(mariadb_template)
    return mariadb_template


@pytest.fixture
async def sqlite_engine(sqlite_database: SqliteFile) -> AsyncIterator[Sqlite]:
    """An open engine on an empty file."""
    engine = Sqlite(sqlite_database)
    await engine.open()
    yield engine
    await engine.close()


@pytest.fixture
async def mariadb_engine(mariadb_database: MariadbServer) -> "AsyncIterator[Mariadb]":
    """An open engine on an empty server database."""
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # its driver is not wanted by tests of the other

    engine = Mariadb(mariadb_database)
    await engine.open()
    yield engine
    await engine.close()


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An open engine on an empty database, of each kind in turn; records go to no log until a sequencer is set."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture(scope="session")
def amazon_server() -> "Iterator[PrivateAmazon]":
    """Amazon's services as moto plays them, for the whole session; tests take `amazon`."""
    from meridian.testing.amazon import PrivateAmazon  # noqa: PLC0415  # moto takes a second, where it is wanted

    server = PrivateAmazon().start()
    yield server
    server.close()


@pytest.fixture
def amazon(amazon_server: "PrivateAmazon", monkeypatch: pytest.MonkeyPatch) -> "PrivateAmazon":
    """Amazon's services over HTTP, empty, with the rights to use them."""
    from meridian.testing.amazon import RIGHTS  # noqa: PLC0415  # likewise

    for name, value in RIGHTS.items():
        monkeypatch.setenv(name, value)
    amazon_server.reset()
    return amazon_server
