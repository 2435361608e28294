"""Wrapped keys as rows: found, and made where one is missing; unwrapped by the vault's keyring."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meridian.faults import Gone
from meridian.store.plan import Change, Many, Plan, Query
from meridian.store.visible import places
from meridian.vault.keyring import DataKey, Keyring, OrganisationKey, fresh
from meridian.vault.unreadable import Unreadable

NOBODY = ""
"""The id in `patient` whose key seals what is in nobody's compartment."""
INDEX = b"meridian index"
"""What an organisation's index key is derived for."""


class Person(NamedTuple):
    """A patient's number, and the key that seals what is in that compartment."""

    no: int
    key: DataKey


def owner(keyring: Keyring, org: int) -> Plan[OrganisationKey]:
    """
    The organisation's wrapping key; its first one is made where there is none.

    Raises:
        Unreadable: If the master key is not the one that wrapped it.
    """
    rows = yield from _generations(org)
    if not rows:
        yield Change(
            "INSERT OR IGNORE INTO organisation_key (org, generation, wrapped) VALUES (?, ?, ?)",
            (org, 1, keyring.fresh_organisation(org, 1)),
        )
        rows = yield from _generations(org)
    return keyring.organisation(org, rows)


def _generations(org: int) -> Plan[list[tuple[int, bytes]]]:
    rows = yield Query("SELECT generation, wrapped FROM organisation_key WHERE org = ? ORDER BY generation", (org,))
    return [(generation, wrapped) for generation, wrapped in rows]


def every() -> Plan[dict[int, list[tuple[int, bytes]]]]:
    """All organisations' wrapping keys, as (generation, wrapped key)."""
    rows = yield Query("SELECT org, generation, wrapped FROM organisation_key ORDER BY org, generation")
    found: dict[int, list[tuple[int, bytes]]] = {}
    for org, generation, wrapped in rows:
        found.setdefault(org, []).append((generation, wrapped))
    return found


def opened(keyring: Keyring, org: int, wrapped: Iterable[bytes | None]) -> Plan[dict[bytes, DataKey]]:
    """
    The data keys that are *wrapped*, by their wrapped bytes; those that were destroyed (`None`) are left out.

    Raises:
        Unreadable: If one cannot be unwrapped.
    """
    found: dict[bytes, DataKey] = {}
    unwrapped_by: OrganisationKey | None = None
    for one in wrapped:
        if one is None or one in found:
            continue
        key = keyring.known(one)
        if key is None:
            unwrapped_by = unwrapped_by or keyring.organisation(org, (yield from _generations(org)))
            key = keyring.data_key(unwrapped_by, one)
        found[one] = key
    return found


def of_number(keyring: Keyring, org: int, number: int) -> Plan[DataKey]:
    """
    The key of a row of `patient`.

    Raises:
        Unreadable: If it was destroyed or cannot be unwrapped.
    """
    rows = yield Query("SELECT wrapped FROM patient WHERE no = ? AND org = ?", (number, org))
    if not rows or rows[0][0] is None:
        raise Unreadable("The key was destroyed")
    keys = yield from opened(keyring, org, [rows[0][0]])
    return keys[rows[0][0]]


def people(keyring: Keyring, org: int, ids: Iterable[str]) -> Plan[dict[str, Person]]:
    """
    Number and key of each patient in *ids*, and of nobody; both are made for those that have none yet.

    Raises:
        Gone: If a patient's key has been destroyed: nothing can be kept for them any more.
    """
    wanted = [NOBODY, *sorted(set(ids))]
    rows = yield from _rows(org, wanted)
    if len(rows) < len(wanted):
        present = {row[0] for row in rows}
        by = yield from owner(keyring, org)
        yield Many(
            "INSERT OR IGNORE INTO patient (org, id, wrapped) VALUES (?, ?, ?)",
            [(org, one, fresh(by)) for one in wanted if one not in present],
        )
        rows = yield from _rows(org, wanted)
    if any(wrapped is None for _, _, wrapped in rows):
        raise Gone("The record has been erased")
    keys = yield from opened(keyring, org, (wrapped for _, _, wrapped in rows))
    return {logical_id: Person(no, keys[wrapped]) for logical_id, no, wrapped in rows if wrapped is not None}


def _rows(org: int, ids: Sequence[str]) -> Plan[list[tuple[str, int, bytes | None]]]:
    found: list[tuple[str, int, bytes | None]] = []
    for start in range(0, len(ids), 200):
        some = ids[start : start + 200]
        found += yield Query(
            f"SELECT id, no, wrapped FROM patient WHERE org = ? AND id IN ({places(some)})",
            (org, *some),
        )
    return found


def index_key(keyring: Keyring, org: int) -> Plan[bytes]:
    """
    The key that the organisation's identifiers are hashed with; it outlives every rotation.

    Where nothing has been kept yet there is none, and any key finds nothing.
    """
    rows = yield from _rows(org, [NOBODY])
    keys = yield from opened(keyring, org, (wrapped for _, _, wrapped in rows))
    for key in keys.values():
        return key.derived(INDEX)
    return bytes(32)


def numbers(org: int, ids: Iterable[str]) -> Plan[tuple[int, ...]]:
    """The numbers of those patients in *ids* that have one."""
    wanted = sorted(set(ids) - {NOBODY})
    if not wanted:
        return ()
    rows = yield from _rows(org, wanted)
    return tuple(sorted(no for _, no, _ in rows))
