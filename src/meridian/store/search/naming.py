"""
Bearers of names that contain a text, in the order of the names.

First some names, then their bearers, until the page is full: a database that was asked for both at once would gather
every bearer before it showed the first.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from meridian.fhir.search.query import Search
from meridian.store.plan import Plan, Query
from meridian.store.search import matching
from meridian.store.search.asking import Asking, joined
from meridian.store.search.order import Key
from meridian.store.search.sources import Source
from meridian.store.visible import Where, places

FIRST, MORE = 64, 1_024
"""Names that are looked at first, and in each further step."""


def page(search: Search, asking: Asking, begin: Source, keys: Sequence[Key], start: Sequence[Any]) -> Plan[list[Any]]:
    """The rows of one page and one more, as `matching.page` would ask for them."""
    found: list[Any] = []
    least, size = (start[0] if start else ""), FIRST
    while True:
        names = yield _some(begin, least, size)
        values = [value for (value,) in names]
        if values:
            wanted = replace(search, count=search.count - len(found))
            rows = yield matching.page(wanted, asking, _among(begin, values), keys, start)
            found += rows
        if len(values) < size or len(found) > search.count:
            return found
        least, size, start = values[-1] + "\x00", MORE, ()


def _some(begin: Source, least: str, size: int) -> Query:
    names = begin.names or Where("0 = 1", ())
    return Query(
        f"SELECT g.value FROM index_name g WHERE {names.sql} AND g.value >= ? ORDER BY g.value LIMIT ?",  # noqa: S608  # constants
        (*names.args, least, size),
    )


def _among(begin: Source, values: Sequence[str]) -> Source:
    """The bearers of *values*; lists are made of few lengths, so that statements are few."""
    length = 1 << (len(values) - 1).bit_length()
    listed = (*values, *[values[-1]] * (length - len(values)))
    return replace(begin, where=joined((Where(f"x.value IN ({places(listed)})", listed), begin.besides), "AND"))
