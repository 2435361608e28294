"""Whose request it is when proxies stand between: X-Forwarded-For is believed only from those we named."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(proxies: Iterable[str]) -> Networks:
    """The addresses and networks (`10.0.0.0/8`) of *proxies*."""
    return tuple(ip_network(proxy, strict=False) for proxy in proxies)


def client_address(peer: str, forwarded: str, proxies: Networks) -> str:
    """
    The address the request really comes from.

    Read from the right, the first address that is no proxy of ours: what stands further left was written by strangers.

    >>> client_address("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", networks(["10.0.0.0/24"]))
    '203.0.113.9'
    >>> client_address("203.0.113.9", "127.0.0.1", networks(["10.0.0.0/24"]))
    '203.0.113.9'
    """
    if not proxies or not forwarded or not trusted(peer, proxies):
        return peer
    for part in reversed(forwarded.split(",")):
        address = _canonical(part.strip())
        if address is None:
            return peer
        if not trusted(address, proxies):
            return address
    return peer


@lru_cache(maxsize=1024)
def trusted(address: str, proxies: Networks) -> bool:
    """Whether *address* is one of *proxies*."""
    canonical = _canonical(address)
    return canonical is not None and any(ip_address(canonical) in network for network in proxies)


def _canonical(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
