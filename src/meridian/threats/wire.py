"""
A websocket as a browser opens it, and what is said over it: engine.io-protocol v4 and socket.io-protocol v5.

`line` is the websocket alone; `opened` is one whose namespace was given, over which events are said and answered.
"""

import json
from asyncio import timeout
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from meridian.threats.attack import Exchange, NotRun
from meridian.threats.attacker import ACCESS, Attacker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from websockets.asyncio.client import ClientConnection

PATIENCE = 10.0
"""Seconds that a handshake or an answer may take."""
_LONGEST = 200
"""Characters of an event or its answer that are kept as evidence."""


@asynccontextmanager
async def line(attacker: Attacker, origin: str | None, cookie: str = "") -> "AsyncIterator[ClientConnection]":
    """A websocket as a browser would open it."""
    parts = urlsplit(attacker.origin)
    address = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/socket.io/?EIO=4&transport=websocket"
    headers = {"Origin": origin, "Cookie": cookie}
    sent = {name: value for name, value in headers.items() if value is not None and (value or name == "Origin")}
    async with connect(
        address, additional_headers=sent, user_agent_header=None, open_timeout=PATIENCE, ping_interval=None
    ) as wire:
        yield wire


async def named(wire: "ClientConnection", auth: Any = None) -> bool:
    """Whether the namespace is given."""
    await wire.recv()  # Engine.IO's OPEN
    await wire.send("40" + (json.dumps(auth) if auth else ""))
    return str(await wire.recv()).startswith("40")


@dataclass
class Socket:
    """
    An open socket.

    Args:
        attacker: Whose it is, and who remembers what was said.
        wire: Its websocket.
    """

    attacker: Attacker
    wire: "ClientConnection"
    _said: int = 0

    async def say(self, event: str, body: "Mapping[str, Any]") -> dict[str, Any]:
        """
        The answer to an event: `{ok, data or error}`.

        Raises:
            NotRun: If none comes.
        """
        self._said += 1
        packet = json.dumps([event, {"v": 1, **body}])
        try:
            async with timeout(PATIENCE):
                await self.wire.send(f"42{self._said}{packet}")
                answer = await self._answer(f"43{self._said}[")
        except (ConnectionClosed, TimeoutError) as wrong:
            raise NotRun(f"{event}: no answer ({type(wrong).__name__})") from wrong
        self.attacker.keep(Exchange(packet[:_LONGEST], json.dumps(answer)[:_LONGEST]))
        return answer

    async def _answer(self, begins: str) -> dict[str, Any]:
        while not (packet := str(await self.wire.recv())).startswith(begins):
            if packet == "2":
                await self.wire.send("3")
        found: dict[str, Any] = json.loads(packet[len(begins) - 1 :])[0]
        return found


@asynccontextmanager
async def opened(attacker: Attacker, part: str) -> "AsyncIterator[Socket]":
    """
    A socket of a *part* of the material, from our own page.

    Raises:
        NotRun: If it is not let in.
    """
    cookie = f"{ACCESS}={await attacker.token(part)}"
    try:
        async with line(attacker, attacker.origin, cookie) as wire:
            if not await named(wire):
                raise NotRun(f"the {part} is not given the namespace")
            yield Socket(attacker, wire)
    except (InvalidHandshake, OSError) as wrong:
        raise NotRun(f"the socket was not opened: {type(wrong).__name__}") from wrong
