"""`/metrics`: on this machine's own address alone."""

import logging
import socket
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry, Counter

from meridian.ops.figures import listen


@pytest.fixture
def registry() -> CollectorRegistry:
    made = CollectorRegistry()
    Counter("things", "That were counted", registry=made).inc(3)
    return made


def test_the_figures_are_given_on_this_machine(registry: CollectorRegistry) -> None:
    listener = listen(0, registry)
    assert listener is not None

    with urlopen(f"http://127.0.0.1:{listener.port}/metrics", timeout=10) as answer:  # our own
        text = answer.read().decode()
    listener.close()

    assert "things_total 3.0" in text
    assert listener.server.server_address[0] == "127.0.0.1"


def test_nothing_listens_once_it_is_closed(registry: CollectorRegistry) -> None:
    listener = listen(0, registry)
    assert listener is not None

    listener.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port), timeout=5)


def test_a_port_that_is_taken_stops_nobody_and_is_said(
    registry: CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken, caplog.at_level(logging.ERROR, "meridian.ops"):
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listener = listen(taken.getsockname()[1], registry)

    assert listener is None
    assert "figures cannot be read" in caplog.text
