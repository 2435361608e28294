"""Resource types as the numbers that rows carry: the same in every process, on every engine, for ever."""

import zlib
from collections.abc import Mapping
from types import MappingProxyType

from meridian.fhir.types import TYPES


def _number(name: str) -> int:
    crc = zlib.crc32(name.encode())
    return crc - (1 << 32) if crc >> 31 else crc


NUMBERS: Mapping[str, int] = MappingProxyType({name: _number(name) for name in TYPES})
"""A type's number: CRC-32 of its name as a signed integer."""

NAMES: Mapping[int, str] = MappingProxyType({number: name for name, number in NUMBERS.items()})
"""A number's type."""
