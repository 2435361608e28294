"""
A value as a condition on a row of its kind's table, which has the alias `x`.

Where a relation is an inequality over two columns, a condition on the column that leads the primary key is added, even
if it follows from the others: it is what the database can look up.

Source: hl7.org/fhir/R4/search.html#prefix, read for a row that is an interval too.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

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
from meridian.store.search.asking import Asking, joined
from meridian.store.visible import Where, places

TOP = "\U0010ffff"
"""Sorts behind every other character: `value || TOP` is the end of all that starts with value."""

_CUT = re.compile(r"[/?#]")


def table(value: Value) -> str:
    """The table in whose rows *value* is looked for."""
    return _TABLES[type(value)]


def of(value: Value, asking: Asking) -> Where:
    """The condition that a row has *value*."""
    return _CONDITIONS[type(value)](value, asking)


def any_of(values: Iterable[Value], asking: Asking) -> Where:
    """The condition that a row has one of *values*."""
    return joined((of(value, asking) for value in values), "OR")


# Texts and URIs.


def _text(value: TextIs, _asking: Asking) -> Where:
    if value.how == "exact":
        return Where("x.value = ? AND x.exact = ?", (value.value, value.exact))
    if value.how == "contains":
        return Where("INSTR(x.value, ?) > 0", (value.value,))
    return Where("x.value >= ? AND x.value < ?", (value.value, value.value + TOP))


def _uri(value: UriIs, _asking: Asking) -> Where:
    if value.how == "is":
        return Where("x.value = ? AND x.exact = ?", (value.value, value.exact))
    if value.how == "below":
        return Where("x.value >= ? AND x.value < ?", (value.value, value.value + TOP))
    found = above(value.value)
    return Where(f"x.value IN ({places(found)})", tuple(found))


def above(uri: str) -> list[str]:
    """
    The URIs that *uri* continues, itself included.

    >>> above("http://a/b/1")
    ['http://a', 'http://a/', 'http://a/b', 'http://a/b/', 'http://a/b/1']
    """
    cuts = [m.start() for m in _CUT.finditer(uri) if m.start() > uri.find("://") + 2]
    return [*dict.fromkeys(uri[:end] for cut in cuts for end in (cut, cut + 1)), uri]


# Tokens and references.


def _token(value: TokenIs, asking: Asking) -> Where:
    if value.code is None:
        return Where("x.system = ?", (value.system,))
    code = asking.hidden(value.code) if value.secret and value.code else value.code
    if value.system is None:
        return Where("x.code = ?", (code,))
    return Where("x.code = ? AND x.system = ?", (code, value.system))


def _link(value: LinkIs, _asking: Asking) -> Where:
    if value.type is None:
        return Where("x.id = ?", (value.id,))
    return Where("x.id = ? AND x.type = ?", (value.id, value.type))


# Dates: rows are [x.low, x.high), the value is [low, high).

_DATES: dict[Compare, tuple[str, Callable[[Any, Any], tuple[Any, ...]]]] = {
    Compare.EQ: ("x.high > ? AND x.high <= ? AND x.low >= ?", lambda a, b: (a, b, a)),
    Compare.NE: ("(x.low < ? OR x.high > ?)", lambda a, b: (a, b)),
    Compare.GT: ("x.high > ?", lambda _, b: (b,)),
    Compare.LT: ("x.low < ?", lambda a, _: (a,)),
    Compare.GE: ("x.high > ? AND (x.high > ? OR x.low >= ?)", lambda a, b: (a, b, a)),
    Compare.LE: ("x.low < ? AND (x.low < ? OR x.high <= ?)", lambda a, b: (b, a, b)),
    Compare.SA: ("x.high > ? AND x.low >= ?", lambda _, b: (b, b)),
    Compare.EB: ("x.high <= ?", lambda a, _: (a,)),
    Compare.AP: ("x.high > ? AND x.low < ?", lambda a, b: (a, b)),
}

_INSTANTS: dict[Compare, tuple[str, Callable[[Any, Any], tuple[Any, ...]]]] = {
    Compare.EQ: ("{0} >= ? AND {0} < ?", lambda a, b: (a, b)),
    Compare.NE: ("({0} < ? OR {0} >= ?)", lambda a, b: (a, b)),
    Compare.GT: ("{0} >= ?", lambda _, b: (b,)),
    Compare.LT: ("{0} < ?", lambda a, _: (a,)),
    Compare.GE: ("{0} >= ?", lambda a, _: (a,)),
    Compare.LE: ("{0} < ?", lambda _, b: (b,)),
    Compare.SA: ("{0} >= ?", lambda _, b: (b,)),
    Compare.EB: ("{0} < ?", lambda a, _: (a,)),
    Compare.AP: ("{0} >= ? AND {0} < ?", lambda a, b: (a, b)),
}


def _date(value: DateIs, _asking: Asking) -> Where:
    sql, args = _DATES[value.compare]
    return Where(sql, args(value.low, value.high))


def instant(value: DateIs, column: str) -> Where:
    """The condition that *column*, milliseconds since the epoch, has *value*."""
    sql, args = _INSTANTS[value.compare]
    return Where(sql.format(column), args(value.low, value.high))


# Amounts: rows are [x.low, x.high], most of them points; the value is a point with a precision [low, high).

_AMOUNTS: dict[Compare, tuple[str, Callable[[AmountIs], tuple[float, ...]]]] = {
    Compare.EQ: ("x.low >= ? AND x.low < ? AND x.high < ?", lambda v: (v.low, v.high, v.high)),
    Compare.NE: ("(x.low < ? OR x.high >= ?)", lambda v: (v.low, v.high)),
    Compare.GT: ("x.high > ?", lambda v: (v.value,)),
    Compare.LT: ("x.low < ?", lambda v: (v.value,)),
    Compare.GE: ("x.high >= ?", lambda v: (v.value,)),
    Compare.LE: ("x.low <= ?", lambda v: (v.value,)),
    Compare.SA: ("x.low > ?", lambda v: (v.value,)),
    Compare.EB: ("x.high < ?", lambda v: (v.value,)),
    Compare.AP: ("x.low <= ? AND x.high >= ?", lambda v: (v.high, v.low)),
}


def _range(value: AmountIs) -> Where:
    sql, args = _AMOUNTS[value.compare]
    return Where(sql, args(value))


def _amount(value: AmountIs, _asking: Asking) -> Where:
    found = _range(value)
    if value.unit is None and value.system is None:
        return found
    if value.system is None:
        return Where(f"{found.sql} AND (x.code = ? OR x.unit = ?)", (*found.args, value.unit, value.unit))
    if value.unit is None:
        return Where(f"{found.sql} AND x.system = ?", (*found.args, value.system))
    return Where(f"{found.sql} AND x.code = ? AND x.system = ?", (*found.args, value.unit, value.system))


def _near(value: Near, _asking: Asking) -> Where:
    args = (value.south, value.north, value.west, value.east)
    return Where("x.low >= ? AND x.low <= ? AND x.high >= ? AND x.high <= ?", args)


# Composites: the second half stands in x.text, x.other, x.low and x.high.


def _pair(value: PairIs, asking: Asking) -> Where:
    return joined((_token(value.first, asking), _second(value.second, asking)), "AND")


def _second(value: TextIs | TokenIs | LinkIs | DateIs | AmountIs, asking: Asking) -> Where:
    match value:
        case TextIs():
            return Where("x.text >= ? AND x.text < ?", (value.value, value.value + TOP))
        case TokenIs():
            return _halves(value.code, value.system)
        case LinkIs():
            return _halves(value.id, value.type)
        case DateIs():
            return _date(value, asking)
        case AmountIs():
            return joined((_range(value), _halves(value.unit, value.system)), "AND")


def _halves(text: str | None, other: int | None) -> Where:
    clauses = (
        Where("x.text = ?", (text,)) if text is not None else Where("", ()),
        Where("x.other = ?", (other,)) if other is not None else Where("", ()),
    )
    return joined(clauses, "AND")


_TABLES: dict[type, str] = {
    TextIs: "index_text",
    UriIs: "index_text",
    TokenIs: "index_token",
    LinkIs: "index_link",
    DateIs: "index_date",
    AmountIs: "index_amount",
    Near: "index_amount",
    PairIs: "index_pair",
}

_Condition: TypeAlias = Callable[[Any, Asking], Where]
_CONDITIONS: dict[type, _Condition] = {
    TextIs: _text,
    UriIs: _uri,
    TokenIs: _token,
    LinkIs: _link,
    DateIs: _date,
    AmountIs: _amount,
    Near: _near,
    PairIs: _pair,
}
