"""What is to happen after a write."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Key

revision = "0005"
down_revision = "0004"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("no", Key, autoincrement=True, nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("what", sa.String(160), nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("leased", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("said", Blob, nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_outbox"),
        if_not_exists=True,
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "due", "no"], if_not_exists=True)
    op.create_index("ix_outbox_what", "outbox", ["org", "topic", "what"], if_not_exists=True)
