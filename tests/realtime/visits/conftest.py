"""A practice on each engine with a video visit at nine on Monday, behind a server; it is five to nine."""

from collections.abc import AsyncIterator

import pytest

from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing.hall import Hall
from meridian.testing.practice import opened
from meridian.testing.surgery import Surgery


async def _hall(engine: Engine) -> AsyncIterator[Hall]:
    hall = Hall(await Surgery.at(await opened(engine)))
    async with hall.stack:
        await hall.serve()
        yield hall


@pytest.fixture
async def hall(sqlite_engine: Sqlite) -> AsyncIterator[Hall]:
    async for made in _hall(sqlite_engine):
        yield made


@pytest.fixture
async def either_hall(engine: Engine) -> AsyncIterator[Hall]:
    async for made in _hall(engine):
        yield made
