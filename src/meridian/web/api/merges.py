"""
Two records of one person: compared, put together, and taken apart again.

For the desk and administrators; they see who the two are and how much would move, never what.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, status
from pydantic import Field, StringConstraints

from meridian.access.merging import Preview
from meridian.charting import merging
from meridian.web.api.dependencies import Own
from meridian.web.api.forms.shapes import plain
from meridian.web.api.models import Body

router = APIRouter(prefix="/api/merges", tags=["merges"])

Logical = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Identifier = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


class MergePair(Body):
    """Which record stays, and which goes into it; by logical id of the Patients."""

    keep: Logical
    drop: Logical


class MergeOrder(MergePair):
    """A merge, with what was chosen where the two differ and the versions that were compared."""

    choices: dict[str, Literal["keep", "drop"]] = Field({}, max_length=20)
    keep_version: int | None = Field(None, ge=1)
    drop_version: int | None = Field(None, ge=1)


class MergeDifference(Body):
    """Something the two do not agree on; *keep* and *drop* as FHIR spells it."""

    element: str
    keep: Any
    drop: Any


class PortalAccount(Body):
    """A membership that reaches one of the two."""

    of: Literal["keep", "drop"]
    role: str
    own: bool = Field(description="The patient's own; else somebody's to whom the patient is entrusted")
    status: str


class MergePreview(Body):
    """What a merge would do."""

    keep: dict[str, Any] = Field(description="The Patient that stays")
    drop: dict[str, Any]
    result: dict[str, Any] = Field(description="What stays, with no choice made")
    differences: list[MergeDifference]
    moves: dict[str, int] = Field(description="How many resources of each type would move")
    total: int
    accounts: list[PortalAccount]


class MergeLine(Body):
    """A merge; it can be undone while nothing else has changed."""

    id: str
    keep: str
    drop: str
    done: int
    undone: int | None
    moved: int


class Merges(Body):
    """Newest first."""

    merges: list[MergeLine]


@router.post("/preview")
async def preview_merge(chart: Own, body: MergePair) -> MergePreview:
    """What putting *drop* into *keep* would do; changes nothing."""
    found = await chart.merge_preview(body.keep, body.drop)
    return MergePreview(
        keep=plain(found.keep),
        drop=plain(found.gone),
        result=plain(merging.survivor(found.keep, found.gone, {})),
        differences=[
            MergeDifference(element=one.element, keep=plain(one.keep), drop=plain(one.drop))
            for one in merging.differences(found.keep, found.gone)
        ],
        moves=found.counts,
        total=sum(found.counts.values()),
        accounts=_accounts(found),
    )


@router.post("", status_code=status.HTTP_201_CREATED)
async def merge(chart: Own, body: MergeOrder) -> MergeLine:
    """Put *drop* into *keep*, in one transaction; 412 when one of them changed since it was compared."""
    compared = (body.keep_version, body.drop_version)
    versions = (compared[0], compared[1]) if compared[0] is not None and compared[1] is not None else None
    done = await chart.merge(
        body.keep, body.drop, lambda keep, drop: merging.survivor(keep, drop, body.choices), versions
    )
    return _line(done)


@router.get("")
async def list_merges(chart: Own) -> Merges:
    """What was put together here, newest first."""
    return Merges(merges=[_line(one) for one in await chart.merges()])


@router.post("/{merge}/undo")
async def undo_merge(chart: Own, merge: Identifier) -> MergeLine:
    """Take a merge apart, everything as it was; 409 names what changed since and would be lost."""
    return _line(await chart.undo_merge(merge))


def _accounts(found: Preview) -> list[PortalAccount]:
    both = (("keep", found.keep, found.kept), ("drop", found.gone, found.accounts))
    return [
        PortalAccount.model_validate(
            {"of": of, "role": one.role, "own": one.who == f"Patient/{patient['id']}", "status": one.status}
        )
        for of, patient, bearers in both
        for one in bearers
    ]


def _line(done: Any) -> MergeLine:
    two = {("Patient", done.keep), ("Patient", done.gone)}
    return MergeLine(
        id=done.id,
        keep=done.keep,
        drop=done.gone,
        done=done.done,
        undone=done.undone or None,
        moved=sum((kind, name) not in two for kind, name, *_ in done.moved["resources"]),
    )
