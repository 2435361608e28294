"""
Passwords and authenticator apps kept by the pool: the port as `Credentials` has it.

The pool says what follows a password; we only ever take that further, never shorter: whatever it is content with, a
session needs a code of its app (or one of our recovery codes in its place).
"""

import logging
import time
from collections.abc import Awaitable
from typing import Any

from meridian.clock import Clock
from meridian.faults import Conflict, Forbidden, Invalid, Issue, Unauthenticated, Unavailable
from meridian.identity import emails, passkeys, pending, recovery_codes, totp
from meridian.identity.accounts import Account
from meridian.identity.cognito import errands, roll
from meridian.identity.cognito.client import NO_SUCH, UNFIT, WRONG, Client, Refused
from meridian.identity.cognito.entering import Entering, enlist
from meridian.identity.cognito.handle import SET_UP, Handle, of_answer, opened
from meridian.identity.cognito.pace import Pace
from meridian.identity.cognito.roll import Enlisted
from meridian.identity.cognito.tokens import Verifier
from meridian.identity.cognito.users import Users
from meridian.identity.credentials import Chosen, Next, Proved
from meridian.identity.factors import Factors
from meridian.identity.facts import Caller
from meridian.identity.opaque import mark
from meridian.identity.passwords import Passwords
from meridian.identity.pending import Pending
from meridian.identity.views import Enroller
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.vault.platform import PlatformKey

_log = logging.getLogger(__name__)

LATE = "NotAuthorizedException"
"""How the pool refuses an answer to a challenge that is no longer open."""


