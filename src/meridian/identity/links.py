"""One-time links of mails: a forgotten password, an invitation. Kept as digests; each works once, for a while."""

from typing import NamedTuple

from meridian.faults import NotFound
from meridian.identity.opaque import mark, new_secret
from meridian.store.plan import Change, Plan, Query

RECOVERY, INVITATION = "recovery", "invitation"
LASTING_MS = {RECOVERY: 30 * 60 * 1000, INVITATION: 7 * 24 * 3600 * 1000}


class Link(NamedTuple):
    """What a link is for."""

    account: str
    membership: str


def create(kind: str, account: str, now: int, *, membership: str = "") -> Plan[str]:
    """A new link of that *kind*, in place of an older one; gives its secret."""
    secret = new_secret()
    yield Change(
        "DELETE FROM one_time_link WHERE account = ? AND kind = ? AND membership = ?", (account, kind, membership)
    )
    yield Change(
        "INSERT INTO one_time_link (token, kind, account, membership, created, ends, used) "
        "VALUES (?, ?, ?, ?, ?, ?, 0)",
        (mark(secret), kind, account, membership, now, now + LASTING_MS[kind]),
    )
    return secret


def find(kind: str, secret: str, now: int) -> Plan[Link]:
    """
    What the link is for.

    Raises:
        NotFound: If there is none, it was used, or it is too old: nobody can tell which.
    """
    rows = yield Query(
        "SELECT account, membership FROM one_time_link WHERE token = ? AND kind = ? AND used = 0 AND ends > ?",
        (mark(secret), kind, now),
    )
    if not rows:
        raise NotFound("The link has been used or is too old; ask for a new one")
    return Link(*rows[0])


def spend(kind: str, secret: str, now: int) -> Plan[Link]:
    """
    The same, and it cannot be used again.

    Raises:
        NotFound: As `find`.
    """
    found = yield from find(kind, secret, now)
    done = yield Change("UPDATE one_time_link SET used = ? WHERE token = ? AND used = 0", (now, mark(secret)))
    if not done.rows:
        raise NotFound("The link has been used or is too old; ask for a new one")
    return found


def forget(now: int) -> Plan[None]:
    """Drop links that no longer work."""
    yield Change("DELETE FROM one_time_link WHERE ends < ?", (now,))
