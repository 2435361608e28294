"""
Threads of messages, who has read how far, and what people want to be told; facts about them are Communications.

`thread` says of each thread when something was last said in it, which cannot be asked of sealed bodies: it is written
in the transaction of every message and can be made anew from them. It holds ids and times, no word of a message.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String

from meridian.store.schema import table

thread = table(
    "thread",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), primary_key=True),
    Column("team", String(32), nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("last_by", String(128), nullable=False),
    Column("noted", BigInteger, nullable=False),
    Column("noted_by", String(128), nullable=False),
    Column("waiting", SmallInteger, nullable=False),
    Index("ix_thread_last", "org", "last"),
)
"""
`id` is the first Communication's; `team` the role that answers; `noted` the last note among staff; `waiting` is 1 while
the patient waits for an answer.
"""

seen = table(
    "seen",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("who", String(128), primary_key=True),
    Column("thread", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("follows", SmallInteger, nullable=False),
    Index("ix_seen_thread", "org", "thread"),
)
"""`at`: read up to then, 0 is unread; `follows`: 1 for who takes part."""

wish = table(
    "wish",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("who", String(128), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("mail", SmallInteger, nullable=False),
    Column("sms", SmallInteger, nullable=False),
)
"""What somebody wants to be told, and how; what has no row is as `messaging.kinds` says."""
