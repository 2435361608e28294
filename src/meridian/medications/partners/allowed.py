"""
What a partner call may reach: hosts of the allow-list, at addresses of the public internet.

Private, loopback, link-local and reserved addresses are refused unless their network is configured, and so are
addresses that hide an IPv4 one. `egress` holds every socket to these rules.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from meridian.telemetry import figures, signals

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into IPv4 ones (RFC 6052)."""
METADATA = frozenset({"169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"})
"""Where a cloud gives a machine's or a container's credentials. Source: AWS, instance metadata and task roles."""


class NotAllowed(Exception):
    """The host or its address may not be reached; says nothing of the request."""


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What may be reached.

    Args:
        hosts: Names, in lower case.
        networks: Networks that are allowed though they are private; a sandbox, or a partner behind a VPC endpoint.
    """

    hosts: frozenset[str]
    networks: tuple[Network, ...] = ()

    def host(self, name: str) -> None:
        """
        Let a host pass.

        Raises:
            NotAllowed: If it is not on the list.
        """
        if name.lower().rstrip(".") not in self.hosts:
            _noted(name, "host")
            raise NotAllowed("the host is not on the allow-list")

    def address(self, text: str) -> None:
        """
        Let an address pass.

        Raises:
            NotAllowed: If it is of this machine, a private net, or otherwise none of the public internet.
        """
        found = ipaddress.ip_address(text.partition("%")[0])
        if not any(found.version == net.version and found in net for net in self.networks) and not _public(found):
            _noted(text, "private")
            raise NotAllowed("the address is not a public one")


def _public(found: Address) -> bool:
    if isinstance(found, ipaddress.IPv6Address):
        hidden = found.ipv4_mapped or found.sixtofour or found.teredo or (found in _TRANSLATED)
        if hidden:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _noted(place: str, kind: str) -> None:
    """Count a connection that is not made; one to where a cloud keeps a machine's credentials calls for attention."""
    text = place.strip("[]").partition("%")[0]
    metadata = text in METADATA
    figures.EGRESS_REFUSED.add("metadata" if metadata else kind)
    if metadata:
        signals.tell(signals.EGRESS)


async def resolve(host: str, port: int) -> list[str]:
    """Every address of *host*, as the system knows it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))
