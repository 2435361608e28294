"""
Feeds: numbered lists of what happened, so that whoever follows one knows what they missed.

The number counts up by one in each feed, in the order of commit. A feed's counter is a row that the group which tells
in it keeps locked until it has committed, so no other process can number in between; counters are taken in the order of
their names, so that two groups wait for each other in one direction only. Rows hold codes and ids.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import msgspec

from meridian.store.plan import Many, Plan, Query, Tell
from meridian.store.scope import Scope
from meridian.store.visible import places, visible

Key: TypeAlias = tuple[int, str]
"""Organisation number and name of a feed."""

MOST = 500
"""Happenings of one feed that are caught up with; who missed more reads anew."""
KEPT = 7 * 24 * 3600 * 1000
"""Milliseconds that a happening is kept."""
_NAMED = 200
"""Ids of one statement."""
SWEPT = 1000
"""Rows that one transaction of the sweep deletes."""


class Happening(NamedTuple):
    """
    A line of a feed.

    Args:
        org: Organisation number.
        feed: Its name.
        seq: Its number in the feed, from 1.
        at: When it was committed, in ms since the epoch.
        kind, what, said: As `plan.Tell`.
    """

    org: int
    feed: str
    seq: int
    at: int
    kind: str
    what: str
    said: Mapping[str, Any]


class Caught(NamedTuple):
    """
    What somebody has missed in a feed.

    Args:
        seq: The feed's last number.
        events: What came after the number they knew, in order and with no gap.
        reset: Whether they missed more than is kept or told; then *events* is empty, and they read anew.
    """

    seq: int
    events: list[Happening]
    reset: bool = False


_CHUNKS = (20, 5, 3, 2, 1)
"""Counters that one statement moves: few lengths, so that few statements are kept prepared."""
_KEEP = "INSERT INTO happening (org, feed, seq, at, kind, what, said) VALUES (?, ?, ?, ?, ?, ?, ?)"


def keep(tells: Sequence[Tell], now: int) -> Plan[list[Happening]]:
    """Number and keep what one group tells at *now* (ms since the epoch), in its order."""
    last = yield from _counted(Counter((one.org, one.feed) for one in tells))
    happened = []
    for one in reversed(tells):
        key = one.org, one.feed
        happened.append(Happening(one.org, one.feed, last[key], now, one.kind, one.what, one.said))
        last[key] -= 1
    happened.reverse()
    yield Many(_KEEP, [(*one[:6], msgspec.json.encode(dict(one.said))) for one in happened])
    return happened


def _counted(more: Mapping[Key, int]) -> Plan[dict[Key, int]]:
    """Count each feed up; its last number then."""
    last: dict[Key, int] = {}
    for some in _chunks(sorted(more)):
        args = [value for key in some for value in (*key, more[key])]
        rows = yield Query(_count(len(some)), args)
        last.update({(org, name): seq for org, name, seq in rows})
    return last


def _chunks(keys: list[Key]) -> Iterable[list[Key]]:
    start = 0
    for size in _CHUNKS:
        while len(keys) - start >= size:
            yield keys[start : start + size]
            start += size


@lru_cache
def _count(feeds: int) -> str:
    values = ", ".join(["(?, ?, ?)"] * feeds)
    return (
        f"INSERT INTO feed (org, name, seq) VALUES {values}"
        " ON CONFLICT (org, name) DO UPDATE SET seq = seq + excluded.seq RETURNING org, name, seq"
    )


def since(org: int, feed: str, known: int) -> Plan[Caught]:
    """What came after the number *known*; a negative one stands for the present, after which nothing came yet."""
    rows = yield Query("SELECT seq FROM feed WHERE org = ? AND name = ?", (org, feed))
    last = int(rows[0][0]) if rows else 0
    if known < 0 or known == last:
        return Caught(last, [])
    events = yield from _after(org, feed, known)
    if not events or events[0].seq != known + 1 or len(events) > MOST:
        return Caught(last, [], reset=True)
    return Caught(events[-1].seq, events)


def _after(org: int, feed: str, known: int) -> Plan[list[Happening]]:
    rows = yield Query(
        "SELECT seq, at, kind, what, said FROM happening WHERE org = ? AND feed = ? AND seq > ? ORDER BY seq LIMIT ?",
        (org, feed, known, MOST + 1),
    )
    return [Happening(org, feed, seq, at, kind, what, msgspec.json.decode(said)) for seq, at, kind, what, said in rows]


def in_sight(scope: Scope, resource_type: str, ids: Sequence[str]) -> Plan[list[str]]:
    """Those of *ids* that the scope shows, as `Type/id`; what was deleted counts as it was."""
    where = visible(scope, resource_type)
    found: list[str] = []
    for start in range(0, len(ids), _NAMED):
        some = ids[start : start + _NAMED]
        rows = yield Query(
            f"SELECT r.id FROM resource r WHERE {where.sql} AND r.id IN ({places(some)})", (*where.args, *some)
        )
        found += (f"{resource_type}/{logical_id}" for (logical_id,) in rows)
    return found


def sweep(before: int) -> Plan[int]:
    """Forget up to `SWEPT` happenings of before then (ms since the epoch); how many there were."""
    rows = yield Query("SELECT org, feed, seq FROM happening WHERE at < ? ORDER BY at LIMIT ?", (before, SWEPT))
    yield Many("DELETE FROM happening WHERE org = ? AND feed = ? AND seq = ?", rows)
    return len(rows)
