"""Identity as the rest of the platform meets it: one object, composed of the parts that do the work."""

from typing import Any

from meridian.identity import attempts, links, pending, sessions
from meridian.identity.addresses import Addresses
from meridian.identity.administration import Administration
from meridian.identity.cognito import roll
from meridian.identity.facts import Identity
from meridian.identity.family import Family
from meridian.identity.invitations import Invitations
from meridian.identity.lasting import Rests
from meridian.identity.mail import Mailer
from meridian.identity.own_account import OwnAccount
from meridian.identity.people import People
from meridian.identity.programs import Programs
from meridian.identity.recovery import Recovery
from meridian.identity.responding import Responding
from meridian.identity.sign_in import SignIn
from meridian.identity.signed_in import SignedIn
from meridian.identity.step_up import StepUp
from meridian.identity.tools import Tools
from meridian.store.plan import Plan


class Service:
    """
    Who somebody is.

    Attributes:
        sign_in: Passwords, second factors, passkeys.
        signed_in: Tokens, proving oneself again, choosing for whom, leaving.
        step_up: Proving anew who one is.
        own_account: Second factors, sessions and password of one's own.
        recovery: A forgotten password.
        invitations: Becoming a member.
        people: What administrators do.
        family: Whom a patient trusts.
        programs: Tokens for programs.
        rests: How the sessions stand on which sockets rest.
        responding: What the operator does in an incident.
        administration: What the operator does at the command line.
        addresses: Mail addresses of the accounts behind references.
        mailer: Sends the mails that all of them put into the outbox.
    """

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.sign_in = SignIn(tools)
        self.signed_in = SignedIn(tools)
        self.step_up = StepUp(tools)
        self.own_account = OwnAccount(tools, self.sign_in)
        self.recovery = Recovery(tools)
        self.invitations = Invitations(tools, self.sign_in)
        self.people = People(tools, self.invitations)
        self.family = Family(tools, self.invitations)
        self.programs = Programs(tools)
        self.rests = Rests(tools)
        self.responding = Responding(tools)
        self.mailer = Mailer(tools)
        self.addresses = Addresses(tools)
        self.administration = Administration(tools, self.invitations, self.programs, self.mailer)

    @property
    def keeps_passwords(self) -> bool:
        """Whether passwords are kept here: passkeys may then stand in for them, and a code alone unlocks."""
        return self.tools.credentials.local

    def known(self, token: str) -> Identity | None:
        """Whose access token it is, if that was verified in the last seconds; `authenticate` otherwise."""
        return self.tools.verified.get(token, self.tools.clock())

    async def authenticate(self, token: str) -> Identity:
        """
        Whose access token it is.

        Raises:
            Unauthenticated: If it is not one of ours or no longer good.
        """
        return await self.signed_in.authenticate(token)

    async def recognise(self, token: str) -> Identity:
        """
        The same without counting as activity: for rate limits, which must not keep a session awake.

        Raises:
            Unauthenticated: As `authenticate`.
        """
        return await self.signed_in.recognise(token)

    def key_set(self) -> dict[str, Any]:
        """The JSON Web Key Set, for `/.well-known/jwks.json`."""
        return self.tools.issuer.published()

    async def start(self) -> None:
        """Read the keys, or make the first one."""
        await self.tools.issuer.turn()

    async def tidy(self) -> None:
        """Turn the keys and drop what no longer means anything; to be called daily."""
        await self.tools.issuer.turn()
        now = self.tools.clock()
        await self.tools.engine.write(lambda: _forget(now))

    def close(self) -> None:
        """Let the threads go."""
        self.tools.credentials.close()


def _forget(now: int) -> Plan[None]:
    yield from sessions.forget(now)
    yield from attempts.forget(now)
    yield from pending.forget(now)
    yield from links.forget(now)
    yield from roll.forget(now - sessions.REMEMBERED_MS)
