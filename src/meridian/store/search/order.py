"""
In what order matches come, and where a page goes on.

A page begins after the last match of the one before, by the values of the order's keys (a keyset), so that what is
written meanwhile neither moves a match from one page to another nor shows it twice. What has no value for a key comes
last either way.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from meridian.faults import Malformed
from meridian.fhir.search.hashing import system
from meridian.fhir.search.query import Sort
from meridian.store.kinds import NUMBERS
from meridian.store.search.criteria import stored
from meridian.store.search.sources import Source
from meridian.store.visible import Where


class Key(NamedTuple):
    """
    One key of an order.

    Args:
        sql, args: An expression over `x` and `r`.
        descending: Greatest first.
        found: Whether it must be looked up and may be absent, or is a column at hand.
    """

    sql: str
    args: tuple[Any, ...] = ()
    descending: bool = False
    found: bool = False


_OF_SOURCE = {
    "value": (Key("x.value"), Key("x.pat"), Key("x.rid")),
    "patient": (Key("x.pat"), Key("x.rid")),
    "number": (Key("r.rid"),),
    "id": (Key("r.id"),),
}

_COLUMNS = {
    "string": ("index_text", "value"),
    "phonetic": ("index_text", "value"),
    "uri": ("index_text", "value"),
    "token": ("index_token", "code"),
    "reference": ("index_link", "id"),
    "date": ("index_date", "low"),
    "number": ("index_amount", "low"),
    "quantity": ("index_amount", "low"),
}


def keys(sorts: Sequence[Sort], begin: Source) -> tuple[Key, ...]:
    """The keys of the order that is asked for, or of the one that costs nothing; the last, `rid`, is unique."""
    if not sorts:
        return _OF_SOURCE[begin.order]
    return (*(_key(sort) for sort in sorts), Key("r.rid", (), sorts[-1].descending))


def _key(sort: Sort) -> Key:
    parameter = sort.parameter
    if parameter.code == "_id":
        return Key("r.id", (), sort.descending)
    if parameter.code == "_lastUpdated":
        return Key("r.updated", (), sort.descending)
    table, column = _COLUMNS[parameter.kind]
    if parameter.kind == "date" and sort.descending:
        column = "high"
    clauses = [stored(parameter.stored, "s")]
    if parameter.only_type:
        clauses.append(Where("s.type = ?", (NUMBERS[parameter.only_type],)))
    if parameter.only_system:
        clauses.append(Where("s.system = ?", (system(parameter.only_system),)))
    return Key(
        f"(SELECT {'MAX' if sort.descending else 'MIN'}(s.{column}) FROM {table} s WHERE s.rid = r.rid AND "
        f"{' AND '.join(c.sql for c in clauses)})",
        tuple(arg for c in clauses for arg in c.args),
        sort.descending,
        found=True,
    )


def by(order: Sequence[Key], names: Sequence[str]) -> str:
    """ORDER BY the columns *names*, which hold the keys; both engines put NULL below everything."""
    return ", ".join(_term(key, name) for key, name in zip(order, names, strict=True))


def _term(key: Key, name: str) -> str:
    if key.descending:
        return f"{name} DESC"
    return f"{name} IS NULL, {name}" if key.found else name


def after(order: Sequence[Key], names: Sequence[str], values: Sequence[Any]) -> Where:
    """
    The condition that the columns *names* come after *values*.

    Raises:
        Malformed: If the values are of another order.
    """
    if len(values) != len(order):
        raise Malformed("Search parameter _cursor is not from a page of this search")
    (key, *keys_left), (name, *names_left), (value, *values_left) = order, names, values
    sign = "<" if key.descending else ">"
    if not keys_left:
        return Where(f"{name} {sign} ?", (value,))
    rest = after(keys_left, names_left, values_left)
    if value is None:
        return Where(f"{name} IS NULL AND ({rest.sql})", rest.args)
    if key.found:
        return Where(f"({name} {sign} ? OR {name} IS NULL OR ({name} = ? AND {rest.sql}))", (value, value, *rest.args))
    return Where(f"{name} {sign}= ? AND ({name} {sign} ? OR ({rest.sql}))", (value, value, *rest.args))
