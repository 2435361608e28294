"""
Searches, answered: a `Search` and a `Scope` in, a page of sealed resources out.

    page = yield from run(scope, search, key)

    asking.py        who asks, and the one way to a resource: only what the scope shows
    conditions.py    a value as a condition on an index row
    criteria.py      a criterion as a condition on a resource
    sources.py       the criterion whose index is read first
    order.py         in what order, and from where a page goes on
    cursor.py        where a page ends, sealed, as a text for a link
    matching.py      the statements
    naming.py        bearers of names with a text in them
    listing.py       whole lists in the order of an index
    including.py     what comes along
"""

from meridian.store.search.page import Page, run

__all__ = ["Page", "run"]
