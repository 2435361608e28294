"""Prescriptions: ordering, stopping, changing, printing."""

from fastapi import APIRouter, Response, status

from meridian.medications.prescribing import Order
from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.medications import models, shapes
from meridian.web.api.medications.checks import Identifier

router = APIRouter(prefix="/api/medications/prescriptions", tags=["medications"])


@router.post("", status_code=status.HTTP_201_CREATED)
async def prescribe(parts: Parts, chart: Own, body: models.Prescription) -> models.Prescribed:
    """
    Order what was checked.

    409 when the check is of another draft, of a patient whose list has changed since, or older than 15 minutes; 422
    when an interruptive alert is not overridden, or nothing was checked and no reason says why it is ordered.
    """
    order = Order(
        patient=body.patient,
        request=body.request,
        check=body.check,
        encounter=body.encounter,
        overrides=shapes.overrides(body.overrides),
        unavailable=shapes.said(body.unavailable),
    )
    return shapes.prescribed(await parts.medications.prescribe(chart, order))


@router.post("/{prescription}/stop", status_code=status.HTTP_204_NO_CONTENT)
async def stop_prescription(parts: Parts, chart: Own, prescription: Identifier, body: models.Said) -> Response:
    """Stop it, for a coded reason."""
    await parts.medications.stop(chart, prescription, body.code, body.text)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/{prescription}/change", status_code=status.HTTP_201_CREATED)
async def change_prescription(
    parts: Parts, chart: Own, prescription: Identifier, body: models.Change
) -> models.Prescribed:
    """Another prescription in its place, which names it; it is stopped for a coded reason in the same transaction."""
    order = Order(
        patient="",
        request=body.request,
        check=body.check,
        overrides=shapes.overrides(body.overrides),
        unavailable=shapes.said(body.unavailable),
        replaces=prescription,
    )
    return shapes.prescribed(await parts.medications.change(chart, order, body.code, body.text))


@router.get(
    "/{prescription}/print",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "The prescription"}},
)
async def print_prescription(parts: Parts, chart: Own, prescription: Identifier) -> Response:
    """The prescription as a PDF."""
    body = await parts.medications.printed(chart, prescription)
    headers = {"Content-Disposition": 'attachment; filename="prescription.pdf"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


@router.get("/{prescription}/history")
async def prescription_history(parts: Parts, chart: Own, prescription: Identifier) -> models.History:
    """What happened to it, newest first: prescribed, dispensed, asked for, approved, refused, changed, stopped."""
    return shapes.history(await parts.medications.history(chart, prescription))
