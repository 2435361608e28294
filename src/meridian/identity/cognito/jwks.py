"""
The pool's public keys: read from where it publishes them, kept for a while, and looked for again with restraint.

A token that names an unknown key makes us look again, but never more often than once in `PAUSE_MS`, however many come:
strangers cannot make us knock at the pool. Keys that could not be read again for `LONGEST_MS` no longer count.
"""

import asyncio
import json
import logging
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from meridian.clock import Clock
from meridian.faults import Unauthenticated, Unavailable

_log = logging.getLogger(__name__)

PAUSE_MS = 60 * 1000
"""Between two looks, whether or not the first succeeded."""
FRESH_MS = 3600 * 1000
"""After that they are read again."""
LONGEST_MS = 24 * 3600 * 1000
"""So long they count while they cannot be read again; house policy."""
MOST_KEYS, MOST_BYTES = 20, 64 * 1024
SMALLEST = 2048
"""Bits of a key (NIST SP 800-131A)."""
TIMEOUT = 5
"""Seconds."""


class Keys:
    """
    The keys of one pool; one for a process.

    Args:
        url: Where they are published.
        clock: What time it is.
        transport: Of httpx; for tests.
    """

    def __init__(self, url: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url, self._clock, self._transport = url, clock, transport
        self._keys: dict[str, RSAKey] = {}
        self._read = self._looked = -LONGEST_MS
        self._looking = asyncio.Lock()

    async def key(self, kid: str) -> RSAKey:
        """
        The key of that name.

        Raises:
            Unauthenticated: If the pool has none.
            Unavailable: If that cannot be known now.
        """
        if kid not in self._keys or self._clock() - self._read >= FRESH_MS:
            await self._look()
        if self._clock() - self._read >= LONGEST_MS:
            raise Unavailable("The keys that tokens are checked by cannot be read")
        found = self._keys.get(kid)
        if found is None:
            raise Unauthenticated("Sign in first")
        return found

    async def _look(self) -> None:
        async with self._looking:
            now = self._clock()
            if now - self._looked < PAUSE_MS:
                return
            self._looked = now
            try:
                found = _keys(await self._fetch())
            except (httpx.HTTPError, ValueError, JoseError, KeyError, TypeError, RecursionError) as wrong:
                _log.warning("The user pool's keys could not be read: %s", type(wrong).__name__)
                return
            self._keys, self._read = found, now

    async def _fetch(self) -> bytes:
        async with (
            httpx.AsyncClient(transport=self._transport, timeout=TIMEOUT, trust_env=False) as client,
            client.stream("GET", self._url) as answer,
        ):
            answer.raise_for_status()
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise ValueError("too long")
            return body


def _keys(body: bytes) -> dict[str, RSAKey]:
    """
    The RSA keys for signatures by RS256, by name.

    Raises:
        ValueError, KeyError, TypeError, JoseError: If there are none, too many, or it is no key set.
    """
    listed = json.loads(body)["keys"]
    found = {str(one["kid"]): _key(one) for one in listed[:MOST_KEYS] if _signs(one)}
    if not found:
        raise ValueError("no key")
    return found


def _signs(one: dict[str, Any]) -> bool:
    return bool(one["kty"] == "RSA" and one.get("use", "sig") == "sig" and one.get("alg", "RS256") == "RS256")


def _key(one: dict[str, Any]) -> RSAKey:
    key = RSAKey.import_key({name: one[name] for name in ("kty", "n", "e")})
    if key.public_key.key_size < SMALLEST:
        raise ValueError("short key")
    return key
