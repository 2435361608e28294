"""What patients let other organisations read."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB

revision = "0020"
down_revision = "0019"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "share",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("consent", sa.String(64), nullable=False),
        sa.Column("recipient", sa.Integer, nullable=False),
        sa.Column("parts", sa.String(400), nullable=False),
        sa.Column("labelled", sa.SmallInteger, nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("withdrawn", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_share"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_share_org_patient", "share", ["org", "patient"], if_not_exists=True)
    op.create_index("ix_share_recipient_ends", "share", ["recipient", "ends"], if_not_exists=True)
