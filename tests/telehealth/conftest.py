"""A practice on each engine with a video visit at nine on Monday; it is five to nine."""

import pytest

from meridian.store.engine import Engine
from meridian.testing.practice import opened
from meridian.testing.surgery import Surgery


@pytest.fixture
async def surgery(engine: Engine) -> Surgery:
    return await Surgery.at(await opened(engine))
