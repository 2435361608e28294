"""The real relay and gateway, started from the files of `deploy`."""

from collections.abc import Iterator

import pytest

from meridian.testing import coturn, janus
from meridian.testing.coturn import LOOPBACK, Coturn
from meridian.testing.janus import Gateway


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


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """Production's gateway, but that media go over the loopback interface."""
    if reason := janus.missing():
        pytest.skip(reason)
    running = Gateway()
    yield running
    running.close()
