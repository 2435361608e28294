"""Numbers that stand for names in the index: the same in every process, on every engine, for ever."""

import zlib
from functools import lru_cache
from hashlib import blake2b

from meridian.fhir.search.memory import remembered

NO_SYSTEM = 0
"""Stands for the absence of a code system."""


@lru_cache(maxsize=4096)
def number(name: str) -> int:
    """
    A type's (`Patient`) or parameter's (`Patient.name`) number: CRC-32 as a signed integer.

    >>> number("Patient")
    -714609033
    """
    crc = zlib.crc32(name.encode())
    return crc - (1 << 32) if crc >> 31 else crc


@remembered(8192)
def fingerprint(text: str) -> int:
    """64 bits of BLAKE2b as a signed integer, never 0; stands for a URI, or for the exact letters of a text."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


def system(uri: str | None) -> int:
    """The number of a code system; 0 for none."""
    return fingerprint(uri) if uri else NO_SYSTEM


LONGEST = 100
"""Characters of a code that are indexed as they are."""


@remembered(8192)
def code(text: str) -> str:
    """
    A code as it is compared: without case, and if it is longer than `LONGEST`, its end as a fingerprint.

    Source: hl7.org/fhir/R4/search.html#token ("when in doubt ... in a case-insensitive manner").
    """
    folded = text.casefold()
    return folded if len(folded) <= LONGEST else f"{folded[:LONGEST]}#{fingerprint(folded):x}"


@remembered(8192)
def address(uri: str) -> str:
    """A URI or reference as it is compared: letter by letter, the end of a long one as a fingerprint."""
    return uri if len(uri) <= LONGEST else f"{uri[:LONGEST]}#{fingerprint(uri):x}"
