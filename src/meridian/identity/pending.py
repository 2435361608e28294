"""Sign-ins that are not finished: known by a secret in a cookie, for ten minutes, with few tries."""

from typing import NamedTuple

from meridian.faults import Unauthenticated
from meridian.identity.opaque import mark, new_secret
from meridian.identity.sealing import open_text, seal_text
from meridian.store.plan import Change, Plan, Query
from meridian.vault.platform import PlatformKey

LASTING_MS = 10 * 60 * 1000
MOST_FAILURES = 5
"""Wrong codes after which the password is asked again."""

SECOND, ENROL, PASSKEY, ADD, RENEW = "second", "enrol", "passkey", "add", "renew"
"""
Waits for: a second factor; the enrolment of one; a passkey of anybody's; a passkey to be added to an account; a new
password instead of one that somebody else chose.
"""


class Pending(NamedTuple):
    """An unfinished sign-in; *account* is empty while nobody has been named."""

    token: bytes = b""
    account: str = ""
    step: str = ""
    challenge: bytes = b""
    failures: int = 0
    ends: int = 0
    held: bytes | None = None
    """Sealed; see `held`."""


GONE = "The sign-in took too long or failed too often; begin again"


def begin(account: str, step: str, now: int, *, challenge: bytes = b"") -> Plan[str]:
    """A new one; gives its secret."""
    secret = new_secret()
    yield from keep(mark(secret), account, step, challenge, now)
    return secret


def keep(token: bytes, account: str, step: str, challenge: bytes, now: int) -> Plan[None]:
    """Keep one under a mark of the caller's choosing, instead of what was there."""
    yield Change(
        "INSERT INTO pending_sign_in (token, account, step, challenge, failures, ends) VALUES (?, ?, ?, ?, 0, ?) "
        "ON CONFLICT (token) DO UPDATE SET challenge = excluded.challenge, ends = excluded.ends",
        (token, account, step, challenge, now + LASTING_MS),
    )


def find(token: bytes, now: int, *steps: str) -> Plan[Pending]:
    """
    The one with that mark.

    Raises:
        Unauthenticated: If there is none at any of *steps*, or no longer.
    """
    rows = yield Query(
        "SELECT token, account, step, challenge, failures, ends, held FROM pending_sign_in WHERE token = ?", (token,)
    )
    found = Pending(*rows[0]) if rows else None
    if found is None or found.ends <= now or found.step not in steps or found.failures >= MOST_FAILURES:
        raise Unauthenticated(GONE)
    return found


def hold(sealer: PlatformKey, token: bytes, text: str) -> Plan[None]:
    """Hold *text* for whoever keeps the password, sealed, until the sign-in is finished."""
    sealed = seal_text(sealer, "pending_sign_in.held", token.hex(), text)
    yield Change("UPDATE pending_sign_in SET held = ? WHERE token = ?", (sealed, token))


def held(sealer: PlatformKey, waiting: Pending) -> str:
    """What is held; empty for nothing."""
    if waiting.held is None:
        return ""
    return open_text(sealer, "pending_sign_in.held", waiting.token.hex(), waiting.held)


def challenge(token: bytes, value: bytes) -> Plan[None]:
    """Set the challenge of the passkey ceremony that is going on."""
    yield Change("UPDATE pending_sign_in SET challenge = ? WHERE token = ?", (value, token))


def failed(token: bytes) -> Plan[None]:
    """Count a wrong code."""
    yield Change("UPDATE pending_sign_in SET failures = failures + 1, challenge = ? WHERE token = ?", (b"", token))


def finish(token: bytes) -> Plan[bool]:
    """Take it away; gives whether it was there, which only one of two at once is told."""
    done = yield Change("DELETE FROM pending_sign_in WHERE token = ?", (token,))
    return bool(done.rows)


def forget(now: int) -> Plan[None]:
    """Drop those that took too long."""
    yield Change("DELETE FROM pending_sign_in WHERE ends < ?", (now,))
