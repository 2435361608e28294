"""What shows that the house is as it should be, for an organisation's security officers."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.models import Body

router = APIRouter(prefix="/api/evidence", tags=["evidence"])


class EvidenceLine(Body):
    """
    One kind of evidence; `at` is 0 for never, `days` after how many it is due again.

    `standing` is what its signature says, empty for never.
    """

    kind: Literal["verify", "prove", "drill", "tabletop", "access-review", "doctor"]
    at: int
    came: Literal["passed", "failed", "kept", "never"]
    standing: Literal["signed", "not signed", "altered", ""]
    days: int
    overdue: bool
    held: int


@router.get("")
async def list_evidence(parts: Parts, chart: Own) -> list[EvidenceLine]:
    """How old each kind of evidence is, and what is due."""
    await chart.oversee("evidence-listed")
    return [EvidenceLine(**line) for line in await parts.evidence.lines(chart.subject.organisation)]


@router.get("/pack", response_class=Response)
async def download_evidence(parts: Parts, chart: Own) -> Response:
    """All of it as one ZIP file that is read and verified without Meridian; of one's own organisation."""
    await chart.oversee("evidence-taken")
    body = await parts.evidence.pack(chart.subject.org)
    headers = {"Content-Disposition": 'attachment; filename="evidence.zip"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/zip", headers=headers)
