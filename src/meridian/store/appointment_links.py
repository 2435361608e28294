"""
Links of reminders, by the hash of their token: whose appointment, until when, and which action was used.

A token is made where a reminder is sent and is kept nowhere; who reads this table cannot act by it.
"""

from typing import NamedTuple

from meridian.store.plan import Change, Plan, Query

USES = ("confirmed", "cancelled")
"""The actions of a link, each of which works once; they are columns, too."""


class Link(NamedTuple):
    """
    One link.

    Args:
        org: The organisation's number.
        appointment: Logical id.
        starts: When the appointment began, as the reminder said (ms since the epoch).
        expires: When the link ends, likewise.
        confirmed: When it was used to confirm; 0 for not yet.
        cancelled: When it was used to cancel; 0 for not yet.
    """

    org: int
    appointment: str
    starts: int
    expires: int
    confirmed: int
    cancelled: int


def keep(digest: bytes, org: int, appointment: str, starts: int, expires: int) -> Plan[None]:
    """One more link, by the SHA-256 of its token."""
    yield Change(
        "INSERT INTO appointment_link (hash, org, appointment, starts, expires, confirmed, cancelled)"
        " VALUES (?, ?, ?, ?, ?, 0, 0)",
        (digest, org, appointment, starts, expires),
    )


def find(digest: bytes) -> Plan[Link | None]:
    """The link whose token has that hash."""
    rows = yield Query(
        "SELECT org, appointment, starts, expires, confirmed, cancelled FROM appointment_link WHERE hash = ?", (digest,)
    )
    return Link(*rows[0]) if rows else None


def use(digest: bytes, action: str, now: int) -> Plan[bool]:
    """Use a link for one of `USES`; false when it was used for it before, or has ended."""
    if action not in USES:
        raise ValueError(action)
    done = yield Change(
        f"UPDATE appointment_link SET {action} = ? WHERE hash = ? AND {action} = 0 AND expires > ?", (now, digest, now)
    )
    return bool(done.rows)


def sweep(now: int) -> Plan[None]:
    """Forget links that have ended."""
    yield Change("DELETE FROM appointment_link WHERE expires <= ?", (now,))
