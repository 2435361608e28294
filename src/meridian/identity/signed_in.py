"""Being signed in: whose token it is, new tokens, proving oneself again, choosing for whom, and leaving."""

from collections.abc import Callable
from typing import TypeVar

from meridian.faults import Fault, Forbidden, Invalid, NotFound, Throttled, Unauthenticated, Unavailable
from meridian.identity import accounts, attempts, emergencies, memberships, pending, sessions
from meridian.identity.facts import PROGRAM, Caller, Grant, Identity, is_staff
from meridian.identity.opaque import mark
from meridian.identity.pending import Pending
from meridian.identity.sessions import Standing
from meridian.identity.tokens import Claims
from meridian.identity.tools import Tools, event, event_of, settled
from meridian.identity.views import Enroller, MembershipLine, Portrait
from meridian.store.plan import Change, Plan

T = TypeVar("T")

ENDED = "The session has ended; sign in again"


class _Reused(Fault):
    """A refresh token came a second time: it, or its session, is in two hands."""

    def __init__(self, session: str) -> None:
        super().__init__(ENDED)
        self.session = session


class SignedIn:
    """What a session is used for."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    # --- whose token it is

    async def authenticate(self, token: str) -> Identity:
        """
        Whose access token it is.

        Raises:
            Unauthenticated: If it is not one of ours or no longer good, or the session ended or was idle too long.
        """
        tools, now = self._tools, self._tools.clock()
        known = tools.verified.get(token, now)
        return known if known is not None else await self._verify(token, now, note=True)

    async def recognise(self, token: str) -> Identity:
        """
        The same without counting as activity: for what the portal does by itself, and for rate limits.

        Raises:
            Unauthenticated: As `authenticate`.
        """
        tools, now = self._tools, self._tools.clock()
        known = tools.verified.alive(token, now)
        return known if known is not None else await self._verify(token, now, note=False)

    async def _verify(self, token: str, now: int, *, note: bool) -> Identity:
        tools = self._tools
        before = tools.verified.signature(token, now)
        if before is None:
            claims = await self._claims(token)
            session, membership, role, expires = claims.session, claims.membership, claims.role, claims.expires
        else:
            session, membership, role, expires = before.session, before.membership, before.role, before.expires
        standing = sessions.awake(await tools.engine.read(lambda: sessions.standing(session)), now)
        if (standing.membership, standing.role) != (membership, role):
            raise Unauthenticated(ENDED)
        seen = await self._note(standing, now) if note else standing.seen
        identity = standing.identity(expires)
        tools.verified.put(token, identity, now, fresh=before is None, note_at=seen + sessions.TOUCH_MS)
        return identity

    async def _claims(self, token: str) -> Claims:
        bearers = self._tools.bearers
        if bearers is not None and bearers.take(token):
            return await bearers.claims(token)
        return await self._tools.issuer.verify(token)

    async def _note(self, standing: Standing, now: int) -> int:
        if now - standing.seen < sessions.TOUCH_MS:
            return standing.seen
        await self._tools.engine.write(lambda: sessions.touch(standing.session, now))
        return now

    async def enrolling(self, secret: str) -> Enroller:
        """
        Somebody who must enrol a second factor before anything else.

        Raises:
            Unauthenticated: If the secret is not that of such a sign-in.
        """
        now = self._tools.clock()
        waiting = await self._tools.engine.read(lambda: pending.find(mark(secret), now, pending.ENROL))
        return Enroller(waiting.account, pending=secret)

    async def portrait(self, identity: Identity) -> Portrait:
        """The person, for their own eyes."""
        return await self._tools.engine.read(lambda: self._portrait(identity))

    def _portrait(self, identity: Identity) -> Plan[Portrait]:
        account = yield from accounts.by_id(self._tools.sealer, identity.account)
        mine = yield from memberships.of_account(identity.account)
        if account is None:
            raise Unauthenticated(ENDED)
        lines = tuple(MembershipLine(m.id, m.organisation, m.organisation_name, m.role, m.who) for m in mine)
        here = next((m.organisation_name for m in mine if m.id == identity.membership), "")
        return Portrait(account.name, account.email, here, lines)

    # --- new tokens

    async def refresh(self, token: str, caller: Caller) -> Grant:
        """
        New tokens for a refresh token, which is used up.

        A second use ends the session (RFC 9700 section 4.14.2), unless the first one's answer was lost just now
        (`sessions.unheard`).

        Raises:
            Unauthenticated: If it is not one of ours, was used before, or the session ended or was idle too long.
        """
        now = self._tools.clock()
        standing, fresh = await self._ending(lambda: self._refresh(token, caller, now))
        return await self._tools.grant(standing, refresh=fresh)

    def _refresh(self, token: str, caller: Caller, now: int) -> Plan[tuple[Standing, str] | _Reused]:
        standing = yield from self._holder(token, caller, now)
        if isinstance(standing, _Reused):
            return standing
        sessions.awake(standing, now)
        return standing, (yield from sessions.rotate(token, standing.session, now))

    def _holder(self, token: str, caller: Caller, now: int) -> Plan[Standing | _Reused]:
        """The session of a refresh token, awake or not; one that is used twice ends it."""
        found = yield from sessions.of_refresh(token)
        if found is None:
            raise Unauthenticated(ENDED)
        session, used = found
        standing = yield from sessions.standing(session)
        if used and not (yield from sessions.unheard(session, used, now)):
            if standing is not None and (yield from sessions.end(session, now)):
                yield event("session-revoked", now, org=standing.org, account=standing.account, caller=caller,
                            outcome="failed", rule="refresh-reused", session=session)  # fmt: skip
            return _Reused(session)
        return sessions.alive(standing, now)

    async def _ending(self, plan: Callable[[], Plan[T | Fault]]) -> T:
        try:
            return await settled(self._tools.engine, plan)
        except _Reused as reused:
            self._tools.ended(reused.session)
            raise Unauthenticated(ENDED) from reused

    # --- proving oneself again

    async def reauthenticate(self, refresh: str, password: str | None, code: str | None, caller: Caller) -> Grant:
        """
        Go on with a session that was idle too long, by the password or a code of the authenticator app.

        The session's own secret is the other factor (NIST SP 800-63B section 4.2.3).

        Raises:
            Unauthenticated: If the proof is wrong, or the session has ended.
            Throttled: If too much was tried.
            Invalid: If a code alone proves nothing, because apps are not kept here.
            Unavailable: If whoever keeps the password does not answer; that counts as no try.
        """
        tools, now = self._tools, self._tools.clock()
        if code is not None and not tools.credentials.local:
            raise Invalid("Only the password takes a session up again here")
        await tools.throttle.check(caller.address)
        standing = await self._ending(lambda: self._asked(refresh, caller, now))
        right = await self._proved(standing, password, code, caller)
        try:
            opened, fresh = await self._ending(lambda: self._proven(standing, refresh, caller, right=right))
        except Unauthenticated:
            await tools.throttle.failed(caller.address)
            raise
        tools.ended(opened.session)
        return await tools.grant(opened, refresh=fresh)

    def _asked(self, refresh: str, caller: Caller, now: int) -> Plan[Standing | Fault]:
        standing = yield from self._holder(refresh, caller, now)
        if isinstance(standing, _Reused):
            return standing
        wait = yield from attempts.begin(mark(f"again|{standing.account}"), now)
        if wait:
            return Throttled("Too many wrong tries; try again later", retry_after=wait)
        return standing

    async def _proved(self, standing: Standing, password: str | None, code: str | None, caller: Caller) -> bool:
        tools = self._tools
        if code is not None:
            return await tools.credentials.code(Pending(account=standing.account), code) is not None
        account = await tools.engine.read(lambda: accounts.by_id(tools.sealer, standing.account))
        email = account.email if account else ""
        try:
            return await tools.credentials.password(email, account, password or "", caller) is not None
        except Unavailable:
            now = tools.clock()
            await tools.engine.write(lambda: attempts.undo(mark(f"again|{standing.account}"), now))
            raise

    def _proven(
        self, standing: Standing, refresh: str, caller: Caller, *, right: bool
    ) -> Plan[tuple[Standing, str] | Fault]:
        now = self._tools.clock()
        if not right:
            yield event("reauthentication-failed", now, org=standing.org, account=standing.account, caller=caller,
                        outcome="failed", role=standing.role, who=standing.who, session=standing.session)  # fmt: skip
            return Unauthenticated("That is not right")
        held = yield from self._holder(refresh, caller, now)
        if isinstance(held, _Reused):
            return held
        yield from attempts.clear(mark(f"again|{standing.account}"))
        yield from sessions.touch(held.session, now)
        fresh = yield from sessions.rotate(refresh, held.session, now)
        yield event("reauthenticated", now, org=held.org, account=held.account, caller=caller, role=held.role,
                    who=held.who, session=held.session)  # fmt: skip
        return held, fresh

    # --- for whom

    async def choose_membership(self, identity: Identity, membership: str, caller: Caller) -> Grant:
        """
        Go on in another organisation or role; the present access token no longer works.

        Raises:
            NotFound: If it is not one of one's own active memberships.
        Forbidden: If its role demands a second factor, and this sign-in had none.
        """
        standing = await self._tools.engine.write(lambda: self._change_membership(identity, membership, caller))
        self._tools.ended(identity.session)
        return await self._tools.grant(standing)

    def _change_membership(self, identity: Identity, membership: str, caller: Caller) -> Plan[Standing]:
        now = self._tools.clock()
        mine = yield from memberships.of_account(identity.account)
        chosen = next((m for m in mine if m.id == membership and m.role != PROGRAM), None)
        if chosen is None:
            raise NotFound("That is not one of your memberships")
        if is_staff(chosen.role) and len(identity.factors) < 2:  # noqa: PLR2004  # a second factor
            raise Forbidden("This role needs a second factor; sign out and in again")
        own = yield from memberships.patients(chosen.id)
        yield Change(
            "UPDATE session SET membership = ?, patient = ?, purpose = '' WHERE id = ? AND account = ? AND ended = 0",
            (chosen.id, own[0] if len(own) == 1 else "", identity.session, identity.account),
        )
        yield from emergencies.end_all(identity.session, emergencies.SESSION, now)
        standing = sessions.awake((yield from sessions.standing(identity.session)), now)
        yield event_of(standing.identity(), "membership-chosen", now, caller)
        return standing

    async def choose_patient(self, identity: Identity, patient: str, caller: Caller) -> Identity:
        """
        Go on for another of one's patients; empty for none in particular.

        Raises:
            NotFound: If it is not one of one's own.
        """
        if patient and patient not in identity.patients:
            raise NotFound("That is not one of your patients")
        standing = await self._tools.engine.write(lambda: self._change_patient(identity, patient, caller))
        self._tools.ended(identity.session)
        return standing.identity(identity.expires)

    def _change_patient(self, identity: Identity, patient: str, caller: Caller) -> Plan[Standing]:
        now = self._tools.clock()
        yield Change("UPDATE session SET patient = ? WHERE id = ? AND ended = 0", (patient, identity.session))
        standing = sessions.awake((yield from sessions.standing(identity.session)), now)
        yield event_of(standing.identity(), "patient-chosen", now, caller, what=f"Patient/{patient}" if patient else "")
        return standing

    async def choose_purpose(self, identity: Identity, purpose: str, caller: Caller) -> Grant:
        """Go on for another purpose of use, which the caller has found the role to have; empty for the role's own."""
        standing = await self._tools.engine.write(lambda: self._change_purpose(identity, purpose, caller))
        self._tools.ended(identity.session)
        return await self._tools.grant(standing)

    def _change_purpose(self, identity: Identity, purpose: str, caller: Caller) -> Plan[Standing]:
        now = self._tools.clock()
        yield Change("UPDATE session SET purpose = ? WHERE id = ? AND ended = 0", (purpose, identity.session))
        standing = sessions.awake((yield from sessions.standing(identity.session)), now)
        yield event_of(standing.identity(), "purpose-chosen", now, caller, rule=purpose)
        return standing

    async def anew(self, identity: Identity) -> Grant:
        """
        A new access token, since what the session may do changed: whoever sees it knows of the change.

        Raises:
            Unauthenticated: If the session has ended.
        """
        tools = self._tools
        found = sessions.awake(await tools.engine.read(lambda: sessions.standing(identity.session)), tools.clock())
        tools.ended(identity.session)
        return await tools.grant(found)

    # --- leaving

    async def sign_out(self, access: str, refresh: str, caller: Caller) -> None:
        """End the session of whichever of its secrets is still good; nothing happens without one."""
        session = await self._session_of(access, refresh)
        if session:
            await self.end(session, "sign-out", caller)

    async def _session_of(self, access: str, refresh: str) -> str:
        try:
            return (await self.authenticate(access)).session
        except Unauthenticated:
            found = await self._tools.engine.read(lambda: sessions.of_refresh(refresh))
            return found[0] if found else ""

    async def end(self, session: str, action: str, caller: Caller) -> None:
        """End a session, for what reason."""
        await self._tools.engine.write(lambda: self._end(session, action, caller))
        self._tools.ended(session)

    def _end(self, session: str, action: str, caller: Caller) -> Plan[None]:
        now = self._tools.clock()
        standing = yield from sessions.standing(session)
        if standing is not None and (yield from sessions.end(session, now)):
            yield from emergencies.end_all(session, emergencies.SESSION, now)
            yield event_of(standing.identity(), action, now, caller)
