"""
Requests to destroy a patient's key, and holds that forbid it; ids, codes and times.

What is said in words of why a check was overridden is sealed by the platform's key, since the patient's is gone then.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String

from meridian.store.schema import Blob, table

destruction = table(
    "destruction",
    Column("id", String(64), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("patient", String(64), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("asker", String(64), nullable=False),
    Column("seat", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("decided", BigInteger, nullable=False),
    Column("decider", String(64), nullable=False),
    Column("overridden", String(40), nullable=False),
    Column("why", Blob, nullable=False),
    Column("allowed", String(400), nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("resources", Integer, nullable=False),
    Index("ix_destruction_asked", "org", "asked"),
    Index("ix_destruction_patient", "org", "patient"),
)
"""`seat` is the asker's membership, `allowed` what was overridden, `resources` how many the key sealed."""

legal_hold = table(
    "legal_hold",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("patient", String(64), primary_key=True),
    Column("reason", String(40), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
)
"""The patient's record is not to be destroyed; who set and lifted it is in the audit log."""
