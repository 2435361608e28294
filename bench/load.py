"""
A small HTTP/1.1 load generator: keep-alive connections on the loopback address, prepared bytes, closed loop.

It measures the server, not itself: CPU milliseconds per request come from the operating system's counters of the
server's processes, which no load on this machine can distort as it does wall-clock figures.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Call:
    """One prepared request and the status it has to be answered with."""

    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    expect: tuple[int, ...] = (200,)

    def render(self, host: str, token: str) -> bytes:
        """The request as it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {token}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body:
            lines += ["Content-Type: application/fhir+json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(slots=True)
class Result:
    """What one run of a scenario cost."""

    requests: int
    seconds: float
    server_cpu: float
    database_cpu: float
    latencies: list[float] = field(repr=False)

    def cpu_ms(self) -> float:
        """CPU milliseconds of server and database together, per request."""
        return 1000 * (self.server_cpu + self.database_cpu) / self.requests

    def percentile(self, share: float) -> float:
        """Milliseconds below which *share* of the answers came."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of the processes and all their threads, in seconds."""
    total = 0
    for pid in pids:
        values = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        total += int(values[11]) + int(values[12])
    return total / TICKS


def resident_mb(pid: int) -> float:
    """Resident memory of a process in megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Answered(Exception):
    """The server gave an answer the scenario does not allow."""


async def _one(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    return status, await reader.readexactly(length) if length else b""


async def _worker(port: int, calls: Iterator[Call], token: str, until: float, latencies: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=64 * 1024 * 1024)
    host = f"localhost:{port}"
    try:
        while time.perf_counter() < until:
            call = next(calls)
            begun = time.perf_counter()
            writer.write(call.render(host, token))
            status, body = await _one(reader)
            latencies.append(time.perf_counter() - begun)
            if status not in call.expect:
                raise Answered(f"{call.method} {call.path}: {status} {body[:300]!r}")
    finally:
        writer.close()


async def _run(port: int, calls: Iterator[Call], token: str, connections: int, seconds: float) -> list[float]:
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_worker(port, calls, token, until, latencies) for _ in range(connections)))
    return latencies


def measure(
    port: int,
    calls: Callable[[], Iterator[Call]],
    token: str,
    *,
    connections: int,
    seconds: float,
    server: list[int],
    database: list[int],
) -> Result:
    """
    Run a scenario for *seconds* over *connections* and return what it cost.

    Raises:
        Answered: At the first answer whose status the scenario does not expect.
    """
    before, before_db, begun = cpu_seconds(server), cpu_seconds(database), time.perf_counter()
    latencies = asyncio.run(_run(port, calls(), token, connections, seconds))
    return Result(
        requests=len(latencies),
        seconds=time.perf_counter() - begun,
        server_cpu=cpu_seconds(server) - before,
        database_cpu=cpu_seconds(database) - before_db,
        latencies=latencies,
    )
