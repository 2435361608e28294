"""
Emergency access to one patient: asked for and given back by those who treat, reviewed by security officers.

Who asks proves anew who they are: by a code of their authenticator app, or by the password where they have none.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status
from pydantic import Field, StringConstraints, model_validator

from meridian.access.emergency import asking, reviewing
from meridian.access.emergency.asking import Reason, Wish
from meridian.access.emergency.reviewing import Use, Verdict
from meridian.access.signing_in import subject_of
from meridian.identity.emergencies import LASTING_MS
from meridian.identity.step_up import Proof
from meridian.web.api import cookies
from meridian.web.api.dependencies import From, Own, Parts, SignedIn
from meridian.web.api.models import Body, Printable

router = APIRouter(prefix="/api/emergency", tags=["emergency"])

Logical = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Part = Annotated[Printable, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9./ -]{1,64}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]
Named = Annotated[str, Path(pattern=r"^[a-f0-9]{32}$")]


class EmergencyOrder(Body):
    """Whose record, why, and who asks. Whose: by *patient*, by *number*, or by name and birth date."""

    reason: Reason
    explanation: Sentence
    patient: Logical | None = Field(None, description="Logical id, where some of the record is in sight")
    number: Number | None = Field(None, description="An identifier of the record, exactly")
    family: Part | None = None
    given: Part | None = None
    birth_date: date | None = None
    password: Annotated[str, StringConstraints(max_length=1024)] | None = None
    code: Annotated[str, StringConstraints(max_length=16)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "EmergencyOrder":
        name = (self.family, self.given, self.birth_date)
        ways = [self.patient is not None, self.number is not None, any(name)]
        if sum(ways) != 1 or (any(name) and not all(name)):
            raise ValueError("says whose record in one way: by id, by number, or by names and birth date")
        return self


class EmergencyAccess(Body):
    """What was opened."""

    patient: str
    ends: int
    lasting: int = LASTING_MS


class EmergencyLine(Body):
    """A use of emergency access: codes, ids and times (ms since the epoch)."""

    id: str
    name: str = Field(description="Who used it")
    who: str
    role: str
    patient: str = Field(description="Logical id; empty where nobody was found")
    reason: Reason
    flags: list[str]
    began: int
    ended: int | None
    how: str
    due: int
    reviewed: int | None
    verdict: Verdict | None


class EmergencyUses(Body):
    """Those that wait, the one due first at first; or all, newest first."""

    uses: list[EmergencyLine]


class EmergencySeen(Body):
    """Something that was opened."""

    at: int
    action: str
    what: str
    given: list[str]


class EmergencyReview(Body):
    """One of them with all that a review goes by."""

    use: EmergencyLine
    patient_name: str
    explanation: str
    note: str
    seen: list[EmergencySeen]
    mine: bool = Field(description="Whether it is the caller's own, which somebody else reviews")


class EmergencyFinding(Body):
    """What a review came to."""

    verdict: Verdict
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000)]


@router.post("")
async def begin_emergency(
    parts: Parts, identity: SignedIn, body: EmergencyOrder, caller: From, response: Response
) -> EmergencyAccess:
    """Open one patient's record to this session for an hour. It is alerted at once, and reviewed."""
    chart = parts.chart(subject_of(identity, caller))
    asking.may_ask(chart.subject)
    await parts.identity.step_up.prove(
        identity, Proof(body.password, body.code), caller, why="break-glass", fresh_factor=True
    )
    wish = Wish(
        body.reason,
        body.explanation,
        body.patient or "",
        body.number or "",
        body.family or "",
        body.given or "",
        body.birth_date.isoformat() if body.birth_date else "",
    )
    try:
        made = await asking.begin(chart, identity, wish)
    finally:
        parts.identity.tools.nudge()
    cookies.keep_signed_in(response, await parts.identity.signed_in.anew(identity))
    return EmergencyAccess(patient=made.patient, ends=made.ends)


@router.post("/end", status_code=status.HTTP_204_NO_CONTENT)
async def end_emergency(parts: Parts, chart: Own, identity: SignedIn, response: Response) -> None:
    """Give it back; nothing happens without one."""
    if await asking.end(chart):
        cookies.keep_signed_in(response, await parts.identity.signed_in.anew(identity))


@router.get("/reviews")
async def list_emergency_reviews(
    chart: Own, *, waiting: Annotated[bool, Query(description="Only those that wait for their review")] = True
) -> EmergencyUses:
    """Uses of emergency access, for security officers."""
    return EmergencyUses(uses=[_line(one) for one in await reviewing.listed(chart, waiting=waiting)])


@router.get("/reviews/{emergency}")
async def read_emergency_review(chart: Own, emergency: Named) -> EmergencyReview:
    """One of them, with what was opened by it."""
    found = await reviewing.shown(chart, emergency)
    return EmergencyReview(
        use=_line(found.use),
        patient_name=found.patient,
        explanation=found.explanation,
        note=found.note,
        seen=[EmergencySeen(at=one.at, action=one.action, what=one.what, given=list(one.given)) for one in found.seen],
        mine=found.use.row.account == chart.subject.account,
    )


@router.post("/reviews/{emergency}", status_code=status.HTTP_204_NO_CONTENT)
async def review_emergency(chart: Own, emergency: Named, body: EmergencyFinding) -> None:
    """Say what it came to, once."""
    await reviewing.review(chart, emergency, body.verdict, body.note)


def _line(use: Use) -> EmergencyLine:
    row = use.row
    return EmergencyLine(
        id=row.id,
        name=use.name,
        who=row.who,
        role=row.role,
        patient=row.patient,
        reason=Reason(row.reason),
        flags=row.flags.split(),
        began=row.began,
        ended=row.ended or None,
        how=row.how,
        due=row.due,
        reviewed=row.reviewed or None,
        verdict=row.verdict or None,  # type: ignore[arg-type]  # the model checks it
    )
