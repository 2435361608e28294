"""
Coming into the pool: whoever is new, whose password was kept here until now, or whose app is to be forgotten.

A user is made with a password that nobody knows, and the person's own replaces it as the pool's own rules have it.
"""

from meridian.faults import Unavailable
from meridian.identity import accounts
from meridian.identity.cognito import roll
from meridian.identity.cognito.client import NO_SUCH, UNFIT, Refused
from meridian.identity.cognito.handle import RENEW, Handle, of_answer
from meridian.identity.cognito.roll import Enlisted
from meridian.identity.cognito.users import Users, temporary
from meridian.identity.credentials import Proved
from meridian.identity.passwords import Passwords
from meridian.store.engine import Engine
from meridian.store.plan import Plan


class Entering:
    """
    The ways into the pool.

    Args:
        users: Of the pool.
        engine: Our rows.
        passwords: Checks passwords that were kept here before.
    """

    def __init__(self, users: Users, engine: Engine, passwords: Passwords) -> None:
        self._users, self._engine, self._passwords = users, engine, passwords

    async def chosen(self, account: str, new: str, enlisted: Enlisted | None) -> tuple[str, Proved]:
        """
        A password of one's own, for a user that is there or is made now: its `sub`, and what the pool asks next.

        Raises:
            Refused: If the pool does not take it.
        """
        if enlisted is not None:
            try:
                await self._users.set_password(account, new, permanent=True)
            except Refused as refused:
                if refused.code != NO_SUCH:
                    raise
            else:
                return enlisted.subject, Proved()
        subject, handle = await self._enter(account)
        return subject, of_answer(await self._users.answer_password(account, handle.session, new)).proved()

    async def moved(self, account: str, known: str, given: str) -> Proved:
        """
        Have the pool keep a password that was kept here until now.

        Raises:
            Refused: If it is not the one whose hash is *known*.
        """
        if not await self._passwords.verify(given, known):
            raise Refused(NO_SUCH)
        return await self._entered(account, given)

    async def anew(self, account: str, given: str) -> Proved:
        """
        A new user by the same name and password, since a pool that demands an app never forgets one.

        Raises:
            Refused: If there is no such user any more.

        Source: docs.aws.amazon.com/cognito, AdminSetUserMFAPreference ("doesn't reset an existing TOTP MFA").
        """
        await self._users.remove(account)
        return await self._entered(account, given)

    async def _entered(self, account: str, given: str) -> Proved:
        """The user made with a password that has been proved; what the pool does not take has to be changed next."""
        subject, handle = await self._enter(account)
        try:
            proved = of_answer(await self._users.answer_password(account, handle.session, given)).proved()
        except Refused as refused:
            if refused.code not in UNFIT:
                raise
            proved = handle.proved()
        await self._engine.write(lambda: enlist(account, subject))
        return proved

    async def _enter(self, username: str) -> tuple[str, Handle]:
        """A user whose password is to be changed before anything else: its `sub`, and that challenge."""
        password = temporary()
        subject = await self._users.enter(username, password)
        handle = of_answer(await self._users.start(username, password))
        if handle.challenge != RENEW:
            raise Unavailable("The user pool does not ask for a password of one's own")
        return subject, handle


def enlist(account: str, subject: str) -> Plan[None]:
    """The account is in the pool from now on; a hash that was kept here is dropped."""
    yield from roll.enlist(account, subject)
    yield from accounts.drop_password(account)
