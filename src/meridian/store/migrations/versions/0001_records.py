"""Resources, history, patients, keys."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Key

revision = "0001"
down_revision = None
repeatable = True


def upgrade() -> None:
    op.create_table(
        "organisation_key",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("wrapped", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", "generation", name="pk_organisation_key"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "patient",
        sa.Column("no", Key, autoincrement=True, nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("wrapped", Blob),
        sa.PrimaryKeyConstraint("no", name="pk_patient"),
        sa.UniqueConstraint("org", "id", name="uq_patient_org_id"),
        if_not_exists=True,
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_table(
        "resource",
        sa.Column("rid", Key, autoincrement=True, nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("type", sa.Integer, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("pat", Key, nullable=False),
        sa.Column("keyed", Key, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False),
        sa.Column("restricted", sa.SmallInteger, nullable=False),
        sa.Column("body", Blob, nullable=False),
        sa.PrimaryKeyConstraint("rid", name="pk_resource"),
        sa.UniqueConstraint("org", "type", "id", name="uq_resource_org_type_id"),
        if_not_exists=True,
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_index("ix_resource_pat", "resource", ["org", "pat", "type", "rid"], if_not_exists=True)
    op.create_index("ix_resource_updated", "resource", ["org", "type", "updated", "rid"], if_not_exists=True)
    op.create_table(
        "history",
        sa.Column("rid", Key, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("type", sa.Integer, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("pat", Key, nullable=False),
        sa.Column("keyed", Key, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.SmallInteger, nullable=False),
        sa.Column("restricted", sa.SmallInteger, nullable=False),
        sa.Column("body", Blob, nullable=False),
        sa.PrimaryKeyConstraint("rid", "version", name="pk_history"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_history_updated", "history", ["org", "type", "updated", "rid"], if_not_exists=True)
    op.create_index("ix_history_pat", "history", ["org", "pat"], if_not_exists=True)
    op.create_table(
        "compartment",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("pat", Key, autoincrement=False, nullable=False),
        sa.Column("rid", Key, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("org", "pat", "rid", name="pk_compartment"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_compartment_rid", "compartment", ["rid"], if_not_exists=True)
    op.create_table(
        "care",
        sa.Column("org", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("member", sa.String(128), nullable=False),
        sa.Column("pat", Key, autoincrement=False, nullable=False),
        sa.Column("rid", Key, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("org", "member", "pat", "rid", name="pk_care"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_care_rid", "care", ["rid"], if_not_exists=True)
