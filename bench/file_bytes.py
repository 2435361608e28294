"""
`python -m bench files [sqlite|mariadb ...]`: what a file costs on its way in and out, sealed and recorded.

One file of 96 MB is sent in pieces of 8 MB, scanned by the built-in checks, and fetched by a link, three times.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from rich.console import Console

from bench.clinic import Server, clinic
from bench.data import DISK
from bench.load import cpu_seconds
from meridian.testing import samples
from meridian.testing.mariadb import missing

MB = 1024 * 1024
SIZE, PIECE, TURNS = 96 * MB, 8 * MB, 3
TARGETS = {"upload": 60.0, "download": 120.0}
"""MB a second on one connection, which are more than a clinic's line carries."""


class Way(NamedTuple):
    """MB a second, and CPU milliseconds of the server for each MB."""

    rate: float
    cost: float


def main(words: list[str]) -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("engines", nargs="*", default=["sqlite", "mariadb"])
    console = Console(width=120)
    for engine in asked.parse_args(words).engines:
        if engine == "mariadb" and (reason := missing()):
            console.print(f"NOT MEASURED on mariadb: {reason}")
            continue
        with tempfile.TemporaryDirectory(dir=DISK) as name, clinic(engine, Path(name)) as server:
            console.print(f"{engine}: {measured(server)}")


def measured(server: Server) -> str:
    """The median way in and the median way out, as a line to print."""
    sent, fetched = _ways(server)
    return f"a file of {SIZE // MB} MB, sealed: {_said(sent, 'upload')}; {_said(fetched, 'download')}"


def _said(way: Way, name: str) -> str:
    colour = "green" if way.rate >= TARGETS[name] else "red"
    return f"{name} [{colour}]{way.rate:,.0f}[/] MB/s (target {TARGETS[name]:g}), {way.cost:.1f} CPU ms a MB"


def _ways(server: Server) -> tuple[Way, Way]:
    noise = os.urandom(MB).replace(b"\xff", b"\xfe")
    body = samples.jpeg()[:-2] + (noise * (SIZE // MB))[: SIZE - 200] + b"\xff\xd9"
    patient = server.get("/fhir/R4/Patient?_count=1")["entry"][0]["resource"]["id"]
    ways = [_once(_Line(server), body, patient) for _ in range(TURNS)]
    return (
        Way(median(one[0].rate for one in ways), median(one[0].cost for one in ways)),
        Way(median(one[1].rate for one in ways), median(one[1].cost for one in ways)),
    )


class _Line:
    """One kept connection, and the server's own clock of what it costs."""

    def __init__(self, server: Server) -> None:
        self._connection = HTTPConnection("localhost", server.port, timeout=120)
        self._token = server.token
        self._pid = server.process.pid

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path, body, {"Authorization": f"Bearer {self._token}", **named})
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status >= 400:  # noqa: PLR2004  # a refusal
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:300]!r}")
        return said

    def json(self, method: str, path: str, body: Any = None) -> Any:
        sent = b"" if body is None else json.dumps(body).encode()
        return json.loads(self.ask(method, path, sent, Content_Type="application/json"))

    def began(self) -> tuple[float, float]:
        return time.perf_counter(), cpu_seconds([self._pid])

    def way(self, since: tuple[float, float]) -> Way:
        seconds, spent = (now - then for now, then in zip(self.began(), since, strict=True))
        return Way(SIZE / MB / seconds, 1000 * spent / (SIZE / MB))


def _once(line: _Line, body: bytes, patient: str) -> tuple[Way, Way]:
    since = line.began()
    said = {"name": "photo.jpg", "size": len(body), "patient": patient, "category": "photo"}
    upload = line.json("POST", "/api/documents/uploads", said)["id"]
    done: Any = None
    for at in range(0, len(body), PIECE):
        piece = body[at : at + PIECE]
        done = json.loads(line.ask("PATCH", f"/api/documents/uploads/{upload}", piece, Upload_Offset=str(at)))
    sent = line.way(since)
    link = _clean(line, done["document"])
    since = line.began()
    if line.ask("GET", link) != body:
        raise RuntimeError("What came back is another file")
    return sent, line.way(since)


def _clean(line: _Line, document: str) -> str:
    """A link, once it has been scanned."""
    for _ in range(60):
        try:
            return str(line.json("POST", f"/api/documents/{document}/link")["url"])
        except RuntimeError:
            time.sleep(1)
    raise RuntimeError("It was not scanned")


if __name__ == "__main__":
    main(sys.argv[1:])
