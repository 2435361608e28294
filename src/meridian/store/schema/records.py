"""
Resources, their history, the patients they belong to, and the keys they are sealed under.

    resource ──rid── history         the bodies that were current once
       │  └───rid── compartment      further patients in whose compartments a resource is
       │  └───rid── care             who cares for a patient, and which resource says so
  pat, keyed
       │
    patient ──org── organisation_key

`patient.no` is a patient's number, given out when the Patient or the first reference to it is written, so that
references may dangle. `pat` is the patient in whose compartment a resource is, 0 for none; `keyed` is the patient under
whose key its body is sealed: the same, or where there is none the row of `patient` with the empty id, which keeps the
key of all that is in nobody's compartment.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, UniqueConstraint

from meridian.store.schema import Blob, Key, counted, table

organisation_key = table(
    "organisation_key",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", Blob, nullable=False),
)
"""Keys of the organisation, wrapped by the master key; patients' keys are wrapped by the newest."""

patient = table(
    "patient",
    counted("no"),
    Column("org", Integer, nullable=False),
    Column("id", String(64), nullable=False),
    Column("wrapped", Blob),
    UniqueConstraint("org", "id"),
    sqlite_autoincrement=True,
)
"""`wrapped` is NULL once the key has been destroyed."""

resource = table(
    "resource",
    counted("rid"),
    Column("org", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    Column("id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("pat", Key, nullable=False),
    Column("keyed", Key, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("deleted", SmallInteger, nullable=False),
    Column("restricted", SmallInteger, nullable=False),
    Column("body", Blob, nullable=False),
    UniqueConstraint("org", "type", "id"),
    Index("ix_resource_pat", "org", "pat", "type", "rid"),
    Index("ix_resource_updated", "org", "type", "updated", "rid"),
    sqlite_autoincrement=True,
)
"""The current version of each resource; a deleted one keeps its row with an empty body."""

history = table(
    "history",
    Column("rid", Key, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("org", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    Column("id", String(64), nullable=False),
    Column("pat", Key, nullable=False),
    Column("keyed", Key, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("deleted", SmallInteger, nullable=False),
    Column("restricted", SmallInteger, nullable=False),
    Column("body", Blob, nullable=False),
    Index("ix_history_updated", "org", "type", "updated", "rid"),
    Index("ix_history_pat", "org", "pat"),
)
"""Versions that have been replaced, with what `resource` said about them then."""

compartment = table(
    "compartment",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("pat", Key, primary_key=True, autoincrement=False),
    Column("rid", Key, primary_key=True, autoincrement=False),
    Index("ix_compartment_rid", "rid"),
)
"""Patients besides `resource.pat` in whose compartments a resource is."""

care = table(
    "care",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("member", String(128), primary_key=True),
    Column("pat", Key, primary_key=True, autoincrement=False),
    Column("rid", Key, primary_key=True, autoincrement=False),
    Index("ix_care_rid", "rid"),
)
"""`member` (as `Practitioner/x`) cares for the patient, because resource `rid` says so."""
