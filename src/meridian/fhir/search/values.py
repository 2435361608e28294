"""
A parameter's values read into the form in which they are compared, by kind.

Source: hl7.org/fhir/R4/search.html; escapes are its section "Escaping search parameters".
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from msgspec.structs import replace

from meridian.faults import Malformed
from meridian.fhir.search import hashing, moments, numbers
from meridian.fhir.search.leaves import CURRENCIES, aim, of_type
from meridian.fhir.search.parameters import SYSTEMLESS, Parameter
from meridian.fhir.search.query import (
    AmountIs,
    Compare,
    DateIs,
    LinkIs,
    Near,
    PairIs,
    TextIs,
    TokenIs,
    UriIs,
    Value,
)
from meridian.fhir.search.text import contact, fold, phonetic

Read: TypeAlias = Callable[[Parameter, str, int], Value]
"""Gives the value of a parameter, from its escaped text and the time of the request."""

_PREFIX = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[\d.+-])", re.ASCII)
_ESCAPE = re.compile(r"\\([,|$\\])")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_COMPARE = {one.value: one for one in Compare}
_KILOMETRES = {"": 1.0, "km": 1.0, "m": 0.001, "mi": 1.609344, "[mi_us]": 1.609344, "[mi_i]": 1.609344}
_DEGREE = 111.32
"""Kilometres in a degree of latitude."""
_NEARBY = Decimal(50)


def unescape(text: str) -> str:
    r"""
    *text* without its escapes.

    >>> unescape(r"a\,b\|c\$d\\e")
    'a,b|c$d\\e'
    """
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def split(text: str, at: str) -> list[str]:
    r"""
    The parts of *text* between the unescaped characters *at*, still escaped themselves.

    >>> split(r"a\,b,c", ",")
    ['a\\,b', 'c']
    """
    if "\\" not in text:
        return text.split(at)
    parts, last, index = [], 0, 0
    while index < len(text):
        if text[index] == "\\":
            index += 1
        elif text[index] == at:
            parts.append(text[last:index])
            last = index + 1
        index += 1
    parts.append(text[last:])
    return parts


def wrong(parameter: Parameter, why: str) -> Malformed:
    """The refusal of a value of *parameter*."""
    return Malformed(f"Search parameter {parameter.code}: {why}")


# string and uri


def starts(parameter: Parameter, text: str, _now: int) -> TextIs:
    """A text by its beginning."""
    return TextIs("starts", _folded(parameter, text))


def contains(parameter: Parameter, text: str, _now: int) -> TextIs:
    """A text by any part of it."""
    return TextIs("contains", _folded(parameter, text))


def exactly(parameter: Parameter, text: str, _now: int) -> TextIs:
    """A text letter by letter."""
    plain = unescape(text)
    return TextIs("exact", _folded(parameter, text), hashing.fingerprint(plain))


def _folded(parameter: Parameter, text: str) -> str:
    folded = fold(unescape(text))
    if not folded:
        raise wrong(parameter, "there is nothing to search for")
    return folded


def sounds(parameter: Parameter, text: str, _now: int) -> TextIs:
    """A name by its sound; each word is kept by itself, so only one can be asked for."""
    heard = phonetic(unescape(text))
    if not heard:
        raise wrong(parameter, "there is nothing to search for")
    return TextIs("starts", heard)


def uri(_parameter: Parameter, text: str, _now: int) -> UriIs:
    """A URI, whole."""
    plain = unescape(text)
    return UriIs("is", hashing.address(plain), hashing.fingerprint(plain))


def below(_parameter: Parameter, text: str, _now: int) -> UriIs:
    """A URI and all that continue it."""
    return UriIs("below", unescape(text)[: hashing.LONGEST])


def above(_parameter: Parameter, text: str, _now: int) -> UriIs:
    """A URI and all that it continues."""
    return UriIs("above", unescape(text)[: hashing.LONGEST])


# token


def token(parameter: Parameter, text: str, _now: int) -> TokenIs:
    """`code`, `system|code`, `|code` or `system|`."""
    first, bar, rest = _two(text)
    types = parameter.types
    if types == {"ContactPoint"}:
        return _contact(parameter, first, rest, given=bool(bar))
    if not bar:
        return TokenIs(_code(parameter, first), None, "Identifier" in types)
    if types <= SYSTEMLESS:
        return TokenIs(_code(parameter, rest), None)
    return TokenIs(hashing.code(rest) if rest else None, hashing.system(first), bool(rest) and "Identifier" in types)


def _contact(parameter: Parameter, first: str, rest: str, *, given: bool) -> TokenIs:
    value = rest if given else first
    kind = parameter.only_system or (first if given else "")
    return TokenIs(contact(value) if value else None, hashing.system(kind) if kind else None)


def _code(parameter: Parameter, text: str) -> str:
    if not text:
        raise wrong(parameter, "there is no code to search for")
    return hashing.code(text)


def _two(text: str) -> tuple[str, str, str]:
    parts = split(text, "|")
    if len(parts) == 1:
        return unescape(parts[0]), "", ""
    return unescape(parts[0]), "|", unescape("|".join(parts[1:]))


def typed(parameter: Parameter, text: str, _now: int) -> TokenIs:
    """`system|code|value` of an Identifier's type and value, for `:of-type`."""
    parts = [unescape(part) for part in split(text, "|")]
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004  # system, code, value
        raise wrong(parameter, ":of-type takes system|code|value")
    return TokenIs(of_type(parts[1], parts[2]), hashing.system(parts[0]), secret=True)


