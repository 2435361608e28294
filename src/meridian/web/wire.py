"""
HTTP/1.1 on the wire: uvicorn's protocol on httptools, with the bounds that it lacks.

What comes before a request is a request (its first line and its headers) is read without anybody's leave, so it is
bounded in size and in time here; what cannot be read as HTTP is answered as our other refusals are, with our headers.
The rest of a body that nobody asked for is thrown away, within bounds too.
"""

import asyncio
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from meridian.faults import Fault, Malformed, TooLarge
from meridian.fhir.codec import encode
from meridian.web import faults
from meridian.web.cork import Cork
from meridian.web.faults import TooSlow
from meridian.web.middleware.headers import NO_STORE, security_headers
from meridian.web.middleware.request_id import HEADER as REQUEST_ID
from meridian.web.middleware.request_id import request_id

LARGEST_HEAD = 32 * 1024
"""Bytes of the first line and headers, house policy; a search may take 8 KB, a token 1."""
LARGEST_REST = 256 * 1024 * 1024
"""Bytes of an unwanted body that are thrown away before the connection is."""
IDLE_SECONDS = 15.0
"""A head must have come by then, counted from the connection or from its first bytes; so must an unwanted rest."""

TURN = 0.1
"""Seconds between looks whether leaving is to be cut short."""

IDLE, HEAD, BODY = range(3)


def protocol(public_origin: str) -> type[asyncio.Protocol]:
    """The protocol of a server that people see at *public_origin*."""
    return type("Wire", (_Wire,), {"around": [*security_headers(public_origin), NO_STORE]})


class _Wire(HttpToolsProtocol):
    """One connection."""

    around: list[tuple[bytes, bytes]]
    _state = IDLE
    _unasked = 0
    _upgraded = False
    _timer: asyncio.TimerHandle | None = None
    _fault: Fault | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(Cork(transport, self.loop))  # type: ignore[arg-type]  # a transport but for its class
        self._timer = self.loop.call_later(IDLE_SECONDS, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._upgraded:
            return
        if self._state == HEAD or self.cycle is None or self.cycle.response_complete:
            self._bound(len(data))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._state, self._unasked = HEAD, -1

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            self._fault = _too_long()
            raise ValueError  # which the parser hands to `send_400_response`
        self._state, self._unasked = BODY, 0
        self._forget()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._state = IDLE
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on it is a websocket, whose bounds are others'."""
        self._upgraded = True
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own words; ours say more
        """Refuse what is no request, and hang up."""
        fault = self._fault or Malformed("This is not HTTP/1.1")
        self.transport.write(_refusal(fault, self.around, fhir=getattr(self, "url", b"").startswith(b"/fhir")))
        self.transport.close()

    def _bound(self, size: int) -> None:
        """Count what came unasked: of a head, or of a body that was answered without being read to its end."""
        if self.transport.is_closing():
            return
        self._unasked += size if self._unasked >= 0 else 1  # where it began, most may be of requests before it
        if self._unasked > (LARGEST_REST if self._state == BODY else LARGEST_HEAD):
            self._fault = _too_long()
            self._hang_up()
        elif self._timer is None:
            self._timer = self.loop.call_later(IDLE_SECONDS, self._late)

    def _late(self) -> None:
        self._timer = None
        if self._state == HEAD or self.cycle is None or self.cycle.response_complete:
            self._fault = TooSlow("The request did not arrive in time")
            self._hang_up()

    def _hang_up(self) -> None:
        if self._state == HEAD:
            self.send_400_response("")
        else:
            self.transport.close()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Server(uvicorn.Server):
    """The server, which lets the application tell those who are connected before it lets them go."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Be sent nothing more, tell them, then go; a second Ctrl+C cuts it short."""
        until = time.monotonic() + cast("Any", self.config.app).leave()
        while time.monotonic() < until and not self.force_exit:  # noqa: ASYNC110  # a signal's handler sets it
            await asyncio.sleep(TURN)
        with suppress(Exception):  # it stops in any case
            await cast("Any", self.config.app).drain()
        await super().shutdown(sockets)


class Websocket(WebSocketsSansIOProtocol):
    """One websocket; whoever carries it can drop it at once, which a close that nobody reads cannot."""

    def data_received(self, data: bytes) -> None:
        """Hang up on a handshake that cannot be read, as one with a line too long; uvicorn would wait for more."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.close()

    async def run_asgi(self) -> None:
        """Offer that to the application, and run it."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions["meridian.abort"] = self.transport.abort
        await super().run_asgi()


def _too_long() -> TooLarge:
    return TooLarge(f"The address and headers are over the limit of {LARGEST_HEAD:,} bytes")


def _refusal(fault: Fault, around: list[tuple[bytes, bytes]], *, fhir: bool) -> bytes:
    """An answer's octets. 431 is RFC 6585 section 5."""
    status = (
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if isinstance(fault, TooLarge)
        else HTTPStatus(faults.face(fault).status)
    )
    name = request_id()
    if fhir:
        media, body = faults.OPERATION_OUTCOME, faults.fhir_body(fault)
    else:
        media, body = faults.PROBLEM, encode(faults.problem(fault) | {"status": status.value, "requestId": name})
    headers: list[Any] = [
        (b"content-type", media),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        (REQUEST_ID, name.encode()),
        *around,
    ]
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), *(b"%s: %s" % pair for pair in headers)]
    return b"\r\n".join([*lines, b"", body])
