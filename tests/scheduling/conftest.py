"""A practice on each engine."""

import pytest

from meridian.store.engine import Engine
from meridian.testing.practice import Practice, opened


@pytest.fixture
async def practice(engine: Engine) -> Practice:
    return await opened(engine)
