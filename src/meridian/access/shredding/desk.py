"""
What people do about a destruction: ask, look, approve, refuse, take back; and set or lift a hold that forbids it.

Whoever asks is an administrator or a security officer, and whoever approves is the other one of the two. Each step is
recorded and told to the security officers by mail; nothing is destroyed before the second person proved anew who they
are, saw what will be lost, and typed whose it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from meridian.access.door import Door, shared
from meridian.access.shredding import terms as judging
from meridian.access.shredding.looking import LOOK, Picture, look, same_name
from meridian.access.shredding.terms import HoldReason, Override, Reason, Seat, Terms
from meridian.access.signing_in import subject_of
from meridian.access.subject import Role
from meridian.access.work import Plan, Work, consult
from meridian.audit.checkpoint import Signer
from meridian.audit.shredded import Ledger
from meridian.faults import Conflict, Fault, Forbidden, Invalid, Issue, NotFound, VersionConflict
from meridian.files.shelf import Shelf
from meridian.identity import mail, memberships, merged
from meridian.identity.facts import Caller, Identity
from meridian.identity.opaque import new_id
from meridian.identity.sealing import seal_text
from meridian.identity.service import Service
from meridian.settings.retention import Retention
from meridian.store import destruction, outbox
from meridian.store.destruction import Hold, Request, State
from meridian.store.engine import Engine
from meridian.store.plan import Query
from meridian.vault.keyring import Keyring

T = TypeVar("T")

TOPIC: Final = "destruction"
"""Of the outbox: carry out what was approved."""
RULE: Final = "destruction"
"""The row of the policy within which those who decide see what there is to decide about."""
DECIDERS: Final = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER})
HOLDERS: Final = frozenset({Role.SECURITY_OFFICER})
"""May set and lift a hold."""
MOST: Final = 200
"""Requests that are listed."""
SHORTEST: Final = 20
"""Characters of the words that go with an override."""
HOUR: Final = 3_600_000


class Approval(NamedTuple):
    """
    What the second person says.

    Args:
        seen: The mark of what they saw.
        typed: The patient's name, typed to confirm.
        override: Why what was found does not forbid it; empty where nothing was found.
        why: The same in words.
    """

    seen: str
    typed: str
    override: str = ""
    why: str = ""


class Listed(NamedTuple):
    """Requests, newest first, and holds, of one organisation."""

    requests: Sequence[Request]
    holds: Sequence[Hold]


@dataclass(frozen=True, slots=True)
class Shredding:
    """
    The desk.

    Args:
        engine, keyring: The records and their keys.
        identity: Accounts, sessions, mails.
        ledger: Of destroyed keys.
        signer: Signs it.
        shelf: Where the bytes of documents lie.
        retention: How long records are kept.
    """

    engine: Engine
    keyring: Keyring
    identity: Service
    ledger: Ledger
    signer: Signer
    shelf: Shelf
    retention: Retention = field(default_factory=Retention)

    def door(self, identity: Identity, caller: Caller) -> Door:
        """The one door, for somebody, within the operation."""
        common = shared(self.engine, self.keyring, self.identity.tools.clock)
        return Door(subject_of(identity, caller), common).within(LOOK)

    def terms(self, organisation: str) -> Terms:
        """How long records are kept in the organisation with that logical id."""
        return Terms(self.retention.years_of(organisation), self.retention.majority)

    @staticmethod
    def may_hold(identity: Identity) -> bool:
        """Whether they may set and lift a hold, for the portal to show it."""
        return Role(identity.role) in HOLDERS

    # --- looking

    async def listed(self, identity: Identity, caller: Caller) -> Listed:
        """The organisation's requests and holds: ids and codes."""
        door = await self._allowed(identity, caller, "destructions", "", DECIDERS)
        now = door.clock()

        def plan() -> Plan[Listed]:
            requests = yield from destruction.newest(identity.org, MOST)
            return Listed([_as_of(one, now) for one in requests], (yield from destruction.holds(identity.org)))

        found = await self.engine.read(plan)
        await door.record("destructions", "Patient", rule=RULE)
        return found

    async def of_organisation(self, org: int) -> Sequence[Request]:
        """The same requests, for the operator: ids and codes."""
        now = self.identity.tools.clock()
        found = await self.engine.read(lambda: destruction.newest(org, MOST))
        return [_as_of(one, now) for one in found]

    async def look(self, identity: Identity, patient: str, caller: Caller) -> Picture:
        """
        What would be lost of a patient, by logical id or identifier, and what stands against it.

        Raises:
            NotFound: If there is no such patient.
        """
        what = f"Patient/{patient}"
        door = await self._allowed(identity, caller, LOOK, "Patient", DECIDERS)
        found: Picture = await consult(
            door, LOOK, lambda work: look(work, patient, self.terms(identity.organisation)), what
        )
        return found

    # --- asking and deciding

    async def ask(self, identity: Identity, patient: str, reason: Reason, caller: Caller) -> Request:
        """
        Ask that a patient's key be destroyed; the security officers and administrators are told.

        Raises:
            Conflict: If a hold forbids it, or it was asked for already.
            Forbidden: If one is the patient, or entrusted with them.
        """

        def plan(work: Work) -> Plan[Request | Fault]:
            picture = yield from look(work, patient, self.terms(identity.organisation))
            yield from self._hold_patient(work, picture.patient)
            if any(one.forbids for one in picture.findings):
                return Conflict("A legal hold forbids it", issues=(Issue("conflict", "is held", "patient"),))
            if (yield from destruction.open_of(identity.org, [picture.patient])):
                return Conflict("It was asked for already")
            if identity.account in (yield from self._people_of(identity.org, picture.patient)):
                return Forbidden("Whose record it is takes no part in this")
            made = Request(
                new_id(), identity.org, picture.patient, reason.value, State.ASKED, work.now, identity.account,
                identity.membership, work.now + self.retention.days * 24 * HOUR,
            )  # fmt: skip
            yield from destruction.ask(made)
            yield from self.tell(made, "asked", everybody=True)
            return made

        return await self._do(identity, caller, "destruction-asked", patient, plan)

    async def awaited(self, identity: Identity, request: str, caller: Caller) -> None:
        """
        Pass if a request waits for somebody like that, before they are asked to prove who they are.

        Raises:
            Forbidden: If their role decides nothing.
            NotFound: If there is no such request.
            Conflict: If it is not waiting any more.
        """
        door = await self._allowed(identity, caller, "destruction-approved", "Patient", DECIDERS)
        try:
            await self.engine.read(lambda: self._waiting(identity.org, request, door.clock(), lock=False))
        except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
            await door.refuse("destruction-approved", "Patient", fault)

    async def approve(self, identity: Identity, request: str, approval: Approval, caller: Caller) -> Request:
        """
        Approve what somebody else asked for; it is carried out when the time to think again is over.

        Raises:
            NotFound: If there is no such request.
            Forbidden: If one is not another person in another role, as `terms.not_second` has it.
            Conflict: If it is not waiting any more, or a hold forbids it.
            VersionConflict: If what there is has changed since one saw it.
            Invalid: If the name is another, or what was found asks for a reason and words.
        """

        def plan(work: Work) -> Plan[Request | Fault]:
            present = yield from self._waiting(identity.org, request, work.now)
            refusal = yield from self._not_second(identity, present)
            if refusal:
                return _refused(refusal)
            yield from self._hold_patient(work, present.patient)
            picture = yield from look(work, present.patient, self.terms(identity.organisation))
            _confirmed(picture, approval)
            approved = present._replace(
                state=State.APPROVED,
                decided=work.now,
                decider=identity.account,
                overridden=approval.override if picture.findings else "",
                why=self._sealed(present.id, approval.why) if picture.findings else b"",
                allowed=" ".join(sorted({one.code for one in picture.findings})),
                due=work.now + self.retention.cooling * HOUR,
            )
            yield from destruction.change(approved)
            yield from outbox.put(approved.org, TOPIC, approved.id, approved.due, {})
            yield from self.tell(approved, "approved")
            return approved

        return await self._do(identity, caller, "destruction-approved", request, plan)

    async def carry_out(self, org: int, request: str) -> Request:
        """Destroy what two people approved; see `carrying_out`."""
        from meridian.access.shredding.carrying_out import carry_out  # noqa: PLC0415  # it is about a desk

        return await carry_out(self, org, request)

    async def refuse(self, identity: Identity, request: str, caller: Caller) -> Request:
        """Refuse what somebody else asked for; who asked takes it back."""

        def plan(work: Work) -> Plan[Request | Fault]:
            present = yield from self._waiting(identity.org, request, work.now)
            if present.asker == identity.account:
                return Forbidden("Who asked takes it back; somebody else refuses it")
            return (yield from self.ended(present, State.REFUSED, identity.account, work.now))

        return await self._do(identity, caller, "destruction-refused", request, plan)

    async def withdraw(self, identity: Identity, request: str, caller: Caller) -> Request:
        """Take back what was asked for or approved and has not begun; either of the two may, and any officer."""

        def plan(work: Work) -> Plan[Request | Fault]:
            present = yield from self._open(identity.org, request, work.now, State.ASKED, State.APPROVED)
            mine = identity.account in (present.asker, present.decider)
            if not mine and work.subject.role not in HOLDERS:
                return Forbidden("Only who asked, who approved, or a security officer takes it back")
            yield from outbox.withdraw(present.org, TOPIC, present.id)
            return (yield from self.ended(present, State.WITHDRAWN, identity.account, work.now))

        return await self._do(identity, caller, "destruction-withdrawn", request, plan)

    # --- holds

    async def hold(self, identity: Identity, patient: str, reason: HoldReason, caller: Caller) -> Picture:
        """
        Forbid the destruction of a record; what was asked for or approved is stopped.

        Raises:
            Conflict: If there is a hold already, or the destruction has begun.
        """

        def plan(work: Work) -> Plan[Picture | Fault]:
            picture = yield from look(work, patient, self.terms(identity.organisation))
            yield from self._hold_patient(work, picture.patient)
            for one in (yield from destruction.open_of(identity.org, [picture.patient])):
                if one.state is State.BEGUN:
                    return Conflict("The destruction has begun already")
                yield from outbox.withdraw(one.org, TOPIC, one.id)
                yield from self.ended(one, State.STOPPED, identity.account, work.now)
            new = Hold(picture.patient, reason.value, work.now, identity.account)
            yield from destruction.hold(identity.org, new)
            return (yield from look(work, picture.patient, self.terms(identity.organisation)))

        return await self._do(identity, caller, "legal-hold-set", patient, plan, roles=HOLDERS)

    async def lift(self, identity: Identity, patient: str, caller: Caller) -> None:
        """
        Forbid it no longer.

        Raises:
            NotFound: If there is no hold.
        """

        def plan(work: Work) -> Plan[bool | Fault]:
            del work  # the hold is a row of its own
            if not (yield from destruction.lift(identity.org, patient)):
                return NotFound("There is no hold on that record")
            return True

        await self._do(identity, caller, "legal-hold-lifted", patient, plan, roles=HOLDERS)

    # --- what the steps share

    async def _allowed(
        self, identity: Identity, caller: Caller, action: str, what: str, roles: frozenset[Role]
    ) -> Door:
        door = self.door(identity, caller)
        if door.subject.role not in roles:
            await door.refuse(action, what, Forbidden("Your role does not decide about this"))
        return door

    async def _do(
        self,
        identity: Identity,
        caller: Caller,
        action: str,
        about: str,
        plan: Callable[[Work], Plan[T | Fault]],
        *,
        roles: frozenset[Role] = DECIDERS,
    ) -> T:
        """One step in one transaction with its entry; a refusal leaves an entry that says why."""
        door = await self._allowed(identity, caller, action, "Patient", roles)

        def whole() -> Plan[T | Fault]:
            result = yield from plan(Work(door))
            if not isinstance(result, Fault):
                patient = result.patient if isinstance(result, Request | Picture) else about
                named = result.id if isinstance(result, Request) else patient
                what = f"Destruction/{named}" if isinstance(result, Request) else f"Patient/{patient}"
                yield door.recorded(action, what, patient=patient, rule=RULE)
            return result

        try:
            result = await self.engine.write(whole)
        except Exception as fault:  # noqa: BLE001  # every failure leaves an entry
            await door.refuse(action, "Patient", fault)
        if isinstance(result, Fault):
            await door.refuse(action, "Patient", result)
        self.identity.tools.nudge()
        return result

    def _hold_patient(self, work: Work, patient: str) -> Plan[None]:
        """Two steps about one patient are one after the other."""
        yield from work.hold(patient)

    def _open(self, org: int, request: str, now: int, *states: State, lock: bool = True) -> Plan[Request]:
        found = yield from destruction.one(org, request, lock=lock)
        if found is None:
            raise NotFound("There is no such request")
        present = _as_of(found, now)
        if present.state not in states:
            raise Conflict(f"It is {present.state.value} already")
        return present

    def _waiting(self, org: int, request: str, now: int, *, lock: bool = True) -> Plan[Request]:
        return (yield from self._open(org, request, now, State.ASKED, lock=lock))

    def ended(self, present: Request, state: State, account: str, now: int) -> Plan[Request]:
        """It has come to an end, by an *account* or by itself, and those concerned are told."""
        ended = present._replace(state=state, decided=now, decider=account)
        yield from destruction.change(ended)
        yield from self.tell(ended, state.value)
        return ended

    def _not_second(self, identity: Identity, present: Request) -> Plan[str]:
        asker = yield from _seat(present.org, present.seat, present.asker)
        second = yield from _seat(identity.org, identity.membership, identity.account)
        people = yield from self._people_of(present.org, present.patient)
        return judging.not_second(asker, second, present.asked, people)

    def _people_of(self, org: int, patient: str) -> Plan[set[str]]:
        """Accounts of the patient and of those entrusted with them."""
        return {one.account for one in (yield from merged.bearers(org, patient))}

    def _sealed(self, request: str, why: str) -> bytes:
        return seal_text(self.identity.tools.sealer, "destruction.why", request, why)

    def tell(self, request: Request, what: str, *, everybody: bool = False) -> Plan[None]:
        """A mail that says how a request stands, to the security officers and to who asked."""
        told = {request.asker, *(yield from memberships.with_role(Role.SECURITY_OFFICER.value, request.org))}
        if everybody:
            told |= set((yield from memberships.with_role(Role.ADMINISTRATOR.value, request.org)))
        for account in sorted(told):
            yield from self.identity.tools.tell(account, f"{mail.DESTRUCTION}{what}", of=request.id)


