"""One's own account: second factors, passkeys, sessions, password. Every change is recorded and told by mail."""

from collections.abc import Awaitable
from typing import Any, TypeVar

from meridian.faults import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    Throttled,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from meridian.identity import (
    accounts,
    attempts,
    memberships,
    passkeys,
    passwords,
    pending,
    recovery_codes,
    sessions,
    totp,
)
from meridian.identity.accounts import Account
from meridian.identity.credentials import Chosen
from meridian.identity.facts import Caller, Grant, Identity
from meridian.identity.opaque import mark
from meridian.identity.opening import Opened
from meridian.identity.passkeys import Fresh
from meridian.identity.sign_in import SignIn
from meridian.identity.tools import Tools, event, event_of, settled
from meridian.identity.views import Enroller, Security, Seed, SessionLine
from meridian.store.plan import Plan

T = TypeVar("T")


class OwnAccount:
    """What people do to the protection of their own account."""

    def __init__(self, tools: Tools, sign_in: SignIn) -> None:
        self._tools = tools
        self._entrance = sign_in.entrance
        self._us = passkeys.relying_party(tools.product.origin, tools.product.title)

    async def security(self, identity: Identity) -> Security:
        """How the account is protected, and where it is signed in."""
        return await self._tools.engine.read(lambda: self._security(identity))

    def _security(self, identity: Identity) -> Plan[Security]:
        account = yield from self._account(identity.account)
        found = yield from self._tools.credentials.factors(identity.account)
        living = yield from sessions.living(identity.account, self._tools.clock())
        return Security(
            totp=found.totp,
            password=(yield from self._tools.credentials.has_password(account)),
            staff=found.staff,
            recovery_codes=found.recovery_codes,
            minimum_length=passwords.shortest(second_factor=found.staff or found.enough),
            passkeys=(yield from passkeys.lines(identity.account)),
            sessions=tuple(SessionLine(*line) for line in living),
        )

    def _account(self, account: str) -> Plan[Account]:
        found = yield from accounts.by_id(self._tools.sealer, account)
        if found is None:
            raise Unauthenticated("The session has ended; sign in again")
        return found

    # --- authenticator app

    async def begin_totp(self, who: Enroller) -> Seed:
        """
        A seed for an authenticator app, shown this one time; it counts once it is confirmed.

        Raises:
            Conflict: If one counts already.
        """
        account = await self._tools.engine.read(lambda: self._account(who.account))
        seed = await self._tools.credentials.begin_totp(who)
        return totp.show(seed, account.email, self._tools.product.title)

    async def confirm_totp(self, who: Enroller, code: str, caller: Caller) -> tuple[tuple[str, ...], Grant | None]:
        """
        Let the seed count; gives recovery codes, and tokens if a sign-in waited for it.

        Raises:
            Invalid: If the code is wrong.
            Throttled: If too many were.
        """
        tools, codes = self._tools, recovery_codes.generate()
        await settled(tools.engine, lambda: self._slowed(f"enrol|{who.account}", "Too many wrong codes"))
        right = await self._judged(f"enrol|{who.account}", tools.credentials.confirm_totp(who, code))
        opened = await settled(tools.engine, lambda: self._confirmed_totp(who, codes, caller, right=right))
        return codes, await self._enrolled(opened)

    def _slowed(self, tried: str, why: str) -> Plan[Fault | None]:
        wait = yield from attempts.begin(mark(tried), self._tools.clock())
        return Throttled(f"{why}; try again later", retry_after=wait) if wait else None

    async def _judged(self, tried: str, proof: Awaitable[T]) -> T:
        """What the *proof* gives; a try that nobody judged is not counted."""
        try:
            return await proof
        except Unavailable:
            now = self._tools.clock()
            await self._tools.engine.write(lambda: attempts.undo(mark(tried), now))
            raise

    def _confirmed_totp(
        self, who: Enroller, codes: tuple[str, ...], caller: Caller, *, right: bool
    ) -> Plan[Opened | Fault | None]:
        if not right:
            yield from self._event(who, "totp-enrolled", caller, outcome="failed")
            return Invalid("The code is wrong; look whether the phone's clock is right")
        yield from attempts.clear(mark(f"enrol|{who.account}"))
        yield from recovery_codes.keep(self._tools.sealer, who.account, codes)
        yield from self._event(who, "totp-enrolled", caller)
        return (yield from self._go_on(who, "pwd otp", caller))

    def _go_on(self, who: Enroller, method: str, caller: Caller) -> Plan[Opened | None]:
        """Have a new factor told; open the session that a sign-in waited for, if one did."""
        yield from self._tools.tell(who.account, "factor-added")
        if not who.pending:
            return None
        if not (yield from pending.finish(mark(who.pending))):
            raise Unauthenticated("The sign-in took too long; begin again")
        return (yield from self._entrance.open(who.account, method, caller))

    async def _enrolled(self, opened: Opened | None) -> Grant | None:
        self._tools.nudge()
        return (await self._entrance.finished(opened)).grant if opened is not None else None

    def _event(self, who: Enroller, action: str, caller: Caller, *, outcome: str = "ok") -> Plan[None]:
        org = who.org or (yield from memberships.home(who.account))
        yield event(action, self._tools.clock(), org=org, account=who.account, caller=caller, outcome=outcome,
                    session=who.session)  # fmt: skip

    async def remove_totp(self, identity: Identity, caller: Caller) -> None:
        """
        Do without an authenticator app.

        Raises:
            Forbidden: If the account is staff's and no passkey would stay.
            NotFound: If there is none.
        """
        await self._tools.engine.write(lambda: self._remove_totp(identity, caller))
        self._tools.nudge()

    def _remove_totp(self, identity: Identity, caller: Caller) -> Plan[None]:
        found = yield from self._tools.credentials.factors(identity.account)
        if found.staff and not found.passkeys:
            raise Forbidden("A second factor must stay; add a passkey before you remove this one")
        if not (yield from totp.remove(identity.account)):
            raise NotFound("No authenticator app is set up")
        if not found.passkeys:
            yield from recovery_codes.remove(identity.account)
        yield from self._tools.tell(identity.account, "factor-removed")
        yield event_of(identity, "totp-removed", self._tools.clock(), caller)

    async def renew_recovery_codes(self, identity: Identity, caller: Caller) -> tuple[str, ...]:
        """
        New recovery codes, shown this one time; the old ones no longer work.

        Raises:
            Conflict: If there is no second factor they could stand in for.
        """
        codes = recovery_codes.generate()
        await self._tools.engine.write(lambda: self._renew(identity, codes, caller))
        return codes

    def _renew(self, identity: Identity, codes: tuple[str, ...], caller: Caller) -> Plan[None]:
        if not (yield from self._tools.credentials.factors(identity.account)).enough:
            raise Conflict("Recovery codes stand in for a second factor; set one up first")
        yield from recovery_codes.keep(self._tools.sealer, identity.account, codes)
        yield event_of(identity, "recovery-codes-renewed", self._tools.clock(), caller)

    # --- passkeys

    async def begin_passkey(self, who: Enroller) -> dict[str, Any]:
        """
        Options for `navigator.credentials.create()`.

        Raises:
            Unsupported: If passwords are not kept here: a passkey would pass by whoever keeps them.
        """
        if not self._tools.credentials.local:
            raise Unsupported("Passkeys are not offered here")
        challenge = passkeys.new_challenge()
        account, present = await self._tools.engine.write(lambda: self._begin_passkey(who, challenge))
        return passkeys.creation_options(self._us, account, challenge, present)

    def _begin_passkey(self, who: Enroller, challenge: bytes) -> Plan[tuple[Account, list[bytes]]]:
        account = yield from self._account(who.account)
        yield from pending.keep(_ceremony(who), who.account, pending.ADD, challenge, self._tools.clock())
        return account, (yield from passkeys.ids(who.account))

    async def add_passkey(self, who: Enroller, name: str, credential: dict[str, Any], caller: Caller) -> Grant | None:
        """
        Keep a passkey; gives tokens if a sign-in waited for it.

        Raises:
            Invalid: If it did not answer the challenge.
            Conflict: If it is kept already.
        """
        now = self._tools.clock()
        waiting = await self._tools.engine.read(lambda: pending.find(_ceremony(who), now, pending.ADD))
        fresh = passkeys.created(self._us, credential, waiting.challenge)
        opened = await self._tools.engine.write(lambda: self._add_passkey(who, name, fresh, caller))
        return await self._enrolled(opened)

    def _add_passkey(self, who: Enroller, name: str, fresh: Fresh, caller: Caller) -> Plan[Opened | None]:
        if not (yield from pending.finish(_ceremony(who))):
            raise Conflict("The passkey was added already")
        yield from passkeys.add(who.account, name, fresh, self._tools.clock())
        yield from self._event(who, "passkey-added", caller)
        return (yield from self._go_on(who, "pwd hwk", caller))

    async def remove_passkey(self, identity: Identity, passkey: str, caller: Caller) -> None:
        """
        Forget a passkey.

        Raises:
            Forbidden: If the account could no longer prove itself: staff without a second factor, or nobody's password.
            NotFound: If it is not one of one's own.
        """
        identifier = passkeys.named(passkey)
        await self._tools.engine.write(lambda: self._remove_passkey(identity, identifier, caller))
        self._tools.nudge()

    def _remove_passkey(self, identity: Identity, identifier: bytes, caller: Caller) -> Plan[None]:
        if not (yield from passkeys.remove(identity.account, identifier)):
            raise NotFound("That is not one of your passkeys")
        found = yield from self._tools.credentials.factors(identity.account)
        account = yield from self._account(identity.account)
        password = yield from self._tools.credentials.has_password(account)
        if (found.staff and not found.enough) or not (password or found.passkeys):
            raise Forbidden("This is the last way to prove who you are; add another before you remove it")
        yield from self._tools.tell(identity.account, "factor-removed")
        yield event_of(identity, "passkey-removed", self._tools.clock(), caller)

    # --- sessions

    async def end_session(self, identity: Identity, session: str, caller: Caller) -> None:
        """
        End one of one's sessions.

        Raises:
            NotFound: If it is not one of one's own that lives.
        """
        await self._tools.engine.write(lambda: self._end_session(identity, session, caller))
        self._tools.ended(session)

    def _end_session(self, identity: Identity, session: str, caller: Caller) -> Plan[None]:
        now = self._tools.clock()
        living = yield from sessions.living(identity.account, now)
        if session not in {line[0] for line in living}:
            raise NotFound("That is not one of your sessions")
        yield from sessions.end(session, now)
        yield event_of(identity, "session-revoked", now, caller, rule="own", what=session)

    async def end_other_sessions(self, identity: Identity, caller: Caller) -> None:
        """End all of one's sessions but this one, and what was given out for the account elsewhere."""
        ended = await self._tools.engine.write(lambda: self._end_others(identity, caller))
        self._tools.ended(*ended)
        self._tools.nudge()

    def _end_others(self, identity: Identity, caller: Caller) -> Plan[list[str]]:
        now = self._tools.clock()
        ended = yield from sessions.end_all(identity.account, now, but=identity.session)
        yield from self._tools.credentials.revoke(identity.account)
        yield event_of(identity, "session-revoked", now, caller, rule="own-others")
        return ended

    # --- password

    async def change_password(self, identity: Identity, current: str, new: str, caller: Caller) -> None:
        """
        Change the password; all other sessions end.

        Raises:
            Invalid: If the present one is wrong, or the new one may not be.
            Throttled: If too much was tried.
        """
        tools = self._tools
        account = await settled(tools.engine, lambda: self._asked(identity, caller))
        given = tools.credentials.password(account.email, account, current, caller)
        if await self._judged(f"again|{identity.account}", given) is None:
            await tools.engine.write(lambda: self._wrong(identity, caller))
            raise Invalid("The present password is wrong")
        protected = await tools.engine.read(lambda: tools.credentials.factors(identity.account))
        passwords.check_new(
            new,
            second_factor=protected.staff or protected.enough,
            context=(account.email, account.name, tools.product.title),
            place="new",
        )
        chosen = await tools.credentials.choose(account, new)
        ended = await tools.engine.write(lambda: self._changed(identity, chosen, caller))
        tools.ended(*ended)
        tools.nudge()

    def _asked(self, identity: Identity, caller: Caller) -> Plan[Account | Fault]:
        now = self._tools.clock()
        wait = yield from attempts.begin(mark(f"again|{identity.account}"), now)
        if wait:
            yield event_of(identity, "password-changed", now, caller, outcome="refused", rule="locked")
            return Throttled("Too many wrong tries; try again later", retry_after=wait)
        return (yield from self._account(identity.account))

    def _wrong(self, identity: Identity, caller: Caller) -> Plan[None]:
        yield event_of(identity, "password-changed", self._tools.clock(), caller, outcome="failed", rule="password")

    def _changed(self, identity: Identity, chosen: Chosen, caller: Caller) -> Plan[list[str]]:
        now = self._tools.clock()
        yield from attempts.clear(mark(f"again|{identity.account}"))
        yield from chosen.keep()
        yield from self._tools.credentials.revoke(identity.account)
        yield from self._tools.tell(identity.account, "password")
        yield event_of(identity, "password-changed", now, caller)
        return (yield from sessions.end_all(identity.account, now, but=identity.session))


def _ceremony(who: Enroller) -> bytes:
    """The mark under which the challenge of adding a passkey is kept: one at a time for each session."""
    return mark(f"add|{who.session or who.pending}")
