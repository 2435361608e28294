import pytest

from meridian.store.records import Records
from meridian.testing import keys


@pytest.fixture
def records() -> Records:
    return Records(keys.kit())
