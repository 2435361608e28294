"""
history of a resource and of a type: versions, newest first. Source: hl7.org/fhir/R4/http.html#history.

A page begins after a cursor, which names the last version of the page before; versions written meanwhile come in front
of what has been read and so are neither repeated nor skipped.
"""

import re
from typing import Any, NamedTuple

from meridian.faults import Malformed, NotFound
from meridian.store.plan import Plan, Query
from meridian.store.records.kit import Kit
from meridian.store.records.stored import Stored, stored
from meridian.store.row import COLUMNS, KEY
from meridian.store.scope import Scope
from meridian.store.visible import Where, visible

DEFAULT_COUNT, LARGEST_COUNT = 50, 1_000
_EARLIER = f"history r JOIN resource n ON n.rid = r.rid {KEY}"
_NEWER = "x WHERE x.rid = r.rid AND x.version > r.version AND x.updated <= ?"
_NOT_REPLACED = f" AND NOT EXISTS (SELECT 1 FROM history {_NEWER}) AND NOT EXISTS (SELECT 1 FROM resource {_NEWER})"
"""Takes a moment twice: no newer version had come by then."""
_CURSOR = re.compile(r"(\d{1,15})\.(\d{1,15})\.(\d{1,9})", re.ASCII)


class Span(NamedTuple):
    """
    Which versions are asked for.

    Args:
        since: `_since`, in milliseconds: made then or later.
        at: `_at`, an interval `[low, high)` in milliseconds: current at some moment in it.
        size: Versions on a page (`_count`).
        cursor: Where the page begins, as a page before said it.
    """

    since: int | None = None
    at: tuple[int, int] | None = None
    size: int = DEFAULT_COUNT
    cursor: str = ""


class Versions(NamedTuple):
    """A page, how many there are in all (counted for the first), and where the next begins (empty at the end)."""

    entries: list[Stored]
    total: int | None
    next: str


def history(kit: Kit, scope: Scope, resource_type: str, logical_id: str | None, span: Span) -> Plan[Versions]:
    """
    Versions of one resource, or of every resource of the type that may be seen.

    Raises:
        NotFound: If *logical_id* is given and not there, or not the caller's.
        Malformed: If the cursor is not ours.
    """
    now = _sources(scope, resource_type, logical_id, span)
    total = None if span.cursor else (yield from _counted(now))
    if logical_id is not None and not total:
        yield from _known(scope, resource_type, logical_id)
    after = _after(span.cursor)
    rows: list[Any] = []
    for where in now:
        rows += yield Query(
            f"SELECT {COLUMNS} FROM {where.sql}{after.sql} ORDER BY r.updated DESC, r.rid DESC, r.version DESC LIMIT ?",
            (*where.args, *after.args, _limit(span.size) + 1),
        )
    rows.sort(key=lambda row: (row[5], row[0], row[3]), reverse=True)
    page = rows[: _limit(span.size)]
    entries = yield from stored(kit.keyring, scope.org, page)
    more = len(rows) > len(page) and page
    return Versions(entries, total, f"{page[-1][5]}.{page[-1][0]}.{page[-1][3]}" if more else "")


def _counted(sources: tuple[Where, ...]) -> Plan[int]:
    total = 0
    for where in sources:
        [(count,)] = yield Query(f"SELECT COUNT(*) FROM {where.sql}", where.args)
        total += count
    return total


def _limit(count: int) -> int:
    return min(count, LARGEST_COUNT)


def _known(scope: Scope, resource_type: str, logical_id: str) -> Plan[None]:
    where = visible(scope, resource_type)
    rows = yield Query(f"SELECT 1 FROM resource r WHERE {where.sql} AND r.id = ?", (*where.args, logical_id))
    if not rows:
        raise NotFound(f"No {resource_type} with that id")


def _sources(scope: Scope, resource_type: str, logical_id: str | None, span: Span) -> tuple[Where, Where]:
    """FROM and WHERE of the current versions, and of those before, of resources that may be seen today."""
    today = visible(scope, resource_type, "n")
    then = visible(scope, resource_type, current=False)
    present = visible(scope, resource_type)
    only, names = ("", ()) if logical_id is None else (" AND r.id = ?", (logical_id,))
    narrowed = _narrowed(span)
    return (
        Where(f"resource r {KEY} WHERE {present.sql}{only}{narrowed.sql}", (*present.args, *names, *narrowed.args)),
        Where(
            f"{_EARLIER} WHERE {then.sql}{only} AND {today.sql}{narrowed.sql}",
            (*then.args, *names, *today.args, *narrowed.args),
        ),
    )


def _narrowed(span: Span) -> Where:
    sql, args = "", list[Any]()
    if span.since is not None:
        sql, args = " AND r.updated >= ?", [span.since]
    if span.at is not None:
        low, high = span.at
        sql, args = f"{sql} AND r.updated < ?{_NOT_REPLACED}", [*args, high, low, low]
    return Where(sql, tuple(args))


def _after(cursor: str) -> Where:
    if not cursor:
        return Where("", ())
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise Malformed("The cursor is not one that this server gave")
    return Where(" AND (r.updated, r.rid, r.version) < (?, ?, ?)", tuple(int(part) for part in found.groups()))
