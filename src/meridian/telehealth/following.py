"""Who follows what is told of a visit: its hosts and those inside; who waits is shown their own line, and no more."""

from meridian.access import video_visits
from meridian.access.chart import Chart
from meridian.access.work import Plan, Work
from meridian.telehealth import appointments, states
from meridian.telehealth.states import HOST
from meridian.telehealth.visits import LOOK


async def may_follow(chart: Chart, visit: str) -> None:
    """
    Pass if the subject may hear what happens in a visit.

    Raises:
        NotFound: If not.
    """

    def plan(work: Work) -> Plan[None]:
        _, part = yield from appointments.taking_part(work, visit)
        present = yield from video_visits.find(work, visit)
        there = states.inside(present) if present else ()
        if part != HOST and appointments.me(work) not in {one.who for one in there}:
            raise appointments.nowhere()

    await chart.consult(LOOK, plan, what=f"Appointment/{visit}")
