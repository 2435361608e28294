"""What patients agree to before a visit."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from meridian.patients import consents
from meridian.web.api.dependencies import Own
from meridian.web.api.own.models import Paper, PaperAnswer

router = APIRouter(prefix="/api/papers", tags=["papers"])


@router.get("")
async def list_papers(chart: Own, patient: Annotated[str, Query(max_length=64)]) -> list[Paper]:
    """Every paper, and how things stand with it for a patient."""
    return [_paper(one) for one in await consents.standing(chart, patient)]


@router.post("/{key}")
async def answer_paper(chart: Own, key: Annotated[str, Path(max_length=40)], body: PaperAnswer) -> Paper:
    """Agree, refuse, or withdraw an agreement."""
    return _paper(await consents.answer(chart, body.patient, key, agreed=body.agreed))


def _paper(one: consents.Standing) -> Paper:
    return Paper(
        key=one.paper.key,
        version=one.paper.version,
        required=one.paper.required,
        state=one.state,
        since=one.since,
    )
