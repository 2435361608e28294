"""What is to happen after a write. `no` is its sequence number; see `meridian.store.outbox`."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String

from meridian.store.schema import Blob, counted, table

outbox = table(
    "outbox",
    counted("no"),
    Column("org", Integer, nullable=False),
    Column("topic", String(40), nullable=False),
    Column("what", String(160), nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("leased", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("said", Blob, nullable=False),
    Index("ix_outbox_due", "state", "due", "no"),
    Index("ix_outbox_what", "org", "topic", "what"),
    sqlite_autoincrement=True,
)
