"""Something that stands behind a proxy and remembers what reached it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Reached(NamedTuple):
    """A request that came through; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Behind(ThreadingHTTPServer):
    """
    A server of this machine that answers everything with the same.

    Args:
        answer: Its body.
    """

    daemon_threads = True

    def __init__(self, answer: bytes = b"{}") -> None:
        self.answer = answer
        self.reached: list[Reached] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def place(self) -> str:
        """The same, as a place has it."""
        return f"127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024  # an answer is one packet, which nobody waits to acknowledge
    server: Behind

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.reached.append(Reached(self.command, self.path, headers, body))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815  # the module's own names

    def log_message(self, *_: object) -> None:
        """It remembers instead."""


@contextmanager
def behind(answer: bytes = b"{}") -> Iterator[Behind]:
    """One that runs, in a thread of its own."""
    server = Behind(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
