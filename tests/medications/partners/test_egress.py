"""The allow-list holds on the socket: whatever a name says, and however often it changes its mind."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.medications.partners.allowed import NotAllowed, Rules
from meridian.medications.partners.egress import Guarded

pytestmark = pytest.mark.anyio
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A port of this machine on which somebody listens."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Names:
    """Gives the addresses it is told, one list each time it is asked; the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002  # a resolver's signature
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Dialled(httpcore.AsyncNetworkBackend):
    """Notes where a connection would have gone, and makes none."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        self.to.append(host)
        raise httpcore.ConnectError(f"{port}")


async def test_a_host_that_is_not_on_the_list_is_not_even_looked_up() -> None:
    names = Names(["93.184.216.34"])

    with pytest.raises(NotAllowed):
        await Guarded(Rules(frozenset({"api.example"})), names).connect_tcp("evil.example", 443)
    assert names.asked == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104  # the address itself is the case
        "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1",
    ],
)  # fmt: skip
async def test_an_allowed_name_does_not_lead_to_a_private_address(address: str) -> None:
    dialled = Dialled()

    with pytest.raises(NotAllowed):
        await Guarded(Rules(frozenset({"api.example"})), Names([address]), dialled).connect_tcp("api.example", 443)
    assert dialled.to == []


@given(st.ip_addresses())
def test_only_addresses_of_the_public_internet_pass(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    try:
        Rules(frozenset()).address(str(address))
    except NotAllowed:
        return
    assert address.is_global
    kinds = (address.is_private, address.is_loopback, address.is_link_local, address.is_multicast)
    assert not any(kinds)


async def test_one_bad_address_among_good_ones_is_enough() -> None:
    dialled, names = Dialled(), Names(["93.184.216.34", "127.0.0.1"])

    with pytest.raises(NotAllowed):
        await Guarded(Rules(frozenset({"api.example"})), names, dialled).connect_tcp("api.example", 443)
    assert dialled.to == []


async def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_judged() -> None:
    dialled, names = Dialled(), Names(["93.184.216.34"], ["127.0.0.1"])

    with pytest.raises(httpcore.ConnectError):
        await Guarded(Rules(frozenset({"api.example"})), names, dialled).connect_tcp("api.example", 443)
    assert (names.asked, dialled.to) == (1, ["93.184.216.34"])  # an address, not the name: nobody looks it up again


async def test_the_socket_itself_is_asked_where_it_leads(port: int) -> None:
    class Elsewhere(httpcore.AnyIOBackend):
        """Connects to this machine, whatever it is told: as a gateway or a hijacked route would."""

        async def connect_tcp(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
            return await super().connect_tcp("127.0.0.1", port)

    with pytest.raises(NotAllowed):
        await Guarded(Rules(frozenset({"api.example"})), Names(["93.184.216.34"]), Elsewhere()).connect_tcp(
            "api.example", 443
        )


async def test_a_configured_network_may_be_reached(port: int) -> None:
    guarded = Guarded(Rules(frozenset({"partner.internal"}), LOOPBACK), Names(["127.0.0.1"]))

    stream = await guarded.connect_tcp("partner.internal", port)

    assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
    await stream.aclose()


async def test_there_are_no_local_sockets() -> None:
    with pytest.raises(NotAllowed):
        await Guarded(Rules(frozenset({""}), LOOPBACK)).connect_unix_socket("/run/x")


async def test_a_name_that_nobody_knows_is_a_failed_connection() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(f"{host}:{port}")

    with pytest.raises(httpcore.ConnectError):
        await Guarded(Rules(frozenset({"api.example"})), nobody).connect_tcp("api.example", 443)
    with pytest.raises(httpcore.ConnectError):
        await Guarded(Rules(frozenset({"api.example"})), Names([])).connect_tcp("api.example", 443)
