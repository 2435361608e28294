"""What detectors remember, where people signed in from, and how the platform fared; of no record."""

from sqlalchemy import BigInteger, Column, Index, String

from meridian.store.schema import Blob, Bytes, table

watched = table(
    "watched",
    Column("kind", String(40), primary_key=True),
    Column("mark", Bytes(16), primary_key=True),
    Column("times", Blob, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("alerted", BigInteger, nullable=False),
    Index("ix_watched_last", "last"),
)

known_region = table(
    "known_region",
    Column("account", String(64), primary_key=True),
    Column("region", String(64), primary_key=True),
    Column("seen", BigInteger, nullable=False),
)

sample = table(
    "sample",
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("process", String(64), primary_key=True),
    Column("said", Blob, nullable=False),
)
