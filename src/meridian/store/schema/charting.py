"""
What charting keeps beside the records: text that is not in the record yet, and which records were put together.

`draft` holds sealed text of one account at one place of the portal; `pat` is whose key seals it, so that destroying
the key destroys the draft. `merge` says which Patient was merged into which, and (as JSON, ids only) everything that
moved with it, so that it can be moved back.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String

from meridian.store.schema import Blob, Key, table

draft = table(
    "draft",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("account", String(128), primary_key=True),
    Column("place", String(160), primary_key=True),
    Column("pat", Key, nullable=False),
    Column("base", Integer, nullable=False),
    Column("saved", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("body", Blob, nullable=False),
    Index("ix_draft_pat", "org", "pat"),
    Index("ix_draft_expires", "expires"),
)
"""`base` is the version of the resource that the text was begun from, 0 for none."""

merge = table(
    "merge",
    Column("org", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), primary_key=True),
    Column("keep", String(64), nullable=False),
    Column("gone", String(64), nullable=False),
    Column("account", String(128), nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("undone", BigInteger, nullable=False),
    Column("moved", Blob, nullable=False),
    Index("ix_merge_done", "org", "done"),
    Index("ix_merge_keep", "org", "keep"),
)
"""*gone* was merged into *keep*; `undone` is 0 while it stands."""
