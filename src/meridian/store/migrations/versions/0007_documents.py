"""Bytes beside the records."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Bytes

revision = "0007"
down_revision = "0006"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("binary_id", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("wrapped", Blob, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_file_binary", "file", ["org", "binary_id"], if_not_exists=True)
    op.create_index("ix_file_patient", "file", ["org", "patient"], if_not_exists=True)
    op.create_table(
        "file_part",
        sa.Column("file", sa.String(32), nullable=False),
        sa.Column("start", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("file", "start", name="pk_file_part"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_file_part_name", "file_part", ["name"], if_not_exists=True)
    op.create_table(
        "upload",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("said", Blob, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_upload_account", "upload", ["org", "account"], if_not_exists=True)
    op.create_index("ix_upload_expires", "upload", ["expires"], if_not_exists=True)
    op.create_table(
        "document_link",
        sa.Column("mark", Bytes(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_document_link"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_document_link_expires", "document_link", ["expires"], if_not_exists=True)
