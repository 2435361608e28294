"""
Accounts, their memberships, what proves them, and where they are signed in.

    account ──┬── credential, totp, recovery_code, passkey      what proves it
              ├── known_device, one_time_link, pending_sign_in, pool_user
              └── membership ──┬── entrusted                     patients of one's own
                    │          └── program                       a client secret instead of a password
                    org        session ── refresh_token, pool_session

Secrets that must be read again (TOTP seeds, signing keys, addresses, names) are sealed by the vault; those that are
only compared (tokens, codes, links) are kept as digests; passwords as Argon2id hashes.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, UniqueConstraint

from meridian.store.schema import Blob, Bytes, counted, table

organisation = table(
    "organisation",
    counted("no"),
    Column("id", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("id"),
    sqlite_autoincrement=True,
)
"""Number, the Organization's logical id, and name; number 0 is the platform and has no row."""

account = table(
    "account",
    Column("id", String(32), primary_key=True),
    Column("address", Bytes(32), nullable=False),
    Column("email", Blob, nullable=False),
    Column("name", Blob, nullable=False),
    Column("active", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("address"),
)
"""`address` is the keyed digest of the folded e-mail address; `email` and `name` are sealed."""

membership = table(
    "membership",
    Column("id", String(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("account", String(32), nullable=False),
    Column("role", String(32), nullable=False),
    Column("who", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("org", "account", "role", "who"),
    Index("ix_membership_account", "account"),
)
"""`status` is `active`, `invited` or `disabled`."""

entrusted = table(
    "entrusted",
    Column("membership", String(32), primary_key=True),
    Column("patient", String(64), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("starts", BigInteger, nullable=False, server_default="0"),
    Column("ends", BigInteger, nullable=False, server_default="0"),
    Index("ix_entrusted_patient", "org", "patient"),
)
"""Logical ids of the Patients that are a membership's own, from when until when; `ends` 0 is without end."""

credential = table(
    "credential",
    Column("account", String(32), primary_key=True),
    Column("hash", String(255), nullable=False),
    Column("changed", BigInteger, nullable=False),
)
"""Argon2id hashes in PHC form."""

totp = table(
    "totp",
    Column("account", String(32), primary_key=True),
    Column("seed", Blob, nullable=False),
    Column("confirmed", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
)
"""`confirmed` is 0 until a code has proved the app; `step` is the last time step used."""

recovery_code = table(
    "recovery_code",
    Column("account", String(32), primary_key=True),
    Column("code", Bytes(32), primary_key=True),
    Column("used", BigInteger, nullable=False),
)

passkey = table(
    "passkey",
    Column("id", Bytes(1023), primary_key=True),
    Column("account", String(32), nullable=False),
    Column("name", String(120), nullable=False),
    Column("public", Blob, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("transports", String(120), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Index("ix_passkey_account", "account"),
)

known_device = table(
    "known_device",
    Column("account", String(32), primary_key=True),
    Column("device", Bytes(32), primary_key=True),
    Column("created", BigInteger, nullable=False),
)

attempt = table(
    "attempt",
    Column("mark", Bytes(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Index("ix_attempt_last", "last"),
)
"""Failures in a row by digest of what was tried, whether or not it exists."""

session = table(
    "session",
    Column("id", String(32), primary_key=True),
    Column("account", String(32), nullable=False),
    Column("membership", String(32), nullable=False),
    Column("patient", String(64), nullable=False),
    Column("factors", String(40), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("purpose", String(16), nullable=False, server_default=""),
    Index("ix_session_account", "account"),
    Index("ix_session_membership", "membership"),
    Index("ix_session_ends", "ends"),
)
"""`ended` is 0 while it lives; `purpose` (v3-ActReason) is empty for the one of its role."""

emergency = table(
    "emergency",
    Column("id", String(32), primary_key=True),
    Column("org", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("session", String(32), nullable=False),
    Column("membership", String(32), nullable=False),
    Column("who", String(100), nullable=False),
    Column("role", String(24), nullable=False),
    Column("patient", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("flags", String(80), nullable=False),
    Column("task", String(64), nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("how", String(16), nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("overdue", BigInteger, nullable=False),
    Column("reviewed", BigInteger, nullable=False),
    Column("reviewer", String(100), nullable=False),
    Column("verdict", String(16), nullable=False),
    Index("ix_emergency_session", "session"),
    Index("ix_emergency_account", "account", "began"),
    Index("ix_emergency_org", "org", "began"),
    Index("ix_emergency_reviewed", "reviewed", "due"),
)
"""
Emergency access to one patient's record; codes and ids only, the explanation is sealed in the Task.

`patient` is empty where nobody was found; `ended`, `overdue` (when that alarm was raised), `reviewed` are 0 until then.
"""

refresh_token = table(
    "refresh_token",
    Column("token", Bytes(32), primary_key=True),
    Column("session", String(32), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Index("ix_refresh_token_session", "session"),
)

pending_sign_in = table(
    "pending_sign_in",
    Column("token", Bytes(32), primary_key=True),
    Column("account", String(32), nullable=False),
    Column("step", String(16), nullable=False),
    Column("challenge", Bytes(64), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("held", Blob),
    Index("ix_pending_sign_in_ends", "ends"),
)
"""Sign-ins, and passkey ceremonies, that are not finished; `held` is sealed, what a user pool wants handed back."""

pool_user = table(
    "pool_user",
    Column("account", String(32), primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("totp", BigInteger, nullable=False),
    Column("renew", SmallInteger, nullable=False),
    Column("signed_out", BigInteger, nullable=False),
    UniqueConstraint("subject"),
)
"""
Accounts whose password is a user pool's, and their `sub` there.

`totp` is when its authenticator app was set up, 0 for not; `renew` whether that is to be forgotten at the next sign-in.
Nothing the pool gave out until `signed_out` counts any more.
"""

pool_session = table(
    "pool_session",
    Column("origin", Bytes(32), primary_key=True),
    Column("session", String(32), nullable=False),
    Column("created", BigInteger, nullable=False),
    Index("ix_pool_session_created", "created"),
)
"""The one session of ours for each sign-in at the pool (a digest of its `origin_jti`) whose tokens came here."""

one_time_link = table(
    "one_time_link",
    Column("token", Bytes(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("account", String(32), nullable=False),
    Column("membership", String(32), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Index("ix_one_time_link_account", "account"),
)
"""`kind` is `recovery` or `invitation`."""

program = table(
    "program",
    Column("id", String(32), primary_key=True),
    Column("membership", String(32), nullable=False),
    Column("secret", Bytes(32), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
)

signing_key = table(
    "signing_key",
    Column("kid", String(64), primary_key=True),
    Column("public", String(1000), nullable=False),
    Column("private", Blob, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("retires", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
)
"""`public` is a JWK; `private` a sealed PKCS #8 key. Signs from `starts` to `retires`, verifies until `ends`."""
