import pytest

from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic


@pytest.fixture
def clinic(engine: Engine) -> Clinic:
    return Clinic(engine)
