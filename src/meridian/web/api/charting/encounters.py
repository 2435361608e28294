"""Visits: opened, worked at, finished, and printed for the patient."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path, Response, status

from meridian import paper
from meridian.charting import encounters
from meridian.charting import summary as summaries
from meridian.charting.codes import VIRTUAL, words
from meridian.web.api.charting import models
from meridian.web.api.charting.notes import lines, shown_templates
from meridian.web.api.dependencies import Own

router = APIRouter(prefix="/api/charting", tags=["charting"])

Identifier = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


@router.post("/encounters", status_code=status.HTTP_201_CREATED)
async def open_visit(chart: Own, body: models.VisitOpening) -> models.Visit:
    """Open a visit; the same one when it is open already. Its appointment counts as checked in."""
    opening = encounters.Opening(body.appointment or "", body.patient or "", body.reason, body.way)
    what = f"Appointment/{body.appointment}" if body.appointment else f"Patient/{body.patient}"
    return visit(await chart.work(encounters.OPEN, encounters.opened(opening), what=what))


@router.get("/encounters/{encounter}/workspace")
async def visit_workspace(chart: Own, encounter: Identifier) -> models.Workspace:
    """What somebody needs to write at the visit, in one call."""
    present, notes, drafts, known = await chart.consult(
        "Encounter/$workspace", encounters.workspace(encounter), what=f"Encounter/{encounter}"
    )
    return models.Workspace(
        visit=visit(present), notes=lines(notes), drafts=drafts, templates=shown_templates(known).templates
    )


@router.post("/encounters/{encounter}/finish")
async def finish_visit(chart: Own, encounter: Identifier, body: models.VisitEnd) -> models.VisitEnded:
    """End a visit; 409 names unsigned notes and open drafts, unless *anyway*, which makes Tasks of them."""
    plan = encounters.finished(encounter, anyway=body.anyway)
    done = await chart.work(encounters.FINISH, plan, what=f"Encounter/{encounter}")
    return models.VisitEnded(visit=visit(done.encounter), unsigned=list(done.unsigned))


@router.get("/encounters/{encounter}/summary", response_class=Response)
async def print_visit(chart: Own, encounter: Identifier) -> Response:
    """The visit on paper (PDF), for the patient once its note is signed."""
    plan = summaries.summary(encounter)
    document = await chart.consult(summaries.PRINT, plan, what=f"Encounter/{encounter}")
    body = await to_thread.run_sync(paper.pdf, document)
    headers = {"Content-Disposition": 'inline; filename="visit-summary.pdf"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


def visit(encounter: dict[str, Any]) -> models.Visit:
    """An Encounter as a screen shows it."""
    people = [one["individual"] for one in encounter.get("participant", ()) if "individual" in one]
    appointments = [one["reference"].removeprefix("Appointment/") for one in encounter.get("appointment", ())]
    period = encounter.get("period", {})
    return models.Visit.model_validate(
        {
            "id": encounter["id"],
            "version": int(encounter["meta"]["versionId"]),
            "status": encounter["status"],
            "patient": encounter.get("subject", {}).get("reference", "").removeprefix("Patient/"),
            "appointment": appointments[0] if appointments else None,
            "start": period.get("start"),
            "end": period.get("end"),
            "reason": ", ".join(words(one) for one in encounter.get("reasonCode", ())),
            "way": _way(encounter),
            "with": [{"reference": one.get("reference", ""), "name": one.get("display", "")} for one in people],
        }
    )


def _way(encounter: dict[str, Any]) -> str:
    if encounter["class"].get("code") != VIRTUAL.code:
        return "visit"
    return "phone" if encounter.get("type") else "video"
