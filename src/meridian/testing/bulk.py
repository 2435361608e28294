"""What takes lines as Elasticsearch does, at `_bulk`, remembers their bytes, and may be away or full for a while."""

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

PATIENCE = 60


class Taken(NamedTuple):
    """A document: its stream, its name, its bytes."""

    stream: str
    id: str
    line: bytes


class Bulk(ThreadingHTTPServer):
    """
    A server of this machine, by TLS.

    Args:
        port: Where; 0 is any.
        tls: Folder of `fullchain.pem` and `privkey.pem`.
        password: What it lets in.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, tls: Path, authorization: str) -> None:
        self.taken: list[Taken] = []
        self.names: set[str] = set()
        self.refused = self.turned_away = 0
        self.full = False
        self.authorization = authorization
        super().__init__(("127.0.0.1", port), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "fullchain.pem", tls / "privkey.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def lines(self) -> list[bytes]:
        """Each document once, in the order in which they came first."""
        return list({one.id: one.line for one in self.taken}.values())

    def until(self, count: int) -> list[bytes]:
        """The documents, once there are so many."""
        end = time.monotonic() + PATIENCE
        while len(self.lines) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.lines)} of {count} lines came")
            time.sleep(0.05)
        return self.lines

    def until_refused(self, count: int) -> None:
        """Wait until it had no room for so many."""
        end = time.monotonic() + PATIENCE
        while self.turned_away < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{self.turned_away} of {count} lines were turned away")
            time.sleep(0.05)

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever goes away in the middle is gone."""

    def close(self) -> None:
        """Be away."""
        self.shutdown()
        self.server_close()
        self._thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024
    server: Bulk

    def do_GET(self) -> None:
        self._answer(200, b"ok\n")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("authorization") != self.server.authorization:
            self.server.refused += 1
            self._answer(401, b"{}")
            return
        lines = body.split(b"\n")
        items = []
        for head, line in zip(lines[0:-1:2], lines[1:-1:2], strict=True):
            said = json.loads(head)["create"]
            status = 429 if self.server.full else 409 if said["_id"] in self.server.names else 201
            if status == _CREATED:
                self.server.names.add(said["_id"])
                self.server.taken.append(Taken(said["_index"], said["_id"], line))
            self.server.turned_away += status == _FULL
            items.append({"create": {"_id": said["_id"], "status": status, **_WHY.get(status, {})}})
        self._answer(
            200, json.dumps({"errors": any("error" in one["create"] for one in items), "items": items}).encode()
        )

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """It remembers instead."""


_CREATED, _FULL = 201, 429
_WHY = {
    409: {"error": {"type": "version_conflict_engine_exception", "reason": "document already exists"}},
    429: {"error": {"type": "es_rejected_execution_exception", "reason": "full"}},
}
