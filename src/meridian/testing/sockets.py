"""
A Socket.IO client of a few lines, for tests and benchmarks: it says what it is told, right or wrong, frame by frame.

Cheap enough for a thousand of them in one process, and written from the protocol and not from the server's library, so
that both are seen to agree. Source: the socket.io repository's docs on engine.io-protocol v4 and socket.io-protocol v5.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 30.0
"""Seconds that a test waits for what must come."""


class Refused(Exception):
    """The server would not have the socket; *said* is what CONNECT was answered with."""

    def __init__(self, said: Any) -> None:
        super().__init__(str(said))
        self.said = said


class Socket:
    """
    One socket.

    Attributes:
        heard: Everything the server sent: name and body.
        closed: Set once the connection has ended.
    """

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire
        self.heard: list[tuple[str, Any]] = []
        self.hears: Callable[[str, Any], None] | None = None
        self.closed = asyncio.Event()
        self.connected: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._next = 0
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    @property
    def code(self) -> int | None:
        """Why it was closed. Source: RFC 6455 section 7.4.1."""
        return self.wire.close_code

    async def frame(self, text: str | bytes) -> None:
        """Send one frame as it is."""
        await self.wire.send(text)

    async def join(self, auth: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """
        Ask for the namespace.

        Raises:
            Refused: With what was said.
        """
        await self.frame("40" + (json.dumps(auth) if auth else ""))
        async with asyncio.timeout(PATIENCE):
            return await self.connected

    async def say(self, event: str, seconds: float = PATIENCE, **body: Any) -> dict[str, Any]:
        """
        Say something, and wait for its answer.

        Raises:
            ConnectionError: If the socket ends before.
        """
        return await self.put([event, {"v": 1, **body}], seconds)

    async def put(self, said: list[Any], seconds: float = PATIENCE) -> dict[str, Any]:
        """The same of an event as it is, right or wrong."""
        number, self._next = self._next, self._next + 1
        answer = self._acks[number] = asyncio.get_running_loop().create_future()
        try:
            await self.frame(f"42{number}" + json.dumps(said))
            async with asyncio.timeout(seconds):
                found: dict[str, Any] = await answer
                return found
        except ConnectionClosed:
            raise ConnectionError("closed") from None
        finally:
            self._acks.pop(number, None)

    async def wait(self, event: str, count: int = 1, seconds: float = PATIENCE) -> list[Any]:
        """
        The bodies of that event, once there are so many.

        Raises:
            ConnectionError: If the socket ends before.
        """
        async with asyncio.timeout(seconds):
            while len(found := self.all(event)) < count:
                if self.closed.is_set():
                    raise ConnectionError(f"closed after {found}")
                self._news.clear()
                await self._news.wait()
        return found

    async def more(self, seconds: float = PATIENCE) -> None:
        """
        Wait until something more is heard.

        Raises:
            ConnectionError: If the socket ends instead.
        """
        known = len(self.heard)
        async with asyncio.timeout(seconds):
            while len(self.heard) == known:
                if self.closed.is_set():
                    raise ConnectionError("closed")
                self._news.clear()
                await self._news.wait()

    async def news(self) -> None:
        """Wait until something comes, or the socket ends."""
        if not self.closed.is_set():
            self._news.clear()
            await self._news.wait()

    def all(self, event: str) -> list[Any]:
        """The bodies of that event, so far."""
        return [body for name, body in self.heard if name == event]

    async def close(self) -> None:
        """Leave as one does."""
        with suppress(Exception):
            await self.wire.close()
        await self._end()

    async def kill(self) -> None:
        """Be gone without a word."""
        self.wire.transport.abort()
        await self._end()

    async def _end(self) -> None:
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for frame in self.wire:
                await self._take(str(frame))
        except ConnectionClosed:
            pass
        finally:
            self.closed.set()
            self._news.set()
            for waiting in self._acks.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionError("closed"))
            if not self.connected.done():
                self.connected.set_exception(ConnectionError("closed"))
                self.connected.exception()  # somebody may not care

    async def _take(self, frame: str) -> None:
        kind, rest = frame[:2], frame[2:]
        if frame == "2":
            await self.frame("3")
        elif kind == "40":
            self.connected.set_result(json.loads(rest))
        elif kind == "44" and not rest.startswith("/"):
            self.connected.set_exception(Refused(json.loads(rest)))
        elif kind == "42":
            name, body = json.loads(rest)
            self.heard.append((name, body))
            if self.hears is not None:
                self.hears(name, body)
            self._news.set()
        elif kind == "43":
            digits = len(rest) - len(rest.lstrip("0123456789"))
            waiting = self._acks.get(int(rest[:digits] or -1))
            if waiting is not None and not waiting.done():
                [answer] = json.loads(rest[digits:])
                waiting.set_result(answer)


@asynccontextmanager
async def transport(
    port: int, *, origin: str | None = None, cookie: str = "", host: str = "", query: str = "EIO=4&transport=websocket",
    **headers: str,
) -> AsyncIterator[Socket]:  # fmt: skip
    """
    A websocket to a server on this machine, which has asked for nothing yet.

    Args:
        port: The server's.
        origin: Of the page; `None` for a program.
        cookie: The Cookie header.
        host: Instead of `localhost` and the port.
        query: Of the address.
        headers: More of them.
    """
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie:
        more["Cookie"] = cookie
    wire = await connect(
        f"ws://{host or 'localhost'}:{port}/socket.io/?{query}", host="127.0.0.1", port=port,
        origin=origin,  # type: ignore[arg-type]  # a string of a type of its own
        additional_headers=more, compression=None, max_size=None, ping_interval=None, proxy=None,
        user_agent_header="tests",
    )  # fmt: skip
    socket = Socket(wire)
    try:
        yield socket
    finally:
        await socket.close()


@asynccontextmanager
async def program(port: int, token: str, **more: Any) -> AsyncIterator[Socket]:
    """A program's socket, which has been let in."""
    async with transport(port, **more) as socket:
        await socket.join({"token": token})
        yield socket


@asynccontextmanager
async def browser(port: int, token: str, **more: Any) -> AsyncIterator[Socket]:
    """A page's socket, which has been let in by its cookie."""
    async with transport(port, origin=f"http://localhost:{port}", cookie=f"__Host-meridian={token}", **more) as socket:
        await socket.join()
        yield socket
