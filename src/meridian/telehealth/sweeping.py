"""
Whoever lost their connection keeps their place for a while, and a visit nobody ends is ended when its doors close.

A socket says every few seconds that it is there, so that it does not matter how it went: closed, lost, or with its
process.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from meridian.access.chart import Chart
from meridian.access.video_visits import Visit
from meridian.access.work import Plan, Work
from meridian.faults import Conflict, Gone, NotFound
from meridian.telehealth import appointments, states, visits
from meridian.telehealth.appointments import CLOSES, Scene
from meridian.telehealth.visits import Done
from meridian.telehealth.ways import Parts

AWAY, CLOSE = "video/$away", "video/$close"
GRACE: Final = 30_000
"""Milliseconds without a socket until somebody has left; realtime.md section 6."""
PULSE: Final = 10.0
"""Seconds between two times that a socket says it is there."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """
    Tidies visits.

    Args:
        parts: What visits are made of.
        servant: The door for the platform itself, in an organisation.
        after: What is done once a visit has changed.
    """

    parts: Parts
    servant: Callable[[int], Awaitable[Chart]]
    after: Callable[[int, Done], Awaitable[None]]

    async def sweep(self) -> None:
        """Those whose sockets have been gone for too long have left; visits whose doors have closed are over."""
        gateway = self.parts.gateway is not None
        for org, visit, person in await self.parts.calls.away(GRACE):
            await self._changed(org, visit, AWAY, lambda v, now, p=person: _left(v, p, now, gateway=gateway))  # type: ignore[misc]  # the loop's value is bound by its default
        for org, visit in await self.parts.calls.outlived(CLOSES):
            await self._changed(org, visit, CLOSE, states.close)

    async def _changed(self, org: int, visit: str, action: str, step: Callable[[Visit, int], Visit]) -> None:
        chart = await self.servant(org)

        def plan(work: Work) -> Plan[Done]:
            appointment = yield from appointments.of(work, visit)
            before = yield from visits.locked(work, appointment)
            return (yield from visits.kept(self.parts, work, Scene(appointment, ""), before, step(before, work.now)))

        try:
            done = await chart.work(action, plan, what=f"Appointment/{visit}")
        except (Conflict, NotFound, Gone):
            return  # it was ended, or its appointment taken away, meanwhile
        await self.after(org, done)


def _left(visit: Visit, person: str, now: int, *, gateway: bool) -> Visit:
    """As `states.leave`, unless their socket came back."""
    if now - states.person(visit, person).seen <= GRACE:
        return visit
    return states.leave(visit, person, now, gateway=gateway)
