"""
Guessing is slowed: each failure in a row doubles the time until the next try.

The try is counted before it is judged, and taken back when it was right: many tries at once are one. What was tried
is counted whether or not it exists, so that a lock tells nothing. A device that has signed in to the account before is
counted by itself, so that a stranger cannot lock its owner out (OWASP, device cookies).
"""

from meridian.store.plan import Change, Plan, Query

LONGEST_LOCKOUT = 900
"""Seconds; house policy."""
FORGOTTEN_MS = 24 * 3600 * 1000
"""A day after the last failure the count starts anew."""


def lockout(failures: int) -> int:
    """
    Seconds to refuse sign-in after *failures* failures in a row.

    Doubles from one second and stops at `LONGEST_LOCKOUT`.

    >>> [lockout(n) for n in (0, 1, 4, 99)]
    [0, 1, 8, 900]

    Raises:
        ValueError: If *failures* is negative.

    Source: NIST SP 800-63B section 5.2.2, rate limiting.
    """
    if failures < 0:
        raise ValueError("failures cannot be negative")
    return min(LONGEST_LOCKOUT, 2 ** min(failures - 1, 10)) if failures else 0


def begin(mark: bytes, now: int) -> Plan[int]:
    """Count a try; gives 0, or the seconds to wait when it is not allowed yet."""
    rows = yield Query("SELECT failures, until, last FROM attempt WHERE mark = ? FOR UPDATE", (mark,))
    if not rows:
        yield Change("INSERT INTO attempt (mark, failures, until, last) VALUES (?, 1, ?, ?)", (mark, now + 1000, now))
        return 0
    failures, until, last = rows[0]
    if until > now:
        return int(-((now - until) // 1000))
    failures = 1 if now - last > FORGOTTEN_MS else failures + 1
    yield Change(
        "UPDATE attempt SET failures = ?, until = ?, last = ? WHERE mark = ?",
        (failures, now + 1000 * lockout(failures), now, mark),
    )
    return 0


def waiting(mark: bytes, now: int) -> Plan[int]:
    """Seconds until the next try is allowed, without counting one; for secrets that nobody mistypes."""
    rows = yield Query("SELECT until FROM attempt WHERE mark = ? FOR UPDATE", (mark,))
    return max(0, -((now - rows[0][0]) // 1000)) if rows else 0


def undo(mark: bytes, now: int) -> Plan[None]:
    """It was not judged: the try is not counted, what was before stays."""
    yield Change("UPDATE attempt SET failures = failures - 1, until = ? WHERE mark = ? AND failures > 0", (now, mark))


def clear(mark: bytes) -> Plan[None]:
    """It was right: the count is taken back."""
    yield Change("DELETE FROM attempt WHERE mark = ?", (mark,))


def forget(now: int) -> Plan[None]:
    """Drop counts that no longer mean anything."""
    yield Change("DELETE FROM attempt WHERE last < ?", (now - FORGOTTEN_MS,))
