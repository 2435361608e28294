"""Video visits, who takes part in them, and the links of guests."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Bytes

revision = "0013"
down_revision = "0012"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("pat", sa.BigInteger, nullable=False),
        sa.Column("encounter", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("room", sa.Integer, nullable=False),
        sa.Column("locked", sa.SmallInteger, nullable=False),
        sa.Column("recording", sa.String(8), nullable=False),
        sa.Column("recorder", sa.String(8), nullable=False),
        sa.Column("consent", sa.String(64), nullable=False),
        sa.Column("recorded", sa.BigInteger, nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("begun", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("org", "id", name="pk_visit"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_visit_ended", "visit", ["ended", "starts"], if_not_exists=True)
    op.create_table(
        "visit_person",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(8), nullable=False),
        sa.Column("agreed", sa.BigInteger, nullable=False),
        sa.Column("waited", sa.BigInteger, nullable=False),
        sa.Column("joined", sa.BigInteger, nullable=False),
        sa.Column("gone", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("media", sa.SmallInteger, nullable=False),
        sa.Column("name", Blob, nullable=True),
        sa.PrimaryKeyConstraint("org", "visit", "id", name="pk_visit_person"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_visit_person_who", "visit_person", ["org", "who"], if_not_exists=True)
    op.create_index("ix_visit_person_state", "visit_person", ["state", "seen"], if_not_exists=True)
    op.create_table(
        "visit_guest",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("visit", sa.String(64), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("address", Blob, nullable=True),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("code", Bytes(32), nullable=True),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("session", Bytes(32), nullable=True),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("cancelled", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("org", "id", name="pk_visit_guest"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_visit_guest_visit", "visit_guest", ["org", "visit"], if_not_exists=True)
    op.create_index("ix_visit_guest_code", "visit_guest", ["code"], unique=True, if_not_exists=True)
    op.create_index("ix_visit_guest_session", "visit_guest", ["session"], unique=True, if_not_exists=True)
