"""Calendar, board, walk-ins, series, and a patient's own visits."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from meridian.access.work import Plan, Resource, Work
from meridian.scheduling import calendar, mine, series, visits, zones
from meridian.scheduling.booking import Wanted, patient_for
from meridian.scheduling.operations import instant_of
from meridian.scheduling.series import Rule
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Id
from meridian.web.api.scheduling import models, shapes

router = APIRouter(prefix="/api/scheduling", tags=["scheduling"])


@router.get("/calendar")
async def read_calendar(
    chart: Own,
    from_: Annotated[models.Instant, Query(alias="from")],
    to: Annotated[models.Instant, Query()],
    actor: Annotated[list[models.Actor] | None, Query(max_length=100)] = None,
) -> models.Calendar:
    """Appointments, opening hours, time off and holds between two instants, of some or all who have a schedule."""
    start, end = instant_of(from_, "from"), instant_of(to, "to")
    found = await chart.consult(
        "scheduling/$calendar", lambda work: calendar.calendar(work, start, end, actor or ()), what="Appointment"
    )
    return shapes.of_calendar(found)


@router.get("/board")
async def read_board(chart: Own, day: date | None = None) -> models.Board:
    """The visits of a day on the clinic's clock; today unless another is named."""
    found = await chart.consult("scheduling/$board", lambda work: calendar.board(work, day), what="Appointment")
    return shapes.of_board(found)


@router.post("/board/{appointment}/state")
async def change_state(chart: Own, appointment: Id, body: models.StateChange) -> models.MadeAppointment:
    """Arrived, in a room, not come; or take that back. What follows in the room is charting's."""

    def plan(work: Work) -> Plan[Resource]:
        if body.state == "arrived":
            return (yield from visits.wait(work, appointment))
        if body.state == "in-room":
            return (yield from visits.into_room(work, appointment, body.room or ""))
        if body.state == "no-show":
            return (yield from visits.absent(work, appointment))
        return (yield from visits.take_back(work, appointment))

    return shapes.made(await chart.work("Appointment/$state", plan, what=f"Appointment/{appointment}"))


@router.post("/walk-ins")
async def walk_in(chart: Own, body: models.WalkInWanted) -> models.MadeAppointment:
    """Somebody who came without an appointment: they wait, and nobody's time is taken."""
    who = visits.WalkIn(body.patient, body.service, body.provider or "", body.reason)
    return shapes.made(
        await chart.work("Appointment/$walk-in", lambda work: visits.walk_in(work, who), what=body.patient)
    )


@router.post("/series")
async def book_series(chart: Own, body: models.SeriesWanted) -> models.Series:
    """A whole series, or (409) each time that is not free."""
    wanted = Wanted(
        service=body.service,
        start=instant_of(body.start, "start"),
        end=instant_of(body.end, "end") if body.end else 0,
        actors=tuple(body.actors),
        patient=body.patient,
        reason=body.reason,
        comment=body.comment,
    )
    days = tuple(zones.DAYS.index(day) for day in body.rule.days)
    rule = Rule(body.rule.freq, body.rule.interval, body.rule.count or 0, body.rule.until, days)
    booked = await chart.work("Appointment/$book", lambda work: series.book(work, wanted, rule), what=body.service)
    name = next(one["value"] for one in booked[0]["identifier"])
    return models.Series(series=name, appointments=[shapes.made(one) for one in booked])


@router.get("/mine")
async def read_own_visits(
    chart: Own, patient: Annotated[models.PatientReference | None, Query()] = None
) -> models.OwnVisits:
    """One's own visits, or those of a patient one looks after: those to come, then those that were."""

    def plan(work: Work) -> Plan[mine.Visits]:
        whose = yield from patient_for(work, patient or "")
        return (yield from mine.visits(work, whose))

    return shapes.own(await chart.consult("scheduling/$mine", plan, what="Appointment"))


@router.post("/mine/{appointment}/check-in")
async def check_in(chart: Own, appointment: Id) -> models.MadeAppointment:
    """One is there, on the day of the visit."""
    return shapes.made(
        await chart.work(
            "Appointment/$check-in", lambda work: visits.arrive(work, appointment), what=f"Appointment/{appointment}"
        )
    )
