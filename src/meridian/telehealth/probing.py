"""
Whether a relay does what calls want of it, found out as a browser would: by asking it for an address.

Just enough of TURN for that: an Allocate request, again with what the first answer wants to be signed, and the address
given back (RFC 8656 sections 7 and 8; long-term credentials: RFC 8489 section 9.2). Over TLS it is the certificate that
is looked at, which is what fails there.
"""

import asyncio
import hashlib
import hmac
import secrets
import ssl
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from meridian.settings import Turn
from meridian.telehealth.turn import credentials

PATIENCE: Final = 3.0
"""Seconds for each of the two ways."""
AGAIN: Final = 0.5
"""Seconds after which a datagram that was not answered is sent again; RFC 8489 section 6.2.1."""
_COOKIE: Final = 0x2112A442
_ALLOCATE, _REFRESH = 0x0003, 0x0004
_GRANTED, _REFUSED = 0x0100, 0x0110
"""Added to a request's type: an answer that is well, and one that is not."""
_USERNAME, _INTEGRITY, _ERROR, _LIFETIME = 0x0006, 0x0008, 0x0009, 0x000D
_REALM, _NONCE, _RELAYED, _TRANSPORT = 0x0014, 0x0015, 0x0016, 0x0019
_UDP = struct.pack("!B3x", 17)
_HEADER: Final = 20
_UNAUTHORISED: Final = 401


class Unwell(Exception):
    """What is amiss with a relay, in words for whoever runs it."""


async def relay(turn: Turn, host: str, secret: str, *, now: int, context: ssl.SSLContext | None = None) -> str:
    """
    What is amiss with the relay at *host*; empty when nothing is.

    Args:
        turn: Its ports.
        host: Its name or address.
        secret: Which it is to share with us.
        now: Unix seconds.
        context: Whom to trust; by default whom this machine does.
    """
    found = await asyncio.gather(
        _allocated(turn, host, secret, now), _secured(turn, host, context), return_exceptions=True
    )
    for wrong in found:
        if isinstance(wrong, BaseException) and not isinstance(wrong, Unwell):
            raise wrong
    return "; ".join(str(wrong) for wrong in found if wrong is not None)


async def _allocated(turn: Turn, host: str, secret: str, now: int) -> None:
    """
    Have an address on the relay for a moment.

    Raises:
        Unwell: If there is none.
    """
    pair = credentials(secret, "doctor", now=now, ttl=60)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE):
            transport, line = await loop.create_datagram_endpoint(_Line, remote_addr=(host, turn.port))
            try:
                await _asked(line, pair.username, pair.password)
            finally:
                transport.close()
    except (OSError, TimeoutError):
        raise Unwell(f"does not answer by UDP at port {turn.port}") from None


async def _asked(line: "_Line", username: str, password: str) -> None:
    kind, said = await line.ask(_message(_ALLOCATE, {_TRANSPORT: _UDP}))
    if kind != _ALLOCATE | _REFUSED or _code(said) != _UNAUTHORISED:
        raise Unwell("gives addresses to whoever asks" if kind == _ALLOCATE | _GRANTED else "answers as no relay does")
    realm, nonce = said.get(_REALM, b""), said.get(_NONCE, b"")
    signed = {_USERNAME: username.encode(), _REALM: realm, _NONCE: nonce}
    words = b":".join((username.encode(), realm, password.encode()))
    key = hashlib.md5(words, usedforsecurity=False).digest()  # the scheme's own
    kind, said = await line.ask(_message(_ALLOCATE, {_TRANSPORT: _UDP, **signed}, key))
    if kind != _ALLOCATE | _GRANTED or _RELAYED not in said:
        code = _code(said)
        known = "has another secret than the vault" if code == _UNAUTHORISED else f"refuses with {code}"
        raise Unwell(known)
    await line.ask(_message(_REFRESH, {_LIFETIME: bytes(4), **signed}, key))


async def _secured(turn: Turn, host: str, context: ssl.SSLContext | None) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            trusted = context or ssl.create_default_context()
            _, writer = await asyncio.open_connection(host, turn.tls_port, ssl=trusted)
            writer.close()
            await writer.wait_closed()
    except ssl.SSLCertVerificationError as wrong:
        raise Unwell(f"TLS at port {turn.tls_port}: {wrong.verify_message}") from None
    except (OSError, TimeoutError):
        raise Unwell(f"does not answer by TLS at port {turn.tls_port}") from None


@dataclass
class _Line(asyncio.DatagramProtocol):
    """One question at a time."""

    _transport: Any = None
    _answers: "asyncio.Queue[bytes]" = field(default_factory=asyncio.Queue)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ARG002  # asyncio's signature
        self._answers.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there: that shows by silence, too."""

    async def ask(self, request: bytes) -> tuple[int, dict[int, bytes]]:
        """Type and attributes of the answer; asked again until there is one."""
        while True:
            self._transport.sendto(request)
            try:
                async with asyncio.timeout(AGAIN):
                    while True:
                        answer = await self._answers.get()
                        if answer[8:_HEADER] == request[8:_HEADER]:
                            return _read(answer)
            except TimeoutError:
                continue


def _message(kind: int, attributes: dict[int, bytes], key: bytes = b"") -> bytes:
    """A request, signed with *key* if there is one (RFC 8489 sections 5 and 14.5)."""
    body = b"".join(_attribute(name, value) for name, value in attributes.items())
    transaction = secrets.token_bytes(12)
    if not key:
        return _head(kind, len(body), transaction) + body
    length = len(body) + 24
    digest = hmac.digest(key, _head(kind, length, transaction) + body, "sha1")
    return _head(kind, length, transaction) + body + _attribute(_INTEGRITY, digest)


def _head(kind: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", kind, length, _COOKIE) + transaction


def _attribute(name: int, value: bytes) -> bytes:
    return struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4)


def _read(answer: bytes) -> tuple[int, dict[int, bytes]]:
    found: dict[int, bytes] = {}
    at = _HEADER
    while at + 4 <= len(answer):
        name, length = struct.unpack_from("!HH", answer, at)
        found.setdefault(name, answer[at + 4 : at + 4 + length])
        at += 4 + length + -length % 4
    return int.from_bytes(answer[:2]), found


def _code(said: dict[int, bytes]) -> int:
    """Of an error (RFC 8489 section 14.8); 0 where there is none."""
    raw = said.get(_ERROR, b"")
    return raw[2] * 100 + raw[3] if len(raw) >= 4 else 0  # noqa: PLR2004  # a class and a number
