"""
An organisation's people, for its administrators: who is there, inviting, changing roles, suspending, removing.

Only the administrator's own organisation is ever named, and at least one administrator stays.
"""

from meridian.faults import Conflict, Fault, Forbidden, Invalid, Issue, NotFound
from meridian.identity import memberships, passkeys, recovery_codes, roster, sessions
from meridian.identity.facts import MANAGER, PERSONAL, PROGRAM, ROLES, Caller, Identity
from meridian.identity.invitations import Invitations, NewMember
from meridian.identity.memberships import Membership
from meridian.identity.tools import Tools, event_of, settled
from meridian.identity.views import Member, Status
from meridian.store.plan import Plan

INVITABLE = ROLES - {PROGRAM, "platform-operator"}
"""Programs and the platform's operators are added at the command line."""


class People:
    """What administrators do."""

    def __init__(self, tools: Tools, invitations: Invitations) -> None:
        self._tools = tools
        self._invitations = invitations

    async def everybody(self, by: Identity, caller: Caller) -> list[Member]:
        """
        Everybody with a membership or an open invitation.

        Raises:
            Forbidden: If the caller is no administrator.
        """
        await settled(self._tools.engine, lambda: self._listed(by, caller))
        return await self._tools.engine.read(lambda: roster.of_organisation(self._tools.sealer, by.org))

    def _listed(self, by: Identity, caller: Caller) -> Plan[Fault | None]:
        refusal = yield from self._may(by, "people-listed", caller)
        if refusal is None:
            yield event_of(by, "people-listed", self._tools.clock(), caller)
        return refusal

    def _may(self, by: Identity, action: str, caller: Caller) -> Plan[Forbidden | None]:
        if by.role == MANAGER:
            return None
        yield event_of(by, action, self._tools.clock(), caller, outcome="refused", rule="role")
        return Forbidden("Only an administrator may do this")

    async def invite(self, by: Identity, new: NewMember, caller: Caller) -> str:
        """
        Invite somebody by mail; gives the membership's id.

        Raises:
            Forbidden: If the caller is no administrator.
            Invalid: If the role cannot be given so, or the address is none.
            Conflict: If the person has that role already.
        """
        _check(new)
        membership = await settled(self._tools.engine, lambda: self._invite(by, new, caller))
        self._tools.nudge()
        return membership.id

    def _invite(self, by: Identity, new: NewMember, caller: Caller) -> Plan[Membership | Fault]:
        refusal = yield from self._may(by, "member-invited", caller)
        if refusal:
            return refusal
        membership = yield from self._invitations.invite(by.org, new)
        yield event_of(by, "member-invited", self._tools.clock(), caller, what=membership.id)
        return membership

    async def become(self, by: Identity, membership: str, who: str, caller: Caller) -> None:
        """
        Say which Practitioner a membership acts as, where it does not act as anybody yet.

        Raises:
            Forbidden: If the caller is no administrator.
            NotFound: If there is no such membership here.
            Conflict: If it acts as somebody already.
        """
        await settled(self._tools.engine, lambda: self._become(by, membership, who, caller))

    def _become(self, by: Identity, membership: str, who: str, caller: Caller) -> Plan[Fault | None]:
        refusal = yield from self._may(by, "member-changed", caller)
        if refusal:
            return refusal
        present = yield from self._present(by, membership)
        if present.who:
            raise Conflict("This person has a place in the records already")
        yield from memberships.become(membership, who)
        yield event_of(by, "member-changed", self._tools.clock(), caller, what=membership, rule=who)
        return None

    async def change(
        self, by: Identity, membership: str, role: str | None, status: Status | None, caller: Caller
    ) -> Member:
        """
        Change a membership's role or status; its sessions end.

        Raises:
            Forbidden: If the caller is no administrator.
            NotFound: If there is no such membership here.
            Invalid: If the role cannot be given so.
            Conflict: If no administrator would be left, or the invitation is still open.
        """
        if role is not None and role not in INVITABLE:
            raise _bad_role()
        member, ended = await settled(self._tools.engine, lambda: self._change(by, membership, role, status, caller))
        self._tools.ended(*ended)
        return member

    def _change(
        self, by: Identity, membership: str, role: str | None, status: Status | None, caller: Caller
    ) -> Plan[tuple[Member, list[str]] | Fault]:
        refusal = yield from self._may(by, "member-changed", caller)
        if refusal:
            return refusal
        present = yield from self._present(by, membership)
        if status is not None and present.status == "invited":
            raise Conflict("The invitation has not been accepted; withdraw it instead")
        changed = present._replace(role=role or present.role, status=status or present.status)
        yield from self._keep_a_manager(present, stays=changed.role == MANAGER and changed.status == "active")
        yield from memberships.change(membership, role=changed.role, status=changed.status)
        ended = yield from sessions.end_of_membership(membership, self._tools.clock())
        rule = f"{present.role}/{present.status} to {changed.role}/{changed.status}"
        yield event_of(by, "member-changed", self._tools.clock(), caller, what=membership, rule=rule)
        return (yield from roster.of_membership(self._tools.sealer, membership)), ended

    def _present(self, by: Identity, membership: str) -> Plan[Membership]:
        present = yield from memberships.by_id(by.org, membership)
        if present is None or present.role not in INVITABLE:
            raise NotFound("There is no such membership")
        return present

    def _keep_a_manager(self, present: Membership, *, stays: bool) -> Plan[None]:
        if stays or present.role != MANAGER or present.status != "active":
            return
        if (yield from memberships.active_with_role(present.org, MANAGER)) == [present.id]:
            raise Conflict("The organisation would have no administrator; name another first")

    async def remove(self, by: Identity, membership: str, caller: Caller) -> None:
        """
        End a membership or withdraw an invitation.

        Raises:
            Forbidden: If the caller is no administrator.
            NotFound: If there is no such membership here.
            Conflict: If no administrator would be left.
        """
        ended = await settled(self._tools.engine, lambda: self._remove(by, membership, caller))
        self._tools.ended(*ended)

    def _remove(self, by: Identity, membership: str, caller: Caller) -> Plan[list[str] | Fault]:
        refusal = yield from self._may(by, "member-removed", caller)
        if refusal:
            return refusal
        present = yield from self._present(by, membership)
        yield from self._keep_a_manager(present, stays=False)
        ended = yield from sessions.end_of_membership(membership, self._tools.clock())
        yield from memberships.remove(membership)
        yield event_of(by, "member-removed", self._tools.clock(), caller, what=membership)
        return ended

    async def reset_second_factor(self, by: Identity, membership: str, caller: Caller) -> None:
        """
        Forget a member's second factors; they enrol anew at the next sign-in, and are told.

        Raises:
            Forbidden: If the caller is no administrator.
            NotFound: If there is no such membership here.
            Conflict: If the account belongs to another organisation too, whose business it is as well.
        """
        self._tools.ended(*await settled(self._tools.engine, lambda: self._reset(by, membership, caller)))
        self._tools.nudge()

    def _reset(self, by: Identity, membership: str, caller: Caller) -> Plan[list[str] | Fault]:
        refusal = yield from self._may(by, "second-factor-reset", caller)
        if refusal:
            return refusal
        present = yield from self._present(by, membership)
        if any(m.org != by.org for m in (yield from memberships.of_account(present.account))):
            raise Conflict("The account belongs to another organisation too; ask the platform's operator")
        ended = yield from forget_factors(self._tools, present.account)
        yield event_of(by, "second-factor-reset", self._tools.clock(), caller, what=membership)
        return ended


def forget_factors(tools: Tools, account: str) -> Plan[list[str]]:
    """Forget every second factor and end every session, and have that told; gives the sessions."""
    yield from tools.credentials.forget_totp(account)
    yield from tools.credentials.revoke(account)
    yield from recovery_codes.remove(account)
    yield from passkeys.remove_all(account)
    yield from tools.tell(account, "factors-reset")
    return (yield from sessions.end_all(account, tools.clock()))


def _check(new: NewMember) -> None:
    if new.role not in INVITABLE:
        raise _bad_role()
    if new.patients and new.role not in PERSONAL:
        raise Invalid("Only patients and proxies have patients of their own")


def _bad_role() -> Invalid:
    return Invalid("This role cannot be given here", issues=(Issue("value", "cannot be given here", "role"),))