def _as_of(request: Request, now: int) -> Request:
    """A request nobody approved in time has expired, whether or not anybody wrote that down."""
    late = request.state is State.ASKED and now >= request.until
    return request._replace(state=State.EXPIRED) if late else request


def _seat(org: int, membership: str, account: str) -> Plan[Seat]:
    rows = yield Query("SELECT role, who, created FROM membership WHERE org = ? AND id = ?", (org, membership))
    role, who, created = rows[0] if rows else ("", "", 2**62)
    return Seat(account, membership, role, who, created)


def _refused(why: str) -> Forbidden:
    return Forbidden("It takes a second person in the other role", issues=(Issue("forbidden", why, "approver"),))


def _confirmed(picture: Picture, approval: Approval) -> None:
    """Pass if the second person saw what there is, named the patient, and gave a reason for what was found."""
    if any(one.forbids for one in picture.findings):
        raise Conflict("A legal hold forbids it", issues=(Issue("conflict", "is held", "patient"),))
    if approval.seen != picture.mark:
        raise VersionConflict("What there is has changed since you saw it; look again")
    if not same_name(approval.typed, picture.name):
        raise Invalid("That is another name", issues=(Issue("value", "is not the patient's name", "typed"),))
    if picture.findings and approval.override not in set(Override):
        text = "What was found asks for a reason"
        raise Invalid(text, issues=(Issue("required", text, "override"),))
    if picture.findings and len(approval.why.strip()) < SHORTEST:
        text = f"Say in {SHORTEST} characters or more why"
        raise Invalid(text, issues=(Issue("required", text, "why"),))
