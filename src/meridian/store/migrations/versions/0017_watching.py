"""What detectors remember, where people signed in from, and how the platform fared."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Bytes

revision = "0017"
down_revision = "0016"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "watched",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("mark", Bytes(16), nullable=False),
        sa.Column("times", Blob, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("alerted", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "mark", name="pk_watched"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_watched_last", "watched", ["last"], if_not_exists=True)
    op.create_table(
        "known_region",
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("region", sa.String(64), nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "region", name="pk_known_region"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "sample",
        sa.Column("at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("process", sa.String(64), nullable=False),
        sa.Column("said", Blob, nullable=False),
        sa.PrimaryKeyConstraint("at", "process", name="pk_sample"),
        if_not_exists=True,
        **MARIADB,
    )
