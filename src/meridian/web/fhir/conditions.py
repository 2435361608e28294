"""
The conditional headers and `Prefer`, read; what they lead to is decided where they are used.

Source: hl7.org/fhir/R4/http.html#concurrency, #cond-update, #ops; RFC 9110 section 13; RFC 7240.
"""

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache

from meridian.faults import Malformed

_TAG = re.compile(r'\s*(?:W/)?"?([^",\s]{1,64})"?\s*')
_SETTING = re.compile(r'\s*([\w-]+)\s*=\s*"?([\w-]+)"?\s*')
_LONGEST = 1000
"""Characters of a `Prefer` that are read, house policy."""


def etag(version: int) -> bytes:
    """
    The weak ETag of a version.

    >>> etag(3)
    b'W/"3"'
    """
    return b'W/"%d"' % version


def if_match(header: str) -> int | None:
    """
    The version that `If-Match` names; `None` without one. A version that can never be is -1.

    >>> if_match('W/"3"'), if_match(""), if_match('"x"')
    (3, None, -1)

    Raises:
        Malformed: If it is no entity tag.
    """
    if not header or header.strip() == "*":
        return None
    tag = _TAG.fullmatch(header)
    if tag is None:
        raise Malformed("If-Match is not one entity tag")
    return _version(tag[1])


def if_none_match(header: str) -> frozenset[int]:
    """The versions that `If-None-Match` names."""
    return frozenset(_version(tag[1]) for part in header.split(",") if (tag := _TAG.fullmatch(part)))


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004  # 31 bits


def http_date(milliseconds: int) -> bytes:
    """
    A time as `Last-Modified` says it, to the second.

    >>> http_date(0)
    b'Thu, 01 Jan 1970 00:00:00 GMT'
    """
    return _http_date(milliseconds // 1000)


@lru_cache(maxsize=4096)
def _http_date(seconds: int) -> bytes:
    return formatdate(seconds, usegmt=True).encode()


def modified_since(header: str) -> int | None:
    """`If-Modified-Since` in ms since the epoch; `None` when absent or no date (then it is to be ignored)."""
    if not header:
        return None
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1000


@dataclass(frozen=True, slots=True)
class Prefer:
    """
    What the caller would like.

    Args:
        back: `representation`, `minimal`, `OperationOutcome`, or empty when it does not matter.
        lenient: Unknown search parameters are ignored, and said to be.
    """

    back: str = ""
    lenient: bool = False


NO_PREFERENCE = Prefer()


def prefer(header: str) -> Prefer:
    """
    The preferences in a `Prefer` header; those we do not know are ignored, as RFC 7240 asks.

    >>> prefer("return=minimal; handling=lenient")
    Prefer(back='minimal', lenient=True)
    """
    if not header:
        return NO_PREFERENCE
    parts = header[:_LONGEST].replace(";", ",").split(",")
    settings = {one[1].lower(): one[2] for one in map(_SETTING.fullmatch, parts) if one}
    back = settings.get("return", "")
    known = back in {"minimal", "representation", "OperationOutcome"}
    return Prefer(back if known else "", settings.get("handling") == "lenient")
