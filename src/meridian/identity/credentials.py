"""
What proves that somebody is who they say: passwords and authenticator apps, behind one port.

Drawn from two: `builtin.py` keeps both here, `cognito/` has a user pool keep them. Everything else is ours with either:
accounts, roles, links of mails, recovery codes, lockouts, sessions, tokens, the audit log. Whoever asks has throttled
before, so that a pool hears of no more guesses than we do.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from meridian.identity.accounts import Account
from meridian.identity.factors import Factors
from meridian.identity.facts import Caller
from meridian.identity.pending import Pending
from meridian.identity.tokens import Claims
from meridian.identity.views import Enroller
from meridian.store.plan import Plan

NEW_PASSWORD = "new-password"  # noqa: S105  # the name of a step


class Proved(NamedTuple):
    """
    Something was right.

    Args:
        step: What must follow, as whoever keeps the password says: `totp`, `enrol-totp`, `new-password`; empty for
            whatever the account's factors ask.
        held: What is to be handed back with the next proof; never leaves the server.
    """

    step: str = ""
    held: str = ""

    def __repr__(self) -> str:
        """Without what is held."""
        return f"Proved({self.step!r})"


class Next(NamedTuple):
    """What a sign-in asks for next, and the ways to answer."""

    step: str
    methods: tuple[str, ...] = ()


class Chosen(NamedTuple):
    """
    A password that may be one's own from now on.

    Args:
        keep: The plan that makes it so, for the transaction of whatever it was chosen in.
        proved: What a sign-in that goes on from here has proved by it.
    """

    keep: Callable[[], Plan[None]]
    proved: Proved = Proved()


class Bearers(Protocol):
    """Who judges access tokens that are not of our own make."""

    def take(self, token: str) -> bool:
        """Whether the token is to be judged there."""

    async def claims(self, token: str) -> Claims:
        """
        What it stands for here: an account, and a session of ours.

        Raises:
            Unauthenticated: If it is not good.
            Unavailable: If that cannot be known now.
        """


class Credentials(Protocol):
    """
    Where passwords and authenticator apps are kept.

    Raises (from everything that is awaited): `Unavailable` when that does not answer. Nothing was judged then, and
    nobody is to be told that something was wrong.
    """

    @property
    def local(self) -> bool:
        """Whether they are kept here: passkeys may then stand in for them, and a code alone unlocks."""

    async def password(self, email: str, account: Account | None, given: str, caller: Caller) -> Proved | None:
        """What is proved if *given* is the account's password; `None`, as late, when it is not or nobody is there."""

    def has_password(self, account: Account) -> Plan[bool]:
        """Whether the account has a password to prove itself by."""

    def factors(self, account: str) -> Plan[Factors]:
        """The account's second factors."""

    def after(self, account: str, proved: Proved) -> Plan[Next]:
        """What follows when the password was right."""

    async def code(self, waiting: Pending, code: str) -> Proved | None:
        """What is proved if *code* is the authenticator app's and was not used before."""

    def stood_in(self, waiting: Pending) -> Proved:
        """What is proved when something else stood in for the authenticator app."""

    async def choose(self, account: Account, new: str, waiting: Pending | None = None) -> Chosen:
        """
        Let *new* be the account's password, which *waiting* asked for if given.

        Raises:
            Invalid: If whoever keeps it does not take it.
        """

    async def begin_totp(self, who: Enroller) -> str:
        """
        A secret in Base32 for an authenticator app; it counts once it is confirmed.

        Raises:
            Conflict: If one counts already.
        """

    async def confirm_totp(self, who: Enroller, code: str) -> bool:
        """Let the secret count if *code* proves that the app has it."""

    def forget_totp(self, account: str) -> Plan[None]:
        """Have the next sign-in set an app up anew."""

    def revoke(self, account: str) -> Plan[None]:
        """Nothing counts that was given out for the account so far, and it is active there just as it is here."""

    def close(self) -> None:
        """Let the threads go."""
