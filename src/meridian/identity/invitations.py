"""Becoming a member: an invitation by mail, once, for seven days. There is no other way to an account."""

from typing import NamedTuple

from meridian.faults import Fault, NotFound
from meridian.identity import accounts, links, mail, memberships, passwords
from meridian.identity.accounts import Account
from meridian.identity.credentials import Chosen, Proved
from meridian.identity.facts import Caller, Stage, is_staff
from meridian.identity.links import INVITATION
from meridian.identity.memberships import Membership, New
from meridian.identity.opening import Opened
from meridian.identity.sign_in import SignIn
from meridian.identity.tools import Tools, event, settled
from meridian.identity.views import Invitation
from meridian.store.plan import Plan


class Invited(NamedTuple):
    """Who is invited to what."""

    account: Account
    membership: Membership
    known: bool
    """Whether the account has a password already."""


class NewMember(NamedTuple):
    """
    Somebody to invite.

    Args:
        email, name: Of the account.
        role: As what.
        who: As whom, as `Practitioner/x`; empty where there is no such resource.
        patients: Logical ids of the Patients that are one's own or entrusted.
        starts, ends: From when until when they are, ms since the epoch; *ends* 0 is without end.
    """

    email: str
    name: str
    role: str
    who: str = ""
    patients: tuple[str, ...] = ()
    starts: int = 0
    ends: int = 0


class Invitations:
    """Inviting, looking, accepting."""

    def __init__(self, tools: Tools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in

    def invite(self, org: int, new: NewMember, *, due: int = 0) -> Plan[Membership]:
        """
        A membership that waits to be accepted, and at *due* (now if 0) the mail with the link; the caller records it.

        Raises:
            Conflict: If the account has that role there already.
            Invalid: If the address is none.
        """
        tools, now = self._tools, self._tools.clock()
        account = yield from accounts.by_email(tools.sealer, new.email)
        account_id = account.id if account else (yield from accounts.create(tools.sealer, new.email, new.name, now))
        membership = New(org, account_id, new.role, new.who, new.patients, "invited", new.starts, new.ends)
        made = yield from memberships.create(membership, now)
        yield from mail.tell(org, account_id, INVITATION, due or now, of=made)
        invited = yield from memberships.by_id(org, made)
        assert invited is not None  # noqa: S101  # it has just been made
        return invited

    async def look(self, secret: str) -> Invitation:
        """
        What an invitation is for.

        Raises:
            NotFound: If it has been used or is too old.
        """
        now = self._tools.clock()
        account, membership, known = await self._tools.engine.read(lambda: self._invited(secret, now))
        return Invitation(
            email=account.email,
            name=account.name,
            organisation=membership.organisation,
            organisation_name=membership.organisation_name,
            role=membership.role,
            minimum_length=passwords.shortest(second_factor=is_staff(membership.role)),
            known=known,
        )

    def _invited(self, secret: str, now: int) -> Plan[Invited]:
        link = yield from links.find(INVITATION, secret, now)
        account = yield from accounts.by_id(self._tools.sealer, link.account)
        membership = yield from memberships.anywhere(link.membership)
        if account is None or not account.active or membership is None or membership.status != "invited":
            raise NotFound("The link has been used or is too old; ask for a new one")
        return Invited(account, membership, (yield from self._tools.credentials.has_password(account)))

    async def accept(self, secret: str, name: str, password: str, caller: Caller) -> Stage:
        """
        Accept: a new account with that name and password, or one's own account, proved by its password.

        Raises:
            NotFound: If the invitation has been used or is too old.
            Invalid: If a new password may not be; the invitation still works.
            Unauthenticated, Throttled: If the password of one's own account is wrong.
        """
        tools, now = self._tools, self._tools.clock()
        account, membership, known = await tools.engine.read(lambda: self._invited(secret, now))
        chosen = None
        if not known:
            passwords.check_new(
                password,
                second_factor=is_staff(membership.role),
                context=(account.email, name, membership.organisation_name, tools.product.title),
            )
            chosen = await tools.credentials.choose(account, password)
            proved = chosen.proved
        else:
            proved = (await self._sign_in.checked(account.email, password, caller)).proved
        stage: Stage | Opened = await settled(
            tools.engine, lambda: self._accepted(secret, name, chosen, proved, caller)
        )
        return await self._sign_in.entrance.finished(stage)

    def _accepted(
        self, secret: str, name: str, chosen: Chosen | None, proved: Proved, caller: Caller
    ) -> Plan[Stage | Opened | Fault]:
        tools, now = self._tools, self._tools.clock()
        account, membership, _ = yield from self._invited(secret, now)
        yield from links.spend(INVITATION, secret, now)
        if chosen is not None:
            yield from chosen.keep()
            yield from accounts.rename(tools.sealer, account.id, name)
        yield from memberships.change(membership.id, role=membership.role, status="active")
        yield event("invitation-accepted", now, org=membership.org, account=account.id, caller=caller,
                    role=membership.role, who=membership.who, what=membership.id)  # fmt: skip
        return (yield from self._sign_in.after_password(account.id, proved, caller))
