"""
JSON to a resource and back, losing nothing: a decimal keeps the digits it was written with.

What cannot be read is refused here, in time and memory proportional to its length: text that is not JSON, NaN and
Infinity, lone surrogates, U+0000, a property given twice, and nesting deeper than `DEEPEST`. Whether what was read is
good FHIR is decided in `meridian.fhir.validation`.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from meridian.faults import Malformed, TooLarge

Resource: TypeAlias = dict[str, Any]
"""A resource as FHIR spells it; numbers are `int` or `Decimal`, never `float`."""

DEEPEST = 64
"""Levels of objects and arrays, house policy; the deepest official example has 19."""

MOST = 500_000
"""Objects and arrays in one body, house policy: each takes some hundred bytes and a microsecond, however short."""

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

_NOT_SYNTAX = bytes(set(range(256)) - set(b'[]{}",:'))
_PLACE = re.compile(r"byte (\d+)")


def decode(body: bytes) -> Resource:
    """
    The JSON object in *body*.

    >>> decode(b'{"value": 1.10}')
    {'value': Decimal('1.10')}

    Raises:
        Malformed: If *body* is not one JSON object in UTF-8, names a property twice, or holds U+0000.
        TooLarge: If it is nested deeper than `DEEPEST`, or has more than `MOST` objects and arrays.

    Source: RFC 8259; RFC 7493 section 2.3 (no property twice); hl7.org/fhir/R4/json.html.
    """
    value = read(body)
    if not isinstance(value, dict):
        raise Malformed("The body is JSON but not an object")
    return value


def read(body: bytes) -> Any:
    """As `decode`, of any JSON: a patch is an array."""
    plain = _without_escapes(body)
    _refuse_many(body)
    value = _parse(body)
    _refuse_doubles(plain, value)
    return value


def encode(value: Mapping[str, Any]) -> bytes:
    """
    *value* as compact JSON in UTF-8, properties in their order.

    >>> encode({"value": Decimal("1.10")})
    b'{"value":1.10}'
    """
    return _ENCODER.encode(value)


def pretty(body: bytes) -> bytes:
    """*body*, which is JSON, with line breaks and two spaces for each level; numbers stay as written."""
    return msgspec.json.format(body, indent=2)


def _parse(body: bytes) -> Any:
    try:
        return _DECODER.decode(body)
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8 at byte {error.start} of a string") from None
    except RecursionError:
        raise _too_deep() from None
    except (ArithmeticError, msgspec.ValidationError):
        raise Malformed("The body holds a number that is out of range") from None
    except msgspec.DecodeError as error:
        raise Malformed(f"The body is not JSON{_where(error)}") from None


def _where(error: msgspec.DecodeError) -> str:
    place = _PLACE.search(str(error))
    return f": it cannot be read at byte {place[1]}" if place else ": it ends too early"


def _without_escapes(body: bytes) -> bytes:
    """*body* with every escaped backslash and quote taken out, so that each quote left opens or closes a string."""
    if b"\\" not in body:
        return body
    plain = body.replace(b"\\\\", b"")
    if b"\\u0000" in plain:
        raise Malformed("The body holds the character U+0000")
    return plain.replace(b'\\"', b"")


def _refuse_many(body: bytes) -> None:
    """Count what opens, in strings too: nobody's text has so many brackets."""
    if len(body) > MOST and body.count(b"{") + body.count(b"[") > MOST:
        raise TooLarge(f"The body has more than {MOST:,} objects and arrays")


def _refuse_doubles(plain: bytes, value: Any) -> None:
    """
    Compare the properties written with those kept, and count levels on the way.

    With everything but structure taken out, a name is `"":`, since two strings never touch. Names that hold structure
    themselves are counted the long way; no FHIR element has such a name.
    """
    kept = _properties_of_items((value,), DEEPEST + 1)
    if plain.translate(None, _NOT_SYNTAX).count(b'"":') == kept:
        return
    if sum(piece.lstrip().startswith(b":") for piece in plain.split(b'"')[2::2]) != kept:
        raise Malformed("The body names a property twice in one object")


def _properties(value: Resource, levels: int) -> int:
    """How many properties *value* and the objects in it have; refuses more *levels* than that."""
    if not levels:
        raise _too_deep()
    count = len(value)
    for item in value.values():
        if type(item) is dict:
            count += _properties(item, levels - 1)
        elif type(item) is list:
            count += _properties_of_items(item, levels - 1)
    return count


def _properties_of_items(items: Iterable[Any], levels: int) -> int:
    if not levels:
        raise _too_deep()
    count = 0
    for item in items:
        if type(item) is dict:
            count += _properties(item, levels - 1)
        elif type(item) is list:
            count += _properties_of_items(item, levels - 1)
    return count


def _too_deep() -> TooLarge:
    return TooLarge(f"The body is nested deeper than {DEEPEST} levels")
