"""Gives out access tokens and knows which keys may have signed one; keeps them turning."""

import asyncio
from typing import Any

from joserfc.jwk import RSAKey

from meridian.clock import Clock
from meridian.faults import Unauthenticated, Unavailable
from meridian.identity import keys, tokens
from meridian.identity.keys import SigningKey
from meridian.identity.opaque import new_id
from meridian.identity.tokens import Claims
from meridian.store.engine import Engine
from meridian.vault.platform import PlatformKey

LOOK_AGAIN_MS = 10 * 1000
"""A token that names an unknown key makes us look for new ones, but not more often than this."""
RECHECK_MS = 60 * 1000
"""How late this process learns that a key was taken out of use before its time."""


class Issuer:
    """
    The keys of one process.

    Args:
        engine, sealer, clock: Where the keys are, what opens them, what time it is.
        name: `iss` and `aud` of every token: the public origin.
    """

    def __init__(self, engine: Engine, sealer: PlatformKey, clock: Clock, name: str) -> None:
        self.name = name
        self._engine, self._sealer, self._clock = engine, sealer, clock
        self._keys: list[SigningKey] = []
        self._public: dict[str, RSAKey] = {}
        self._private: dict[str, RSAKey] = {}
        self._looked = 0

    async def turn(self) -> None:
        """Read the keys and make the one that is due; to be called at the start and daily."""
        now = self._clock()
        await self._look(now)
        times = keys.due(self._keys, now)
        if times is not None:
            made = await asyncio.to_thread(keys.make, self._sealer, times)
            self._keep(await self._engine.write(lambda: keys.keep(made, now)))

    async def renew(self) -> bool:
        """
        Make the key that signs next, as every quarter; whether one was made. Again soon after, nothing happens.

        Nobody is signed out: the present key signs until the next one has been published for `keys.AHEAD_MS`, and
        verifies for longer than any token lives.
        """
        now = self._clock()
        await self._look(now)
        times = keys.renewal(self._keys, now)
        if times is None:
            return False
        made = await asyncio.to_thread(keys.make, self._sealer, times)
        done = await self._engine.write(lambda: keys.renew(made, now))
        await self._look(now)
        return done

    async def replace(self) -> None:
        """
        Make a key that signs from now on, and let none before it verify anything: one of them is in wrong hands.

        Whoever is signed in gets a token anew by what keeps their session; other processes go by it within `RECHECK_MS`
        and what `identity.verified` remembers.
        """
        now = self._clock()
        made = await asyncio.to_thread(keys.make, self._sealer, keys.at_once(now))
        self._keep(await self._engine.write(lambda: keys.replace(made, now)))

    async def _look(self, now: int) -> None:
        self._looked = now
        self._keep(await self._engine.read(lambda: keys.load(now)))

    def _keep(self, found: list[SigningKey]) -> None:
        self._keys = found
        self._public = {key.kid: self._public.get(key.kid) or RSAKey.import_key({**key.public}) for key in found}
        self._private = {kid: key for kid, key in self._private.items() if kid in self._public}

    def published(self) -> dict[str, Any]:
        """The JSON Web Key Set."""
        return keys.published(self._keys)

    async def sign(self, claims: Claims) -> str:
        """
        An access token.

        Raises:
            Unavailable: If there is no key to sign with.
        """
        now = self._clock()
        if keys.signer(self._keys, now) is None:
            await self.turn()
        key = keys.signer(self._keys, now)
        if key is None:
            raise Unavailable("There is no key to sign with")
        return tokens.sign(
            self._opened(key), kid=key.kid, issuer=self.name, claims=claims, now=now, identifier=new_id()
        )

    def _opened(self, key: SigningKey) -> RSAKey:
        private = self._private.get(key.kid)
        if private is None:
            private = self._private[key.kid] = RSAKey.import_key(keys.open_private(self._sealer, key))
        return private

    async def verify(self, token: str) -> Claims:
        """
        What a token says.

        Raises:
            Unauthenticated: If it is not one of ours, or not valid now.
        """
        kid, now = tokens.names_key(token), self._clock()
        if now - self._looked >= (RECHECK_MS if kid in self._public else LOOK_AGAIN_MS):
            await self._look(now)
        key = self._public.get(kid)
        if key is None:
            raise Unauthenticated("Sign in first")
        return tokens.verify(token, key, self.name, now)
