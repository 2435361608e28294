"""
What stands before the library: who may open a socket, and what goes through an open one.

A page of another origin has no business here, and a browser always says its origin when it opens a websocket; so with
cookies the origin must be ours, and without an origin there must be no cookie (a program, which brings a token).
The library keeps transports that never ask for the namespace, buffers attachments that are announced, and answers
whatever comes as fast as it comes: here those are bounded. Source: OWASP WebSocket Security; RFC 6455 section 10.2.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from meridian.realtime.packets import LARGEST, Verdict, judge
from meridian.realtime.rates import Bucket, Rate
from meridian.telemetry import figures, logs

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Asgi: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

LINE: Final = "meridian.line"
"""Where the scope holds the `Line`, for whoever is handed the scope later."""
ABORT: Final = "meridian.abort"
"""Where a scope's extensions hold what drops the connection at once, if the server offers that."""
POLICY, TOO_BIG, AWAY = 1008, 1009, 1000
"""Why a websocket is closed. Source: RFC 6455 section 7.4.1."""

_PARAMETERS = frozenset({"EIO", "transport", "t"})
"""What the official client puts into the address. A session or a token has no place there."""
_LONGEST_AGENT = 200
PACKETS = Rate(100, 200)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    House policy.

    Args:
        per_address: Sockets from one address.
        waiting: Of these, such as have not said yet who they are.
        idle: Seconds until then, and after having been refused.
        stuck: Seconds that a client may leave unread what it is sent.
        rate: Packets a second; each 4 KB count as one more.
        strikes: Packets that are nothing of ours.
    """

    per_address: int = 500
    waiting: int = 200
    idle: float = 5.0
    stuck: float = 20.0
    rate: Rate = PACKETS
    strikes: int = 20


class Line:
    """
    One websocket between a client and the library.

    Attributes:
        address, agent, cookies: Of the handshake; *cookies* is its header, empty for a program.
        connected: Called once it is known who is there.
    """

    __slots__ = ("_abort", "_asked", "_bucket", "_closed", "_events", "_limits", "_receive", "_send", "_strikes",
                 "_task", "_timer", "address", "agent", "connected", "cookies")  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, send: Send, events: Container[str], limits: Limits) -> None:
        self.address = address_of(scope)
        self.agent = _printable(header(scope, b"user-agent"))
        self.cookies = header(scope, b"cookie")
        self.connected: Callable[[], None] = lambda: None
        self._abort: Callable[[], None] | None = scope.get("extensions", {}).get(ABORT)
        self._receive, self._send = receive, send
        self._events, self._limits = events, limits
        self._bucket = Bucket(limits.rate)
        self._strikes = 0
        self._asked = self._closed = False
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._await_connect()

    async def receive(self) -> Message:
        """The next packet that may pass, or the end."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            if not self._closed and await self._passes(message.get("text")):
                return message

    async def send(self, message: Message) -> None:
        """Pass on what the library says, and see by it whether somebody came or went."""
        if self._closed:
            return
        text = message.get("text") or ""
        try:
            async with asyncio.timeout(self._limits.stuck):
                await self._send(message)
        except TimeoutError:
            self._drop()
            return
        if text.startswith("40"):
            self._has_connected()
        elif text.startswith("41"):
            await self.cut(AWAY)

    async def cut(self, code: int = POLICY) -> None:
        """End it, for a reason of RFC 6455."""
        if self._closed:
            return
        self._closed = True
        self._forget()
        try:
            async with asyncio.timeout(1.0):
                await self._send({"type": "websocket.close", "code": code})
        except TimeoutError:
            self._drop()
        except Exception:  # noqa: BLE001, S110  # it has gone already, which is what was wanted
            pass

    def end(self) -> None:
        """The library has let go of it."""
        self._closed = True
        self._forget()

    async def _passes(self, packet: str | None) -> bool:
        if packet is None:  # a binary frame: attachments are not taken
            await self.cut()
            return False
        if len(packet) > LARGEST:
            await self.cut(TOO_BIG)
            return False
        if not self._bucket.take(1 + len(packet) // 4096):
            await self.cut()
            return False
        judged = judge(packet, self._events)
        match judged.verdict:
            case Verdict.CUT:
                await self.cut()
            case Verdict.LEAVE:
                await self.cut(AWAY)
            case Verdict.STRIKE:
                await self._strike(judged.answer)
            case Verdict.CONNECT if self._asked:  # once: who was refused comes by another socket
                await self._strike("")
            case verdict:
                self._asked = self._asked or verdict is Verdict.CONNECT
                return True
        return False

    async def _strike(self, answer: str) -> None:
        self._strikes += 1
        if self._strikes > self._limits.strikes:
            await self.cut()
        elif answer:
            await self.send({"type": "websocket.send", "text": answer})

    def _await_connect(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._limits.idle, self._idle)

    def _has_connected(self) -> None:
        self._forget()
        self.connected()

    def _idle(self) -> None:
        self._task = asyncio.ensure_future(self.cut())

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _drop(self) -> None:
        """Hang up on a client that does not read: a close would wait behind what is unread."""
        self._closed = True
        self._forget()
        if self._abort is not None:
            self._abort()


class Guard:
    """
    The sockets' door.

    Args:
        behind: Whoever is behind it.
        origin: The one origin whose pages may come.
        events: Names of the events there are.
        limits: House policy.
    """

    def __init__(self, behind: Asgi, origin: str, events: Container[str], limits: Limits = Limits()) -> None:
        self._behind = behind
        self._origin = origin
        self._events = events
        self._limits = limits
        self._open: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one websocket, or refuse it."""
        status = self._refusal(scope)
        if status:
            _count(status)
            await _refuse(scope, send, status)
            return
        line = Line(scope, receive, send, self._events, self._limits)
        scope[LINE] = line
        with self._counted(line):
            await self._behind(scope, line.receive, line.send)

    def _refusal(self, scope: Scope) -> int:
        """The HTTP status with which a handshake is refused; 0 if it is not."""
        if not self._is_ours(scope):
            return 403
        asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if not asked.keys() <= _PARAMETERS or asked.get("transport") != ["websocket"]:
            return 400
        address = address_of(scope)
        full = self._open[address] >= self._limits.per_address or self._waiting[address] >= self._limits.waiting
        return 429 if full else 0

    def _is_ours(self, scope: Scope) -> bool:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        if not origins:
            return not header(scope, b"cookie")
        return origins == [self._origin.encode()]

    @contextmanager
    def _counted(self, line: Line) -> Iterator[None]:
        waits = [line.address]

        def connected() -> None:
            if waits:
                _less(self._waiting, waits.pop())

        line.connected = connected
        self._open[line.address] += 1
        self._waiting[line.address] += 1
        try:
            yield
        finally:
            line.end()
            connected()
            _less(self._open, line.address)


def _less(counted: Counter[str], key: str) -> None:
    counted[key] -= 1
    if counted[key] <= 0:
        del counted[key]


def header(scope: Scope, name: bytes) -> str:
    """The header *name* of a scope; several are joined."""
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def address_of(scope: Scope) -> str:
    """Where it comes from; the door has put the true address in place of a proxy's."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _printable(text: str) -> str:
    return "".join(one for one in text[:_LONGEST_AGENT] if one.isprintable())


def _count(status: int) -> None:
    """A page of another origin is said besides (RTC-02); the others are mistakes, or many, and are counted alone."""
    reason = _REASONS[status]
    figures.SOCKETS_REFUSED.add(reason)
    if reason == "origin":
        logs.denied("socket-refused", reason, category="authentication")


_REASONS = {400: "malformed", 403: "origin", 429: "many"}


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    with suppress(OSError):
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": POLICY})
            return
        await send({"type": "websocket.http.response.start", "status": status, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
