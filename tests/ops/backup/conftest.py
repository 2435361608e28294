"""A house to be backed up, on either engine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from meridian.ops.backup import mariadb
from meridian.settings import Backups
from meridian.testing.backed import Practice
from meridian.testing.mariadb import PrivateServer, missing
from meridian.testing.served import Site, settle


@pytest.fixture(scope="session")
def settled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return settle(tmp_path_factory.mktemp("backed") / "data")


@pytest.fixture
def practice(settled_sqlite: Site, tmp_path: Path) -> Practice:
    """On SQLite."""
    site = Site(shutil.copytree(settled_sqlite.data, tmp_path / "data"), (), settled_sqlite.client)
    return Practice(site, tmp_path / "shelf", Backups(folder=str(tmp_path / "shelf")))


@pytest.fixture(scope="module")
def encryption(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Options of encryption at rest, with a key of its own."""
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text(f"1;{os.urandom(32).hex()}\n")
    return ("--plugin-load-add=file_key_management", f"--file-key-management-filename={keys}")


@pytest.fixture(scope="module")
def logging_server(encryption: tuple[str, ...]) -> Iterator[PrivateServer]:
    """A MariaDB that keeps a binary log, and seals that, its tables and its redo log."""
    if reason := missing():
        pytest.skip(reason)
    if not mariadb.found("mariadb-backup"):
        pytest.skip("mariadb-backup is not installed (apt-get install mariadb-backup)")
    logged = ("--log-bin=log", "--server-id=1", "--binlog-format=ROW", "--encrypt-binlog")
    sealed = ("--innodb-encrypt-tables=FORCE", "--innodb-encrypt-log")
    server = PrivateServer(None, *encryption, *logged, *sealed).start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def settled_server(logging_server: PrivateServer, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return settle(tmp_path_factory.mktemp("backed") / "data", logging_server.database("backed"))


@pytest.fixture
def server_practice(settled_server: Site, encryption: tuple[str, ...], tmp_path: Path) -> Practice:
    """On MariaDB, where the tests of a module share the database and nothing else."""
    site = Site(shutil.copytree(settled_server.data, tmp_path / "data"), (), settled_server.client)
    policy = Backups(folder=str(tmp_path / "shelf"), server_options=encryption)
    with (site.data / "settings.toml").open("a") as settings:
        settings.write(f"\n[backups]\nfolder = {str(tmp_path / 'shelf')!r}\nserver_options = {list(encryption)}\n")
    return Practice(site, tmp_path / "shelf", policy)
