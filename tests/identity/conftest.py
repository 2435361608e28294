from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing.identity import Clinic, clinic


@pytest.fixture
async def harbour(engine: Engine, tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic on each engine in turn."""
    made = await clinic(engine, tmp_path)
    yield made
    made.service.close()


@pytest.fixture
async def quay(sqlite_engine: Sqlite, tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic for tests of something that does not care which engine it is on."""
    made = await clinic(sqlite_engine, tmp_path)
    yield made
    made.service.close()
