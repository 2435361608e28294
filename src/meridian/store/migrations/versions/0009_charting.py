"""Drafts, and which patients were merged."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Key

revision = "0009"
down_revision = "0008"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("account", sa.String(128), nullable=False),
        sa.Column("place", sa.String(160), nullable=False),
        sa.Column("pat", Key, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("saved", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("body", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", "account", "place", name="pk_draft"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_draft_pat", "draft", ["org", "pat"], if_not_exists=True)
    op.create_index("ix_draft_expires", "draft", ["expires"], if_not_exists=True)
    op.create_table(
        "merge",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("keep", sa.String(64), nullable=False),
        sa.Column("gone", sa.String(64), nullable=False),
        sa.Column("account", sa.String(128), nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("undone", sa.BigInteger, nullable=False),
        sa.Column("moved", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", "id", name="pk_merge"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_merge_done", "merge", ["org", "done"], if_not_exists=True)
    op.create_index("ix_merge_keep", "merge", ["org", "keep"], if_not_exists=True)
