"""
The keys that sign tokens: one at a time, published before it signs and as long as what it signed may live.

            published          starts             retires      ends
    key 1 ──────┼─────────────────┼──── signs ───────┼── verifies ┤
    key 2                      published ─────────── starts ──── …

Which key is due is a pure question of the time; another process that made one meanwhile is noticed when a token names a
key that is not known. RSA of 2048 bits, which RFC 7518 section 3.3 asks for at least.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from meridian.identity.opaque import new_id
from meridian.store.plan import Change, Plan, Query
from meridian.vault.platform import PlatformKey

DAY_MS = 24 * 3600 * 1000
QUARTER_MS = 91 * DAY_MS
"""Keys sign for a quarter; threat AUTH-01."""
AHEAD_MS = 7 * DAY_MS
"""Published this long before it signs."""
OVERLAP_MS = DAY_MS
"""Verifies this long after it signed last; far longer than a token lives."""
YOUNG_MS = 30 * DAY_MS
"""A key younger than this is not replaced before its time."""
BITS = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key: *public* as JWK members, *private* sealed; times in ms."""

    kid: str
    public: dict[str, str]
    private: bytes = field(repr=False)
    starts: int
    retires: int
    ends: int


class Times(NamedTuple):
    """When a key signs and how long it verifies, in ms."""

    starts: int
    retires: int
    ends: int


def _times(starts: int) -> Times:
    return Times(starts, starts + QUARTER_MS, starts + QUARTER_MS + OVERLAP_MS)


def due(keys: Iterable[SigningKey], now: int) -> Times | None:
    """
    The times of the key that is to be made now, or `None` when none is.

    >>> due([], 0) == (0, QUARTER_MS, QUARTER_MS + OVERLAP_MS)
    True
    """
    last = max((key.retires for key in keys if key.retires > now), default=None)
    if last is None:
        return _times(now)
    return _times(last) if last - now <= AHEAD_MS else None


def renewal(keys: Iterable[SigningKey], now: int) -> Times | None:
    """
    The times of a key that is to take the present one's place before its time; `None` when one was made lately.

    It is published `AHEAD_MS` before it signs, as every key, so that each process knows it by then.

    >>> renewal([], 0) == due([], 0)
    True
    """
    known = list(keys)
    present = signer(known, now)
    if present is None:
        return _times(now)
    if any(key.starts > now for key in known) or now - present.starts < YOUNG_MS:
        return None
    return _times(now + AHEAD_MS)


def signer(keys: Iterable[SigningKey], now: int) -> SigningKey | None:
    """The key that signs *now*: the one that started last."""
    started = [key for key in keys if key.starts <= now < key.retires]
    return max(started, key=lambda key: (key.starts, key.kid), default=None)


def at_once(now: int) -> Times:
    """The times of a key that signs from *now* on."""
    return _times(now)


def make(sealer: PlatformKey, times: Times) -> SigningKey:
    """A new key; takes some tenths of a second."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # once in a quarter
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  # as above

    made, kid = rsa.generate_private_key(public_exponent=65537, key_size=BITS), new_id()
    plain = made.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SigningKey(kid, _jwk(made.public_key()), sealer.seal(plain, _place(kid)), *times)


def _jwk(public: Any) -> dict[str, str]:
    from joserfc.jwk import RSAKey  # noqa: PLC0415  # once in a quarter

    members = RSAKey.import_key(public).as_dict(private=False)
    return {"kty": "RSA", "n": str(members["n"]), "e": str(members["e"])}


def open_private(sealer: PlatformKey, key: SigningKey) -> bytes:
    """The private key in PKCS #8 DER."""
    return sealer.open(key.private, _place(key.kid))


def _place(kid: str) -> bytes:
    return f"signing_key.private|{kid}".encode()


def published(keys: Iterable[SigningKey]) -> dict[str, Any]:
    """The JSON Web Key Set (RFC 7517 section 5)."""
    return {"keys": [{**key.public, "kid": key.kid, "use": "sig", "alg": "RS256"} for key in keys]}


def load(now: int) -> Plan[list[SigningKey]]:
    """The keys that verify or will."""
    rows = yield Query(
        "SELECT kid, public, private, starts, retires, ends FROM signing_key WHERE ends > ? ORDER BY starts, kid",
        (now,),
    )
    return [SigningKey(kid, json.loads(public), private, *times) for kid, public, private, *times in rows]


def keep(key: SigningKey, now: int) -> Plan[list[SigningKey]]:
    """Keep a new key, unless another process was quicker; gives the keys there are then."""
    there = yield from load(now)
    if due(there, now) is None:
        return there
    return (yield from _kept(key, now))


def replace(key: SigningKey, now: int) -> Plan[list[SigningKey]]:
    """Keep a key in place of all others, which verify nothing any more: one of them is in wrong hands."""
    yield Change("DELETE FROM signing_key")
    return (yield from _kept(key, now))


def renew(key: SigningKey, now: int) -> Plan[bool]:
    """Keep a key that takes the present one's place when it starts; whether no other process was quicker."""
    there = yield from load(now)
    if renewal(there, now) is None:
        return False
    yield Change(
        "UPDATE signing_key SET retires = ?, ends = ? WHERE starts < ? AND retires > ?",
        (key.starts, key.starts + OVERLAP_MS, key.starts, key.starts),
    )
    yield from _kept(key, now)
    return True


def _kept(key: SigningKey, now: int) -> Plan[list[SigningKey]]:
    yield Change(
        "INSERT INTO signing_key (kid, public, private, starts, retires, ends) VALUES (?, ?, ?, ?, ?, ?)",
        (key.kid, json.dumps(key.public), key.private, key.starts, key.retires, key.ends),
    )
    yield Change("DELETE FROM signing_key WHERE ends <= ?", (now,))
    return (yield from load(now))
