"""Looking at a relay as a browser would: a real one, and ones that are amiss."""

import asyncio
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from meridian.settings import Turn
from meridian.telehealth import probing
from meridian.telehealth.turn import credentials
from meridian.testing import coturn
from meridian.testing.coturn import SECRET, Coturn
from meridian.testing.ports import free_ports
from meridian.testing.relayed import Pair, allocated

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def relay() -> Iterator[Coturn]:
    """As production has it."""
    if reason := coturn.missing():
        pytest.skip(reason)
    running = Coturn()
    yield running
    running.close()


@pytest.fixture
def telling() -> Iterator[Coturn]:
    """One that writes down what it is asked."""
    if reason := coturn.missing():
        pytest.skip(reason)
    running = Coturn(extra=("verbose",))
    yield running
    running.close()


@pytest.fixture
def closed() -> Iterator[Coturn]:
    """One that has nothing left for anybody: somebody holds the only address there is."""
    if reason := coturn.missing():
        pytest.skip(reason)
    running = Coturn(coturn.PRODUCTION.read_text().replace("total-quota=1200", "total-quota=1"))
    yield running
    running.close()


async def looked(turn: Turn, secret: str, relay: Coturn | None = None) -> str:
    trusted = ssl.create_default_context(cafile=str(relay.certificate) if relay else None)
    return await probing.relay(turn, "127.0.0.1", secret, now=int(time.time()), context=trusted)


async def test_a_relay_that_gives_an_address_is_well(relay: Coturn) -> None:
    assert await looked(relay.settings, SECRET, relay) == ""


async def test_the_address_is_given_back(telling: Coturn) -> None:
    await looked(telling.settings, SECRET, telling)

    assert "lifetime=600" in telling.log
    assert "lifetime=0" in telling.log


async def test_another_secret_is_said_to_be_so(relay: Coturn) -> None:
    assert await looked(relay.settings, "another-secret-altogether", relay) == "has another secret than the vault"


async def test_a_certificate_that_nobody_vouches_for_is_said_to_be_so(relay: Coturn) -> None:
    found = await looked(relay.settings, SECRET)

    assert found == f"TLS at port {relay.tls}: self-signed certificate"


async def test_silence_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "PATIENCE", 0.3)
    monkeypatch.setattr(probing, "AGAIN", 0.1)
    plain, tls = free_ports(2)

    found = await looked(Turn(hosts=(), port=plain, tls_port=tls), SECRET)

    assert found == f"does not answer by UDP at port {plain}; does not answer by TLS at port {tls}"


class Says(asyncio.DatagramProtocol):
    """Answers every request by one of its type and with an attribute."""

    def __init__(self, kind: int, attribute: bytes) -> None:
        self.kind, self.attribute = kind, attribute
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.transport.sendto(b"\x01\x13\x00\x00" + bytes(16), addr)  # of another question
        head = self.kind.to_bytes(2) + len(self.attribute).to_bytes(2) + data[4:20]
        self.transport.sendto(head + self.attribute, addr)


RELAYED = bytes.fromhex("0016000800011234e112a643")
QUOTA = bytes.fromhex("0009000400000456")


@pytest.mark.parametrize(
    ("kind", "attribute", "words"),
    [
        (0x0103, RELAYED, "gives addresses to whoever asks"),
        (0x0113, QUOTA, "answers as no relay does"),
        (0x0101, b"", "answers as no relay does"),
        (0x0113, b"\x00\x09", "answers as no relay does"),
    ],
)
async def test_what_is_no_relay_of_ours_is_said_to_be_so(
    relay: Coturn, kind: int, attribute: bytes, words: str
) -> None:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Says(kind, attribute), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]

    found = await looked(replace(relay.settings, port=port), SECRET, relay)

    transport.close()
    assert found == words


async def test_a_refusal_is_given_by_its_number(closed: Coturn) -> None:
    pair = credentials(SECRET, "somebody", now=int(time.time()), ttl=60)

    async with allocated(("127.0.0.1", closed.plain), Pair(pair.username, pair.password)):
        assert await looked(closed.settings, SECRET, closed) == "refuses with 486"
