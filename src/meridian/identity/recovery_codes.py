"""
Recovery codes: ten look-up secrets for the day the second factor is lost (NIST SP 800-63B section 5.1.2).

Shown once; kept as keyed digests; each works once.
"""

import secrets

from meridian.store.plan import Change, Many, Plan, Query
from meridian.vault.platform import PlatformKey

COUNT = 10
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # none that is mistaken for another
_GROUPS, _GROUP = 3, 5


def generate() -> tuple[str, ...]:
    """Ten new codes such as `k7m2q-x9d4p-w3t8r`; 73 random bits each."""
    return tuple(_code() for _ in range(COUNT))


def _code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _kept(sealer: PlatformKey, account: str, code: str) -> bytes:
    plain = "".join(letter for letter in code.casefold() if letter in _LETTERS)
    return sealer.digest("recovery-code", f"{account}|{plain}".encode())


def keep(sealer: PlatformKey, account: str, codes: tuple[str, ...]) -> Plan[None]:
    """Let only *codes* work from now on."""
    yield Change("DELETE FROM recovery_code WHERE account = ?", (account,))
    rows = [(account, _kept(sealer, account, code)) for code in codes]
    yield Many("INSERT INTO recovery_code (account, code, used) VALUES (?, ?, 0)", rows)


def spend(sealer: PlatformKey, account: str, code: str, now: int) -> Plan[bool]:
    """Whether *code* is one that was not used before; it cannot be used again."""
    done = yield Change(
        "UPDATE recovery_code SET used = ? WHERE account = ? AND code = ? AND used = 0",
        (now, account, _kept(sealer, account, code)),
    )
    return bool(done.rows)


def left(account: str) -> Plan[int]:
    """How many still work."""
    rows = yield Query("SELECT COUNT(*) FROM recovery_code WHERE account = ? AND used = 0", (account,))
    return int(rows[0][0])


def remove(account: str) -> Plan[None]:
    """Let none work."""
    yield Change("DELETE FROM recovery_code WHERE account = ?", (account,))
