"""
Appending: a committing group's entries join their organisations' logs in the group's own transaction.

The head of each log is locked before it is read (`FOR UPDATE` on MariaDB; on SQLite the whole file is the writer's), so
two processes cannot both continue from the same entry. Logs are taken in the order of their organisations' numbers, so
that two groups that need the same two logs wait for each other in one direction only.
"""

from collections.abc import Sequence

from meridian.audit import leaf, merkle, tree
from meridian.audit.entry import Entry
from meridian.faults import Unavailable
from meridian.store.plan import Change, Many, Plan, Query, Record

_HEAD = "SELECT size, last, frontier FROM audit_head WHERE org = ? FOR UPDATE"
_BEGIN = "INSERT OR IGNORE INTO audit_head (org, size, last, frontier) VALUES (?, 0, ?, ?)"
_APPEND = "INSERT INTO audit_entry (org, seq, time, leaf, body) VALUES (?, ?, ?, ?, ?)"
_ADVANCE = "UPDATE audit_head SET size = ?, last = ?, frontier = ? WHERE org = ? AND size = ?"


def record(entry: Entry) -> Plan[None]:
    """One entry and nothing else; what a read or a refusal leaves behind."""
    yield Record(entry)


def sequence(entries: Sequence[Entry]) -> Plan[None]:
    """
    Append *entries* to their organisations' logs, in order; the engine's `sequencer`.

    Raises:
        Unavailable: If a log's head is not what it was when it was locked; nothing is done then.
    """
    logs: dict[int, list[Entry]] = {}
    for entry in entries:
        logs.setdefault(entry.org, []).extend(leaf.parts(entry))
    for org in sorted(logs):
        yield from _append(org, logs[org])


def _append(org: int, entries: list[Entry]) -> Plan[None]:
    size, last, packed = yield from _head(org)
    frontier = merkle.unpack(packed)
    begun, rows = size, []
    for entry in entries:
        body = leaf.seal(entry, size, last)
        last = merkle.leaf_hash(body)
        rows.append((org, size, entry.time, last, body))
        merkle.extend(frontier, size, last)
        size += 1
    yield Many(_APPEND, rows)
    done = yield Change(_ADVANCE, (size, last, merkle.pack(frontier), org, begun))
    if done.rows != 1:
        raise Unavailable("The audit log moved while it was being written")
    for block in range(begun // tree.TILE, size // tree.TILE):
        yield from tree.complete(org, block)


def _head(org: int) -> Plan[tuple[int, bytes, bytes]]:
    rows = yield Query(_HEAD, (org,))
    if not rows:
        yield Change(_BEGIN, (org, b"", b""))
        rows = yield Query(_HEAD, (org,))
    size, last, frontier = rows[0]
    return size, last, frontier
