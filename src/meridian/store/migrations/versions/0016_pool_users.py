"""Accounts whose password is a user pool's, and the sessions of its tokens."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Bytes

revision = "0016"
down_revision = "0015"
repeatable = True


def upgrade() -> None:
    may_repeat = op.get_context().dialect.name != "sqlite"  # where steps are one transaction, and the words are unknown
    op.add_column("pending_sign_in", sa.Column("held", Blob), if_not_exists=may_repeat)
    op.create_table(
        "pool_user",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("totp", sa.BigInteger, nullable=False),
        sa.Column("renew", sa.SmallInteger, nullable=False),
        sa.Column("signed_out", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_pool_user"),
        sa.UniqueConstraint("subject", name="uq_pool_user_subject"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "pool_session",
        sa.Column("origin", Bytes(32), nullable=False),
        sa.Column("session", sa.String(32), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("origin", name="pk_pool_session"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_pool_session_created", "pool_session", ["created"], if_not_exists=True)
