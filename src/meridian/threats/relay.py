"""
As much of a TURN client as it takes to ask for a relay, and to ask it for an address that it is not to reach.

Messages are built by hand so that they can be wrong. Sources: RFC 8489 (STUN) sections 5, 9.2 and 14; RFC 8656 (TURN)
sections 7, 9 and 18.
"""

import asyncio
import hashlib
import hmac
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address
from typing import Self

COOKIE = 0x2112A442
ALLOCATE, CREATE_PERMISSION = 0x003, 0x008
SUCCESS, ERROR = 0x100, 0x110
USERNAME, INTEGRITY, ERROR_CODE, PEER = 0x0006, 0x0008, 0x0009, 0x0012
REALM, NONCE, TRANSPORT = 0x0014, 0x0015, 0x0019
UDP = b"\x11\x00\x00\x00"
GRANTED = 0
"""What `Relay.ask` gives when there was no error."""
PATIENCE = 5.0

Attributes = list[tuple[int, bytes]]


@dataclass
class Relay:
    """
    A conversation with a relay over UDP, from one address.

    Args:
        host, port: Where it is.
        username, password: Long-term credentials; none: none are given.
    """

    host: str
    port: int
    username: str = ""
    password: str = ""
    _realm: bytes = b""
    _nonce: bytes = b""
    _answers: "asyncio.Queue[bytes]" = field(default_factory=asyncio.Queue)
    _line: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop, answers = asyncio.get_running_loop(), self._answers

        class Heard(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, _: object) -> None:
                answers.put_nowait(data)

        self._line, _ = await loop.create_datagram_endpoint(Heard, remote_addr=(self.host, self.port))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._line is not None:
            self._line.close()

    async def allocate(self) -> int:
        """Ask for an address of the relay's: `GRANTED`, or the error's code."""
        return await self._asked(ALLOCATE, [(TRANSPORT, UDP)])

    async def permit(self, peer: str) -> int:
        """Ask to reach *peer*; likewise."""
        return await self._asked(CREATE_PERMISSION, [(PEER, b"")], peer)

    async def _asked(self, method: int, attributes: Attributes, peer: str = "") -> int:
        """The first answer without credentials asks for them, and says the realm and a nonce."""
        code = await self._once(method, attributes, peer)
        if code in {401, 438} and self.username and self._nonce:
            code = await self._once(method, attributes, peer)
        return code

    async def _once(self, method: int, attributes: Attributes, peer: str) -> int:
        transaction = secrets.token_bytes(12)
        said = [(kind, _address(peer, transaction) if kind == PEER else value) for kind, value in attributes]
        key = b""
        if self.username and self._nonce:
            said += [(USERNAME, self.username.encode()), (REALM, self._realm), (NONCE, self._nonce)]
            key = _key(self.username, self._realm, self.password)
        if self._line is None:
            raise RuntimeError("the conversation has not begun")
        self._line.sendto(_message(method, transaction, said, key))
        async with asyncio.timeout(PATIENCE):
            while (answer := await self._answers.get())[8:20] != transaction:
                pass  # of an earlier question
        return self._read(answer)

    def _read(self, answer: bytes) -> int:
        found = dict(_attributes(answer))
        self._realm, self._nonce = found.get(REALM, self._realm), found.get(NONCE, self._nonce)
        if struct.unpack("!H", answer[:2])[0] & ERROR == SUCCESS:
            return GRANTED
        wrong = found.get(ERROR_CODE, b"\0\0\x05\0")
        return wrong[2] * 100 + wrong[3]


def _message(method: int, transaction: bytes, attributes: Attributes, key: bytes) -> bytes:
    body = b"".join(_attribute(kind, value) for kind, value in attributes)
    if key:
        head = _head(method, len(body) + 24, transaction)
        body += _attribute(INTEGRITY, hmac.digest(key, head + body, hashlib.sha1))
    return _head(method, len(body), transaction) + body


def _head(method: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", method, length, COOKIE) + transaction


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def _attributes(message: bytes) -> Iterable[tuple[int, bytes]]:
    place = 20
    while place + 4 <= len(message):
        kind, length = struct.unpack_from("!HH", message, place)
        yield kind, message[place + 4 : place + 4 + length]
        place += 4 + length + -length % 4


def _key(username: str, realm: bytes, password: str) -> bytes:
    """RFC 8489 section 9.2.2; MD5 is the standard's."""
    return hashlib.md5(username.encode() + b":" + realm + b":" + password.encode(), usedforsecurity=False).digest()


def _address(peer: str, transaction: bytes) -> bytes:
    """XOR-PEER-ADDRESS of port 80 (RFC 8489 section 14.2)."""
    address = ip_address(peer)
    mask = struct.pack("!I", COOKIE) + transaction
    hidden = bytes(one ^ other for one, other in zip(address.packed, mask, strict=False))
    family = 1 if isinstance(address, IPv4Address) else 2
    return struct.pack("!BBH", 0, family, 80 ^ COOKIE >> 16) + hidden
