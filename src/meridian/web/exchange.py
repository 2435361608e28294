"""
One HTTP exchange: the request as the surfaces see it, and the answer they give.

Both are plain values made for speed: headers are read from the raw list when asked for, and an answer is bytes.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote, unquote_to_bytes

from meridian.faults import Malformed, TooLarge
from meridian.web.faults import TooSlow

if TYPE_CHECKING:
    from meridian.telemetry.trace import Trace

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Asgi: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]

OTHER, UNMATCHED = "other", "unmatched"
"""What a request counts as that belongs nowhere."""
BODY_SECONDS = 60.0
"""A whole body must have come by then; house policy against slow senders."""
PIECE_SECONDS = 600.0
"""Likewise for a piece of a file: 8 MB over a telephone's slow line."""
MOST_PARAMETERS = 200
"""Search parameters in one request, house policy."""


@dataclass(slots=True)
class Answer:
    """What leaves: the status, headers besides those every answer carries, and the body."""

    status: int
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""


class Request:
    """
    One request. `answered` says that the status has left, so that no other can follow.

    `surface` and `route` are what it counts as: a place of the program and a template of its paths, never a path.
    """

    __slots__ = (
        "_headers",
        "_receive",
        "address",
        "answered",
        "id",
        "method",
        "path",
        "query",
        "route",
        "scope",
        "status",
        "surface",
        "trace",
    )

    def __init__(self, scope: Scope, receive: Receive, request_id: str, address: str) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.id = request_id
        self.address = address
        self.answered = False
        self.status = 0
        self.surface, self.route = OTHER, UNMATCHED
        self.trace: Trace | None = None
        self._headers: dict[bytes, bytes] | None = None
        self._receive = receive

    def header(self, name: bytes) -> str:
        """The header *name* (lower case); several of one name are joined by a comma; empty when absent."""
        if self._headers is None:
            self._headers = joined(self.scope["headers"])
        return self._headers.get(name, b"").decode("latin-1")

    @property
    def agent(self) -> str:
        """The User-Agent as the audit log keeps it: printable, at most 200 characters."""
        said = self.header(b"user-agent")[:200]
        return said if said.isprintable() else "".join(c for c in said if c.isprintable())

    async def body(self, limit: int, seconds: float = BODY_SECONDS) -> bytes:
        """
        The whole body, of at most *limit* bytes, come within *seconds*.

        Raises:
            TooLarge: Before reading on, as soon as it is known.
            TooSlow: When it has not come in time.
            Malformed: When the sender left half-way.
        """
        check_length(self.header(b"content-length"), limit)
        try:
            async with asyncio.timeout(seconds):
                return await self._whole(limit)
        except TimeoutError:
            raise TooSlow("The body did not arrive in time") from None

    def stream(self, limit: int, seconds: float = PIECE_SECONDS) -> Receive:
        """
        The body as it comes, for somebody who keeps none of it: at most *limit* bytes, within *seconds* in all.

        Raises (from what it gives): as `body`.
        """
        check_length(self.header(b"content-length"), limit)
        ends = asyncio.get_running_loop().time() + seconds
        size = 0

        async def receive() -> Message:
            nonlocal size
            try:
                async with asyncio.timeout_at(ends):
                    message = await self._receive()
            except TimeoutError:
                raise TooSlow("The body did not arrive in time") from None
            size += len(message.get("body", b""))
            if size > limit:
                raise too_large(limit)
            return message

        return receive

    async def _whole(self, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Malformed("The body ended too early")
            part = message.get("body", b"")
            size += len(part)
            if size > limit:
                raise too_large(limit)
            parts.append(part)
            more = message.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def joined(raw: list[Header]) -> dict[bytes, bytes]:
    """Headers by name; several of one name are joined by a comma."""
    headers: dict[bytes, bytes] = {}
    for name, value in raw:
        known = headers.get(name)
        headers[name] = value if known is None else known + b", " + value
    return headers


def check_length(declared: str, limit: int) -> None:
    """
    Refuse a body that says it is over *limit* bytes.

    Raises:
        TooLarge: If it does.
        Malformed: If *declared* is no number.
    """
    if not declared:
        return
    if not (declared.isascii() and declared.isdigit()):
        raise Malformed("Content-Length is not a number")
    if len(declared) > 18 or int(declared) > limit:  # noqa: PLR2004  # digits that fit 64 bits
        raise too_large(limit)


def too_large(limit: int) -> TooLarge:
    """The fault of a body over *limit* bytes."""
    return TooLarge(f"The body is over the limit of {limit:,} bytes")


def parameters(query: bytes) -> list[tuple[str, str]]:
    """
    Names and values of a query string or form, in their order, percent-decoded as UTF-8.

    >>> parameters(b"name=M%C3%BCller&_count=5")
    [('name', 'Müller'), ('_count', '5')]

    Raises:
        Malformed: If it is not UTF-8, holds U+0000, or has over `MOST_PARAMETERS` parameters.
    """
    if not query:
        return []
    parts = query.split(b"&")
    if len(parts) > MOST_PARAMETERS:
        raise Malformed(f"There are more than {MOST_PARAMETERS} parameters")
    try:
        pairs = [_pair(part) for part in parts if part]
    except UnicodeDecodeError:
        raise Malformed("The parameters are not percent-encoded UTF-8") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Malformed("The parameters hold the character U+0000")
    return pairs


def _pair(part: bytes) -> tuple[str, str]:
    """As `urllib.parse.parse_qsl` has it, in half its time."""
    name, _, value = part.decode("ascii").replace("+", " ").partition("=")
    return _unquoted(name), _unquoted(value)


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text).decode() if "%" in text else text


def segments(raw: str) -> list[str]:
    """
    The parts of a path below its prefix.

    >>> segments("/Patient/a%2Fb")
    ['Patient', 'a/b']
    """
    return [unquote(part) for part in raw.split("/") if part]
