"""A table of countries by address, made here. Source: maxmind.github.io/MaxMind-DB, version 2.0."""

import struct
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_MAP, _TEXT, _SHORT, _INT, _LONG, _LIST = 7, 2, 5, 6, 9, 11


def table(path: Path, countries: Mapping[str, str]) -> Path:
    """A table at *path* that knows the country of each IPv4 network."""
    nodes: list[list[Any]] = [[None, None]]
    for network, country in countries.items():
        _hang(nodes, network, country)
    data, places = b"", {}
    for country in sorted(set(countries.values())):
        places[country] = len(data)
        data += _value({"country": {"iso_code": country}})
    tree = b"".join(_record(side, len(nodes), places) for node in nodes for side in node)
    path.write_bytes(tree + bytes(16) + data + _MARKER + _about(len(nodes)))
    return path


def _hang(nodes: list[list[Any]], network: str, country: str) -> None:
    """Put a network into the tree; each of its bits is a node."""
    parsed, at = ip_network(network), 0
    bits = [int(parsed.network_address) >> (31 - place) & 1 for place in range(parsed.prefixlen)]
    for bit in bits[:-1]:
        if nodes[at][bit] is None:
            nodes.append([None, None])
            nodes[at][bit] = len(nodes) - 1
        at = nodes[at][bit]
    nodes[at][bits[-1]] = country


def _record(side: int | str | None, count: int, places: Mapping[str, int]) -> bytes:
    """24 bits: another node, nothing, or data."""
    number = count if side is None else side if isinstance(side, int) else count + 16 + places[side]
    return number.to_bytes(3, "big")


def _about(nodes: int) -> bytes:
    said: dict[str, Any] = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1,
        "database_type": "Made-Country",
        "description": {"en": "made for tests"},
        "ip_version": 4,
        "languages": ["en"],
        "node_count": nodes,
        "record_size": 24,
    }
    return _value(said)


def _value(value: Any, name: str = "") -> bytes:
    if isinstance(value, dict):
        pairs = b"".join(_value(key) + _value(one, key) for key, one in value.items())
        return _control(_MAP, len(value)) + pairs
    if isinstance(value, list):
        return _control(_LIST, len(value)) + b"".join(_value(one) for one in value)
    if isinstance(value, int):
        kind, width = {"build_epoch": (_LONG, 8), "node_count": (_INT, 4)}.get(name, (_SHORT, 2))
        return _control(kind, width) + value.to_bytes(width, "big")
    text = str(value).encode()
    return _control(_TEXT, len(text)) + text


def _control(kind: int, size: int) -> bytes:
    """The octets before a value; sizes here are below 29."""
    return struct.pack("B", kind << 5 | size) if kind <= _MAP else struct.pack("BB", size, kind - _MAP)
