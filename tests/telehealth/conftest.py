"""A practice on each engine with a video visit at nine on Monday; it is five to nine."""

import pytest

from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing.practice import opened
from meridian.testing.surgery import Surgery


@pytest.fixture
async def surgery(engine: Engine) -> Surgery:
    return await Surgery.at(await opened(engine))


@pytest.fixture
async def sqlite_surgery(sqlite_engine: Sqlite) -> Surgery:
    """For what does not depend on the engine."""
    return await Surgery.at(await opened(sqlite_engine))
