"""Emergency access to one patient's record, and for what purpose a session is used."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB

revision = "0018"
down_revision = "0017"
repeatable = True


def upgrade() -> None:
    may_repeat = op.get_context().dialect.name != "sqlite"  # where steps are one transaction, and the words are unknown
    purpose = sa.Column("purpose", sa.String(16), nullable=False, server_default="")
    op.add_column("session", purpose, if_not_exists=may_repeat)
    op.create_table(
        "emergency",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("session", sa.String(32), nullable=False),
        sa.Column("membership", sa.String(32), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("flags", sa.String(80), nullable=False),
        sa.Column("task", sa.String(64), nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger, nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("overdue", sa.BigInteger, nullable=False),
        sa.Column("reviewed", sa.BigInteger, nullable=False),
        sa.Column("reviewer", sa.String(100), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_emergency"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_emergency_session", "emergency", ["session"], if_not_exists=True)
    op.create_index("ix_emergency_account", "emergency", ["account", "began"], if_not_exists=True)
    op.create_index("ix_emergency_org", "emergency", ["org", "began"], if_not_exists=True)
    op.create_index("ix_emergency_reviewed", "emergency", ["reviewed", "due"], if_not_exists=True)
