"""
Access tokens: JSON Web Tokens that only our keys sign and only one algorithm verifies.

The header is read before the signature is checked, so it is trusted with nothing: it may name a key of ours, and must
name RS256. A header that brings or points to a key (`jwk`, `jku`, `x5u`, `x5c`) or asks for extensions (`crit`) is
refused, not ignored (RFC 8725 sections 3.1 and 3.10; threat AUTH-01).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from meridian.faults import Unauthenticated
from meridian.telemetry import figures, logs, signals, trace

ALGORITHM = "RS256"
TYPE = "at+jwt"  # RFC 9068 section 2.1
LASTING_MS = 15 * 60 * 1000
"""House policy; the door allows an hour at most."""
SKEW_MS = 5 * 1000
"""How far our own processes' clocks may differ."""
LONGEST = 4096
"""Characters of a token that is looked at at all."""

_HEADER = frozenset({"alg", "kid", "typ"})
_REQUIRED: Mapping[str, type] = {
    "iss": str,
    "aud": str,
    "exp": int,
    "nbf": int,
    "iat": int,
    "sub": str,
    "sid": str,
    "org": int,
    "role": str,
    "mid": str,
}


class Claims(NamedTuple):
    """What a token says; *expires* in ms."""

    account: str
    session: str
    membership: str
    org: int
    role: str
    expires: int


def sign(private: RSAKey, *, kid: str, issuer: str, claims: Claims, now: int, identifier: str) -> str:
    """A token of ours; times are whole seconds, as RFC 7519 section 2 has them."""
    payload = {
        "iss": issuer,
        "aud": issuer,
        "iat": now // 1000,
        "nbf": now // 1000,
        "exp": claims.expires // 1000,
        "jti": identifier,
        "sub": claims.account,
        "sid": claims.session,
        "mid": claims.membership,
        "org": claims.org,
        "role": claims.role,
    }
    header = {"alg": ALGORITHM, "kid": kid, "typ": TYPE}
    return jws.serialize_compact(header, json.dumps(payload, separators=(",", ":")), private, algorithms=[ALGORITHM])


def names_key(token: str) -> str:
    """
    The `kid` of a token whose header is one of ours.

    Raises:
        Unauthenticated: If the token is not one of ours by its looks.
    """
    header = _json(token.partition(".")[0]) if len(token) <= LONGEST and token.count(".") == 2 else None  # noqa: PLR2004  # the compact form has three parts
    if not isinstance(header, dict):
        raise refusal("header")
    if header.get("alg") != ALGORITHM:
        raise refusal(signals.TOKEN_ALGORITHM)
    if header.get("typ") != TYPE or not header.keys() <= _HEADER or not isinstance(header.get("kid"), str):
        raise refusal("header")
    return str(header["kid"])


def _json(part: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None


def signed(token: str, key: RSAKey) -> bytes:
    """
    The payload, if *key* signed the token by RS256.

    Raises:
        Unauthenticated: If not.
    """
    try:
        return jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise refusal("signature") from wrong


def verify(token: str, key: RSAKey, issuer: str, now: int) -> Claims:
    """
    What the token says, if *key* signed it, *issuer* gave it out for itself, and it is valid *now* (ms).

    Raises:
        Unauthenticated: If not.
    """
    try:
        payload = json.loads(signed(token, key))
    except (ValueError, RecursionError) as wrong:
        raise refusal("claims") from wrong
    if not isinstance(payload, dict) or any(type(payload.get(name)) is not kind for name, kind in _REQUIRED.items()):
        raise refusal("claims")
    if payload["iss"] != issuer or payload["aud"] != issuer:
        raise refusal("claims")
    starts, ends, given = payload["nbf"] * 1000, payload["exp"] * 1000, payload["iat"] * 1000
    if not starts - SKEW_MS <= now < ends or given - SKEW_MS > now or ends - given > LASTING_MS:
        raise refusal("claims")
    return Claims(payload["sub"], payload["sid"], payload["mid"], payload["org"], payload["role"], ends)


def refusal(why: str) -> Unauthenticated:
    """The refusal; an algorithm that is not ours is no mistake of anybody's (AUTH-01), so detectors hear of it."""
    reason = why.removeprefix("token-")
    figures.TOKENS_REFUSED.add(reason)
    if why == signals.TOKEN_ALGORITHM:
        here = trace.current.get()
        logs.denied("token-refused", reason, category="authentication")
        signals.tell(why, here.address if here is not None else "")
    return Unauthenticated("Sign in first")
