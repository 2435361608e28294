"""A deployment to attack, made once, with a relay beside it that runs by production's file."""

from collections.abc import Iterator

import pytest

from meridian.testing import coturn
from meridian.testing.attacked import Attacked, attacked
from meridian.testing.coturn import Coturn


@pytest.fixture(scope="session")
def relay() -> Iterator[Coturn]:
    if reason := coturn.missing():
        pytest.skip(reason)
    running = Coturn()
    yield running
    running.close()


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory, relay: Coturn) -> Attacked:
    return attacked(tmp_path_factory.mktemp("attacked"), relay=relay.settings)
