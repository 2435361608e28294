"""
What the platform's operator does at the command line: organisations, first accounts, programs, and mending.

Nothing here asks who calls: whoever can run the command holds the master key. It is recorded all the same.
"""

from meridian.faults import Conflict, Invalid, NotFound, Unsupported
from meridian.identity import accounts, emails, mail, memberships, passwords, recovery_codes, roster, sessions, totp
from meridian.identity.accounts import Account
from meridian.identity.credentials import Chosen
from meridian.identity.facts import PROGRAM, ROLES
from meridian.identity.invitations import Invitations, NewMember
from meridian.identity.links import INVITATION
from meridian.identity.mail import Mailer
from meridian.identity.memberships import Membership, New
from meridian.identity.opaque import new_id
from meridian.identity.people import forget_factors
from meridian.identity.programs import Client, Programs
from meridian.identity.tools import Tools, event
from meridian.identity.views import Member
from meridian.post.letters import Letter
from meridian.store.plan import Change, Plan

RULE = "command-line"
TAKEN = "There is an account with that address"
PATIENCE_MS = 60_000
"""How long the worker leaves a mail to the command that sends it itself."""


class Administration:
    """The operator's means."""

    def __init__(self, tools: Tools, invitations: Invitations, programs: Programs, mailer: Mailer) -> None:
        self._tools = tools
        self._mailer = mailer
        self._invitations = invitations
        self._programs = programs

    # --- organisations

    async def create_organisation(self, identifier: str, name: str) -> int:
        """
        A new organisation; gives its number. Its Organization resource is somebody else's to write.

        Raises:
            Conflict: If the logical id is taken.
        """
        return await self._tools.engine.write(lambda: self._create_organisation(identifier, name))

    def _create_organisation(self, identifier: str, name: str) -> Plan[int]:
        now = self._tools.clock()
        org = yield from memberships.create_organisation(identifier, name, now)
        yield event("organisation-created", now, org=org, rule=RULE, what=f"Organization/{identifier}")
        return org

    async def organisations(self) -> list[tuple[int, str, str]]:
        """Number, logical id and name of every organisation."""
        return await self._tools.engine.read(memberships.organisations)

    # --- accounts

    async def create_account(
        self,
        email: str,
        name: str,
        password: str,
        *,
        totp_seed: str = "",
        codes: tuple[str, ...] = (),
        check: bool = True,
    ) -> str:
        """
        An account that can sign in at once; gives its id.

        Args:
            email: Where mails go, and what is typed to sign in.
            name: As people read it.
            password: Of the account.
            totp_seed: An authenticator app's Base32 secret that counts as confirmed, for demonstrations.
            codes: Recovery codes, likewise.
            check: Whether the password must keep the rules.

        Raises:
            Conflict: If the address has an account.
            Invalid: If the password may not be, or the address is none.
            Unsupported: If a seed is given where apps are not kept here.
        """
        tools, new = self._tools, Account(new_id(), email, name, active=True, hash=None)
        if totp_seed and not tools.credentials.local:
            raise Unsupported("Authenticator apps are kept by a user pool, which makes their secrets itself")
        if check:
            passwords.check_new(password, second_factor=bool(totp_seed), context=(email, name))
        emails.clean(email)
        if await tools.engine.read(lambda: accounts.by_email(tools.sealer, email)):
            raise Conflict(TAKEN)
        chosen = await tools.credentials.choose(new, password)
        return await tools.engine.write(lambda: self._create_account(new, chosen, totp_seed, codes))

    def _create_account(self, new: Account, chosen: Chosen, totp_seed: str, codes: tuple[str, ...]) -> Plan[str]:
        tools, now = self._tools, self._tools.clock()
        try:
            account = yield from accounts.create(tools.sealer, new.email, new.name, now, account=new.id)
        except Conflict:
            raise Conflict(TAKEN) from None
        yield from chosen.keep()
        if totp_seed:
            yield from totp.begin(tools.sealer, account, totp_seed)
            yield Change("UPDATE totp SET confirmed = ? WHERE account = ?", (now, account))
        if codes:
            yield from recovery_codes.keep(tools.sealer, account, codes)
        yield event("account-created", now, account=account, rule=RULE)
        return account

    async def add_membership(
        self, account: str, org: int, role: str, *, who: str = "", patients: tuple[str, ...] = ()
    ) -> str:
        """
        An active membership; gives its id.

        Raises:
            Invalid: If there is no such role.
            Conflict: If the account has it already.
        """
        if role not in ROLES:
            raise Invalid(f"There is no role {role!r}")
        return await self._tools.engine.write(lambda: self._add_membership(account, org, role, who, patients))

    def _add_membership(self, account: str, org: int, role: str, who: str, patients: tuple[str, ...]) -> Plan[str]:
        now = self._tools.clock()
        made = yield from memberships.create(New(org, account, role, who, patients), now)
        yield event("member-added", now, org=org, account=account, role=role, who=who, rule=RULE, what=made)
        return made

    async def invite(self, org: int, new: NewMember) -> Letter:
        """
        Invite somebody; gives the mail, which has been sent. Should this process end first, the worker sends it.

        Raises:
            Conflict: If the person has that role already.
            Invalid: If there is no such role, or the address is none.
        """
        if new.role not in ROLES:
            raise Invalid(f"There is no role {new.role!r}")
        made = await self._tools.engine.write(lambda: self._invite(org, new))
        letter = await self._mailer.send({"kind": INVITATION, "account": made.account, "of": made.id})
        assert letter is not None  # noqa: S101  # the invitation has just been made
        await self._tools.engine.write(lambda: mail.take_back(org, made.id))
        return letter

    def _invite(self, org: int, new: NewMember) -> Plan[Membership]:
        now = self._tools.clock()
        made = yield from self._invitations.invite(org, new, due=now + PATIENCE_MS)
        yield event("member-invited", now, org=org, rule=RULE, what=made.id)
        return made

    async def members(self, org: int = 0) -> list[Member]:
        """Every membership, of one organisation or (0) of all."""
        found = await self._tools.engine.read(lambda: roster.of_everywhere(self._tools.sealer))
        return [member for member in found if org in (0, member.org)]

    async def enable(self, email: str, *, active: bool) -> None:
        """
        Let the account sign in, or not; its sessions end.

        Raises:
            NotFound: If the address has no account.
        """
        self._tools.ended(*await self._tools.engine.write(lambda: self._enable(email, active=active)))
        self._tools.nudge()

    def _enable(self, email: str, *, active: bool) -> Plan[list[str]]:
        now, account = self._tools.clock(), (yield from self._by_email(email))
        yield from accounts.activate(account.id, active=active)
        yield from self._tools.credentials.revoke(account.id)
        home = yield from memberships.home(account.id)
        action = "account-enabled" if active else "account-disabled"
        yield event(action, now, org=home, account=account.id, rule=RULE)
        return (yield from sessions.end_all(account.id, now))

    def _by_email(self, email: str) -> Plan[Account]:
        found = yield from accounts.by_email(self._tools.sealer, email)
        if found is None:
            raise NotFound("That address has no account")
        return found

    async def reset_second_factor(self, email: str) -> None:
        """
        Forget an account's second factors; it enrols anew at the next sign-in, and its owner is told.

        Raises:
            NotFound: If the address has no account.
        """
        self._tools.ended(*await self._tools.engine.write(lambda: self._reset(email)))
        self._tools.nudge()

    def _reset(self, email: str) -> Plan[list[str]]:
        account = yield from self._by_email(email)
        home = yield from memberships.home(account.id)
        yield event("second-factor-reset", self._tools.clock(), org=home, account=account.id, rule=RULE)
        return (yield from forget_factors(self._tools, account.id))

    # --- programs

    async def create_program(self, org: int, name: str, *, who: str = "") -> Client:
        """A program's account, membership and client secret, which is shown this one time."""
        return await self._tools.engine.write(lambda: self._create_program(org, name, who))

    def _create_program(self, org: int, name: str, who: str) -> Plan[Client]:
        now, address = self._tools.clock(), f"{new_id()}@program.invalid"  # RFC 2606: nobody's mailbox
        account = yield from accounts.create(self._tools.sealer, address, name, now)
        made = yield from memberships.create(New(org, account, PROGRAM, who), now)
        client = yield from self._programs.create(made)
        yield event("program-created", now, org=org, account=account, role=PROGRAM, who=who, rule=RULE, what=client.id)
        return client

    async def remove_program(self, client: str) -> None:
        """Let a client no longer work; its tokens end at once."""
        self._tools.ended(*await self._tools.engine.write(lambda: self._remove_program(client)))

    def _remove_program(self, client: str) -> Plan[list[str]]:
        ended = yield from self._programs.remove(client)
        yield event("program-removed", self._tools.clock(), rule=RULE, what=client)
        return ended
