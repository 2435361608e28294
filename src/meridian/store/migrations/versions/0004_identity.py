"""Accounts, memberships, what proves them, sessions, links, programs, signing keys."""

import sqlalchemy as sa
from alembic import op

from meridian.store.schema import MARIADB, Blob, Bytes, Key

revision = "0004"
down_revision = "0003"
repeatable = True


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("no", Key, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_organisation"),
        sa.UniqueConstraint("id", name="uq_organisation_id"),
        if_not_exists=True,
        sqlite_autoincrement=True,
        **MARIADB,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("address", Bytes(32), nullable=False),
        sa.Column("email", Blob, nullable=False),
        sa.Column("name", Blob, nullable=False),
        sa.Column("active", sa.SmallInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("address", name="uq_account_address"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("org", "account", "role", "who", name="uq_membership_org_account_role_who"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_membership_account", "membership", ["account"], if_not_exists=True)
    op.create_table(
        "entrusted",
        sa.Column("membership", sa.String(32), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("org", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("membership", "patient", name="pk_entrusted"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "credential",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(255), nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_credential"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "totp",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("seed", Blob, nullable=False),
        sa.Column("confirmed", sa.BigInteger, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_totp"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("code", Bytes(32), nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "code", name="pk_recovery_code"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "passkey",
        sa.Column("id", Bytes(1023), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("public", Blob, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("transports", sa.String(120), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_passkey_account", "passkey", ["account"], if_not_exists=True)
    op.create_table(
        "known_device",
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("device", Bytes(32), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "device", name="pk_known_device"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "attempt",
        sa.Column("mark", Bytes(32), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_attempt"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_attempt_last", "attempt", ["last"], if_not_exists=True)
    op.create_table(
        "session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("membership", sa.String(32), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("factors", sa.String(40), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_session_account", "session", ["account"], if_not_exists=True)
    op.create_index("ix_session_ends", "session", ["ends"], if_not_exists=True)
    op.create_index("ix_session_membership", "session", ["membership"], if_not_exists=True)
    op.create_table(
        "refresh_token",
        sa.Column("token", Bytes(32), nullable=False),
        sa.Column("session", sa.String(32), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_refresh_token"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_refresh_token_session", "refresh_token", ["session"], if_not_exists=True)
    op.create_table(
        "pending_sign_in",
        sa.Column("token", Bytes(32), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("challenge", Bytes(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_pending_sign_in"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_pending_sign_in_ends", "pending_sign_in", ["ends"], if_not_exists=True)
    op.create_table(
        "one_time_link",
        sa.Column("token", Bytes(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("membership", sa.String(32), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_one_time_link"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_index("ix_one_time_link_account", "one_time_link", ["account"], if_not_exists=True)
    op.create_table(
        "program",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("membership", sa.String(32), nullable=False),
        sa.Column("secret", Bytes(32), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_program"),
        if_not_exists=True,
        **MARIADB,
    )
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("public", sa.String(1000), nullable=False),
        sa.Column("private", Blob, nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("retires", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_key"),
        if_not_exists=True,
        **MARIADB,
    )
