"""
What detectors remember between processes: when something happened last, under a mark that is nobody's name.

A row holds the newest times of one kind and mark, as many as its detector counts. Whoever notes one more locks the row,
so that of several processes one raises the alarm.
"""

import struct
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from meridian.store.plan import Change, Plan, Query

TOLD = "mail"
"""Kind under which it is noted that somebody got a mail."""
LOOKED = "looked"
"""Kind under which it is noted that an account looked at a patient, or came from an address."""
MARK = 16
"""Octets."""


def mark(key: str) -> bytes:
    """
    What stands for an address or an account here.

    >>> len(mark("203.0.113.9"))
    16
    """
    return sha256(key.encode()).digest()[:MARK]


class Alarm(NamedTuple):
    """When an alarm of a kind was raised last, in ms since the epoch."""

    kind: str
    at: int


def note(kind: str, key: str, now: int, *, most: int, window: int) -> Plan[bool]:
    """
    It happened *now*: whether that is more than *most* times in the last *window* ms, and not told in that time.

    Args:
        kind: The detector's.
        key: What it counts by, as an address.
        now: In ms since the epoch.
        most: Times that are no alarm.
        window: Milliseconds.
    """
    place = mark(key)
    yield Change(
        "INSERT OR IGNORE INTO watched (kind, mark, times, last, alerted) VALUES (?, ?, ?, ?, 0)",
        (kind, place, b"", now),
    )
    [(packed, alerted)] = yield Query(
        "SELECT times, alerted FROM watched WHERE kind = ? AND mark = ? FOR UPDATE", (kind, place)
    )
    times = [at for at in (*_times(packed), now) if now - window < at <= now][-most - 1 :]
    alarm = len(times) > most and now - alerted >= window
    yield Change(
        "UPDATE watched SET times = ?, last = ?, alerted = ? WHERE kind = ? AND mark = ?",
        (struct.pack(f">{len(times)}q", *times), now, now if alarm else alerted, kind, place),
    )
    return alarm


def _times(packed: bytes) -> Sequence[int]:
    return struct.unpack(f">{len(packed) // 8}q", packed)


def alarms(since: int) -> Plan[list[Alarm]]:
    """The alarms raised *since* then, newest first."""
    sql = "SELECT kind, alerted FROM watched WHERE alerted > 0 AND alerted >= ? AND kind NOT IN (?, ?)"
    rows = yield Query(f"{sql} ORDER BY alerted DESC LIMIT 200", (since, TOLD, LOOKED))
    return [Alarm(kind, at) for kind, at in rows]


def forget(before: int) -> Plan[None]:
    """Nothing has happened there since *before*, and no detector looks back so far."""
    yield Change("DELETE FROM watched WHERE last < ?", (before,))


def signed_in(account: str, region: str, now: int) -> Plan[bool]:
    """Somebody signed in from *region*: whether that is new for the account, and not its first."""
    known = yield Query("SELECT region FROM known_region WHERE account = ?", (account,))
    if any(one == region for (one,) in known):
        yield Change("UPDATE known_region SET seen = ? WHERE account = ? AND region = ?", (now, account, region))
        return False
    done = yield Change(
        "INSERT OR IGNORE INTO known_region (account, region, seen) VALUES (?, ?, ?)", (account, region, now)
    )
    return bool(known) and done.rows == 1
