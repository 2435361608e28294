"""
Interactions with records, as plans: what the standard asks for, within what a `Scope` shows.

    records = Records(Kit(keyring))
    stored = await engine.read(lambda: records.read(scope, "Patient", "17"))
    written = await engine.write(lambda: records.create(scope, resource))

Nothing is decided here about who may do what, beyond the scope that each plan is given, and nothing is recorded: the
door (`access.chart`) does both, in the same transaction.
"""

from functools import partial

from meridian.store.keys import index_key, numbers
from meridian.store.records.conditional import delete_where, update_where
from meridian.store.records.create import create
from meridian.store.records.erasing import destroy_key
from meridian.store.records.everything import Everything, everything
from meridian.store.records.history import Span, Versions, history
from meridian.store.records.kit import Kit
from meridian.store.records.reading import read, vread
from meridian.store.records.stored import Stored, stored
from meridian.store.records.transaction import Operation, transaction
from meridian.store.records.update import delete, patch, update
from meridian.store.records.writing import Permit, Resource, Written

__all__ = [
    "Everything",
    "Kit",
    "Operation",
    "Permit",
    "Records",
    "Resource",
    "Span",
    "Stored",
    "Versions",
    "Written",
    "destroy_key",
    "numbers",
]


class Records:
    """The interactions, bound to what they need besides the database."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.read = partial(read, kit)
        self.vread = partial(vread, kit)
        self.history = partial(history, kit)
        self.everything = partial(everything, kit)
        self.create = partial(create, kit)
        self.update = partial(update, kit)
        self.patch = partial(patch, kit)
        self.delete = partial(delete, kit)
        self.update_where = partial(update_where, kit)
        self.delete_where = partial(delete_where, kit)
        self.transaction = partial(transaction, kit)
        self.stored = partial(stored, kit.keyring)
        """Rows of a search, each with its key."""
        self.index_key = partial(index_key, kit.keyring)
        """What a search hashes identifiers with."""
