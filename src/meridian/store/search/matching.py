"""The statements of a search: its matches on a page, and how many there are."""

from collections.abc import Sequence
from typing import Any

from meridian.fhir.search.query import Search
from meridian.store.plan import Query
from meridian.store.row import COLUMNS, KEY
from meridian.store.search.asking import Asking, bodies, joined
from meridian.store.search.criteria import meets
from meridian.store.search.order import Key, after, by
from meridian.store.search.sources import Source
from meridian.store.visible import Where

NAMES = ("k0", "k1", "k2", "k3", "k4")
"""Of the keys in a statement: those of an order, and `rid`."""


def page(search: Search, asking: Asking, begin: Source, keys: Sequence[Key], start: Sequence[Any]) -> Query:
    """The rows of one page and one more, each with the values of its keys, beginning after the values *start*."""
    if begin.order == "patient" and not search.sort:
        return _at_once(candidates_of(search, asking, begin, KEY), keys, start, search.count)
    candidates = candidates_of(search, asking, begin)
    names = NAMES[: len(keys)]
    if any(key.found for key in keys):
        picked = _picked_by_value(candidates, keys, names, start)
    else:
        picked = _picked(candidates, keys, names, start)
    sql = f"{bodies(picked.sql, len(keys))} ORDER BY {by(keys, [f'p.{name}' for name in names])}"
    return Query(sql, (*picked.args[:-1], search.count + 1))


def count(search: Search, asking: Asking, begin: Source, most: int | None) -> Query:
    """How many matches there are, looking no further than *most*."""
    found = candidates_of(search, asking, begin)
    if most is None:
        return Query(f"SELECT COUNT(*) {found.sql}", found.args)
    sql = f"SELECT COUNT(*) FROM (SELECT 1 AS one {found.sql} LIMIT ?) q"
    return Query(sql, (*found.args, most))


def candidates_of(search: Search, asking: Asking, begin: Source, key: str = "") -> Where:
    """FROM and WHERE for all matches, each once, as `r`; *key* joins what else is wanted of each."""
    seen = asking.resource(search.type, "r")
    rest = (meets(one, asking, "r") for one in search.criteria if one is not begin.spent)
    where = joined((begin.where, seen.where, *rest), "AND")
    items = f"{begin.items} CROSS JOIN {seen.table} ON r.{begin.by} = x.{begin.by}" if begin.items else seen.table
    return Where(f"FROM {items} {key} WHERE {where.sql}", (*begin.args, *where.args))


def _at_once(candidates: Where, keys: Sequence[Key], start: Sequence[Any], count: int) -> Query:
    """
    In the order of the index that is read: bodies need not wait until the page is picked.

    Both engines find this faster than a page picked first (MariaDB 37 µs instead of 50 for one match).
    """
    columns = [key.sql for key in keys]
    follows = after(keys, columns, start) if start else Where("", ())
    more = f" AND {follows.sql}" if start else ""
    sql = f"SELECT {COLUMNS}, {', '.join(columns)} {candidates.sql}{more} ORDER BY {by(keys, columns)} LIMIT ?"
    return Query(sql, (*candidates.args, *follows.args, count + 1))


def _picked(candidates: Where, keys: Sequence[Key], names: Sequence[str], start: Sequence[Any]) -> Where:
    """By columns that are at hand: the order is that of an index, and the page can begin in the middle of it."""
    columns = [key.sql for key in keys]
    listed = ", ".join(f"{key.sql} AS {name}" for key, name in zip(keys, names, strict=True))
    follows = after(keys, columns, start) if start else Where("", ())
    more = f" AND {follows.sql}" if start else ""
    return Where(
        f"SELECT r.rid AS rid, {listed} {candidates.sql}{more} ORDER BY {by(keys, columns)} LIMIT ?",
        (*candidates.args, *follows.args, 0),
    )


def _picked_by_value(candidates: Where, keys: Sequence[Key], names: Sequence[str], start: Sequence[Any]) -> Where:
    """By values that must be looked up for every match."""
    listed = ", ".join(f"{key.sql} AS {name}" for key, name in zip(keys, names, strict=True))
    args = tuple(arg for key in keys for arg in key.args)
    if not start:
        found = f"SELECT r.rid AS rid, {listed} {candidates.sql} ORDER BY {by(keys, names)} LIMIT ?"
        return Where(found, (*args, *candidates.args, 0))
    columns = [f"q.{name}" for name in names]
    follows = after(keys, columns, start)
    return Where(
        f"SELECT q.rid AS rid, {', '.join(f'{c} AS {n}' for c, n in zip(columns, names, strict=True))} "
        f"FROM (SELECT r.rid AS rid, {listed} {candidates.sql}) q "
        f"WHERE {follows.sql} ORDER BY {by(keys, columns)} LIMIT ?",
        (*args, *candidates.args, *follows.args, 0),
    )
