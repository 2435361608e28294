"""Tables of scheduling."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Bytes, Key

revision = "0006"
down_revision = "0005"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("ends", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("starts", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("rid", Key, autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("quiet_before", sa.Integer, nullable=False),
        sa.Column("quiet_after", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("org", "actor", "ends", "starts", "rid", name="pk_booking"),
        if_not_exists=True,
        sqlite_with_rowid=False,
        **MARIADB,
    )
    op.create_index("ix_booking_rid", "booking", ["rid"], if_not_exists=True)
    op.create_index("ix_booking_until", "booking", ["until"], if_not_exists=True)
    op.create_table(
        "bookable",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("org", "actor", name="pk_bookable"),
        if_not_exists=True,
        sqlite_with_rowid=False,
        **MARIADB,
    )
    op.create_table(
        "appointment_link",
        sa.Column("hash", Bytes(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("appointment", sa.String(64), nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("confirmed", sa.BigInteger, nullable=False),
        sa.Column("cancelled", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_appointment_link"),
        if_not_exists=True,
        sqlite_with_rowid=False,
        **MARIADB,
    )
    op.create_index("ix_appointment_link_appointment", "appointment_link", ["org", "appointment"], if_not_exists=True)
    op.create_index("ix_appointment_link_expires", "appointment_link", ["expires"], if_not_exists=True)
