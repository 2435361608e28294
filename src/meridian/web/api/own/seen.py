"""Who saw one's record."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from meridian.patients import seen
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Body

router = APIRouter(prefix="/api/own/{patient}/seen", tags=["own"])


class SeenLine(Body):
    """What one person did with the record on one day, for one reason."""

    day: str
    group: Literal["own", "family", "staff", "outside", "program", "platform"]
    reason: str = Field(description="A word for why it was allowed, as `care` or `emergency`")
    role: str
    person: str = Field(description="The same for one person in all lines")
    name: str = Field(description="Empty where it is not known")
    organisation: str = Field(description="Of a reader from another organisation; else empty")
    first: int = Field(description="ms since the epoch")
    last: int
    count: int
    parts: list[str] = Field(description="Kinds of part, as `results`, those seen most first")
    changed: bool = Field(description="Whether something was written, too")
    emergency: bool
    purposes: list[str] = Field(description="v3-ActReason codes")
    rules: list[str] = Field(description="Rows of the policy")
    entry: str = Field(description="Logical id of the newest AuditEvent, to ask about")


class SeenMonth(Body):
    """A month of it, newest first."""

    month: str
    lines: list[SeenLine]
    complete: bool = Field(description="Whether all of the log could be gone through")


@router.get("")
async def list_seen(
    chart: Own,
    patient: Annotated[str, Path(max_length=64)],
    month: Annotated[str, Query(pattern=r"^\d{4}-\d{2}$", description="Where the patient is")],
    zone: Annotated[str, Query(max_length=60, description="Time zone (IANA)")] = "UTC",
) -> SeenMonth:
    """Who saw the record in a month, by day and person."""
    found = await seen.month(chart, patient, month, zone)
    return SeenMonth(month=month, lines=[_line(one) for one in found.lines], complete=found.complete)


def _line(one: seen.Line) -> SeenLine:
    return SeenLine(
        day=one.day,
        group=one.group,
        reason=one.reason,
        role=one.role,
        person=one.person,
        name=one.name,
        organisation=one.organisation,
        first=one.first,
        last=one.last,
        count=one.count,
        parts=[part for part, _ in sorted(one.parts.items(), key=lambda each: -each[1])],
        changed=one.changed,
        emergency=one.emergency,
        purposes=list(one.purposes),
        rules=list(one.rules),
        entry=one.entry,
    )
