"""The audit log."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Bytes

revision = "0003"
down_revision = "0002"
repeatable = True


def _org() -> sa.Column[int]:
    return sa.Column("org", sa.Integer, autoincrement=False, nullable=False)


def upgrade() -> None:
    op.create_table(
        "audit_head",
        _org(),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("last", Bytes(32), nullable=False),
        sa.Column("frontier", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", name="pk_audit_head"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "audit_entry",
        _org(),
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("leaf", Bytes(32), nullable=False),
        sa.Column("body", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", "seq", name="pk_audit_entry"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "audit_tile",
        _org(),
        sa.Column("level", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("tile", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("root", Bytes(32), nullable=False),
        sa.Column("hashes", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", "level", "tile", name="pk_audit_tile"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "audit_term",
        _org(),
        sa.Column("kind", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("org", "kind", "value", "block", name="pk_audit_term"),
        if_not_exists=True,
        sqlite_with_rowid=False,
        **MARIADB,
    )
    op.create_table(
        "audit_checkpoint",
        _org(),
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("note", Blob, nullable=False),
        sa.PrimaryKeyConstraint("org", "size", name="pk_audit_checkpoint"),
        if_not_exists=True,
        **MARIADB,
    )
