"""A listener of the attacker's: an address on this machine that nobody has a reason to visit, and who did."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from meridian.threats.attack import NotRun

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: for visits within this machine, which need not read the authorities."""
PATIENCE = 5.0
ANSWER = b"<?xml version='1.0'?><visited/>"
HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(ANSWER)}\r\nConnection: close\r\n\r\n"


@dataclass
class Listener:
    """
    Where it is, and the first line of each request that came.

    Args:
        port: On this machine.
        word: Stands in every address that is handed out.
    """

    port: int = 0
    word: str = field(default_factory=lambda: secrets.token_hex(8))
    visits: list[str] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def address(self, name: str, host: str = "127.0.0.1") -> str:
        """One to hand out; *name* says where it was put."""
        return f"http://{host}:{self.port}/{self.word}/{name}"

    async def heard(self, seconds: float = 0.0) -> str:
        """The first visit, if there is one within *seconds*; empty: nobody came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._came.wait()
        return self.visits[0] if self.visits else ""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(PATIENCE):
                self.visits.append((await reader.readline()).decode("latin-1").strip()[:200] or "a connection")
            self._came.set()
            writer.write(HEAD.encode() + ANSWER)
            await writer.drain()
        writer.close()

    def forget(self) -> None:
        """As if nobody had come."""
        self.visits.clear()
        self._came.clear()


@asynccontextmanager
async def listener() -> AsyncIterator[Listener]:
    """
    One that has seen a visit, and forgotten it.

    Raises:
        NotRun: If it would not see one.
    """
    found = Listener()
    server = await asyncio.start_server(found._serve, "127.0.0.1", 0)  # noqa: SLF001  # its own
    found.port = server.sockets[0].getsockname()[1]
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, verify=NO_TLS, trust_env=False) as client:
            await client.get(found.address("own"))
        if "own" not in await found.heard(PATIENCE):
            raise NotRun("a visit would not be seen")
        found.forget()
        yield found
    finally:
        server.close()
