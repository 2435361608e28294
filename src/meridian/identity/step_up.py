"""
Proving anew who one is, for what cannot be taken back or goes beyond one's usual work.

The session goes on as it was: what is proved counts for the one thing that was asked for with it, and is not kept.
"""

from typing import NamedTuple

from meridian.faults import Fault, Invalid, Issue, Throttled, Unavailable
from meridian.identity import accounts, attempts
from meridian.identity.facts import Caller, Identity
from meridian.identity.opaque import mark
from meridian.identity.pending import Pending
from meridian.identity.tools import Tools, event_of, settled
from meridian.store.plan import Plan


class Proof(NamedTuple):
    """The password, or a code of the authenticator app."""

    password: str | None = None
    code: str | None = None

    def __repr__(self) -> str:
        """Without either."""
        return "Proof()"


class StepUp:
    """Judges proofs of those who are signed in."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def prove(
        self, identity: Identity, proof: Proof, caller: Caller, *, why: str, fresh_factor: bool = False
    ) -> None:
        """
        Pass if it is right, for what *why* names in the log; recorded either way.

        Args:
            identity: Who it is to be the proof of.
            proof: What they gave.
            caller: From where.
            why: What for.
            fresh_factor: Whether it is to be a code, of those who have an authenticator app here.

        Raises:
            Invalid: If it is wrong, is not the code that is asked for, or a code alone proves nothing because apps are
                not kept here.
            Throttled: If too much was tried.
            Unavailable: If whoever keeps the password does not answer; that counts as no try.
        """
        tools = self._tools
        if proof.code is not None and not tools.credentials.local:
            raise Invalid("Only the password proves it here", issues=(Issue("value", "is not taken here", "code"),))
        if fresh_factor and proof.code is None and await self._has_app(identity):
            raise Invalid("Give a code of your authenticator app", issues=(Issue("required", "is missing", "code"),))
        await tools.throttle.check(caller.address)
        await settled(tools.engine, lambda: self._begun(identity))
        right = await self._right(identity, proof, caller)
        wrong = await tools.engine.write(lambda: self._judged(identity, caller, why, right=right))
        if wrong is not None:
            await tools.throttle.failed(caller.address)
            raise wrong

    async def _has_app(self, identity: Identity) -> bool:
        credentials = self._tools.credentials
        if not credentials.local:
            return False
        return (await self._tools.engine.read(lambda: credentials.factors(identity.account))).totp

    def _begun(self, identity: Identity) -> Plan[Fault | None]:
        wait = yield from attempts.begin(_mark(identity), self._tools.clock())
        return Throttled("Too many wrong tries; try again later", retry_after=wait) if wait else None

    async def _right(self, identity: Identity, proof: Proof, caller: Caller) -> bool:
        tools = self._tools
        if proof.code is not None:
            return await tools.credentials.code(Pending(account=identity.account), proof.code) is not None
        account = await tools.engine.read(lambda: accounts.by_id(tools.sealer, identity.account))
        email = account.email if account else ""
        try:
            return await tools.credentials.password(email, account, proof.password or "", caller) is not None
        except Unavailable:
            now = tools.clock()
            await tools.engine.write(lambda: attempts.undo(_mark(identity), now))
            raise

    def _judged(self, identity: Identity, caller: Caller, why: str, *, right: bool) -> Plan[Fault | None]:
        now = self._tools.clock()
        if not right:
            yield event_of(identity, "step-up-failed", now, caller, outcome="failed", rule=why)
            return Invalid("That is not right", issues=(Issue("value", "is not right", "proof"),))
        yield from attempts.clear(_mark(identity))
        yield event_of(identity, "step-up", now, caller, rule=why)
        return None


def _mark(identity: Identity) -> bytes:
    return mark(f"again|{identity.account}")
