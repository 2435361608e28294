"""What happened, as numbered lists that people follow; see `meridian.store.feeds`. Rows hold codes and ids only."""

from sqlalchemy import BigInteger, Column, Index, Integer, String

from meridian.store.schema import Blob, table

feed = table(
    "feed",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("name", String(128), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""`seq` is the last number that was given out. A counter stays when its happenings have gone."""

happening = table(
    "happening",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("feed", String(128), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("what", String(160), nullable=False),
    Column("said", Blob, nullable=False),
    Index("ix_happening_at", "at"),
)
