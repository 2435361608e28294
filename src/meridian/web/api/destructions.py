"""
Destroying a patient's key, by two people; for administrators and security officers.

Who the patient is, counts, dates and open matters are shown to those who decide, and nothing clinical. A list names
patients by their logical ids alone.
"""

from typing import Annotated

from fastapi import APIRouter, Path, status
from pydantic import Field, StringConstraints

from meridian.access.shredding import Approval, HoldReason, Override, Picture, Reason, Request, State
from meridian.identity.step_up import Proof
from meridian.web.api.dependencies import From, Parts, SignedIn
from meridian.web.api.models import Body

router = APIRouter(prefix="/api/destructions", tags=["destructions"])

Wanted = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Logical = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Named = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
PatientId = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


class WantedPatient(Body):
    """Whose record, by logical id or identifier."""

    patient: Wanted


class DestructionFinding(Body):
    """Something that stands against it; a hold forbids it, anything else asks for a reason."""

    code: str
    what: str
    says: str
    forbids: bool


class DestructionPicture(Body):
    """What would be lost, and what stands against it."""

    patient: str
    name: str
    birth_date: str
    counts: dict[str, int]
    files: int
    last_encounter: int | None
    kept_until: str
    findings: list[DestructionFinding]
    seen: str = Field(description="Stands for all of it; to be said when it is approved")


class DestructionOrder(Body):
    """Whose key is to be destroyed, and why."""

    patient: Logical
    reason: Reason


class DestructionApproval(Body):
    """What the second person says; with their password or a fresh code of their authenticator app."""

    seen: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    typed: Annotated[str, StringConstraints(max_length=400)] = Field(description="The patient's name, to confirm")
    override: Override | None = None
    why: Annotated[str, StringConstraints(max_length=2000)] = ""
    password: Annotated[str, StringConstraints(max_length=1024)] | None = None
    code: Annotated[str, StringConstraints(max_length=16)] | None = None


class DestructionLine(Body):
    """A request: ids, codes and times (ms since the epoch)."""

    id: str
    patient: str
    reason: str
    state: State
    asked: int
    until: int
    mine: bool = Field(description="Whether the caller asked")
    decided: int | None
    override: str
    findings: list[str]
    due: int | None
    done: int | None
    resources: int


class HoldLine(Body):
    """A record that is not to be destroyed, and since when."""

    patient: str
    reason: str
    since: int


class HoldOrder(Body):
    """A record that is not to be destroyed, and why."""

    patient: Wanted
    reason: HoldReason


class Destructions(Body):
    """Requests, newest first, and holds."""

    requests: list[DestructionLine]
    holds: list[HoldLine]
    cooling: int = Field(description="Hours between approval and destruction")
    may_hold: bool


@router.get("")
async def list_destructions(parts: Parts, identity: SignedIn, caller: From) -> Destructions:
    """What was asked for here, and what is held."""
    found = await parts.shredding.listed(identity, caller)
    return Destructions(
        requests=[_line(one, identity.account) for one in found.requests],
        holds=[HoldLine(patient=one.patient, reason=one.reason, since=one.since) for one in found.holds],
        cooling=parts.shredding.retention.cooling,
        may_hold=parts.shredding.may_hold(identity),
    )


@router.post("/preview")
async def preview_destruction(
    parts: Parts, identity: SignedIn, caller: From, body: WantedPatient
) -> DestructionPicture:
    """What would be lost of a patient, and what stands against it."""
    return _picture(await parts.shredding.look(identity, body.patient, caller))


@router.post("", status_code=status.HTTP_201_CREATED)
async def ask_for_destruction(
    parts: Parts, identity: SignedIn, caller: From, body: DestructionOrder
) -> DestructionLine:
    """Ask that a patient's key be destroyed; somebody else in the other role decides."""
    made = await parts.shredding.ask(identity, body.patient, body.reason, caller)
    return _line(made, identity.account)


@router.post("/{request}/approve")
async def approve_destruction(
    parts: Parts, identity: SignedIn, caller: From, request: Named, body: DestructionApproval
) -> DestructionLine:
    """Approve it as the second person; 412 when what there is has changed since it was seen."""
    await parts.shredding.awaited(identity, request, caller)
    await parts.identity.step_up.prove(identity, Proof(body.password, body.code), caller, why="destruction")
    approval = Approval(body.seen, body.typed, body.override.value if body.override else "", body.why)
    approved = await parts.shredding.approve(identity, request, approval, caller)
    if approved.due <= parts.identity.tools.clock():
        approved = await parts.shredding.carry_out(identity.org, request)
    return _line(approved, identity.account)


@router.post("/{request}/refuse")
async def refuse_destruction(parts: Parts, identity: SignedIn, caller: From, request: Named) -> DestructionLine:
    """Refuse what somebody else asked for."""
    return _line(await parts.shredding.refuse(identity, request, caller), identity.account)


@router.post("/{request}/withdraw")
async def withdraw_destruction(parts: Parts, identity: SignedIn, caller: From, request: Named) -> DestructionLine:
    """Take back what was asked for or approved."""
    return _line(await parts.shredding.withdraw(identity, request, caller), identity.account)


@router.post("/holds", status_code=status.HTTP_201_CREATED)
async def set_legal_hold(parts: Parts, identity: SignedIn, caller: From, body: HoldOrder) -> DestructionPicture:
    """Forbid the destruction of a record; what was asked for or approved is stopped."""
    return _picture(await parts.shredding.hold(identity, body.patient, body.reason, caller))


@router.delete("/holds/{patient}", status_code=status.HTTP_204_NO_CONTENT)
async def lift_legal_hold(parts: Parts, identity: SignedIn, caller: From, patient: PatientId) -> None:
    """Forbid it no longer."""
    await parts.shredding.lift(identity, patient, caller)


def _line(one: Request, account: str) -> DestructionLine:
    return DestructionLine(
        id=one.id,
        patient=one.patient,
        reason=one.reason,
        state=one.state,
        asked=one.asked,
        until=one.until,
        mine=one.asker == account,
        decided=one.decided or None,
        override=one.overridden,
        findings=one.allowed.split(),
        due=one.due or None,
        done=one.done or None,
        resources=one.resources,
    )


def _picture(one: Picture) -> DestructionPicture:
    return DestructionPicture(
        patient=one.patient,
        name=one.name,
        birth_date=one.born,
        counts=one.counts,
        files=one.files,
        last_encounter=one.last or None,
        kept_until=one.until,
        findings=[
            DestructionFinding(code=each.code, what=each.what, says=each.says, forbids=each.forbids)
            for each in one.findings
        ],
        seen=one.mark,
    )
