"""
The audit log: entries in their order, the Merkle tree over them, what finds them again, and signed checkpoints.

    audit_head        how far each organisation's log has come; locked by whoever appends
    audit_entry       the entries; never changed, never deleted
    audit_tile        hashes of 256 entries, and of 256 tiles; written once, when full
    audit_term        which blocks of 256 entries hold a patient, an agent, an action, a day, ...
    audit_checkpoint  signed roots

A read of a record costs an entry, so an entry costs one row and no index of its own: `audit_term` is written for a
whole block at a time (three indexes of its own took 35 µs of CPU and 7 KB of log more).
"""

from sqlalchemy import BigInteger, Column, Integer, SmallInteger

from meridian.store.schema import Blob, Bytes, table

HASH = Bytes(32)

audit_head = table(
    "audit_head",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("last", HASH, nullable=False),
    Column("frontier", Blob, nullable=False),
)
"""`last` is the newest entry's leaf hash (empty before the first), `frontier` the roots of the complete subtrees."""

audit_entry = table(
    "audit_entry",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("leaf", HASH, nullable=False),
    Column("body", Blob, nullable=False),
)
"""`body` is what was hashed into `leaf`, octet for octet."""

audit_tile = table(
    "audit_tile",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("tile", BigInteger, primary_key=True, autoincrement=False),
    Column("root", HASH, nullable=False),
    Column("hashes", Blob, nullable=False),
)
"""Full tiles only, as c2sp.org/tlog-tiles has them; `root` is the one hash over the 256 in `hashes`."""

audit_term = table(
    "audit_term",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Some entry of the block has this term; `value` is a day's number or the CRC-32 of a text."""

audit_checkpoint = table(
    "audit_checkpoint",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Blob, nullable=False),
)
"""Signed notes, as c2sp.org/tlog-checkpoint has them."""
