"""
Signing in: a password and then a second factor, or a passkey alone.

Nothing an outsider sees (status, words, time, lockout) tells whether an account exists: a name nobody has is counted,
checked against nobody's hash, and recorded just as a wrong password is.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from meridian.faults import Fault, Forbidden, Throttled, Unauthenticated, Unavailable, Unsupported
from meridian.identity import (
    accounts,
    attempts,
    devices,
    emails,
    memberships,
    passkeys,
    passwords,
    pending,
    recovery_codes,
)
from meridian.identity.accounts import Account
from meridian.identity.credentials import NEW_PASSWORD, Chosen, Proved
from meridian.identity.facts import Caller, Stage
from meridian.identity.opaque import mark
from meridian.identity.opening import Entrance, Opened
from meridian.identity.passkeys import Passkey
from meridian.identity.pending import Pending
from meridian.identity.tools import Tools, event, settled
from meridian.store.plan import Plan

WRONG = "The e-mail address or the password is wrong"
WRONG_CODE = "The code is wrong or was used before"
UNFINISHED = {
    "totp": pending.SECOND,
    "passkey": pending.SECOND,
    "enrol-totp": pending.ENROL,
    NEW_PASSWORD: pending.RENEW,
}
"""What an unfinished sign-in waits for, by the step that is next."""
Spend = Callable[[Pending], Awaitable[Proved | None]]
"""Uses up a code; what that proves, `None` when it is wrong."""


class Opening(NamedTuple):
    """What is known before the password is checked."""

    account: Account | None
    mark: bytes


class Known(NamedTuple):
    """An account that proved itself by its password."""

    account: str
    proved: Proved


class SignIn:
    """The ways in."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.entrance = Entrance(tools)
        self._us = passkeys.relying_party(tools.product.origin, tools.product.title)

    # --- password

    async def password(self, email: str, password: str, caller: Caller) -> Stage:
        """
        First factor.

        Raises:
            Unauthenticated: If the address or the password is wrong; the same for both.
            Throttled: If too much was tried; likewise.
        """
        known = await self.checked(email, password, caller)
        stage: Stage | Opened = await settled(self._tools.engine, lambda: self.after_password(*known, caller))
        return await self.entrance.finished(stage)

    async def checked(self, email: str, password: str, caller: Caller) -> Known:
        """
        The account whose password it is; also for those who prove it in other places than the sign-in.

        Raises:
            Unauthenticated, Throttled: As `password`.
            Unavailable: If whoever keeps the password does not answer; that counts as no try.
        """
        tools = self._tools
        await tools.throttle.check(caller.address)
        opening = await settled(tools.engine, lambda: self._begin(email, caller))
        able = opening.account if opening.account and opening.account.active else None
        try:
            proved = await tools.credentials.password(email, able, password, caller)
        except Unavailable:
            await tools.engine.write(lambda: self._unjudged(opening.account, opening.mark, caller))
            raise
        if proved is None or able is None:
            await tools.throttle.failed(caller.address)
            await tools.engine.write(lambda: self._failed(opening, caller))
            raise Unauthenticated(WRONG)
        await tools.engine.write(lambda: attempts.clear(opening.mark))
        return Known(able.id, proved)

    def _begin(self, email: str, caller: Caller) -> Plan[Opening | Fault]:
        now = self._tools.clock()
        account = yield from accounts.by_email(self._tools.sealer, email)
        device = bool(account) and (yield from devices.known(account.id if account else "", caller.device))
        counted = mark(emails.key(self._tools.sealer, email).hex() + (caller.device if device else ""))
        wait = yield from attempts.begin(counted, now)
        if wait:
            home = yield from memberships.home(account.id) if account else _nowhere()
            yield event("sign-in-failed", now, org=home, account=account.id if account else "", caller=caller,
                        outcome="refused", rule="locked")  # fmt: skip
            return Throttled("Too many wrong tries; try again later", retry_after=wait)
        return Opening(account, counted)

    def _failed(self, opening: Opening, caller: Caller) -> Plan[None]:
        now, account = self._tools.clock(), opening.account.id if opening.account else ""
        home = yield from memberships.home(account) if account else _nowhere()
        yield event("sign-in-failed", now, org=home, account=account, caller=caller, outcome="failed", rule="password")

    def _unjudged(self, account: Account | None, counted: bytes, caller: Caller) -> Plan[None]:
        """Whoever keeps the password did not answer: no try, and no failure for the detectors."""
        now = self._tools.clock()
        yield from attempts.undo(counted, now)
        home = yield from memberships.home(account.id) if account else _nowhere()
        yield event("sign-in-unavailable", now, org=home, account=account.id if account else "", caller=caller,
                    outcome="failed")  # fmt: skip

    def after_password(self, account: str, proved: Proved, caller: Caller) -> Plan[Stage | Opened | Fault]:
        """What comes after the password was right: a second factor, its enrolment, a new password, or a session."""
        now = self._tools.clock()
        if not (yield from memberships.of_account(account)):
            home = yield from memberships.home(account)
            yield event("sign-in-failed", now, org=home, account=account, caller=caller, outcome="refused",
                        rule="no-membership")  # fmt: skip
            return Forbidden("The account belongs to no organisation any more")
        step, methods = yield from self._tools.credentials.after(account, proved)
        if step == "done":
            return (yield from self.entrance.open(account, "pwd", caller))
        return Stage(step, methods, (yield from self._waits(account, step, proved)))

    def _waits(self, account: str, step: str, proved: Proved) -> Plan[str]:
        secret = yield from pending.begin(account, UNFINISHED[step], self._tools.clock())
        if proved.held:
            yield from pending.hold(self._tools.sealer, mark(secret), proved.held)
        return secret

    async def new_password(self, secret: str, password: str, caller: Caller) -> Stage:
        """
        A password of one's own instead of one that somebody else chose, which has been proved.

        Raises:
            Unauthenticated: If the sign-in took too long.
            Invalid: If the password may not be; the sign-in still waits.
        """
        tools, now = self._tools, self._tools.clock()
        waiting, account = await tools.engine.read(lambda: self._renewing(secret, now))
        passwords.check_new(password, second_factor=True, context=(account.email, account.name, tools.product.title))
        chosen = await tools.credentials.choose(account, password, waiting)
        stage: Stage | Opened = await settled(tools.engine, lambda: self._renewed(waiting, chosen, caller))
        return await self.entrance.finished(stage)

    def _renewing(self, secret: str, now: int) -> Plan[tuple[Pending, Account]]:
        waiting = yield from pending.find(mark(secret), now, pending.RENEW)
        account = yield from accounts.by_id(self._tools.sealer, waiting.account)
        if account is None or not account.active:
            raise Unauthenticated(pending.GONE)
        return waiting, account

    def _renewed(self, waiting: Pending, chosen: Chosen, caller: Caller) -> Plan[Stage | Opened | Fault]:
        if not (yield from pending.finish(waiting.token)):
            return Unauthenticated(pending.GONE)
        yield from chosen.keep()
        home = yield from memberships.home(waiting.account)
        yield event("password-changed", self._tools.clock(), org=home, account=waiting.account, caller=caller)
        return (yield from self.after_password(waiting.account, chosen.proved, caller))

    # --- second factor

    async def totp(self, secret: str, code: str, caller: Caller) -> Stage:
        """
        Second factor: a code of the authenticator app.

        Raises:
            Unauthenticated: If it is wrong or was used before, or the sign-in took too long.
            Throttled: If too many were wrong.
        """
        return await self._second(secret, caller, "otp", lambda waiting: self._tools.credentials.code(waiting, code))

    async def recovery_code(self, secret: str, code: str, caller: Caller) -> Stage:
        """
        Second factor: a recovery code.

        Raises:
            Unauthenticated, Throttled: As `totp`.
        """

        async def spend(waiting: Pending) -> Proved | None:
            tools, now = self._tools, self._tools.clock()
            right = await tools.engine.write(lambda: recovery_codes.spend(tools.sealer, waiting.account, code, now))
            return tools.credentials.stood_in(waiting) if right else None

        return await self._second(secret, caller, "rc", spend)

    async def _second(self, secret: str, caller: Caller, method: str, spend: Spend) -> Stage:
        tools = self._tools
        await tools.throttle.check(caller.address)
        try:
            waiting = await settled(tools.engine, lambda: self._asked(secret, caller))
            proved = await self._spent(waiting, caller, spend)
            stage: Stage | Opened = await settled(tools.engine, lambda: self._judged(waiting, caller, method, proved))
        except Unauthenticated:
            await tools.throttle.failed(caller.address)
            raise
        return await self.entrance.finished(stage)

    def _asked(self, secret: str, caller: Caller) -> Plan[Pending | Fault]:
        now = self._tools.clock()
        waiting = yield from pending.find(mark(secret), now, pending.SECOND)
        wait = yield from attempts.begin(_counted(waiting), now)
        if wait:
            yield from self._refused(waiting, caller, "locked")
            return Throttled("Too many wrong codes; try again later", retry_after=wait)
        return waiting

    async def _spent(self, waiting: Pending, caller: Caller, spend: Spend) -> Proved | None:
        tools = self._tools
        try:
            return await spend(waiting)
        except Unavailable:
            account = await tools.engine.read(lambda: accounts.by_id(tools.sealer, waiting.account))
            await tools.engine.write(lambda: self._unjudged(account, _counted(waiting), caller))
            raise

    def _judged(
        self, waiting: Pending, caller: Caller, method: str, proved: Proved | None
    ) -> Plan[Stage | Opened | Fault]:
        if proved is None:
            yield from pending.failed(waiting.token)
            yield from self._refused(waiting, caller, method)
            return Unauthenticated(WRONG_CODE)
        if not (yield from pending.finish(waiting.token)):
            return Unauthenticated(pending.GONE)
        yield from attempts.clear(_counted(waiting))
        if method == "rc":
            yield from self._tools.tell(waiting.account, "recovery-code")
        if proved.step:
            return Stage(proved.step, ("totp",), (yield from self._waits(waiting.account, proved.step, proved)))
        return (yield from self.entrance.open(waiting.account, f"pwd {method}", caller))

    def _refused(self, waiting: Pending, caller: Caller, rule: str) -> Plan[None]:
        home = yield from memberships.home(waiting.account)
        yield event("sign-in-failed", self._tools.clock(), org=home, account=waiting.account, caller=caller,
                    outcome="failed", rule=rule)  # fmt: skip

    # --- passkey

    async def passkey_options(self, secret: str) -> tuple[dict[str, Any], str]:
        """Options for a passkey, after a password or instead of one; and the secret of a sign-in begun by it."""
        self._offered()
        challenge = passkeys.new_challenge()
        known, begun = await self._tools.engine.write(lambda: self._challenge(secret, challenge))
        return passkeys.request_options(self._us, challenge, known), begun

    def _offered(self) -> None:
        if not self._tools.credentials.local:
            raise Unsupported("Passkeys are not offered here")

    def _challenge(self, secret: str, challenge: bytes) -> Plan[tuple[list[bytes], str]]:
        now = self._tools.clock()
        try:
            waiting = yield from pending.find(mark(secret), now, pending.SECOND)
        except Unauthenticated:
            begun = yield from pending.begin("", pending.PASSKEY, now, challenge=challenge)
            return [], begun
        yield from pending.challenge(waiting.token, challenge)
        return (yield from passkeys.ids(waiting.account)), ""

    async def passkey(self, secret: str, assertion: dict[str, Any], caller: Caller) -> Stage:
        """
        A passkey as the second or the only factor.

        Raises:
            Unauthenticated: If it is not known, is another's, or did not answer; all the same.
            Throttled: If too much was tried.
        """
        tools = self._tools
        self._offered()
        await tools.throttle.check(caller.address)
        identifier = passkeys.named(str(assertion.get("id", "")))
        now = tools.clock()
        try:
            waiting, passkey = await tools.engine.read(lambda: self._named(secret, identifier, now))
            counter = passkeys.answered(self._us, assertion, waiting.challenge, passkey)
            opened = await settled(tools.engine, lambda: self._answered(waiting, passkey, counter, caller))
        except Unauthenticated as wrong:
            await tools.throttle.failed(caller.address)
            await tools.engine.write(lambda: self._passkey_failed(identifier, caller))
            raise Unauthenticated("The passkey is not known or did not answer as it should") from wrong
        return await self.entrance.finished(opened)

    def _named(self, secret: str, identifier: bytes, now: int) -> Plan[tuple[Pending, Passkey]]:
        waiting = yield from pending.find(mark(secret), now, pending.SECOND, pending.PASSKEY)
        passkey = yield from passkeys.find(identifier)
        if passkey is None or not waiting.challenge or waiting.account not in ("", passkey.account):
            raise Unauthenticated("The passkey is not known")
        return waiting, passkey

    def _answered(self, waiting: Pending, passkey: Passkey, counter: int, caller: Caller) -> Plan[Opened | Fault]:
        now = self._tools.clock()
        if not (yield from pending.finish(waiting.token)):
            return Unauthenticated("The sign-in is finished already")
        if not (yield from passkeys.used(passkey, counter, now)):
            return Unauthenticated("The passkey was used at the same time")
        found = yield from accounts.by_id(self._tools.sealer, passkey.account)
        if found is None or not found.active:
            return Unauthenticated("The account is not active")
        return (yield from self.entrance.open(passkey.account, "pwd hwk" if waiting.account else "hwk user", caller))

    def _passkey_failed(self, identifier: bytes, caller: Caller) -> Plan[None]:
        now, passkey = self._tools.clock(), (yield from passkeys.find(identifier))
        account = passkey.account if passkey else ""
        home = yield from memberships.home(account) if account else _nowhere()
        yield event("sign-in-failed", now, org=home, account=account, caller=caller, outcome="failed", rule="passkey")


def _counted(waiting: Pending) -> bytes:
    """What wrong codes are counted by."""
    return mark(f"second|{waiting.account}")


def _nowhere() -> Plan[int]:
    """The platform's own log."""
    yield from ()
    return 0
