"""
Whole lists in an order: when nothing narrows a search, it is read in the order of the sort key's own index.

First come those that have a value for the key, each at its first value, then those that have none, by id. A search that
is narrowed by something is not read so: its few matches are sorted instead (`order`).
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from meridian.fhir.search.query import Search, Sort
from meridian.store.plan import Plan
from meridian.store.row import Sealed
from meridian.store.search import matching
from meridian.store.search.asking import Asking
from meridian.store.search.order import Key
from meridian.store.search.sources import Source
from meridian.store.visible import Where

_COLUMNS = {"string": ("index_text", "value", "exact"), "date": ("index_date", "high", "low")}
"""Where values are in order, and the column that tells two equal ones apart."""


def suits(search: Search, begin: Source) -> bool:
    """Whether *search*, which would begin with *begin*, is better read as a list."""
    if not begin.wide or len(search.sort) != 1:
        return False
    [sort] = search.sort
    ordered = sort.parameter.kind == "string" or (sort.parameter.kind == "date" and sort.descending)
    return ordered and len(sort.parameter.stored) == 1 and not sort.parameter.only_type


def page(search: Search, asking: Asking, start: Sequence[Any]) -> Plan[list[Any]]:
    """The rows of one page and one more, with the values where the next begins."""
    [sort] = search.sort
    found: list[Any] = []
    if not start or start[0] is not None:
        found += yield matching.page(search, asking, _valued(sort, asking), _keys(sort), start)
        start = ()
    if len(found) <= search.count:
        rest = replace(search, count=search.count - len(found))
        rows = yield matching.page(rest, asking, _valueless(sort), (Key("r.id"),), start[1:])
        found += ((*row[: len(Sealed._fields)], None, row[-1]) for row in rows)
    return found


def _keys(sort: Sort) -> tuple[Key, ...]:
    _, column, _ = _COLUMNS[sort.parameter.kind]
    return tuple(Key(f"x.{one}", (), sort.descending) for one in (column, "pat", "rid"))


def _valued(sort: Sort, asking: Asking) -> Source:
    table, column, other = _COLUMNS[sort.parameter.kind]
    sign = ">" if sort.descending else "<"
    later = f"y.{column} {sign} x.{column} OR (y.{column} = x.{column} AND y.{other} {sign} x.{other})"
    first = f"NOT EXISTS (SELECT 1 FROM {table} y WHERE y.rid = x.rid AND y.param = x.param AND ({later}))"
    where = Where(f"x.org = ? AND x.param = ? AND {first}", (asking.org, *sort.parameter.stored))
    return Source(f"{table} x", (), where)


def _valueless(sort: Sort) -> Source:
    table, _, _ = _COLUMNS[sort.parameter.kind]
    none = f"NOT EXISTS (SELECT 1 FROM {table} y WHERE y.rid = r.rid AND y.param = ?)"
    return Source(where=Where(none, sort.parameter.stored))