class Keeper:
    """
    The port.

    Args:
        client: The pool.
        host: Our name, for its threat protection.
        engine, sealer, clock: Our rows, what seals them, what time it is.
        verifier: Checks the tokens that the pool gives at the end of a sign-in.
        passwords: Checks passwords that were kept here before the pool was.
        pace: Makes failures take as long.
    """

    local = False

    def __init__(
        self,
        client: Client,
        host: str,
        engine: Engine,
        sealer: PlatformKey,
        clock: Clock,
        *,
        verifier: Verifier,
        passwords: Passwords,
        pace: Pace,
    ) -> None:
        self._client, self._users = client, Users(client, host)
        self._engine, self._sealer, self._clock = engine, sealer, clock
        self._verifier, self._passwords, self._pace = verifier, passwords, pace
        self._entering = Entering(self._users, engine, passwords)
        self.errands = errands.Errands(self._users, engine, sealer)

    # --- passwords

    async def password(self, email: str, account: Account | None, given: str, caller: Caller) -> Proved | None:
        """As `Credentials.password`; the pool is asked about names nobody has, too."""
        begun = time.monotonic()
        try:
            return await self._password(email, account, given, caller)
        except Refused:
            await self._pace.even(begun)
            return None

    async def _password(self, email: str, account: Account | None, given: str, caller: Caller) -> Proved:
        enlisted = await self._enlisted(account.id) if account else None
        if account is not None and enlisted is None and account.hash is not None:
            return await self._entering.moved(account.id, account.hash, given)
        answer = await self._users.start(enlisted.account if enlisted else self._nobody(email), given, caller)
        if account is None or enlisted is None:
            raise Refused(NO_SUCH)
        if enlisted.renew:
            return await self._entering.anew(account.id, given)
        return _proved(answer, enlisted)

    async def _enlisted(self, account: str) -> Enlisted | None:
        return await self._engine.read(lambda: roll.of_account(account))

    def _nobody(self, email: str) -> str:
        """A user name that nobody has, the same for the same address, and that looks like anybody's."""
        return self._sealer.digest("pool.nobody", emails.fold(email).encode("utf-8", "surrogatepass"))[:16].hex()

    def has_password(self, account: Account) -> Plan[bool]:
        """As `Credentials.has_password`; one that was kept here is moved to the pool when it is given."""
        return account.hash is not None or (yield from roll.of_account(account.id)) is not None

    async def choose(self, account: Account, new: str, waiting: Pending | None = None) -> Chosen:
        """As `Credentials.choose`."""
        identifier = account.id
        try:
            subject, proved = await self._chosen(identifier, new, waiting)
        except Refused as refused:
            raise _unfit(refused, waiting) from None
        return Chosen(lambda: enlist(identifier, subject), proved)

    async def _chosen(self, account: str, new: str, waiting: Pending | None) -> tuple[str, Proved]:
        enlisted = await self._enlisted(account)
        if waiting is None or enlisted is None:
            return await self._entering.chosen(account, new, enlisted)
        answer = await self._users.answer_password(account, self._open(waiting).session, new)
        return enlisted.subject, _proved(answer, enlisted)

    def _open(self, waiting: Pending) -> Handle:
        return opened(pending.held(self._sealer, waiting))

    # --- second factors

    def factors(self, account: str) -> Plan[Factors]:
        """As `Credentials.factors`; the pool demands an app of everybody."""
        enlisted = yield from roll.of_account(account)
        app = enlisted is not None and enlisted.totp > 0 and not enlisted.renew
        return Factors(totp=app, passkeys=0, recovery_codes=(yield from recovery_codes.left(account)), staff=True)

    def after(self, account: str, proved: Proved) -> Plan[Next]:
        """As `Credentials.after`; whoever had an app or a passkey here proves it before the pool's is set up."""
        codes = ("recovery-code",) if (yield from recovery_codes.left(account)) else ()
        step = proved.step
        if step == "enrol-totp" and ((yield from totp.enrolled(account)) or (yield from passkeys.count(account))):
            step = "totp"
        return Next(step, {"totp": ("totp", *codes), "enrol-totp": ("totp",)}.get(step, ()))

    async def code(self, waiting: Pending, code: str) -> Proved | None:
        """As `Credentials.code`."""
        handle, digits = self._open(waiting), code.replace(" ", "")
        if handle.challenge == SET_UP:
            now = self._clock()
            right = await self._engine.write(lambda: totp.spend(self._sealer, waiting.account, digits, now))
            return handle.proved() if right else None
        if not _is_code(digits):
            return None
        try:
            answer = await self._users.answer_code(waiting.account, handle.session, digits)
        except Refused:
            return None
        await self._exchanged(answer, waiting.account)
        return Proved()

    def stood_in(self, waiting: Pending) -> Proved:
        """As `Credentials.stood_in`."""
        handle = self._open(waiting)
        return handle.proved() if handle.challenge == SET_UP else Proved()

    async def _exchanged(self, answer: dict[str, object], account: str) -> None:
        """
        The pool says at the end of a sign-in whose it was, by a token; it is used for nothing else, and let go.

        Raises:
            Unavailable: If it is not one of the pool's, for our client, of this user.
        """
        result, enlisted = answer.get("AuthenticationResult"), await self._enlisted(account)
        try:
            token = str(result["IdToken"]) if isinstance(result, dict) else ""
            said = await self._verifier.verify(token, "id", {self._client.place.client})
        except (KeyError, Unauthenticated):
            said = None
        if said is None or enlisted is None or said.subject != enlisted.subject:
            _log.error("The user pool ended a sign-in with tokens that are not good")
            raise Unavailable("The sign-in could not be finished; try again in a moment")
        if not enlisted.totp:
            await self._has_app(account)

    async def _has_app(self, account: str) -> None:
        now = self._clock()
        await self._engine.write(lambda: _set_up(account, now))

    async def begin_totp(self, who: Enroller) -> str:
        """As `Credentials.begin_totp`; only a sign-in that the pool wants it of can set an app up."""
        if not who.pending:
            raise Conflict("An authenticator app is set up already; an administrator can have it set up anew")
        waiting, handle = await self._enrolling(who)
        answer = await self._in_time(self._users.associate(handle))
        renewed = handle._replace(session=str(answer.get("Session", "")) if handle.session else "")
        await self._engine.write(lambda: pending.hold(self._sealer, waiting.token, renewed.proved().held))
        return str(answer["SecretCode"])

    async def _enrolling(self, who: Enroller) -> tuple[Pending, Handle]:
        now = self._clock()
        waiting = await self._engine.read(lambda: pending.find(mark(who.pending), now, pending.ENROL))
        return waiting, self._open(waiting)

    async def _in_time(self, answer: Awaitable[dict[str, object]]) -> dict[str, object]:
        try:
            return await answer
        except Refused:
            raise Unauthenticated(pending.GONE) from None

    async def confirm_totp(self, who: Enroller, code: str) -> bool:
        """As `Credentials.confirm_totp`."""
        if not who.pending:
            return False
        waiting, handle = await self._enrolling(who)
        try:
            answer = await self._users.verify(handle, code.replace(" ", ""))
        except Refused as refused:
            if refused.code == LATE:
                raise Unauthenticated(pending.GONE) from None
            return False
        if answer.get("Status") != "SUCCESS":
            return False
        if handle.session:
            end = self._users.answer_set_up(waiting.account, str(answer["Session"]))
            await self._exchanged(await self._in_time(end), waiting.account)
        await self._users.prefer_app(waiting.account)
        await self._has_app(waiting.account)
        return True

    def forget_totp(self, account: str) -> Plan[None]:
        """As `Credentials.forget_totp`: the user is made anew at the next sign-in, by the password given then."""
        yield from totp.remove(account)
        yield from roll.renew(account)

    def revoke(self, account: str) -> Plan[None]:
        """As `Credentials.revoke`: for us at once, for the pool by the outbox."""
        now = self._clock()
        if (yield from roll.sign_out(account, now)):
            yield from errands.put(account, now)

    def close(self) -> None:
        """As `Credentials.close`."""
        self._client.close()
        self._passwords.close()


def _proved(answer: dict[str, Any], enlisted: Enlisted) -> Proved:
    """
    What the pool asks of that user next.

    Raises:
        Forbidden: If it no longer knows an app that was set up: a password alone is not to set up another.
    """
    handle = of_answer(answer)
    if handle.challenge == SET_UP and enlisted.totp:
        raise Forbidden("The authenticator app is no longer known; ask an administrator to reset it")
    return handle.proved()


def _set_up(account: str, now: int) -> Plan[None]:
    """The pool's app counts, and the one that was kept here before does no longer."""
    yield from roll.has_app(account, now)
    yield from totp.remove(account)


def _is_code(digits: str) -> bool:
    return len(digits) == totp.DIGITS and digits.isascii() and digits.isdigit()


def _unfit(refused: Refused, waiting: Pending | None) -> Exception:
    """What a refusal of a new password means for whoever chose it."""
    if refused.code in UNFIT:
        why = "is not taken by the clinic's sign-in service; make it longer, of letters, digits and other signs"
        return Invalid(f"The password {why}", issues=(Issue("value", why, "password"),))
    if waiting is not None and refused.code in WRONG:
        return Unauthenticated(pending.GONE)
    return Unavailable("The service that keeps passwords did not take it; try again in a moment")
