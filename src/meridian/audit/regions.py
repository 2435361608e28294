"""
What region an address is in: its country by a table the operator supplies, else its network.

Nobody outside is asked: the table is a file (MaxMind's format, as several makers give it out), and without one the
first 16 bits of an IPv4 address and the first 32 of an IPv6 address stand for where somebody is.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, TypeAlias

Regions: TypeAlias = Callable[[str], str]
"""The region of an address; empty for what is none."""

LOCAL = "local"
"""What is not on the internet: a clinic's own network is no region."""
NETWORK = {4: 16, 6: 32}
"""Bits that stand for a region."""


def network(address: str) -> str:
    """
    The region by the network alone.

    >>> network("198.51.100.7"), network("2a00:1450:4001::5"), network("10.0.0.9"), network("")
    ('198.51.0.0/16', '2a00:1450::/32', 'local', '')
    """
    try:
        one = ip_address(address)
    except ValueError:
        return ""
    mapped = None if isinstance(one, IPv4Address) else one.ipv4_mapped
    one = mapped or one
    if _documented(one) or one.is_global:
        return str(ip_network((one, NETWORK[one.version]), strict=False))
    return LOCAL


_EXAMPLES = [ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
"""Networks of examples (RFC 5737, RFC 3849), which stand for the internet's."""


def _documented(one: Any) -> bool:
    return any(one in network for network in _EXAMPLES if network.version == one.version)


def by_table(path: str) -> Regions:
    """
    Regions by the countries of the table at *path*; by networks for addresses that it does not know.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is no such table.
    """
    import maxminddb  # noqa: PLC0415  # only where there is a table: an extra of the installation

    try:
        reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
    except maxminddb.InvalidDatabaseError as wrong:
        raise ValueError("The table of regions is no MMDB file") from wrong

    def region(address: str) -> str:
        near = network(address)
        if near in {"", LOCAL}:
            return near
        found: Any = reader.get(address)
        code = found.get("country", {}).get("iso_code") if isinstance(found, dict) else None
        return code if isinstance(code, str) and code else near

    return region
