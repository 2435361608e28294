"""Bytes beside the records: sealed files, uploads under way, links to them. See `meridian.store.filing`."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String

from meridian.store.schema import Blob, Bytes, table

file = table(
    "file",
    Column("id", String(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("patient", String(64), nullable=False),
    Column("binary_id", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("wrapped", Blob, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("made", BigInteger, nullable=False),
    Index("ix_file_binary", "org", "binary_id"),
    Index("ix_file_patient", "org", "patient"),
)
"""One sealed file; `wrapped` is its key, sealed under the patient's (or, while there is none, nobody's)."""

file_part = table(
    "file_part",
    Column("file", String(32), primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Index("ix_file_part_name", "name"),
)
"""The objects a file lies in, by where their plain bytes begin."""

upload = table(
    "upload",
    Column("id", String(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("said", Blob, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("document", String(64), nullable=False),
    Index("ix_upload_account", "org", "account"),
    Index("ix_upload_expires", "expires"),
)
"""A file that is being sent; `said` is what was said of it, sealed with the file's key."""

document_link = table(
    "document_link",
    Column("mark", Bytes(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("session", String(64), nullable=False),
    Column("document", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("uses", Integer, nullable=False),
    Index("ix_document_link_expires", "expires"),
)
"""A link to the bytes of a document, by the digest of its token."""
