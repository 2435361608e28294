"""A clinic whose sockets are served, on each engine or on SQLite, and a Redis."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing.live import LiveClinic, opened
from meridian.testing.redis import PrivateRedis, missing


@pytest.fixture
async def clinic(sqlite_engine: Sqlite, tmp_path: Path) -> AsyncIterator[LiveClinic]:
    async with opened(sqlite_engine, tmp_path) as made:
        yield made


@pytest.fixture
async def either(engine: Engine, tmp_path: Path) -> AsyncIterator[LiveClinic]:
    """The same where the database matters: on each engine in turn."""
    async with opened(engine, tmp_path) as made:
        yield made


@pytest.fixture
def redis() -> Iterator[PrivateRedis]:
    if reason := missing():
        pytest.skip(reason)
    server = PrivateRedis().start()
    yield server
    server.close()
