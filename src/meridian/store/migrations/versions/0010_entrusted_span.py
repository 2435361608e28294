"""From when until when a patient is entrusted to somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
repeatable = True


def upgrade() -> None:
    may_repeat = op.get_context().dialect.name != "sqlite"  # where steps are one transaction, and the words are unknown
    for name in ("starts", "ends"):
        column = sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
        op.add_column("entrusted", column, if_not_exists=may_repeat)
    op.create_index("ix_entrusted_patient", "entrusted", ["org", "patient"], if_not_exists=True)
