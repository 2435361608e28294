"""What can be chosen from: the formulary, reasons; and sums and words about doses."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Query

from meridian.medications import drafts, formulary, reasons
from meridian.medications.dosage.forms import Form
from meridian.medications.dosage.quantity import Use, needed
from meridian.medications.dosage.words import line
from meridian.medications.formulary import own
from meridian.web.api.dependencies import Own, SignedIn
from meridian.web.api.medications import models, shapes

router = APIRouter(prefix="/api/medications", tags=["medications"])

Line = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$", description="As `amlodipine-5-mg-tablet`")]
MOST = 20
"""Lines of one answer."""


@router.get("/formulary")
async def search_formulary(
    chart: Own, q: Annotated[str, Query(max_length=100, description="Beginnings of words; all of it when empty")] = ""
) -> models.Formulary:
    """Medicines that the clinic offers, best match first; at most 20 when something is asked for."""
    found = await chart.consult(own.LIST, own.offered(q, MOST if q else None), what="Medication")
    return models.Formulary(medicines=[shapes.formulary_line(one) for one in found])


@router.get("/formulary/all")
async def read_formulary(chart: Own) -> models.KeptFormulary:
    """The whole formulary, by name: what is hidden and what the clinic has added too."""
    found = await chart.consult(own.LIST, own.lines, what="Medication")
    return models.KeptFormulary(medicines=[shapes.kept_line(one) for one in found])


@router.post("/formulary", status_code=201)
async def add_medicine(chart: Own, body: models.NewMedicine) -> models.KeptLine:
    """One more medicine, which cannot be checked but by its words; for administrators, clinicians and pharmacists."""
    wanted = formulary.Medicine(
        body.name, body.strength, Form(body.form), tuple(body.ingredients), pack=body.pack, route=body.route
    )
    return shapes.kept_line(await chart.work(own.KEEP, own.added(wanted), what="Medication"))


@router.put("/formulary/{medicine}/hidden")
async def hide_medicine(chart: Own, medicine: Line, body: models.Hiding) -> models.KeptLine:
    """Keep a medicine from those who prescribe, or offer it again; what is prescribed stays as it is."""
    plan = own.turned(medicine, hidden=body.hidden)
    return shapes.kept_line(await chart.work(own.KEEP, plan, what="Medication"))


@router.get("/reasons")
async def medication_reasons(identity: SignedIn) -> models.Reasons:  # noqa: ARG001  # only for those who are signed in
    """Coded reasons by what they are for."""
    lists = {
        name: [models.Reason(code=code, text=text) for code, text in listed.items()]
        for name, listed in reasons.ALL.items()
    }
    return models.Reasons(**lists)


@router.post("/quantity")
async def medication_quantity(body: models.QuantityQuestion, identity: SignedIn) -> models.QuantityAnswer:  # noqa: ARG001  # likewise
    """How much is needed for so many days, and how long that lasts; units are never mixed."""
    use = Use(
        Form(body.form), Decimal(body.dose), body.unit, body.times, body.period, body.period_unit, body.strength,
        body.pack,
    )  # fmt: skip
    supply = needed(use, body.days)
    return models.QuantityAnswer(
        quantity=str(supply.quantity), unit=supply.unit, days_supply=supply.days, text=supply.text
    )


@router.post("/dose-line")
async def dose_line(body: models.DoseQuestion, identity: SignedIn) -> models.DoseAnswer:  # noqa: ARG001  # likewise
    """A dosage in words, as it will stand on the prescription."""
    return models.DoseAnswer(text=line(drafts.dosages([body.dosage])[0]))
