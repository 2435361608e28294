"""A version of a resource as interactions hand it out: its body stays sealed until it is asked for."""

from collections.abc import Iterable
from typing import NamedTuple

from meridian.faults import Gone
from meridian.store.keys import opened
from meridian.store.kinds import NAMES
from meridian.store.plan import Plan
from meridian.store.row import Sealed
from meridian.vault.keyring import DataKey, Keyring
from meridian.vault.seal import place, unseal


class Stored(NamedTuple):
    """
    One version of a resource that the caller may see.

    Args:
        org: Organisation number.
        rid: The resource's number.
        type: Its type.
        id: Its logical id.
        version: Counted from 1.
        pat: Number of the patient in whose compartment it is; 0 for none.
        updated: Milliseconds since the epoch.
        deleted: Whether this version is a deletion, which has no body.
        sealed: The body as the database has it.
        key: What opens it; `None` once destroyed.
        plain: The body, where it has just been written.
    """

    org: int
    rid: int
    type: str
    id: str
    version: int
    pat: int
    updated: int
    deleted: bool
    sealed: bytes
    key: DataKey | None
    plain: bytes = b""

    @property
    def body(self) -> bytes:
        """
        JSON with `id`, `meta.versionId` and `meta.lastUpdated`; opened anew each time it is asked for.

        Raises:
            Gone: If the version is a deletion, or the patient's key has been destroyed.
            Unreadable: If it does not open.
        """
        if self.plain:
            return self.plain
        if self.deleted or self.key is None:
            raise Gone("It has been deleted", version=self.version)
        return unseal(self.key, place(self.org, self.type, self.id, self.version), self.sealed)

    def __repr__(self) -> str:
        return f"Stored({self.type}/{self.id}/_history/{self.version})"


def stored(keyring: Keyring, org: int, rows: Iterable[Sealed]) -> Plan[list[Stored]]:
    """
    *rows*, each with its key.

    Raises:
        Unreadable: If a key cannot be unwrapped.
    """
    rows = list(rows)
    keys = yield from opened(keyring, org, (row[8] for row in rows))
    return [
        Stored(org, rid, NAMES[kind], logical_id, version, pat, updated, bool(deleted), body, keys.get(wrapped or b""))
        for rid, kind, logical_id, version, pat, updated, deleted, body, wrapped in rows
    ]
