"""Exports of many records, and their files."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob

revision = "0015"
down_revision = "0014"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "bulk_export",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("asked", Blob, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("place", Blob, nullable=False),
        sa.Column("resources", sa.BigInteger, nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_export"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_bulk_export_org", "bulk_export", ["org", "state"], if_not_exists=True)
    op.create_index("ix_bulk_export_expires", "bulk_export", ["expires"], if_not_exists=True)
    op.create_table(
        "bulk_file",
        sa.Column("export", sa.String(32), nullable=False),
        sa.Column("no", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("resources", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("wrapped", Blob, nullable=False),
        sa.PrimaryKeyConstraint("export", "no", name="pk_bulk_file"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_bulk_file_name", "bulk_file", ["name"], if_not_exists=True)
