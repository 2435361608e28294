"""The real relay and gateway, started from the files of `deploy`."""

from collections.abc import Iterator

import pytest

from meridian.testing import coturn
from meridian.testing.coturn import LOOPBACK, Coturn


@pytest.fixture(scope="module")
def relay() -> Iterator[Coturn]:
    """Production's relay, but that it may reach this machine."""
    if reason := coturn.missing():
        pytest.skip(reason)
    running = Coturn(extra=LOOPBACK)
    yield running
    running.close()


@pytest.fixture(scope="module")
def closed_relay() -> Iterator[Coturn]:
    """Production's relay, with nothing loosened."""
    if reason := coturn.missing():
        pytest.skip(reason)
    running = Coturn()
    yield running
    running.close()
