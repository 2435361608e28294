"""
Devices that an account has signed in from: a mark in a cookie, of which a digest is kept per account.

A sign-in from a device not seen before is told by mail, but for the account's first.
"""

from meridian.identity.opaque import mark
from meridian.store.plan import Change, Plan, Query

LENGTH = 43
"""Characters of a mark."""


def known(account: str, device: str) -> Plan[bool]:
    """Whether the account has signed in with that mark before."""
    if not device:
        return False
    rows = yield Query("SELECT 1 FROM known_device WHERE account = ? AND device = ?", (account, mark(device)))
    return bool(rows)


def any_known(account: str) -> Plan[bool]:
    """Whether the account has signed in before at all."""
    rows = yield Query("SELECT 1 FROM known_device WHERE account = ? LIMIT 1", (account,))
    return bool(rows)


def remember(account: str, device: str, now: int) -> Plan[None]:
    """From now on the account knows the device."""
    yield Change(
        "INSERT OR IGNORE INTO known_device (account, device, created) VALUES (?, ?, ?)", (account, mark(device), now)
    )


def forget(account: str) -> Plan[None]:
    """The account knows no device any more."""
    yield Change("DELETE FROM known_device WHERE account = ?", (account,))
