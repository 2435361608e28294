"""A TURN client by other hands than ours (aioice), which says what the relay answered."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from aioice import stun, turn

Way: TypeAlias = Literal["udp", "tcp", "tls"]
Address: TypeAlias = tuple[str, int]
GRANTED, UNKNOWN = 0, 500
"""What stands for a code when nothing was refused, and when a refusal has none."""
IPV4, IPV6 = 1, 2

FAMILY = "REQUESTED-ADDRESS-FAMILY"
_attribute = (0x0017, FAMILY, lambda value: bytes([value, 0, 0, 0]), lambda data: data[0])  # RFC 8656 section 18.6
stun.ATTRIBUTES_BY_TYPE.setdefault(0x0017, _attribute)
stun.ATTRIBUTES_BY_NAME.setdefault(FAMILY, _attribute)


@dataclass(frozen=True, slots=True)
class Pair:
    """A user name and password."""

    username: str | None
    password: str | None


class Refused(Exception):
    """The relay said no; *code* is STUN's (RFC 8656 section 19)."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Received(asyncio.DatagramProtocol):
    """Keeps what arrives."""

    packets: "asyncio.Queue[bytes]" = field(default_factory=asyncio.Queue)

    def datagram_received(self, data: bytes, addr: Any) -> None:  # noqa: ARG002  # asyncio's signature
        """Keep it."""
        self.packets.put_nowait(data)


@dataclass(frozen=True, slots=True)
class Allocation:
    """An address on the relay that is the client's."""

    client: "turn.TurnClientProtocol"
    received: Received
    address: Address

    async def permit(self, peer: str) -> int:
        """Ask for leave to send to *peer*; nothing is sent. `GRANTED`, or the code it was refused with."""
        number = self.client.channel_number
        self.client.channel_number += 1
        try:
            await self.client.channel_bind(number, (peer, 9))
        except stun.TransactionFailed as failed:
            return _code(failed)
        return GRANTED

    async def send(self, data: bytes, peer: Address) -> None:
        """
        Send a packet by the relay.

        Raises:
            Refused: If it may not go there.
        """
        try:
            await self.client.send_data(data, peer)
        except stun.TransactionFailed as failed:
            raise Refused(_code(failed)) from None


@asynccontextmanager
async def allocated(
    server: Address, pair: Pair, way: Way = "udp", *, family: int = IPV4, context: ssl.SSLContext | None = None
) -> AsyncIterator[Allocation]:
    """
    An allocation, given back in the end.

    Args:
        server: Address and port, of the way.
        pair: Credentials.
        way: How the relay is reached.
        family: Of the address that is wanted.
        context: Whom to trust, for TLS.

    Raises:
        Refused: If the relay refuses.
    """
    client = await _connected(server, pair, way, context)
    client.receiver = received = Received()
    request = stun.Message(message_method=stun.Method.ALLOCATE, message_class=stun.Class.REQUEST)
    request.attributes["LIFETIME"] = 600
    request.attributes["REQUESTED-TRANSPORT"] = turn.UDP_TRANSPORT
    if family != IPV4:
        request.attributes[FAMILY] = family
    try:
        answer, _ = await client.request_with_retry(request)
    except stun.TransactionFailed as failed:
        client.transport.close()
        raise Refused(_code(failed)) from None
    try:
        yield Allocation(client, received, answer.attributes["XOR-RELAYED-ADDRESS"])
    finally:
        await client.delete()


def _code(failed: stun.TransactionFailed) -> int:
    return failed.response.error_code or UNKNOWN


async def _connected(
    server: Address, pair: Pair, way: Way, context: ssl.SSLContext | None
) -> "turn.TurnClientProtocol":
    loop = asyncio.get_running_loop()
    said: dict[str, Any] = {
        "server": server, "username": pair.username, "password": pair.password, "lifetime": 600,
        "channel_refresh_time": 500,
    }  # fmt: skip
    if way == "udp":
        _, packets = await loop.create_datagram_endpoint(lambda: turn.TurnClientUdpProtocol(**said), remote_addr=server)
        return packets
    secured = context if way == "tls" else None
    _, stream = await loop.create_connection(lambda: turn.TurnClientTcpProtocol(**said), *server, ssl=secured)
    return stream
