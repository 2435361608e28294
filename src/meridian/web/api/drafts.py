"""Text that somebody has begun: kept while it is written, for its author alone."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, status
from pydantic import Field, StringConstraints

from meridian.access import drafts
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Body

router = APIRouter(prefix="/api/drafts", tags=["drafts"])

Place = Annotated[
    str, Path(max_length=160, description="Where it is written, as `note:Encounter/17`; never a word of it")
]


class DraftSaving(Body):
    """
    What is kept.

    Each save names the one it follows, so that a window left open elsewhere cannot bring back what was signed or thrown
    away meanwhile.
    """

    patient: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")] | None = None
    text: Annotated[str, StringConstraints(max_length=drafts.LONGEST)]
    base: int = Field(0, ge=0, description="Version of the resource at the place that it was begun from; 0 for none")
    after: int | None = Field(None, ge=0, description="`saved` of the save that this follows; 0 for a new draft")


class DraftSaved(Body):
    """When it was kept; names this save to the next one."""

    saved: int


class DraftLine(Body):
    """Where one has unfinished text, and since when."""

    place: str
    patient: str | None = Field(description="Logical id")
    base: int
    saved: int


class Draft(DraftLine):
    """One's unfinished text; *stale* when what it was begun from has been signed or changed since."""

    text: str
    stale: bool


class Drafts(Body):
    """Newest first."""

    drafts: list[DraftLine]


@router.get("")
async def list_drafts(chart: Own) -> Drafts:
    """Where one has unfinished text."""
    return Drafts(drafts=[DraftLine(**_head(one)) for one in await chart.drafts()])


@router.get("/{place:path}")
async def read_draft(chart: Own, place: Place) -> Draft:
    """One's own unfinished text; nobody else can read it."""
    found = await chart.draft(place)
    return Draft(**_head(found), text=found.text, stale=found.stale)


@router.put("/{place:path}")
async def save_draft(chart: Own, place: Place, body: DraftSaving) -> DraftSaved:
    """Keep unfinished text for 30 days; 409 names both sides when it would override something."""
    saved = await chart.save_draft(place, body.text, patient=body.patient or "", base=body.base, after=body.after)
    return DraftSaved(saved=saved)


@router.delete("/{place:path}", status_code=status.HTTP_204_NO_CONTENT)
async def discard_draft(chart: Own, place: Place) -> None:
    """Throw one's unfinished text away."""
    await chart.discard_draft(place)


def _head(draft: drafts.Draft) -> dict[str, Any]:
    return {"place": draft.place, "patient": draft.patient or None, "base": draft.base, "saved": draft.saved}
