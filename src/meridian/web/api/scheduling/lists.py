"""The wait list with its offers, and what patients ask for."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from meridian.access.work import Plan, Work
from meridian.scheduling import requests, waiting, zones
from meridian.scheduling.calendar import taking_part
from meridian.scheduling.naming import names
from meridian.scheduling.operations import instant_of
from meridian.scheduling.waiting import Wait
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Id
from meridian.web.api.scheduling import models, shapes

router = APIRouter(prefix="/api/scheduling", tags=["scheduling"])


@router.get("/wait-list")
async def read_wait_list(
    chart: Own, service: Annotated[models.ServiceReference | None, Query()] = None
) -> models.WaitList:
    """Who waits, the longest first, and what is offered to them; a patient's own places only, where a patient asks."""

    def plan(work: Work) -> Plan[Any]:
        found = yield from waiting.listed(work, service or "")
        zone = yield from zones.of_organisation(work)
        return found, (yield from names(work, taking_part(found))), zone

    found, known, zone = await chart.consult("scheduling/$wait-list", plan, what="Appointment")
    return models.WaitList(waiting=[shapes.place_on_list(one, known, zone) for one in found], names=known)


@router.post("/wait-list")
async def join_wait_list(chart: Own, body: models.WaitWanted) -> models.MadeAppointment:
    """A place on the list: what becomes free and suits is offered, and kept for a while."""
    wait = Wait(
        service=body.service,
        start=instant_of(body.start, "start"),
        end=instant_of(body.end, "end"),
        patient=body.patient or "",
        days=tuple(zones.DAYS.index(day) for day in body.days),
        part=body.part_of_day,
        actor=body.actor or "",
    )
    return shapes.made(await chart.work("Appointment/$wait", lambda work: waiting.join(work, wait), what=body.service))


@router.delete("/wait-list/{appointment}", status_code=204)
async def leave_wait_list(chart: Own, appointment: Id) -> None:
    """Off the list; an offer goes to the next in line."""
    await chart.work(
        "Appointment/$wait", lambda work: waiting.leave(work, appointment), what=f"Appointment/{appointment}"
    )


@router.get("/offers")
async def read_offers(chart: Own) -> models.WaitList:
    """Places on the wait list to which a time is offered now."""
    found = await read_wait_list(chart)
    return models.WaitList(waiting=[one for one in found.waiting if one.offer], names=found.names)


@router.post("/offers/{appointment}/accept")
async def accept_offer(chart: Own, appointment: Id) -> models.MadeAppointment:
    """The time that was offered, booked; 409 when the offer has ended."""
    return shapes.made(
        await chart.work(
            "Appointment/$accept", lambda work: waiting.accept(work, appointment), what=f"Appointment/{appointment}"
        )
    )


@router.post("/offers/{appointment}/decline")
async def decline_offer(chart: Own, appointment: Id) -> models.MadeAppointment:
    """Not that time: still on the list, and the time is offered to the next."""
    return shapes.made(
        await chart.work(
            "Appointment/$decline", lambda work: waiting.decline(work, appointment), what=f"Appointment/{appointment}"
        )
    )


@router.get("/requests")
async def read_requests(chart: Own) -> models.AppointmentRequests:
    """What patients ask for, the first to take place first."""

    def plan(work: Work) -> Plan[Any]:
        found = yield from requests.waiting(work)
        zone = yield from zones.of_organisation(work)
        return found, (yield from names(work, taking_part(one for _, one in found))), zone

    found, known, zone = await chart.consult("Appointment/$requests", plan, what="Task")
    lines = [shapes.request(task, appointment, known, zone) for task, appointment in found]
    return models.AppointmentRequests(requests=lines, names=known)


@router.post("/requests/{appointment}/approve")
async def approve_request(chart: Own, appointment: Id) -> models.MadeAppointment:
    """The visit, booked; its patient is told."""
    return shapes.made(
        await chart.work(
            "Appointment/$approve", lambda work: requests.approve(work, appointment), what=f"Appointment/{appointment}"
        )
    )


@router.post("/requests/{appointment}/refuse")
async def refuse_request(chart: Own, appointment: Id, body: models.RequestRefusal) -> models.MadeAppointment:
    """Not that visit, and why; its patient is told."""
    return shapes.made(
        await chart.work(
            "Appointment/$refuse",
            lambda work: requests.refuse(work, appointment, body.reason),
            what=f"Appointment/{appointment}",
        )
    )
