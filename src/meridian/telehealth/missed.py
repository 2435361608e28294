"""
Visits to which nobody comes: a reminder after five minutes, a word to the clinician after ten, a flag after fifteen.

A job is due five minutes after the appointment's beginning, looks at what is so, and puts in the next. It says nothing
where somebody came, where it was moved or cancelled, and it never charges anybody: that the patient did not come, a
person says (`missed`). House policy; realtime.md section 6.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from meridian.access import video_visits
from meridian.access.chart import Chart
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Conflict, Forbidden, Gone, NotFound
from meridian.telehealth import appointments, states, visits
from meridian.telehealth.appointments import MINUTE, Scene
from meridian.telehealth.guests import INVITING, Row
from meridian.telehealth.states import HOST, PATIENT_SIDE
from meridian.telehealth.visits import Done
from meridian.telehealth.ways import Parts

WATCH, REMIND, MISSED = "video/$watch", "video/$remind", "video/$missed"
TOPIC: Final = "visit-watch"
"""Of the outbox: look whether somebody came. Scheduling puts the first one in, due at the beginning and `STEPS[0]`."""
STEPS: Final = (5 * MINUTE, 10 * MINUTE, 15 * MINUTE)
"""After the beginning: remind, ask the clinician, flag."""
NOTIFY, REMINDER = "notify", "visit-waiting"
"""Topic and kind of the mail or text message that says somebody waits."""


async def remind(chart: Chart, visit: str) -> None:
    """
    Tell the patient now that they are waited for.

    Raises:
        NotFound: If the visit is none of the subject's.
        Forbidden: If they are no staff of it.
        Conflict: If it is over, or the patient is there.
    """

    def plan(work: Work) -> Plan[None]:
        appointment = yield from appointments.of(work, visit)
        if work.subject.role not in INVITING:
            raise Forbidden("Your role does not include reminding patients of a visit")
        appointments.refuse_closed(appointment, work.now)
        if not (yield from _nobody(work, visit)):
            raise Conflict("The patient is there, or the visit is over")
        yield from _tell(work, appointment)

    await chart.work(REMIND, plan, what=f"Appointment/{visit}")


async def missed(parts: Parts, chart: Chart, visit: str) -> Done:
    """
    Say that the patient did not come: of the visit, and of its Appointment.

    Raises:
        Conflict: If it is still to begin, or somebody came.
    """

    def plan(work: Work) -> Plan[Done]:
        appointment = yield from appointments.of(work, visit)
        if (yield from appointments.part(work, appointment)) != HOST:
            raise Forbidden("Only a host of the visit may do this")
        before = yield from visits.locked(work, appointment)
        after = states.miss(before)
        changed = yield from parts.ways.absent(work, visit)
        return (yield from visits.kept(parts, work, Scene(changed, HOST), before, after))

    return await chart.work(MISSED, plan, what=f"Appointment/{visit}")


def watcher(servant: Callable[[int], Awaitable[Chart]]) -> Callable[[Row], Awaitable[None]]:
    """The handler of `TOPIC`."""

    async def watch(row: Row) -> None:
        chart, visit, step = await servant(row.org), row.what.partition("/")[2], int(row.said.get("step", 0))
        try:
            await chart.work(WATCH, lambda work: _watched(work, visit, step, row.said), what=row.what)
        except (NotFound, Gone):
            return  # the appointment is no more

    return watch


def _watched(work: Work, visit: str, step: int, said: Mapping[str, Any]) -> Plan[None]:
    appointment = yield from appointments.of(work, visit)
    start = appointments.starts(appointment)
    if appointment["status"] != "booked" or said.get("start") != start or not (yield from _nobody(work, visit)):
        return
    what = f"Appointment/{visit}"
    if step == 0:
        yield from _tell(work, appointment)
    elif step == 1:
        for who in appointments.practitioners(appointment):
            yield from work.tell(f"person:{who}", "visit-missing", what)
    else:
        before = yield from visits.locked(work, appointment)
        after = states.miss(before)
        yield from video_visits.keep(work, before, after)
        yield from work.tell("board", "visit-state", what, {"state": after.state})
        yield from work.tell(f"visit:{visit}", "visit-state", what, {"state": after.state, "epoch": after.epoch})
        return
    yield from work.emit(TOPIC, what, due=start + STEPS[step + 1], said={"start": start, "step": step + 1})


def _nobody(work: Work, visit: str) -> Plan[bool]:
    """Whether nobody has come for the patient, and it is not over."""
    present = yield from video_visits.find(work, visit)
    if present is None:
        return True
    came = any(one.part in PATIENT_SIDE and one.state in {"lobby", "admitted"} for one in present.people)
    return not (came or present.begun or present.ended)


def _tell(work: Work, appointment: Resource) -> Plan[None]:
    recipient = f"Patient/{appointments.patient_of(appointment)}"
    said = {"kind": REMINDER, "recipient": recipient}
    yield from work.emit(NOTIFY, f"Appointment/{appointment['id']}", said=said)
