"""What only a real server and a real socket can show."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
import uvicorn

from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


class Served(NamedTuple):
    """A clinic at a port of this machine."""

    port: int
    token: str

    async def say(self, text: str | bytes, *, body: bytes = b"", seconds: float = 10) -> bytes:
        """Send bytes as they are; what comes back until the server has closed or said all."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = text.encode() if isinstance(text, str) else text
        writer.write(head.replace(b"\n", b"\r\n") + body)
        try:
            await writer.drain()
            async with asyncio.timeout(seconds):
                return await reader.read()
        finally:
            writer.close()

    def head(self, method: str, path: str, *more: str) -> str:
        """A request's head, on a connection that closes after it."""
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self.token}",
            "Connection: close",
        ]
        return "\n".join([*lines, *more, "", ""])


@pytest.fixture
async def served(clinic: Clinic) -> AsyncIterator[Served]:
    """The application behind uvicorn, on a free port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        config = uvicorn.Config(clinic.app, log_level="error", access_log=False, server_header=False)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[taken]))
        while not server.started:  # noqa: ASYNC110  # uvicorn has no event to wait for
            await asyncio.sleep(0.01)
        token = clinic.sign_in("clinician", "Practitioner/doc")
        yield Served(taken.getsockname()[1], token)
        server.should_exit = True
        await running


async def test_a_request_is_answered_over_a_socket(served: Served) -> None:
    answer = await served.say(served.head("GET", "/fhir/R4/Patient?name=x"))

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b'"resourceType":"Bundle"' in answer
    assert b"\r\nserver:" not in answer.lower()


async def test_a_hundred_megabytes_are_refused_before_they_are_sent(served: Served) -> None:
    head = served.head("POST", "/fhir/R4/Patient", "Content-Type: application/fhir+json", "Content-Length: 104857600")

    answer = await served.say(head)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"OperationOutcome" in answer


@pytest.mark.parametrize(
    "head",
    ["FROB\n\n", "GET / HTTP/9.9\n\n", "GET /fhir/R4/Patient HTTP/1.1\nHost: evil.example\nConnection: close\n\n",
     "GET http://evil.example/fhir HTTP/1.1\nHost: evil.example\nConnection: close\n\n"],
    ids=range(4),
)  # fmt: skip
async def test_what_is_not_http_or_not_for_us_is_refused(served: Served, head: str) -> None:
    answer = await served.say(head)

    assert answer.split(b" ", 2)[1] in {b"400", b"421", b"505"}


async def test_bytes_in_a_path_do_no_harm(served: Served) -> None:
    for path in (
        "/fhir/R4/Patient/%00",
        "/fhir/R4/Patient/%ff%fe",
        "/fhir/R4/%2e%2e/%2e%2e/etc/passwd",
        "/%2e%2e/secret.txt",
    ):
        answer = await served.say(served.head("GET", path))

        assert answer.split(b" ", 2)[1] == b"404", path


async def test_sixteen_at_once_are_all_answered_and_recorded(served: Served, clinic: Clinic) -> None:
    kept = await clinic.chart_of(served.token).create("Patient", minimal("Patient"))
    head = served.head("GET", f"/fhir/R4/Patient/{kept.stored.id}")

    answers = await asyncio.gather(*(served.say(head) for _ in range(16)))

    assert all(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    assert [entry.action for entry in await clinic.log()].count("read") == 16


async def test_who_leaves_before_the_answer_leaves_no_trace_of_trouble(served: Served) -> None:
    for _ in range(5):
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(served.head("GET", "/fhir/R4/Patient").replace("\n", "\r\n").encode())
        writer.close()

    assert (await served.say(served.head("GET", "/health"))).startswith(b"HTTP/1.1 200")
