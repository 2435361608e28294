"""Accounts: one for each human being (or program), whatever organisations they belong to."""

from typing import NamedTuple

from meridian.identity import emails
from meridian.identity.opaque import new_id
from meridian.identity.sealing import open_text, seal_text
from meridian.store.plan import Change, Plan, Query
from meridian.vault.platform import PlatformKey


class Account(NamedTuple):
    """An account, and the hash of its password if it has one."""

    id: str
    email: str
    name: str
    active: bool
    hash: str | None

    def __repr__(self) -> str:
        """Its id only."""
        return f"Account({self.id!r})"


_SELECT = (
    "SELECT a.id, a.email, a.name, a.active, c.hash FROM account a LEFT JOIN credential c ON c.account = a.id WHERE "
)


def by_email(sealer: PlatformKey, email: str) -> Plan[Account | None]:
    """The account with that address, if there is one."""
    rows = yield Query(_SELECT + "a.address = ?", (emails.key(sealer, email),))
    return _account(sealer, rows[0]) if rows else None


def by_id(sealer: PlatformKey, account: str) -> Plan[Account | None]:
    """The account with that id, if there is one."""
    rows = yield Query(_SELECT + "a.id = ?", (account,))
    return _account(sealer, rows[0]) if rows else None


def _account(sealer: PlatformKey, row: tuple[str, bytes, bytes, int, str | None]) -> Account:
    account, email, name, active, hashed = row
    return Account(
        account,
        open_text(sealer, "account.email", account, email),
        open_text(sealer, "account.name", account, name),
        bool(active),
        hashed,
    )


def create(sealer: PlatformKey, email: str, name: str, now: int, *, account: str = "") -> Plan[str]:
    """
    A new account without a password, by the id *account* if given; gives its id.

    Raises:
        Conflict: If the address has one already.
    """
    account, address = account or new_id(), emails.clean(email)
    yield Change(
        "INSERT INTO account (id, address, email, name, active, created) VALUES (?, ?, ?, ?, 1, ?)",
        (
            account,
            emails.key(sealer, address),
            seal_text(sealer, "account.email", account, address),
            seal_text(sealer, "account.name", account, name),
            now,
        ),
    )
    return account


def rename(sealer: PlatformKey, account: str, name: str) -> Plan[None]:
    """Give the account another name."""
    sealed = seal_text(sealer, "account.name", account, name)
    yield Change("UPDATE account SET name = ? WHERE id = ?", (sealed, account))


def activate(account: str, *, active: bool) -> Plan[None]:
    """Let the account sign in, or not."""
    yield Change("UPDATE account SET active = ? WHERE id = ?", (int(active), account))


def set_password(account: str, hashed: str, now: int) -> Plan[None]:
    """Keep the hash of a new password."""
    yield Change(
        "INSERT INTO credential (account, hash, changed) VALUES (?, ?, ?) "
        "ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, changed = excluded.changed",
        (account, hashed, now),
    )


def rehash(account: str, old: str, new: str) -> Plan[None]:
    """Replace a hash by one of the same password made with today's settings, unless it changed meanwhile."""
    yield Change("UPDATE credential SET hash = ? WHERE account = ? AND hash = ?", (new, account, old))


def drop_password(account: str) -> Plan[None]:
    """Keep no hash any more."""
    yield Change("DELETE FROM credential WHERE account = ?", (account,))
