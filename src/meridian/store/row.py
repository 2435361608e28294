"""A resource as the database keeps it: its body sealed, with the wrapped key that opens it."""

from typing import NamedTuple

FIELDS = "{0}.rid, {0}.type, {0}.id, {0}.version, {0}.pat, {0}.updated, {0}.deleted, {0}.body, {1}.wrapped"
JOIN = "LEFT JOIN patient {1} ON {1}.no = {0}.keyed"

COLUMNS = FIELDS.format("r", "k")
"""What to select for a `Sealed`, from `resource r` (or `history r`) with `KEY`."""
KEY = JOIN.format("r", "k")
"""Joins the wrapped key to `resource r`."""


class Sealed(NamedTuple):
    """
    One version of a resource.

    Args:
        rid: The resource's number.
        type: Its type's number.
        id: Its logical id.
        version: Counted from 1.
        pat: Number of the patient in whose compartment it is; 0 for none.
        updated: Milliseconds since the epoch.
        deleted: 1 where this version is a deletion; its body is empty.
        body: Sealed by the vault.
        wrapped: The key for it, sealed by the organisation's; `None` once destroyed.
    """

    rid: int
    type: int
    id: str
    version: int
    pat: int
    updated: int
    deleted: int
    body: bytes
    wrapped: bytes | None