def logical(_parameter: Parameter, text: str, _now: int) -> TokenIs:
    """The identifier of what is referred to, for `:identifier`."""
    first, bar, rest = _two(text)
    if not bar:
        return TokenIs(hashing.code(first), None, secret=True)
    return TokenIs(hashing.code(rest) if rest else None, hashing.system(first), secret=bool(rest))


# reference


def link(parameter: Parameter, text: str, _now: int) -> LinkIs:
    """`id`, `Type/id`, or the URL of something elsewhere."""
    return reference(parameter, unescape(text), "")


def reference(parameter: Parameter, plain: str, wanted: str) -> LinkIs:
    """A reference that leads to type *wanted*, if that is given or follows from the parameter."""
    wanted = wanted or parameter.only_type
    if parameter.types <= {"canonical", "uri"}:
        return LinkIs(hashing.address(plain), 0)
    if _ID.fullmatch(plain):
        targets = (wanted,) if wanted else parameter.targets
        return LinkIs(plain, hashing.number(targets[0]) if len(targets) == 1 else None)
    target, kind = aim(plain)
    if not plain or (wanted and kind and kind != hashing.number(wanted)):
        raise wrong(parameter, f"takes a reference to {wanted or 'a resource'}")
    return LinkIs(target, kind)


# date, number, quantity


def date(parameter: Parameter, text: str, now: int) -> DateIs:
    """A date with its prefix; `ap` widens it by a tenth of its distance from now."""
    compare, rest = _prefix(unescape(text))
    found = moments.interval(rest)
    if found is None:
        raise wrong(parameter, "takes a date, as 2013-01-14 or ge2013-01-14T10:00Z")
    low, high = found
    if compare is Compare.AP:
        slack = abs(now - low) // 10
        low, high = low - slack, high + slack
    return DateIs(compare, low, high)


def amount(parameter: Parameter, text: str, _now: int) -> AmountIs:
    """A number with its prefix."""
    compare, rest = _prefix(text)
    value = numbers.decimal(rest)
    if value is None:
        raise wrong(parameter, "takes a number, as 100, 5.40 or gt1e2")
    low, high = numbers.near(value) if compare is Compare.AP else numbers.around(value)
    return AmountIs(compare, numbers.real(value), low, high)


def quantity(parameter: Parameter, text: str, now: int) -> AmountIs:
    """`number`, `number|system|code` or `number||code`."""
    first, *rest = split(text, "|")
    found = amount(parameter, first, now)
    if not rest:
        return found
    if len(rest) != 2:  # noqa: PLR2004  # system and code
        raise wrong(parameter, "takes number|system|code or number||code")
    system, unit = unescape(rest[0]), unescape(rest[1])[:60]
    if parameter.types == {"Money"}:
        system = CURRENCIES
    return replace(found, unit=unit or None, system=hashing.system(system) if system else None)


def _prefix(text: str) -> tuple[Compare, str]:
    match = _PREFIX.match(text)
    return (_COMPARE[match[1]], text[2:]) if match else (Compare.EQ, text)


# composite and special


def pair(parameter: Parameter, text: str, now: int) -> PairIs:
    """`code$value`."""
    parts = split(text, "$")
    if len(parts) != 2:  # noqa: PLR2004  # every composite here has two halves
        raise wrong(parameter, "takes two values joined by $")
    first, second = (Parameter(parameter.base, parameter.code, half.kind, half.routes) for half in parameter.components)
    found = READ[second.kind](second, parts[1], now)
    if isinstance(found, PairIs | Near | UriIs):  # pragma: no cover  # no definition pairs these
        raise wrong(parameter, "pairs kinds that cannot be paired")
    return PairIs(token(first, parts[0], now), found)


def near(parameter: Parameter, text: str, _now: int) -> Near:
    """`latitude|longitude|distance|units` as the box around the circle; 50 km unless told."""
    parts = [unescape(part) for part in split(text, "|")]
    found = [numbers.decimal(part) for part in parts[:3] if part]
    factor = _KILOMETRES.get(parts[3] if len(parts) > 3 else "")  # noqa: PLR2004  # the fourth is the unit
    if len(found) < 2 or None in found or factor is None:  # noqa: PLR2004  # latitude and longitude
        raise wrong(parameter, "takes latitude|longitude|distance|units, units km, m or mi")
    latitude, longitude, distance = (float(one) for one in (*found, _NEARBY)[:3] if one is not None)
    height = distance * factor / _DEGREE
    width = height / max(math.cos(math.radians(min(abs(latitude), 89.9))), 0.001)
    return Near(latitude - height, latitude + height, longitude - width, longitude + width)


READ: dict[str, Read] = {
    "string": starts,
    "phonetic": sounds,
    "token": token,
    "reference": link,
    "date": date,
    "number": amount,
    "quantity": quantity,
    "uri": uri,
    "composite": pair,
    "special": near,
}
"""How each kind is read without a modifier."""

MODIFIED: dict[tuple[str, str], Read] = {
    ("string", "exact"): exactly,
    ("string", "contains"): contains,
    ("token", "not"): token,
    ("token", "text"): starts,
    ("token", "of-type"): typed,
    ("reference", "identifier"): logical,
    ("uri", "below"): below,
    ("uri", "above"): above,
}
"""How a kind is read with a modifier; `:missing` and `:[type]` aside, others are refused."""
