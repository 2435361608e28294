"""Devices of the clinic's that visits need: added with a schedule of their own."""

from fastapi import APIRouter

from meridian.scheduling import timetable
from meridian.web.api.dependencies import Own
from meridian.web.api.scheduling import models, shapes

router = APIRouter(prefix="/api/scheduling", tags=["scheduling"])


@router.post("/devices")
async def add_device(chart: Own, body: models.DeviceWanted) -> models.Hours:
    """One more device, with a schedule without hours; for administrators, and clinicians, who keep hours."""
    made = await chart.work(
        "scheduling/$device", lambda work: timetable.apparatus(work, body.name, body.zone or ""), what="Device"
    )
    return shapes.of_timetable(made)
