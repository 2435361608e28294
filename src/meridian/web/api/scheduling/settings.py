"""What can be booked, and when: services, hours, exceptions and time off."""

from typing import Annotated

from fastapi import APIRouter, Query

from meridian.access.work import Plan, Resource, Work
from meridian.scheduling import services, timetable
from meridian.scheduling.calendar import offered
from meridian.scheduling.naming import expected, names
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Id
from meridian.web.api.scheduling import models, shapes

router = APIRouter(prefix="/api/scheduling", tags=["scheduling"])


@router.get("/services")
async def list_services(chart: Own) -> models.Services:
    """Services by name: to staff all of them, to patients those that are not hidden."""

    def plan(work: Work) -> Plan[tuple[list[Resource], dict[str, str]]]:
        found = yield from offered(work)
        wanted = {one for each in map(services.read, found) for one in (*each.providers, *each.rooms, *each.devices)}
        return found, (yield from names(work, sorted(wanted)))

    found, known = await chart.consult("scheduling/$services", plan, what="HealthcareService")
    return models.Services(services=[shapes.service(one) for one in found], names=known)


@router.post("/services")
async def create_service(chart: Own, body: models.ServiceSettings) -> models.Service:
    """One more service; for administrators."""
    blank: Resource = {"resourceType": "HealthcareService"}
    wanted = services.written(blank, shapes.settings(body, ""))

    def plan(work: Work) -> Plan[Resource]:
        yield from expected(work, _named(body))
        return (yield from work.create("HealthcareService", wanted))

    made = await chart.work("scheduling/$service", plan, what="HealthcareService")
    return shapes.service(made)


@router.put("/services/{service}")
async def keep_service(
    chart: Own, service: Id, body: models.ServiceSettings, version: Annotated[int | None, Query(ge=1)] = None
) -> models.Service:
    """A service as it is to be; for administrators. With *version* only if nobody has changed it since."""
    wanted = shapes.settings(body, service)

    def plan(work: Work) -> Plan[Resource]:
        yield from expected(work, _named(body))
        return (
            yield from work.change(
                "HealthcareService", service, lambda one: services.written(one, wanted), if_match=version
            )
        )

    made = await chart.work("scheduling/$service", plan, what=f"HealthcareService/{service}")
    return shapes.service(made)


def _named(body: models.ServiceSettings) -> tuple[str, ...]:
    """Everything that is to be there."""
    return (*body.providers, *body.rooms, *body.devices, *body.forms)


@router.post("/schedules")
async def create_schedule(chart: Own, body: models.ScheduleWanted) -> models.Hours:
    """A schedule, without hours, for somebody or something; the one there is, where there is one."""
    made = await chart.work(
        "scheduling/$hours", lambda work: timetable.create(work, body.actor, body.zone or ""), what="Schedule"
    )
    return shapes.of_timetable(made)


@router.get("/schedules/{schedule}/hours")
async def read_hours(chart: Own, schedule: Id) -> models.Hours:
    """Weekly hours and exceptions."""
    found = await chart.consult(
        "scheduling/$hours", lambda work: timetable.of(work, schedule), what=f"Schedule/{schedule}"
    )
    return shapes.of_timetable(found)


@router.put("/schedules/{schedule}/hours")
async def keep_hours(chart: Own, schedule: Id, body: models.HoursWanted) -> models.Hours:
    """Other weekly hours; says how many appointments to come they leave outside, which stay booked."""
    weekly = [shapes.weekly(one) for one in body.weekly]
    made = await chart.work(
        "scheduling/$hours",
        lambda work: timetable.keep_weekly(work, schedule, body.zone, weekly, body.version),
        what=f"Schedule/{schedule}",
    )
    return shapes.of_timetable(made)


@router.post("/schedules/{schedule}/exceptions")
async def add_exception(chart: Own, schedule: Id, body: models.HoursChange) -> models.Hours:
    """Closed, time off, or open besides, for a while."""
    change = shapes.change(body)
    made = await chart.work(
        "scheduling/$hours",
        lambda work: timetable.add_change(work, schedule, change),
        what=f"Schedule/{schedule}",
    )
    return shapes.of_timetable(made)


@router.delete("/schedules/{schedule}/exceptions/{exception}")
async def take_out_exception(chart: Own, schedule: Id, exception: Id) -> models.Hours:
    """The usual hours again."""
    made = await chart.work(
        "scheduling/$hours",
        lambda work: timetable.take_out(work, schedule, exception),
        what=f"Schedule/{schedule}",
    )
    return shapes.of_timetable(made)
