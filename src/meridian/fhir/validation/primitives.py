"""
Primitive types: the JSON type, the form, and for dates whether the calendar has that day.

Each check takes a value and gives nothing when it is good. Source: hl7.org/fhir/R4/datatypes.html#primitive.
"""

import binascii
import re
from calendar import isleap
from decimal import Decimal
from typing import Any, Final

from .findings import Checker, Context, Findings, one
from .narrative import narrative

LONGEST: Final = 1024 * 1024
"""Characters of a string. Source: hl7.org/fhir/R4/datatypes.html#string."""

_SMALLEST, _LARGEST = -(2**31), 2**31 - 1
_FARTHEST = 307  # powers of ten a decimal may be from one: house policy; a double reaches as far

_YEAR = r"(?!0000)[0-9]{4}"
_DAY = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|[12][0-9]))"
)
_MONTH = r"(?:0[1-9]|1[0-2])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_date = re.compile(rf"{_YEAR}(?:-(?:{_DAY}|{_MONTH}))?").fullmatch
_date_time = re.compile(rf"{_YEAR}-{_DAY}T{_TIME}{_ZONE}|{_YEAR}(?:-(?:{_DAY}|{_MONTH}))?").fullmatch
_instant = re.compile(rf"{_YEAR}-{_DAY}T{_TIME}{_ZONE}").fullmatch
_time = re.compile(_TIME).fullmatch
_code = re.compile(r"\S+(?:[ \t\n\r]\S+)*").fullmatch
_id = re.compile(r"[A-Za-z0-9.\-]{1,64}").fullmatch
_space = re.compile(r"\s").search
_oid = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+").fullmatch
_uuid = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch

_NOT_TEXT = one("structure", "must be a string")
_EMPTY = one("value", "must not be empty")
_TOO_LONG = one("too-long", f"must not be longer than {LONGEST} characters")
_NOT_BOOLEAN = one("structure", "must be true or false")
_NOT_INTEGER = one("structure", "must be a whole number")
_NOT_NUMBER = one("structure", "must be a number")
_TOO_FAR = one("value", "is out of range")
_NOT_BASE64 = one("value", "is not base64")


def string(value: Any, _: Context) -> Findings:
    """`string` and `markdown`."""
    if type(value) is not str:
        return _NOT_TEXT
    if not value:
        return _EMPTY
    return None if len(value) <= LONGEST else _TOO_LONG


def boolean(value: Any, _: Context) -> Findings:
    """`true` or `false`, not their names."""
    return None if value is True or value is False else _NOT_BOOLEAN


def integer(value: Any, _: Context) -> Findings:
    """A signed 32-bit integer."""
    return _whole(value, _SMALLEST)


def unsigned(value: Any, _: Context) -> Findings:
    """`unsignedInt`: zero or more."""
    return _whole(value, 0)


def positive(value: Any, _: Context) -> Findings:
    """`positiveInt`: one or more."""
    return _whole(value, 1)


def _whole(value: Any, least: int) -> Findings:
    if type(value) is not int:
        return _NOT_INTEGER
    return None if least <= value <= _LARGEST else _TOO_FAR


def decimal(value: Any, _: Context) -> Findings:
    """A number; its digits are kept, its size is bounded."""
    if type(value) is Decimal:
        return None if value.is_finite() and -_FARTHEST <= value.adjusted() <= _FARTHEST else _TOO_FAR
    if type(value) is not int:
        return _NOT_NUMBER
    return None if -(10**_FARTHEST) < value < 10**_FARTHEST else _TOO_FAR


def uri(value: Any, context: Context) -> Findings:
    """`uri`, `url` and `canonical`: text without white space; one that begins with `#` uses a contained resource."""
    if type(value) is not str:
        return _NOT_TEXT
    if not value:
        return _EMPTY
    if _space(value):
        return _NOT_URI
    if value[0] == "#":
        context.used.add(value[1:])
    return None if len(value) <= LONGEST else _TOO_LONG


_NOT_URI = one("value", "must not hold white space")


def base64(value: Any, _: Context) -> Findings:
    """`base64Binary`, padded, which may be broken into lines."""
    if type(value) is not str:
        return _NOT_TEXT
    if not value:
        return _EMPTY
    try:
        binascii.a2b_base64("".join(value.split()), strict_mode=True)
    except ValueError:
        return _NOT_BASE64
    return None


def _formed(match: Any, text: str) -> Checker:
    """A check that *match* accepts the value."""
    wrong = one("value", text)

    def check(value: Any, _: Context) -> Findings:
        if type(value) is not str:
            return _NOT_TEXT
        return None if match(value) else wrong

    return check


def _dated(match: Any, text: str) -> Checker:
    """As `_formed`, and the 29th of February only in a leap year."""
    wrong = one("value", text)

    def check(value: Any, _: Context) -> Findings:
        if type(value) is not str:
            return _NOT_TEXT
        if not match(value) or (value[5:10] == "02-29" and not isleap(int(value[:4]))):
            return wrong
        return None

    return check


CHECKS: dict[str, Checker] = {
    "base64Binary": base64,
    "boolean": boolean,
    "canonical": uri,
    "code": _formed(_code, "is not a code: no white space at the ends, or doubled within"),
    "date": _dated(_date, "is not a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD"),
    "dateTime": _dated(_date_time, "is not a date, or a date with time to the second and time zone"),
    "decimal": decimal,
    "id": _formed(_id, "is not an id: 1 to 64 letters, digits, hyphens and dots"),
    "instant": _dated(_instant, "is not an instant: date, time to the second and time zone"),
    "integer": integer,
    "markdown": string,
    "oid": _formed(_oid, "is not an OID as urn:oid:2.16"),
    "positiveInt": positive,
    "string": string,
    "time": _formed(_time, "is not a time: hh:mm:ss"),
    "unsignedInt": unsigned,
    "uri": uri,
    "url": uri,
    "uuid": _formed(_uuid, "is not a UUID as urn:uuid:, in lower case"),
    "xhtml": narrative,
}
"""Each primitive type's check."""


def coded(allowed: frozenset[str], name: str) -> Checker:
    """A `code` that must be in the value set *name*."""
    wrong = one("code-invalid", f"is not a code of the required value set {name}")

    def check(value: Any, _: Context) -> Findings:
        if type(value) is not str:
            return _NOT_TEXT
        return None if value in allowed else wrong

    return check
