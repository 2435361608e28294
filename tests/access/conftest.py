"""A clinic on SQLite for tests of the door."""

import pytest

from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic


@pytest.fixture
async def clinic(sqlite_engine: Sqlite) -> Clinic:
    return Clinic(sqlite_engine)
