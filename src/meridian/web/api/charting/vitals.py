"""Vital signs: what can be taken, and taking it."""

from fastapi import APIRouter, status

from meridian.charting.vitals import signs, taking
from meridian.web.api.charting import models
from meridian.web.api.dependencies import Own

router = APIRouter(prefix="/api/charting", tags=["charting"])

WRITTEN = {"[degF]": "°F", "[lb_av]": "lb", "[oz_av]": "oz", "[in_i]": "in"}


@router.get("/vitals")
async def vital_signs(chart: Own) -> models.VitalSigns:  # noqa: ARG001  # only for who is signed in
    """What can be taken, in which units."""
    return models.VitalSigns(signs=[_sign(sign) for sign in signs.TAKEN.values()])


@router.post("/vitals", status_code=status.HTTP_201_CREATED)
async def take_vitals(chart: Own, body: models.VitalsTaking) -> models.VitalsTaken:
    """Take down a set of vital signs; 422 names each value that cannot be, or is unusual and not confirmed."""
    given = taking.Taking(
        body.patient,
        tuple(taking.Reading(one.code, one.value, one.unit) for one in body.items),
        body.encounter or "",
        body.at or "",
        frozenset(body.confirmed),
    )
    made = await chart.work(taking.TAKE, taking.taken(given), what=f"Patient/{body.patient}")
    return models.VitalsTaken(observations=[one["id"] for one in made])


def _sign(sign: signs.Sign) -> models.VitalSign:
    return models.VitalSign(
        code=sign.code.code,
        name=sign.name,
        units=[
            models.VitalUnit(code=unit, written=sign.written if unit == sign.unit else WRITTEN.get(unit, unit))
            for unit in signs.units(sign)
        ],
        digits=sign.digits,
        least=sign.possible[0],
        most=sign.possible[1],
    )
