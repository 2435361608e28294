"""Requests to destroy a patient's key, holds that forbid it, and what an incident shut."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob

revision = "0019"
down_revision = "0018"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "destruction",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("seat", sa.String(64), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("decided", sa.BigInteger, nullable=False),
        sa.Column("decider", sa.String(64), nullable=False),
        sa.Column("overridden", sa.String(40), nullable=False),
        sa.Column("why", Blob, nullable=False),
        sa.Column("allowed", sa.String(400), nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("resources", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_destruction"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_destruction_asked", "destruction", ["org", "asked"], if_not_exists=True)
    op.create_index("ix_destruction_patient", "destruction", ["org", "patient"], if_not_exists=True)
    op.create_table(
        "legal_hold",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("org", "patient", name="pk_legal_hold"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "shut",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_shut"),
        if_not_exists=True,
        **MARIADB,
    )
