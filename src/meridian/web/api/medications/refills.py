"""Refills: asked for by patients, prepared by nurses, decided by clinicians."""

from fastapi import APIRouter, Response, status

from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.medications import models, shapes
from meridian.web.api.medications.checks import Identifier

router = APIRouter(prefix="/api/medications/refills", tags=["medications"])


@router.post("", status_code=status.HTTP_201_CREATED)
async def ask_refill(parts: Parts, chart: Own, body: models.RefillQuestion) -> models.RefillTask:
    """Ask for more of a medicine; 409 when it was asked for already or is no longer prescribed."""
    return models.RefillTask(id=await parts.medications.ask_refill(chart, body.prescription, body.note))


@router.get("")
async def refill_queue(parts: Parts, chart: Own) -> models.Refills:
    """What is asked for and not decided, oldest first."""
    return models.Refills(refills=[shapes.refill(one) for one in await parts.medications.refill_queue(chart)])


@router.post("/{task}/prepare")
async def prepare_refill(parts: Parts, chart: Own, task: Identifier, body: models.Preparation) -> models.CheckResult:
    """Have it checked and leave a note for whoever decides: a nurse's part."""
    return shapes.check(await parts.medications.prepare_refill(chart, task, body.note))


@router.post("/{task}/approve", status_code=status.HTTP_201_CREATED)
async def approve_refill(parts: Parts, chart: Own, task: Identifier, body: models.Approval) -> models.Approved:
    """
    Prescribe the same again, checked anew.

    Without `check` it is checked now, which is enough when nothing interrupts; else 409, whose one error has the place
    `check` and the id of the check to look at, to be sent again with overrides.
    """
    done, check = await parts.medications.approve_refill(
        chart,
        task,
        more=body.refills,
        check=body.check,
        overrides=shapes.overrides(body.overrides),
        unavailable=shapes.said(body.unavailable),
    )
    return models.Approved(**shapes.prescribed(done).model_dump(), check=shapes.check(check))


@router.post("/{task}/refuse", status_code=status.HTTP_204_NO_CONTENT)
async def refuse_refill(parts: Parts, chart: Own, task: Identifier, body: models.Said) -> Response:
    """Refuse it for a coded reason, which the patient reads."""
    await parts.medications.refuse_refill(chart, task, body.code, body.text)
    return Response(status_code=status.HTTP_204_NO_CONTENT)
