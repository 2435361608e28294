"""What one lets other organisations read; and what other organisations' patients let one's own read."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, status
from pydantic import Field

from meridian.access.sharing import Offer
from meridian.patients import sharing
from meridian.patients.sharing import Given, Wish
from meridian.patients.words import name
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Body, Id

router = APIRouter(tags=["sharing"])

Patient = Annotated[str, Path(max_length=64)]
Part = Literal[
    "everything", "medicines", "allergies", "problems", "immunizations", "results", "visits", "documents"
]  # fmt: skip
State = Literal["standing", "over", "withdrawn"]


class SharePlace(Body):
    """An organisation that one may let read."""

    id: str
    name: str


class ShareWish(Body):
    """Whom to let read what, until when."""

    organisation: Id
    parts: list[Part] = Field(min_length=1, max_length=8)
    labelled: bool = Field(default=False, description="Also what is marked as needing special protection")
    until: int = Field(ge=0, description="ms since the epoch")


class ShareLine(Body):
    """What one let an organisation read."""

    id: str
    organisation: str
    parts: list[str]
    labelled: bool
    starts: int
    ends: int
    state: State
    withdrawn: int | None = None


class ShareInForce(ShareLine):
    """The same, for a security officer."""

    patient: str
    person: str = Field(description="FAMILY, Given")


class SharedRecord(Body):
    """A record of another organisation that one may read now."""

    share: str = Field(description="The value of X-Meridian-Share for /fhir/R4")
    patient: str = Field(description="Logical id of the Patient there")
    person: str = Field(description="FAMILY, Given")
    born: str
    organisation: str
    types: list[str]
    labelled: bool
    ends: int


@router.get("/api/own/{patient}/share-places")
async def list_share_places(chart: Own, patient: Patient) -> list[SharePlace]:
    """The other organisations of this platform."""
    return [SharePlace(id=one.id, name=one.name) for one in await sharing.places(chart, patient)]


@router.get("/api/own/{patient}/shares")
async def list_shares(chart: Own, patient: Patient) -> list[ShareLine]:
    """What was ever given, newest first."""
    found = await sharing.given(chart, patient)
    return [ShareLine(**_line(one, sharing.now(chart))) for one in found]


@router.post("/api/own/{patient}/shares", status_code=status.HTTP_201_CREATED)
async def give_share(chart: Own, patient: Patient, body: ShareWish) -> ShareLine:
    """Let an organisation read, from now on."""
    wish = Wish(patient, body.organisation, tuple(body.parts), body.labelled, body.until)
    return ShareLine(**_line(await sharing.give(chart, wish), 0))


@router.delete("/api/own/{patient}/shares/{share}", status_code=status.HTTP_204_NO_CONTENT)
async def withdraw_share(chart: Own, patient: Patient, share: Annotated[str, Path(max_length=64)]) -> None:
    """Take it back, from now on."""
    await sharing.withdraw(chart, patient, share)


@router.get("/api/sharing/in-force")
async def list_shares_in_force(chart: Own) -> list[ShareInForce]:
    """What the organisation's patients let others read now; for security officers."""
    now = sharing.now(chart)
    found = await sharing.in_force(chart)
    return [ShareInForce(**_line(one, now), patient=one.share.patient, person=one.person) for one in found]


@router.get("/api/sharing/with-us")
async def list_shared_with_us(chart: Own) -> list[SharedRecord]:
    """The records of other organisations that one may read now."""
    return [_offered(one) for one in await chart.shared_with_us()]


def _line(one: Given, now: int) -> dict[str, Any]:
    share = one.share
    state: State = "withdrawn" if share.withdrawn else "over" if share.ends <= now else "standing"
    return {
        "id": share.id,
        "organisation": one.place.name if one.place else "",
        "parts": list(share.parts),
        "labelled": share.labelled,
        "starts": share.starts,
        "ends": share.ends,
        "state": state,
        "withdrawn": share.withdrawn or None,
    }


def _offered(one: Offer) -> SharedRecord:
    return SharedRecord(
        share=one.share.id,
        patient=one.share.patient,
        person=name(one.patient),
        born=str(one.patient.get("birthDate", "")),
        organisation=one.place.name,
        types=sorted(one.types),
        labelled=one.share.labelled,
        ends=one.share.ends,
    )
