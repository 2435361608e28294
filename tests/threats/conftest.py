"""A deployment to attack, made once."""

import pytest

from meridian.testing.attacked import Attacked, attacked


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    return attacked(tmp_path_factory.mktemp("attacked"))
