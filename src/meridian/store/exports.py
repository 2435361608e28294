"""
Rows of exports: what was asked, how far it has come, its files; and the walk over all records of a type.

Only `access.exports` runs these, which asks the policy and makes the entries. A file's key is sealed under nobody's of
the organisation; to forget the row is to destroy the file.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec

from meridian.store.keys import NOBODY, of_number, people
from meridian.store.plan import Change, Plan, Query
from meridian.store.records.kit import Kit
from meridian.store.records.stored import Stored, stored
from meridian.store.row import COLUMNS, KEY
from meridian.store.scope import Scope
from meridian.store.visible import Where, places, visible
from meridian.vault.keyring import Keyring
from meridian.vault.seal import seal, unseal


class State(IntEnum):
    """How an export stands."""

    RUNNING = 0
    DONE = 1
    FAILED = 2


class Export(NamedTuple):
    """
    One export.

    Args:
        id: Its name.
        org: The organisation's number.
        account: Who asked; nobody else has it.
        asked: What for: ids and codes.
        state: How it stands.
        turn: How often it was worked on; a turn that another has done is not done again.
        place: Where the next turn goes on.
        resources: How many are written.
        began: When it was asked for, ms since the epoch.
        expires: When it is thrown away, likewise.
    """

    id: str
    org: int
    account: str
    asked: dict[str, Any]
    state: State
    turn: int
    place: dict[str, Any]
    resources: int
    began: int
    expires: int


class Kept(NamedTuple):
    """A file of so many *resources* of one *type*: *size* plain bytes in the object *name*, under a *wrapped* key."""

    no: int
    type: str
    resources: int
    size: int
    name: str
    wrapped: bytes


_EXPORT = "id, org, account, asked, state, turn, place, resources, began, expires"
_FILE = "no, type, resources, size, name, wrapped"


def begin(export: Export) -> Plan[None]:
    """One more."""
    yield Change(
        f"INSERT INTO bulk_export ({_EXPORT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*export[:3], _json(export.asked), export.state, export.turn, _json(export.place), *export[7:]),
    )


def find(org: int, identity: str, *, lock: bool = False) -> Plan[Export | None]:
    """One of that organisation."""
    rows = yield Query(
        f"SELECT {_EXPORT} FROM bulk_export WHERE id = ? AND org = ?{' FOR UPDATE' if lock else ''}", (identity, org)
    )
    if not rows:
        return None
    name, number, account, asked, state, turn, place, *rest = rows[0]
    return Export(name, number, account, _read(asked), State(state), turn, _read(place), *rest)


def running(org: int) -> Plan[int]:
    """How many are under way in an organisation."""
    [(count,)] = yield Query("SELECT COUNT(*) FROM bulk_export WHERE org = ? AND state = ?", (org, State.RUNNING))
    return int(count)


def advance(export: Export, state: State, place: dict[str, Any], resources: int, expires: int) -> Plan[bool]:
    """The end of a turn; whether nobody else has ended it."""
    done = yield Change(
        "UPDATE bulk_export SET state = ?, turn = turn + 1, place = ?, resources = resources + ?, expires = ?"
        " WHERE id = ? AND turn = ? AND state = ?",
        (state, _json(place), resources, expires, export.id, export.turn, State.RUNNING),
    )
    return bool(done.rows)


def fail(org: int, identity: str) -> Plan[None]:
    """It will not be finished."""
    yield Change(
        "UPDATE bulk_export SET state = ? WHERE id = ? AND org = ? AND state = ?",
        (State.FAILED, identity, org, State.RUNNING),
    )


def keep(identity: str, kept: Kept) -> Plan[None]:
    """One file more."""
    yield Change(
        f"INSERT INTO bulk_file (export, {_FILE}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (identity, *kept),
    )


def files(identity: str) -> Plan[list[Kept]]:
    """The files of an export, in order."""
    rows = yield Query(f"SELECT {_FILE} FROM bulk_file WHERE export = ? ORDER BY no", (identity,))
    return [_kept(row) for row in rows]


def file(identity: str, number: int) -> Plan[Kept | None]:
    """One of them."""
    rows = yield Query(f"SELECT {_FILE} FROM bulk_file WHERE export = ? AND no = ?", (identity, number))
    return _kept(rows[0]) if rows else None


def forget(identity: str) -> Plan[None]:
    """Let go of an export, and of the keys of its files."""
    yield Change("DELETE FROM bulk_file WHERE export = ?", (identity,))
    yield Change("DELETE FROM bulk_export WHERE id = ?", (identity,))


def overdue(now: int) -> Plan[list[str]]:
    """Exports whose time is over."""
    rows = yield Query("SELECT id FROM bulk_export WHERE expires <= ?", (now,))
    return [identity for (identity,) in rows]


def referred(names: Sequence[str]) -> Plan[set[str]]:
    """Those objects that are a file of an export."""
    if not names:
        return set()
    rows = yield Query(f"SELECT name FROM bulk_file WHERE name IN ({places(names)})", tuple(names))
    return {name for (name,) in rows}


def wrapped(keyring: Keyring, org: int, name: str, key: bytes) -> Plan[bytes]:
    """A file's *key*, sealed under nobody's."""
    known = yield from people(keyring, org, [])
    return seal(known[NOBODY].key, _place(org, name), key)


def unwrapped(keyring: Keyring, org: int, kept: Kept) -> Plan[bytes]:
    """
    A file's key.

    Raises:
        Unreadable: If it is another organisation's.
    """
    rows = yield Query("SELECT no FROM patient WHERE org = ? AND id = ?", (org, NOBODY))
    data = yield from of_number(keyring, org, rows[0][0] if rows else 0)
    return unseal(data, _place(org, kept.name), kept.wrapped)


def walk(
    kit: Kit, scope: Scope, resource_type: str, *, after: str, since: int | None, whose: Sequence[int] | None, most: int
) -> Plan[list[Stored]]:
    """
    The next *most* resources of a type, in the order of their ids, as far as the scope shows them.

    Args:
        kit: Keys.
        scope: What the caller may see.
        resource_type: Of which type.
        after: The id after which to go on; empty at the beginning.
        since: Only what was changed at this time or later, ms since the epoch.
        whose: Numbers of patients in whose compartments it must be; `()` for anybody's, `None` for nobody's as well.
        most: How many.
    """
    where = _joined(
        visible(scope, resource_type),
        Where("r.deleted = 0", ()),
        Where("r.id > ?", (after,)) if after else None,
        None if since is None else Where("r.updated >= ?", (since,)),
        _of(scope.org, whose),
    )
    rows = yield Query(
        f"SELECT {COLUMNS} FROM resource r {KEY} WHERE {where.sql} ORDER BY r.id LIMIT ?", (*where.args, most)
    )
    return (yield from stored(kit.keyring, scope.org, rows))


def _of(org: int, whose: Sequence[int] | None) -> Where | None:
    if whose is None:
        return None
    if not whose:
        return Where("r.pat > 0", ())
    some = places(whose)
    also = f"SELECT c.rid FROM compartment c WHERE c.org = ? AND c.pat IN ({some})"
    return Where(f"(r.pat IN ({some}) OR r.rid IN ({also}))", (*whose, org, *whose))


def _joined(*wheres: Where | None) -> Where:
    some = [one for one in wheres if one is not None]
    return Where(" AND ".join(one.sql for one in some), tuple(arg for one in some for arg in one.args))


def _place(org: int, name: str) -> bytes:
    return b"%d|export|%b" % (org, name.encode())


def _kept(row: Sequence[Any]) -> Kept:
    no, kind, resources, size, name, sealed = row
    return Kept(no, kind, resources, size, name, bytes(sealed))


def _json(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value)


def _read(value: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(value)
    return found
