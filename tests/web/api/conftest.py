from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meridian.store.sqlite import Sqlite
from meridian.testing.desk import Desk, opened


@pytest.fixture
async def desk(sqlite_engine: Sqlite, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(sqlite_engine, tmp_path) as desk:
        yield desk
