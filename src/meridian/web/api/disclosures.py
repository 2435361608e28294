"""The accounting of disclosures: for the patient, and for staff who keep it or give it out (45 CFR 164.528)."""

from typing import Annotated, Literal

import anyio
from fastapi import APIRouter, Path, status
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from meridian import clock, paper
from meridian.patients import disclosures, disclosures_printed
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Body, Id

router = APIRouter(prefix="/api/disclosures/{patient}", tags=["disclosures"])

Patient = Annotated[str, Path(max_length=64)]
Line = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
Needed = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Purpose = Literal[
    "public-health", "abuse", "oversight", "court", "law-enforcement", "decedents", "donation", "research", "threat",
    "government", "workers-compensation", "required-by-law", "secretary", "mistake",
]  # fmt: skip


class DisclosureLine(Body):
    """Disclosures to one recipient for one purpose."""

    kind: Literal["entered", "shared", "partner", "export", "paper", "copy"]
    recipient: str = Field(description="Empty where the kind says it; of an export the role that made it")
    address: str
    description: str = Field(description="The clinic's words, or kinds of part joined by spaces")
    purpose: str
    statement: str
    first: str
    last: str
    count: int
    ground: Literal["", "treatment", "individual"] = Field(description="Why it need not be there; else empty")
    id: str = Field(description="Of one that was entered; else empty")
    suspended: str = Field(description="Until when the patient is not told, an instant; else empty")


class Accounting(Body):
    """What was disclosed in six years, newest first."""

    organisation: str
    person: str
    since: str
    until: str
    lines: list[DisclosureLine]
    complete: bool


class AccountingRequest(Body):
    """An accounting that was given, as it was."""

    id: str
    asked_at: str
    first_in_a_year: bool = Field(description="Then it is free of charge")
    count: int


class NewDisclosure(Body):
    """Something given out otherwise than through the system."""

    on: Day
    recipient: Needed
    address: Line = ""
    description: Needed
    purpose: Purpose
    statement: Text = ""


class Suspension(Body):
    """What an agency asks for."""

    until: int = Field(ge=0, description="ms since the epoch")
    agency: Needed
    oral: bool = Field(description="Whether the statement was oral: then it holds for thirty days at most")


@router.get("")
async def read_accounting(chart: Own, patient: Patient) -> Accounting:
    """What was disclosed of a record; to the patient without what is suspended."""
    return _accounting(await disclosures.accounting(chart, patient, clock.now()))


@router.post("", status_code=status.HTTP_201_CREATED)
async def enter_disclosure(chart: Own, patient: Patient, body: NewDisclosure) -> DisclosureLine:
    """Keep a disclosure to a health authority, a court or the like."""
    one = disclosures.Disclosure(
        patient, body.on, body.recipient, body.address, body.description, body.purpose, body.statement
    )
    return _line(await disclosures.enter(chart, one))


@router.post("/{disclosure}/suspend")
async def suspend_disclosure(chart: Own, patient: Patient, disclosure: Id, body: Suspension) -> DisclosureLine:
    """Keep it from the patient's accounting, as a law enforcement official or oversight agency asks."""
    found = await disclosures.suspend(chart, patient, disclosure, body.until, body.agency, oral=body.oral)
    return _line(found)


@router.get("/requests")
async def list_accountings(chart: Own, patient: Patient) -> list[AccountingRequest]:
    """The accountings that were given, newest first."""
    return [_request(one) for one in await disclosures.requests(chart, patient)]


@router.post("/requests", status_code=status.HTTP_201_CREATED)
async def request_accounting(chart: Own, patient: Patient) -> AccountingRequest:
    """Ask for an accounting; it is made at once and kept."""
    return _request(await disclosures.request(chart, patient, clock.now()))


@router.get("/requests/{request}/print", response_class=Response)
async def print_accounting(chart: Own, patient: Patient, request: Annotated[str, Path(max_length=64)]) -> Response:
    """One that was given, on paper, as PDF."""
    found = await disclosures.one_request(chart, patient, request)
    body = await anyio.to_thread.run_sync(paper.pdf, disclosures_printed.document(found))
    headers = {"Content-Disposition": 'attachment; filename="disclosures.pdf"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


def _line(one: disclosures.Line) -> DisclosureLine:
    return DisclosureLine(**{name: getattr(one, name) for name in one.__struct_fields__})


def _accounting(one: disclosures.Accounting) -> Accounting:
    return Accounting(
        organisation=one.organisation,
        person=one.patient,
        since=one.since,
        until=one.until,
        lines=[_line(line) for line in one.lines],
        complete=one.complete,
    )


def _request(one: disclosures.Request) -> AccountingRequest:
    return AccountingRequest(
        id=one.id, asked_at=one.asked_at, first_in_a_year=one.first_in_a_year, count=len(one.accounting.lines)
    )
