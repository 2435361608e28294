"""A search from its beginning to its page."""

from typing import NamedTuple

from meridian.fhir.search.query import Search
from meridian.store.plan import Plan
from meridian.store.row import Sealed
from meridian.store.scope import Scope
from meridian.store.search import listing, matching, naming
from meridian.store.search.asking import Asking
from meridian.store.search.cursor import seal, unseal
from meridian.store.search.including import along
from meridian.store.search.order import keys
from meridian.store.search.sources import Source, source

ESTIMATE = 10_000
"""How far `_total=estimate` counts."""

_FIELDS = len(Sealed._fields)


class Page(NamedTuple):
    """
    What a search gives.

    Args:
        matches: In the order that was asked for.
        includes: What comes along; none of it is a match on this page.
        total: How many matches there are in all; `None` where that was not asked and is not known anyway.
        next: The `_cursor` of the next page; empty on the last.
    """

    matches: tuple[Sealed, ...] = ()
    includes: tuple[Sealed, ...] = ()
    total: int | None = None
    next: str = ""


def run(scope: Scope, search: Search, key: bytes) -> Plan[Page]:
    """
    Answer *search* with what *scope* shows.

    Args:
        scope: What the asker may see.
        search: From `meridian.fhir.search.parse`.
        key: The organisation's index key.

    Raises:
        Malformed: If the cursor is of another search.
        TooCostly: If more would come along than may.
    """
    asking = Asking(scope, key)
    by_change = bool(search.sort) and search.sort[0].parameter.code == "_lastUpdated"
    begin = source(search.type, search.criteria, asking, by_change=by_change)
    if search.count == 0 or search.summary == "count":
        return Page(total=(yield from _count(search, asking, begin, None)))
    order = keys(search.sort, begin)
    start = unseal(search, asking) if search.cursor else ()
    if listing.suits(search, begin):
        rows = yield from listing.page(search, asking, start)
    elif begin.order == "value" and not search.sort:
        rows = yield from naming.page(search, asking, begin, start)
    else:
        rows = yield matching.page(search, asking, begin, order, start)
    matches = tuple(Sealed(*row[:_FIELDS]) for row in rows[: search.count])
    more = len(rows) > search.count
    includes = (yield from along(matches, search.includes, asking)) if search.includes else ()
    return Page(
        matches,
        tuple(includes),
        total=(yield from _total(search, asking, begin, None if more or start else len(matches))),
        next=seal(rows[search.count - 1][_FIELDS:], search, asking) if more else "",
    )


def _total(search: Search, asking: Asking, begin: Source, known: int | None) -> Plan[int | None]:
    if known is not None or search.total == "none":
        return known
    return (yield from _count(search, asking, begin, ESTIMATE if search.total == "estimate" else None))


def _count(search: Search, asking: Asking, begin: Source, most: int | None) -> Plan[int]:
    [(found,)] = yield matching.count(search, asking, begin, most)
    return int(found)
