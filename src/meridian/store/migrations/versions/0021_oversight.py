"""What officers concluded of alarms."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob

revision = "0021"
down_revision = "0020"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "alarm_review",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("note", Blob, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("org", "seq", name="pk_alarm_review"),
        if_not_exists=True,
        **MARIADB,
    )
