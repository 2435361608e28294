"""A clinic on SQLite for tests of the door."""

from collections.abc import AsyncIterator

import httpx
import pytest

from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic


@pytest.fixture
async def clinic(sqlite_engine: Sqlite) -> Clinic:
    return Clinic(sqlite_engine)


@pytest.fixture
async def importer(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    async with clinic.client(clinic.sign_in("service", "Device/importer")) as client:
        yield client
