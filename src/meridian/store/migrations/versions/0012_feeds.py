"""Feeds of what happened, and their counters."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob

revision = "0012"
down_revision = "0011"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("org", "name", name="pk_feed"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "happening",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("feed", sa.String(128), nullable=False),
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("what", sa.String(160), nullable=False),
        sa.Column("said", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", "feed", "seq", name="pk_happening"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_happening_at", "happening", ["at"], if_not_exists=True)
