"""
Access tokens that the pool gave to other app clients: an integrator's program, a mobile app.

Such a token opens nothing by itself. The first of each sign-in at the pool opens one session of ours, for that account,
in the membership it used last; it ends by idleness, age, a sign-out, or an administrator, as every session does, and
once it has ended no token of that sign-in counts any more. An offline check of a token would learn of none of that.
"""

import hashlib
from collections.abc import Collection

from meridian.clock import Clock
from meridian.faults import Conflict, Unauthenticated
from meridian.identity import accounts, opening, sessions
from meridian.identity.cognito import roll, tokens
from meridian.identity.cognito.client import Client
from meridian.identity.cognito.tokens import Said, Verifier
from meridian.identity.facts import Caller
from meridian.identity.tokens import Claims
from meridian.identity.tools import event
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.vault.platform import PlatformKey

ASKED_AGAIN_MS = 3600 * 1000
"""How long it is believed that the pool demands a second factor."""
METHOD = "pwd otp"


class Bearers:
    """
    Tokens of the pool, and the sessions behind them.

    Args:
        client: The pool, which is asked whether it demands a second factor.
        clients: App clients whose tokens are taken.
        verifier: Checks tokens.
        engine, sealer, clock: Our rows, what opens them, what time it is.
    """

    def __init__(
        self,
        client: Client,
        clients: Collection[str],
        verifier: Verifier,
        *,
        engine: Engine,
        sealer: PlatformKey,
        clock: Clock,
    ) -> None:
        self._client, self._clients, self._verifier = client, frozenset(clients), verifier
        self._engine, self._sealer, self._clock = engine, sealer, clock
        self._demanded = -ASKED_AGAIN_MS

    def take(self, token: str) -> bool:
        """Whether the token is to be judged here: it is not of our own make, and there are clients to take it from."""
        return bool(self._clients) and tokens.foreign(token)

    async def claims(self, token: str) -> Claims:
        """
        The session that a token stands for, opened by the first one of its sign-in.

        Raises:
            Unauthenticated: If the token is not good, is from before a sign-out, or its session has ended.
            Unavailable: If the pool's keys or its settings cannot be read.
        """
        said = await self._verifier.verify(token, "access", self._clients)
        await self._demands_two()
        origin = hashlib.sha256(said.origin.encode()).digest()
        try:
            session = await self._engine.write(lambda: self._session(origin, said))
        except Conflict:  # another request of the same sign-in was first
            session = await self._engine.read(lambda: roll.session_of(origin))
        standing = await self._engine.read(lambda: sessions.standing(session))
        found = sessions.alive(standing, self._clock())
        return Claims(found.account, found.session, found.membership, found.org, found.role, said.expires)

    async def _demands_two(self) -> None:
        """
        The token does not say how many factors there were, so the pool must demand two of everybody.

        Raises:
            Unauthenticated: If it does not.
        """
        now = self._clock()
        if now - self._demanded < ASKED_AGAIN_MS:
            return
        mfa = await self._client.of_pool("get_user_pool_mfa_config")
        if mfa.get("MfaConfiguration") != "ON" or "SmsMfaConfiguration" in mfa:
            raise Unauthenticated("Sign in first")
        self._demanded = now

    def _session(self, origin: bytes, said: Said) -> Plan[str]:
        enlisted = yield from roll.of_subject(said.subject)
        if enlisted is None or said.proved <= enlisted.signed_out:
            raise Unauthenticated("Sign in first")
        known = yield from roll.session_of(origin)
        return known or (yield from self._open(enlisted.account, origin, said))

    def _open(self, account: str, origin: bytes, said: Said) -> Plan[str]:
        now, found = self._clock(), (yield from accounts.by_id(self._sealer, account))
        usually = yield from opening.usual(account)
        if found is None or not found.active or usually is None:
            raise Unauthenticated("Sign in first")
        caller = Caller(agent=f"Cognito {said.client}")
        session = yield from opening.begun(account, usually, METHOD, caller, now)
        yield from roll.remember(origin, session, now)
        yield event("sign-in", now, org=usually.org, account=account, caller=caller, role=usually.role,
                    who=usually.who, session=session, rule="pool")  # fmt: skip
        return session
