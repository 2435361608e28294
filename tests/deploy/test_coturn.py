"""The relay as it is deployed: who gets one, whom it reaches, and that nothing of a test is in its file."""

import asyncio
import ssl
import time
import warnings

import pytest

from meridian.telehealth.turn import credentials
from meridian.testing import coturn
from meridian.testing.coturn import LOOPBACK, PRODUCTION, SECRET, Coturn, strayed
from meridian.testing.relayed import GRANTED, IPV4, IPV6, Allocation, Pair, Refused, Way, allocated

pytestmark = pytest.mark.anyio

UNAUTHORISED, FORBIDDEN, QUOTA = 401, 403, 486

INSIDE = [
    "0.0.0.1", "10.0.0.1", "10.255.255.254", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1",
    "172.31.255.254", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
INSIDE_V6 = [
    "::", "::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "100::1", "2001::1", "2001:db8::1",
    "2002:a00:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
OUTSIDE = ["9.255.255.255", "11.0.0.1", "172.15.255.254", "172.32.0.1", "192.167.255.254", "192.169.0.1"]


def good(secret: str = SECRET, *, ends_in: int = 600, who: str = "p-1") -> Pair:
    """A pair as Meridian makes them."""
    made = credentials(secret, who, now=int(time.time()) + ends_in - 600, ttl=600)
    return Pair(made.username, made.password)


async def refused(relay: Coturn, pair: Pair) -> int:
    """The code that a pair is refused with; 0 when it is not."""
    try:
        async with allocated(("127.0.0.1", relay.plain), pair):
            return GRANTED
    except Refused as no:
        return no.code


# --- who gets a relay


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_who_was_admitted_is_relayed_by_every_way(relay: Coturn, way: Way) -> None:
    trusted = ssl.create_default_context(cafile=str(relay.certificate))
    server = ("127.0.0.1", relay.tls if way == "tls" else relay.plain)

    async with (
        allocated(server, good(), way, context=trusted) as here,
        allocated(("127.0.0.1", relay.plain), good(who="p-2")) as there,
    ):
        await there.send(b"first, so that its relay lets the answer in", here.address)
        await here.send(b"hello", there.address)

        arrived = await asyncio.wait_for(there.received.packets.get(), 10)

    assert arrived == b"hello"


async def test_expired_credentials_are_refused(relay: Coturn) -> None:
    assert await refused(relay, good(ends_in=-5)) == UNAUTHORISED


async def test_a_later_end_than_was_signed_is_refused(relay: Coturn) -> None:
    pair = good()
    ends, _, who = str(pair.username).partition(":")

    assert await refused(relay, Pair(f"{int(ends) + 3600}:{who}", pair.password)) == UNAUTHORISED


async def test_another_name_than_was_signed_is_refused(relay: Coturn) -> None:
    pair = good()

    assert await refused(relay, Pair(f"{pair.username}x", pair.password)) == UNAUTHORISED


async def test_another_secret_is_refused(relay: Coturn) -> None:
    assert await refused(relay, good("another-secret-altogether")) == UNAUTHORISED


async def test_nobody_in_particular_is_refused(relay: Coturn) -> None:
    assert await refused(relay, Pair(None, None)) == UNAUTHORISED


async def test_a_standing_account_is_refused_even_if_there_were_one() -> None:
    if reason := coturn.missing():
        pytest.skip(reason)
    running = Coturn(extra=("user=standing:password", *LOOPBACK))

    try:
        assert await refused(running, Pair("standing", "password")) == UNAUTHORISED
    finally:
        running.close()


async def test_one_person_has_so_many_allocations_and_no_more(relay: Coturn) -> None:
    held = [allocated(("127.0.0.1", relay.plain), good(who="greedy")) for _ in range(24)]
    for one in held:
        await one.__aenter__()

    try:
        assert await refused(relay, good(who="greedy")) == QUOTA
        assert await refused(relay, good(who="modest")) == GRANTED
    finally:
        for one in held:
            await one.__aexit__(None, None, None)


# --- whom it reaches


async def reached(allocation: Allocation, peers: list[str], wanted: int) -> list[str]:
    """The peers that were not answered with *wanted*."""
    return [peer for peer in peers if await allocation.permit(peer) != wanted]


async def test_no_address_inside_is_reached(closed_relay: Coturn) -> None:
    async with allocated(("127.0.0.1", closed_relay.plain), good()) as here:
        assert await reached(here, INSIDE, FORBIDDEN) == []


async def test_no_address_inside_is_reached_by_ipv6(closed_relay: Coturn) -> None:
    async with allocated(("127.0.0.1", closed_relay.plain), good(), family=IPV6) as here:
        assert await reached(here, INSIDE_V6, FORBIDDEN) == []


async def test_addresses_of_the_internet_are_reached(closed_relay: Coturn) -> None:
    async with allocated(("127.0.0.1", closed_relay.plain), good(), family=IPV4) as here:
        assert await reached(here, OUTSIDE, GRANTED) == []


@pytest.mark.parametrize(
    ("lacking", "family", "peer"),
    [
        ("denied-peer-ip=10.0.0.0-10.255.255.255", IPV4, "10.0.0.1"),
        ("denied-peer-ip=127.0.0.0-127.255.255.255", IPV4, "127.0.0.1"),
        ("denied-peer-ip=169.254.0.0-169.254.255.255", IPV4, "169.254.169.254"),
        ("denied-peer-ip=::1-::ffff:ffff:ffff", IPV6, "::ffff:10.0.0.1"),
        ("denied-peer-ip=fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", IPV6, "fd00:ec2::254"),
    ],
)
async def test_each_line_of_the_file_is_what_refuses(lacking: str, family: int, peer: str) -> None:
    if reason := coturn.missing():
        pytest.skip(reason)
    text = PRODUCTION.read_text()
    assert lacking in text

    assert await permitted(text, family, peer) == FORBIDDEN
    assert await permitted(text.replace(lacking, ""), family, peer) == GRANTED  # asked for, and nothing is sent


async def permitted(config: str, family: int, peer: str) -> int:
    """What a relay answers that would not refuse this machine of itself."""
    running = Coturn(config, extra=("allow-loopback-peers",))
    try:
        async with allocated(("127.0.0.1", running.plain), good(), family=family) as here:
            return await here.permit(peer)
    finally:
        running.close()


# --- by which protocols


OLD = [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1]
CIPHERS, ANY = "cipher-list=ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL", "cipher-list=ALL:@SECLEVEL=0"
"""With any cipher at all it is the lines that refuse, and not the library."""


@pytest.mark.parametrize("version", OLD)
async def test_tls_before_1_2_is_refused(version: ssl.TLSVersion) -> None:
    assert await spoken(PRODUCTION.read_text().replace(CIPHERS, ANY), version, patience=1) == ""


@pytest.mark.parametrize("version", OLD)
async def test_it_is_the_file_that_refuses_old_tls(version: ssl.TLSVersion) -> None:
    lenient = PRODUCTION.read_text().replace(CIPHERS, ANY).replace("no-tlsv1\nno-tlsv1_1\n", "")

    assert await spoken(lenient, version) != ""


async def test_tls_1_2_is_spoken() -> None:
    assert await spoken(PRODUCTION.read_text(), ssl.TLSVersion.TLSv1_2) == "TLSv1.2"


async def spoken(config: str, version: ssl.TLSVersion, *, patience: float = 20) -> str:
    """The version that a relay agrees to when that is offered; empty when to none. It refuses by silence."""
    if reason := coturn.missing():
        pytest.skip(reason)
    relay = Coturn(config)
    try:
        offered = _offering(relay, version)
        _, writer = await asyncio.open_connection("127.0.0.1", relay.tls, ssl=offered, ssl_handshake_timeout=patience)
    except (ssl.SSLError, ConnectionError):
        return ""
    else:
        agreed = str(writer.get_extra_info("ssl_object").version())
        writer.close()
        await writer.wait_closed()
        return agreed
    finally:
        relay.close()


def _offering(relay: Coturn, version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(relay.certificate))
    context.set_ciphers("ALL:@SECLEVEL=0")  # or it is the client that refuses
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # that it is old is the point
        context.minimum_version = context.maximum_version = version
    return context


# --- its file


def test_the_file_has_nothing_of_a_test_in_it() -> None:
    assert strayed(PRODUCTION.read_text()) == []


@pytest.mark.parametrize("line", [*LOOPBACK, "no-auth", "user=a:b", "web-admin", "cli-password=x", "lt-cred-mech"])
def test_a_line_of_a_test_is_found_in_it(line: str) -> None:
    assert strayed(f"{PRODUCTION.read_text()}\n{line}\n") == [line]


def test_the_file_holds_no_secret() -> None:
    lines = [line for line in coturn.directives(PRODUCTION.read_text()) if "secret=" in line]

    assert lines == ["static-auth-secret=@secret:turn/secret@"]


def test_nobody_is_given_less_than_a_page_needs() -> None:
    [quota] = [line for line in coturn.directives(PRODUCTION.read_text()) if line.startswith("user-quota=")]

    assert int(quota.partition("=")[2]) >= 24


def test_every_line_is_one_that_the_relay_knows(relay: Coturn) -> None:
    assert "Bad configuration" not in relay.log
    assert "unrecognized" not in relay.log.lower()
    assert relay.log.count("Black listing:") == PRODUCTION.read_text().count("\ndenied-peer-ip=")
