"""What a patient takes, and going through it together."""

from fastapi import APIRouter, Response, status

from meridian.medications.reconciling import Item
from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.medications import models, shapes
from meridian.web.api.medications.checks import Identifier

router = APIRouter(prefix="/api/medications", tags=["medications"])


@router.get("/patients/{patient}/list")
async def medicine_list(parts: Parts, chart: Own, patient: Identifier) -> models.MedicineList:
    """What the patient takes and took, what runs first; for staff with what the last check said."""
    return shapes.medicine_list(await parts.medications.listed(chart, patient))


@router.get(
    "/patients/{patient}/print",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "The list"}},
)
async def print_medicine_list(parts: Parts, chart: Own, patient: Identifier) -> Response:
    """What the patient takes, as a PDF to take along."""
    body = await parts.medications.printed_list(chart, patient)
    headers = {"Content-Disposition": 'attachment; filename="medicines.pdf"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


@router.post("/reconciliation", status_code=status.HTTP_201_CREATED)
async def reconcile(parts: Parts, chart: Own, body: models.Reconciliation) -> models.Reconciled:
    """Write down what was found out about each medicine, all in one transaction."""
    items = [
        Item(action=one.action, reference=one.reference or "", new=one.new, code=one.code or "", note=one.note)
        for one in body.items
    ]
    done, written = await parts.medications.reconcile(chart, body.patient, items, encounter=body.encounter)
    return models.Reconciled(id=done, written=written)
