"""Exports of many records, and their files. See `meridian.store.exports`."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String

from meridian.store.schema import Blob, table

bulk_export = table(
    "bulk_export",
    Column("id", String(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("asked", Blob, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("place", Blob, nullable=False),
    Column("resources", BigInteger, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Index("ix_bulk_export_org", "org", "state"),
    Index("ix_bulk_export_expires", "expires"),
)
"""One export: what was asked, as codes and ids, and how far it has come."""

bulk_file = table(
    "bulk_file",
    Column("export", String(32), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("type", String(40), nullable=False),
    Column("resources", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("name", String(32), nullable=False),
    Column("wrapped", Blob, nullable=False),
    Index("ix_bulk_file_name", "name"),
)
"""A file of one type: the object it lies in, and its key, sealed under nobody's of the organisation."""
