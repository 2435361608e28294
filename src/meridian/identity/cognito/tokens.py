"""
The pool's tokens: signed by RS256 with one of its published keys, given out by that pool, for a client of ours.

The header is trusted with nothing, as in `identity.tokens`: it names a key, and RS256, and nothing else.

Source: docs.aws.amazon.com/cognito, verifying JSON web tokens; RFC 8725.
"""

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from meridian.clock import Clock
from meridian.identity import tokens
from meridian.identity.cognito.jwks import Keys
from meridian.telemetry import signals

Use: TypeAlias = Literal["access", "id"]
CLIENT: Mapping[Use, str] = {"access": "client_id", "id": "aud"}
"""The claim that names the app client, by the token's use."""
LASTING_MS = 3600 * 1000
"""No token may be good for longer than an hour, whatever the pool's settings."""
LONGEST = 8192
"""Characters of a token that is looked at at all; the pool's are longer than ours."""

_HEADER = frozenset({"alg", "kid", "typ"})
_REQUIRED: Mapping[str, type] = {
    "iss": str,
    "token_use": str,
    "sub": str,
    "exp": int,
    "iat": int,
    "auth_time": int,
    "jti": str,
    "origin_jti": str,
}


class Said(NamedTuple):
    """
    What a token of the pool says; times in ms.

    Args:
        subject: Whose it is, as the pool numbers its users.
        client: The app client it was given to.
        origin: The sign-in it comes from, the same for all tokens that follow from that.
        proved: When that was.
        expires: When the token ends.
    """

    subject: str
    client: str
    origin: str
    proved: int
    expires: int


def foreign(token: str) -> bool:
    """Whether it is not of our own make by its header, so that it may be a pool's."""
    header = _header(token)
    return header is not None and header.get("typ") != tokens.TYPE


def _header(token: str) -> dict[str, Any] | None:
    part = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return header if isinstance(header, dict) else None


class Verifier:
    """
    Checks tokens of one pool.

    Args:
        issuer: `iss` of every one, to the letter.
        keys: The pool's keys.
        clock: What time it is.
    """

    def __init__(self, issuer: str, keys: Keys, clock: Clock) -> None:
        self._issuer, self._keys, self._clock = issuer, keys, clock

    async def verify(self, token: str, use: Use, clients: Collection[str]) -> Said:
        """
        What the token says, if it is good for that *use* and one of the *clients*.

        Raises:
            Unauthenticated: If it is not.
            Unavailable: If the pool's keys cannot be read.
        """
        key = await self._keys.key(_names_key(token))
        try:
            payload = json.loads(tokens.signed(token, key))
        except (ValueError, RecursionError) as wrong:
            raise tokens.refusal("claims") from wrong
        if not isinstance(payload, dict) or any(
            type(payload.get(name)) is not kind for name, kind in _REQUIRED.items()
        ):
            raise tokens.refusal("claims")
        if payload["iss"] != self._issuer or payload["token_use"] != use or payload.get(CLIENT[use]) not in clients:
            raise tokens.refusal("claims")
        ends, given = payload["exp"] * 1000, payload["iat"] * 1000
        if not given - tokens.SKEW_MS <= self._clock() < ends or ends - given > LASTING_MS:
            raise tokens.refusal("claims")
        return Said(payload["sub"], payload[CLIENT[use]], payload["origin_jti"], payload["auth_time"] * 1000, ends)


def _names_key(token: str) -> str:
    header = _header(token) if len(token) <= LONGEST and token.count(".") == 2 else None  # noqa: PLR2004  # the compact form has three parts
    if header is None:
        raise tokens.refusal("header")
    if header.get("alg") != tokens.ALGORITHM:
        raise tokens.refusal(signals.TOKEN_ALGORITHM)
    if not header.keys() <= _HEADER or not isinstance(header.get("kid"), str):
        raise tokens.refusal("header")
    return str(header["kid"])
