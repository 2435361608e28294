"""
Bearers of names, in the order of the names.

A page goes on within the name at which the last one ended, and then with the names behind it: asked for as one, the
database would read that name's bearers from the first again. To look inside names, some names are found first and their
bearers then, until the page is full: asked for as one, it would gather every bearer before it showed the first.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from meridian.fhir.search.query import Search
from meridian.store.plan import Plan, Query
from meridian.store.row import Sealed
from meridian.store.search import matching
from meridian.store.search.asking import Asking, joined
from meridian.store.search.order import Key
from meridian.store.search.sources import Source
from meridian.store.visible import Where, places

FIRST, MORE = 64, 1_024
"""Names that are looked at first, and in each further step."""

_FIELDS = len(Sealed._fields)
_ORDER = (Key("x.value"), Key("x.pat"), Key("x.rid"))


def page(search: Search, asking: Asking, begin: Source, start: Sequence[Any]) -> Plan[list[Any]]:
    """The rows of one page and one more, each with its name, patient and number."""
    found = (yield from _of_one(search, asking, begin, start[0], start[1:])) if start else []
    if len(found) > search.count:
        return found
    rest = replace(search, count=search.count - len(found))
    if begin.names is None:
        found += yield matching.page(rest, asking, _behind(begin, start), _ORDER, ())
    else:
        found += yield from _inside(rest, asking, begin, f"{start[0]}\x00" if start else "")
    return found


def _of_one(search: Search, asking: Asking, begin: Source, value: str, start: Sequence[Any]) -> Plan[list[Any]]:
    """The bearers of one name; MariaDB would sort them all if the order named the name too."""
    within = _narrowed(begin, Where("x.value = ?", (value,)))
    rows = yield matching.page(search, asking, within, _ORDER[1:], start)
    return [(*row[:_FIELDS], value, *row[_FIELDS:]) for row in rows]


def _behind(begin: Source, start: Sequence[Any]) -> Source:
    """The texts behind the one at which the last page ended."""
    if not start:
        return begin
    return _narrowed(begin, Where(f"x.value > ? AND {begin.texts.sql}", (start[0], *begin.texts.args)))


def _inside(search: Search, asking: Asking, begin: Source, least: str) -> Plan[list[Any]]:
    found: list[Any] = []
    size = FIRST
    while True:
        names = yield _some(begin, least, size)
        values = [value for (value,) in names]
        rest = replace(search, count=search.count - len(found))
        if len(values) == 1:
            found += yield from _of_one(rest, asking, begin, values[0], ())
        elif values:
            found += yield matching.page(rest, asking, _borne(begin, values), _ORDER, ())
        if len(values) < size or len(found) > search.count:
            return found
        least, size = f"{values[-1]}\x00", MORE


def _some(begin: Source, least: str, size: int) -> Query:
    names = begin.names or Where("0 = 1", ())
    return Query(
        f"SELECT g.value FROM index_name g WHERE {names.sql} AND g.value >= ? ORDER BY g.value LIMIT ?",
        (*names.args, least, size),
    )


def _borne(begin: Source, values: Sequence[str]) -> Source:
    """The bearers of *values*; lists are made of few lengths, so that statements are few."""
    length = 1 << (len(values) - 1).bit_length()
    listed = (*values, *[values[-1]] * (length - len(values)))
    return _narrowed(begin, Where(f"x.value IN ({places(listed)})", listed))


def _narrowed(begin: Source, values: Where) -> Source:
    return replace(begin, where=joined((values, begin.besides), "AND"))
