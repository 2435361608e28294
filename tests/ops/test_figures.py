"""`/metrics`: on this machine's own address alone, for whoever knows the secret."""

import base64
import http.client
import logging
import socket
from collections.abc import Iterator

import pytest

from meridian.ops import figures
from meridian.ops.figures import Listener, listen, registry
from meridian.telemetry.figures import REQUESTS, TOOK

SECRET = "correct horse"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = listen(0, registry(), lambda: SECRET)
    assert made is not None
    yield made
    made.close()


def ask(listener: Listener, authorization: str = "", path: str = "/metrics", method: str = "GET") -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=10)
    line.request(method, path, headers={"Authorization": authorization} if authorization else {})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, text


@pytest.mark.parametrize("authorization", [f"Bearer {SECRET}", basic("prometheus", SECRET), basic("", SECRET)])
def test_the_figures_are_given_to_whoever_knows_the_secret(listener: Listener, authorization: str) -> None:
    REQUESTS.add("fhir", "GET", "/fhir/R4/{type}/{id}", "200")

    status, text = ask(listener, authorization)

    assert status == 200
    assert 'meridian_requests_total{method="GET",route="/fhir/R4/{type}/{id}",status="200",surface="fhir"}' in text
    assert "process_cpu_seconds_total" in text
    assert listener.server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer wrong",
        f"Bearer {SECRET}x",
        f"Bearer {SECRET[:-1]}",
        f"Token {SECRET}",
        SECRET,
        basic(SECRET, "wrong"),
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        "Bearer " + "x" * 5000,
    ],
)
def test_everybody_else_learns_nothing(listener: Listener, authorization: str) -> None:
    for path in ("/metrics", "/", "/nothing"):
        assert ask(listener, authorization, path) == (401, "")


@pytest.mark.parametrize(("path", "method"), [("/", "GET"), ("/metrics/x", "GET"), ("/metrics", "POST")])
def test_there_is_nothing_else(listener: Listener, path: str, method: str) -> None:
    assert ask(listener, f"Bearer {SECRET}", path, method) == (404, "")


def test_an_empty_secret_opens_nothing() -> None:
    made = listen(0, registry(), str)
    assert made is not None

    assert [ask(made, given)[0] for given in ("Bearer ", "Bearer", basic("a", ""))] == [401] * 3
    made.close()


def test_the_secret_is_asked_for_each_time() -> None:
    known = ["old"]
    made = listen(0, registry(), lambda: known[0])
    assert made is not None

    known[0] = "new"

    assert (ask(made, "Bearer old")[0], ask(made, "Bearer new")[0]) == (401, 200)
    made.close()


def test_durations_are_given_as_a_histogram(listener: Listener) -> None:
    TOOK.took(0.02, "fhir", "GET", "/histogram")
    TOOK.took(99.0, "fhir", "GET", "/histogram")

    _, text = ask(listener, f"Bearer {SECRET}")

    line = 'meridian_request_seconds_bucket{le="%s",method="GET",route="/histogram",surface="fhir"} %s'
    assert line % ("0.01", "0.0") in text
    assert line % ("0.025", "1.0") in text
    assert line % ("10.0", "1.0") in text
    assert line % ("+Inf", "2.0") in text
    assert 'meridian_request_seconds_sum{method="GET",route="/histogram",surface="fhir"} 99.02' in text


def test_nothing_listens_once_it_is_closed() -> None:
    listener = listen(0, registry(), lambda: SECRET)
    assert listener is not None

    listener.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port), timeout=5)


def test_a_port_that_is_taken_stops_nobody_and_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken, caplog.at_level(logging.ERROR, "meridian.ops"):
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listener = listen(taken.getsockname()[1], registry(), lambda: SECRET)

    assert listener is None
    assert "figures cannot be read" in caplog.text


def test_the_secret_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return False

    monkeypatch.setattr("meridian.ops.figures.hmac.compare_digest", compare)

    assert figures._knows(f"Bearer {SECRET}", SECRET) is False
    assert compared == [(SECRET.encode(), SECRET.encode())]
