"""Passwords and authenticator apps kept here: Argon2id hashes, and seeds that the platform's key seals."""

from meridian.clock import Clock
from meridian.faults import Conflict
from meridian.identity import accounts, factors, totp
from meridian.identity.accounts import Account
from meridian.identity.credentials import Chosen, Next, Proved
from meridian.identity.factors import Factors
from meridian.identity.facts import Caller
from meridian.identity.passwords import Passwords
from meridian.identity.pending import Pending
from meridian.identity.views import Enroller
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.vault.platform import PlatformKey


class BuiltIn:
    """
    The port as `Credentials` has it.

    Args:
        engine, sealer, clock: Where they are kept, what seals them, what time it is.
        passwords: Hashes and checks.
    """

    local = True

    def __init__(self, engine: Engine, sealer: PlatformKey, clock: Clock, passwords: Passwords) -> None:
        self._engine, self._sealer, self._clock = engine, sealer, clock
        self.passwords = passwords

    # --- passwords

    async def password(self, email: str, account: Account | None, given: str, caller: Caller) -> Proved | None:  # noqa: ARG002  # a pool asks for the rest
        """As `Credentials.password`; a hash made with other settings than today's is made anew."""
        known = account.hash if account else None
        if not await self.passwords.verify(given, known) or account is None:
            return None
        if known and self.passwords.outdated(known):
            await self._rehash(account.id, known, given)
        return Proved()

    async def _rehash(self, account: str, old: str, password: str) -> None:
        new = await self.passwords.hash(password)
        await self._engine.write(lambda: accounts.rehash(account, old, new))

    def has_password(self, account: Account) -> Plan[bool]:
        """As `Credentials.has_password`."""
        yield from ()
        return account.hash is not None

    async def choose(self, account: Account, new: str, waiting: Pending | None = None) -> Chosen:  # noqa: ARG002  # likewise
        """As `Credentials.choose`."""
        hashed, identifier = await self.passwords.hash(new), account.id
        return Chosen(lambda: accounts.set_password(identifier, hashed, self._clock()))

    # --- second factors

    def factors(self, account: str) -> Plan[Factors]:
        """As `Credentials.factors`."""
        return factors.of_account(account)

    def after(self, account: str, proved: Proved) -> Plan[Next]:  # noqa: ARG002  # likewise
        """As `Credentials.after`."""
        found = yield from factors.of_account(account)
        return Next(found.step, found.methods)

    async def code(self, waiting: Pending, code: str) -> Proved | None:
        """As `Credentials.code`."""
        now = self._clock()
        right = await self._engine.write(lambda: totp.spend(self._sealer, waiting.account, code, now))
        return Proved() if right else None

    def stood_in(self, waiting: Pending) -> Proved:  # noqa: ARG002  # likewise
        """As `Credentials.stood_in`."""
        return Proved()

    async def begin_totp(self, who: Enroller) -> str:
        """As `Credentials.begin_totp`."""
        seed = totp.new_seed()
        await self._engine.write(lambda: self._begin(who.account, seed))
        return seed

    def _begin(self, account: str, seed: str) -> Plan[None]:
        if (yield from totp.enrolled(account)):
            raise Conflict("An authenticator app is set up already; remove it first")
        yield from totp.begin(self._sealer, account, seed)

    async def confirm_totp(self, who: Enroller, code: str) -> bool:
        """As `Credentials.confirm_totp`."""
        now = self._clock()
        return await self._engine.write(lambda: totp.confirm(self._sealer, who.account, code, now))

    def forget_totp(self, account: str) -> Plan[None]:
        """As `Credentials.forget_totp`."""
        yield from totp.remove(account)

    def revoke(self, account: str) -> Plan[None]:  # noqa: ARG002  # sessions are all there is
        """As `Credentials.revoke`."""
        yield from ()

    def close(self) -> None:
        """As `Credentials.close`."""
        self.passwords.close()
