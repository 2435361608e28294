"""
Family and others whom a patient trusts: invited by the patient or the front desk, for one patient, until a day.

Each is a membership of its own, as one RelatedPerson, so that ending one ends nothing else. What it opens is decided by
`access`: a proxy acts for the patient, a helper looks after appointments.
"""

from typing import NamedTuple

from meridian.faults import Fault, Forbidden, Invalid, Issue, NotFound
from meridian.identity import memberships, sessions
from meridian.identity.facts import Caller, Identity
from meridian.identity.invitations import Invitations, NewMember
from meridian.identity.memberships import Membership
from meridian.identity.roster import trusted
from meridian.identity.tools import Tools, event_of, settled
from meridian.identity.views import Trusted
from meridian.store.plan import Plan

TRUSTED = frozenset({"proxy", "helper"})
DESK = frozenset({"front-desk", "administrator"})
"""Who else invites: for minors, and for those who cannot do it themselves."""


class Trust(NamedTuple):
    """
    Somebody to be trusted.

    Args:
        patient: Logical id of the Patient.
        email, name: Of whom is invited.
        role: One of `TRUSTED`.
        who: Their RelatedPerson, as `RelatedPerson/17`.
        starts, ends: Ms since the epoch; *ends* 0 is without end.
    """

    patient: str
    email: str
    name: str
    role: str
    who: str
    starts: int
    ends: int = 0


class Family:
    """Whom a patient trusts."""

    def __init__(self, tools: Tools, invitations: Invitations) -> None:
        self._tools = tools
        self._invitations = invitations

    async def of(self, by: Identity, patient: str, caller: Caller) -> list[Trusted]:
        """
        Everybody who has or had the patient's record, the patient too, oldest first.

        Raises:
            Forbidden: If the caller is neither the patient nor of the front desk.
        """
        await settled(self._tools.engine, lambda: self._looked(by, patient, caller))
        return await self._tools.engine.read(lambda: trusted(self._tools.sealer, by.org, patient))

    def _looked(self, by: Identity, patient: str, caller: Caller) -> Plan[Fault | None]:
        refusal = yield from self._may(by, "family-listed", patient, caller)
        if refusal is None:
            yield event_of(by, "family-listed", self._tools.clock(), caller, what=f"Patient/{patient}")
        return refusal

    def _may(self, by: Identity, action: str, patient: str, caller: Caller) -> Plan[Forbidden | None]:
        if by.role in DESK or (by.role == "patient" and patient in by.patients):
            return None
        yield event_of(by, action, self._tools.clock(), caller, outcome="refused", rule="role")
        return Forbidden("Only the patient or the front desk may do this")

    async def entrust(self, by: Identity, trust: Trust, caller: Caller) -> str:
        """
        Invite somebody to a patient's record; gives the membership's id.

        Raises:
            Forbidden: If the caller is neither the patient nor of the front desk.
            Invalid: If the role is none of `TRUSTED`, the address is none, or the end is not after the beginning.
        """
        if trust.role not in TRUSTED:
            raise Invalid("This role cannot be given here", issues=(Issue("value", "cannot be given here", "role"),))
        if trust.ends and trust.ends <= trust.starts:
            raise Invalid("It would end before it begins", issues=(Issue("value", "is not after the start", "until"),))
        membership = await settled(self._tools.engine, lambda: self._entrust(by, trust, caller))
        self._tools.nudge()
        return membership.id

    def _entrust(self, by: Identity, trust: Trust, caller: Caller) -> Plan[Membership | Fault]:
        refusal = yield from self._may(by, "member-invited", trust.patient, caller)
        if refusal:
            return refusal
        new = NewMember(
            trust.email, trust.name, trust.role, trust.who, (trust.patient,), starts=trust.starts, ends=trust.ends
        )
        membership = yield from self._invitations.invite(by.org, new)
        yield event_of(by, "member-invited", self._tools.clock(), caller, what=membership.id, rule=trust.role)
        return membership

    async def invite(self, by: Identity, patient: str, email: str, name: str, caller: Caller) -> str:
        """
        Invite a patient to their own record; gives the membership's id.

        Raises:
            Forbidden: If the caller is not of the front desk.
            Invalid: If the address is none.
            Conflict: If that account has the record already.
        """
        new = NewMember(email, name, "patient", f"Patient/{patient}", (patient,))
        membership = await settled(self._tools.engine, lambda: self._invite(by, new, caller))
        self._tools.nudge()
        return membership.id

    def _invite(self, by: Identity, new: NewMember, caller: Caller) -> Plan[Membership | Fault]:
        if by.role not in DESK:
            yield event_of(by, "member-invited", self._tools.clock(), caller, outcome="refused", rule="role")
            return Forbidden("Only the front desk may do this")
        membership = yield from self._invitations.invite(by.org, new)
        yield event_of(by, "member-invited", self._tools.clock(), caller, what=membership.id, rule=new.role)
        return membership

    async def end(self, by: Identity, patient: str, membership: str, caller: Caller) -> str:
        """
        Trust somebody no longer, from now on; gives who it was, as `RelatedPerson/17`.

        Raises:
            Forbidden: If the caller is neither the patient nor of the front desk.
            NotFound: If there is no such membership for that patient.
        """
        who, ended = await settled(self._tools.engine, lambda: self._end(by, patient, membership, caller))
        self._tools.ended(*ended)
        return who

    def _end(self, by: Identity, patient: str, membership: str, caller: Caller) -> Plan[tuple[str, list[str]] | Fault]:
        refusal = yield from self._may(by, "member-removed", patient, caller)
        if refusal:
            return refusal
        present = yield from memberships.by_id(by.org, membership)
        mine = yield from memberships.patients(membership)
        if present is None or present.role not in TRUSTED | {"patient"} or patient not in mine:
            raise NotFound("There is nobody like that")
        now = self._tools.clock()
        yield from memberships.end_trust(membership, patient, now)
        ended = yield from sessions.end_of_membership(membership, now)
        yield event_of(by, "member-removed", now, caller, what=membership)
        return present.who, ended
