"""
Access explained: why somebody can see a patient's chart, and who could; for security officers and administrators.

It names rows of the policy and what each rests on. Of the chart it says whose it is, and nothing that is in it.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from meridian.access import explaining, words
from meridian.access.explaining import Sight
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Body, Printable

router = APIRouter(prefix="/api/access", tags=["access"])

Language = Literal["en", "es"]
Logical = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Account = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


class AccessPatient(Body):
    """A patient to choose."""

    id: str
    name: str
    birth_date: str


class AccessSearch(Body):
    """Whom one looks for."""

    text: Annotated[Printable, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description="Name, record number or id"
    )


class AccessPatients(Body):
    """Some, the likeliest first."""

    patients: list[AccessPatient]


class AccessMember(Body):
    """A membership to choose."""

    account: str
    role: str
    who: str
    name: str = Field(description="Of staff; empty for patients and those they trust")


class AccessMembers(Body):
    """Those who are active here, the oldest first."""

    members: list[AccessMember]


class AccessRow(Body):
    """A row of the policy, and what it opens of the chart."""

    rule: str
    words: str = Field(description="What it means")
    relation: str = Field(description="What it asks of the record, as `care-team`")
    purpose: str = Field(description="v3-ActReason code")
    types: list[str]
    covers: Literal["all", "unlabelled", "nothing"]
    because: list[str] = Field(description="What the relation rests on, as `Encounter/17`")


class AccessSight(AccessMember):
    """What a membership can see, row by row."""

    rows: list[AccessRow]


class AccessWindow(Body):
    """An organisation that the patient lets read, until then (ms since the epoch)."""

    share: str
    organisation: str
    ends: int


class AccessExplained(Body):
    """Who can see the chart, and why."""

    patient: AccessPatient
    labelled: bool = Field(description="Whether the Patient itself is labelled R or V")
    sights: list[AccessSight]
    windows: list[AccessWindow]


@router.post("/patients")
async def find_access_patients(chart: Own, body: AccessSearch) -> AccessPatients:
    """Patients to ask about; a name stands in no address."""
    found = await explaining.patients(chart, body.text)
    return AccessPatients(
        patients=[AccessPatient(id=one.id, name=one.name, birth_date=one.birth_date) for one in found]
    )


@router.get("/members")
async def list_access_members(chart: Own) -> AccessMembers:
    """Members to ask about."""
    return AccessMembers(members=[_member(one) for one in await explaining.members(chart)])


@router.get("/explain")
async def explain_access(
    chart: Own,
    patient: Annotated[Logical, Query()],
    account: Annotated[Account | None, Query(description="One member; everybody who could if not given")] = None,
    language: Annotated[Language, Query()] = "en",
) -> AccessExplained:
    """Why a member can see the chart of a patient, or who could."""
    found = await explaining.explain(chart, patient, account or "")
    return AccessExplained(
        patient=AccessPatient(id=found.patient.id, name=found.patient.name, birth_date=found.patient.birth_date),
        labelled=found.labelled,
        sights=[_sight(one, language) for one in found.sights],
        windows=[AccessWindow(share=one.share, organisation=one.organisation, ends=one.ends) for one in found.windows],
    )


def _member(one: Sight) -> AccessMember:
    return AccessMember(account=one.account, role=one.role, who=one.who, name=one.name)


def _sight(one: Sight, language: Language) -> AccessSight:
    return AccessSight(
        **_member(one).model_dump(),
        rows=[
            AccessRow(
                rule=row.rule,
                words="; ".join(words.why(row.rule, language)),
                relation=row.relation,
                purpose=row.purpose,
                types=list(row.types),
                covers=row.covers,
                because=list(row.because),
            )
            for row in one.rows
        ],
    )
