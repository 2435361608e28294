"""Which accounts have their password in the pool: our rows about its users."""

from typing import NamedTuple

from meridian.store.plan import Change, Plan, Query


class Enlisted(NamedTuple):
    """
    An account in the pool.

    Args:
        account: Its id, which is its user name there.
        subject: `sub` of its tokens.
        totp: When its app was set up, in ms; 0 when it was not.
        renew: Whether the app is to be forgotten at the next sign-in.
        signed_out: Nothing the pool gave out until then counts, in ms.
    """

    account: str
    subject: str
    totp: int
    renew: bool
    signed_out: int


_SELECT = "SELECT account, subject, totp, renew, signed_out FROM pool_user WHERE "


def of_account(account: str) -> Plan[Enlisted | None]:
    """The account, if it is in the pool."""
    rows = yield Query(_SELECT + "account = ?", (account,))
    return _enlisted(rows)


def of_subject(subject: str) -> Plan[Enlisted | None]:
    """The account with that `sub`."""
    rows = yield Query(_SELECT + "subject = ?", (subject,))
    return _enlisted(rows)


def _enlisted(rows: list[tuple[str, str, int, int, int]]) -> Enlisted | None:
    if not rows:
        return None
    account, subject, totp, renew, signed_out = rows[0]
    return Enlisted(account, subject, totp, bool(renew), signed_out)


def enlist(account: str, subject: str) -> Plan[None]:
    """The account is in the pool by that `sub`; as a new user it has no app yet."""
    known = yield from of_account(account)
    if known is not None and known.subject == subject:
        return
    yield Change(
        "INSERT INTO pool_user (account, subject, totp, renew, signed_out) VALUES (?, ?, 0, 0, 0) "
        "ON CONFLICT (account) DO UPDATE SET subject = excluded.subject, totp = 0, renew = 0",
        (account, subject),
    )


def has_app(account: str, now: int) -> Plan[None]:
    """It has set an app up."""
    yield Change("UPDATE pool_user SET totp = ?, renew = 0 WHERE account = ?", (now, account))


def renew(account: str) -> Plan[None]:
    """Its app is to be forgotten."""
    yield Change("UPDATE pool_user SET renew = 1 WHERE account = ?", (account,))


def sign_out(account: str, now: int) -> Plan[bool]:
    """Nothing given out until *now* counts; gives whether it is in the pool."""
    done = yield Change("UPDATE pool_user SET signed_out = ? WHERE account = ?", (now, account))
    return bool(done.rows)


# --- sessions of the pool's tokens


def session_of(origin: bytes) -> Plan[str]:
    """Our session for the sign-in whose `origin_jti` has that digest; empty when there was none."""
    rows = yield Query("SELECT session FROM pool_session WHERE origin = ?", (origin,))
    return str(rows[0][0]) if rows else ""


def remember(origin: bytes, session: str, now: int) -> Plan[None]:
    """
    That session is its only one.

    Raises:
        Conflict: If it has one already.
    """
    yield Change("INSERT INTO pool_session (origin, session, created) VALUES (?, ?, ?)", (origin, session, now))


def forget(before: int) -> Plan[None]:
    """Drop what was remembered before that time."""
    yield Change("DELETE FROM pool_session WHERE created < ?", (before,))
