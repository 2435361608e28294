"""What can be chosen from: the formulary, reasons; and sums and words about doses."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query

from meridian.medications import drafts, formulary, reasons
from meridian.medications.dosage.forms import Form
from meridian.medications.dosage.quantity import Use, needed
from meridian.medications.dosage.words import line
from meridian.web.api.dependencies import SignedIn
from meridian.web.api.medications import models, shapes

router = APIRouter(prefix="/api/medications", tags=["medications"])

MOST = 20
"""Lines of one answer."""


@router.get("/formulary")
async def search_formulary(
    identity: SignedIn,  # noqa: ARG001  # only for those who are signed in
    q: Annotated[str, Query(max_length=100, description="Beginnings of words; all of it when empty")] = "",
) -> models.Formulary:
    """Medicines that can be chosen, best match first; at most 20 when something is asked for."""
    return models.Formulary(medicines=[shapes.formulary_line(one) for one in formulary.search(q, MOST if q else None)])


@router.get("/reasons")
async def medication_reasons(identity: SignedIn) -> models.Reasons:  # noqa: ARG001  # likewise
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
