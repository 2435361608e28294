"""Threads, read states, and what people want to be told."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB

revision = "0008"
down_revision = "0007"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "thread",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("last_by", sa.String(128), nullable=False),
        sa.Column("noted", sa.BigInteger, nullable=False),
        sa.Column("noted_by", sa.String(128), nullable=False),
        sa.Column("waiting", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("org", "id", name="pk_thread"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_thread_last", "thread", ["org", "last"], if_not_exists=True)
    op.create_table(
        "seen",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("follows", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("org", "who", "thread", name="pk_seen"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_seen_thread", "seen", ["org", "thread"], if_not_exists=True)
    op.create_table(
        "wish",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("mail", sa.SmallInteger, nullable=False),
        sa.Column("sms", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("org", "who", "kind", name="pk_wish"),
        if_not_exists=True,
        **MARIADB,
    )
