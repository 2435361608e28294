"""Checks of drafts, and overriding what a later check found."""

from typing import Annotated

from fastapi import APIRouter, Path

from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.medications import models, shapes

router = APIRouter(prefix="/api/medications", tags=["medications"])

Identifier = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


@router.post("/check")
async def check_medication(parts: Parts, chart: Own, body: models.CheckQuestion) -> models.CheckResult:
    """
    Check a draft against what the patient takes and does not tolerate.

    The edition's partner is asked first and the other when it fails, each for five seconds at most; local rules always
    run. The answer is kept as a DetectedIssue, whatever it is.
    """
    return shapes.check(await parts.medications.check(chart, body.patient, body.request, replaces=body.replaces))


@router.get("/checks/{check}")
async def read_check(parts: Parts, chart: Own, check: Identifier) -> models.CheckResult:
    """A check as it was kept."""
    return shapes.check(await parts.medications.read_check(chart, check))


@router.post("/checks/{check}/overrides")
async def override_check(parts: Parts, chart: Own, check: Identifier, body: models.Overrides) -> models.CheckResult:
    """Override what a re-check found; its Task is done with the last interruptive alert."""
    return shapes.check(await parts.medications.override(chart, check, shapes.overrides(body.overrides)))
