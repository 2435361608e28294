"""Coming and going, and who lets whom in: each event one operation of `telehealth.visits`, and what follows from it."""

from contextlib import nullcontext
from typing import Any

from meridian.access.chart import Chart
from meridian.access.feeds import Checks
from meridian.faults import NotFound, Unavailable
from meridian.realtime.events import Call, Event
from meridian.realtime.rooms import of_visit
from meridian.realtime.visits import bodies, shapes
from meridian.realtime.visits.desk import TAKEN, Desk, who
from meridian.realtime.visits.seats import Seat, Seats
from meridian.realtime.visits.showing import Showing
from meridian.telehealth import visits
from meridian.telehealth.metrics import Figures
from meridian.telehealth.view import Whole
from meridian.telehealth.visits import Coming, Done


class Entering:
    """
    The events.

    Args:
        desk: The door.
        seats: Who sits here.
        showing: Shows them the visit.
        figures: Where is counted who could not come in, and who came back.
        checks: Who may follow the visit's feed.
    """

    def __init__(self, desk: Desk, seats: Seats, showing: Showing, figures: Figures, checks: Checks) -> None:
        self._figures = figures
        self._desk = desk
        self._seats = seats
        self._showing = showing
        self._checks = checks
        self.events = (
            Event("visit.enter", bodies.Enter, self.enter, acts=True, guests=True),
            Event("visit.leave", bodies.Visit, self.leave, acts=True, guests=True),
            Event("visit.sync", bodies.Sync, self.sync, guests=True),
            Event("visit.admit", bodies.About, self.admit, acts=True),
            Event("visit.deny", bodies.About, self.deny, acts=True),
            Event("visit.remove", bodies.About, self.remove, acts=True),
            Event("visit.lock", bodies.Switch, self.lock, acts=True),
            Event("visit.hold", bodies.Switch, self.hold, acts=True),
            Event("visit.end", bodies.Visit, self.end, acts=True),
        )

    async def enter(self, call: Call, body: bodies.Enter) -> dict[str, Any]:
        """Be there, at this socket from now on; the whole visit, as one may see it."""
        before = self._seats.of(call.connection, body.visit)
        async with before.lock if before else nullcontext():
            chart, coming = await self._desk.door(call), Coming(consent=body.consent, name=body.name)
            done = await self._entered(chart, body.visit, coming)
            await self._desk.done(call, done)
            seat = await self._sit(call, before, done.whole)
        self._showing.show(seat)
        return shapes.visit(done.whole)

    async def _entered(self, chart: Chart, visit: str, coming: Coming) -> Done:
        try:
            done = await visits.enter(self._desk.parts, chart, visit, coming)
        except Unavailable:
            self._figures.failed("enter")
            raise
        if any(one.id == done.whole.me and one.state == "admitted" for one in done.before.people):
            self._figures.again("socket")
        return done

    async def _sit(self, call: Call, seat: Seat | None, whole: Whole) -> Seat:
        """At this socket and no other; how to connect is said anew."""
        here = call.connection
        seat = seat or Seat(here, whole, who(here))
        await call.rooms.join(here, of_visit(here.org, whole.visit, whole.me))
        seat.whole, seat.way = whole, None
        if here in call.life.all():  # it may have gone meanwhile
            self._seats.take(seat)
        taken = {"org": here.org, "visit": whole.visit, "person": whole.me, "sid": here.sid}
        await call.rooms.among(TAKEN, taken)
        return seat

    async def sync(self, call: Call, body: bodies.Sync) -> dict[str, Any]:
        """The whole visit, and what of it was missed for whoever may follow its feed."""
        seat = self._seats.of(call.connection, body.visit)
        chart = await self._desk.door(call)
        async with seat.lock if seat else nullcontext():
            whole = await visits.look(self._desk.parts, chart, body.visit)
            if seat:
                seat.whole = whole
        if seat:
            self._showing.show(seat)
        feed = f"visit:{body.visit}"
        try:
            caught = (await chart.feeds({feed: body.since}, self._checks))[feed]
        except NotFound:  # who waits hears nothing of those inside
            return shapes.visit(whole) | {"seq": body.since, "events": [], "reset": False}
        events = [{"seq": one.seq, "at": one.at, "kind": one.kind, "what": one.what} for one in caught.events]
        return shapes.visit(whole) | {"seq": caught.seq, "events": events, "reset": caught.reset}

    async def leave(self, call: Call, body: bodies.Visit) -> None:
        """Go; whoever sits at another socket by now stays."""
        if self._seats.was_replaced(call.connection, body.visit):
            return
        await self._desk.done(call, await visits.leave(self._desk.parts, await self._desk.door(call), body.visit))

    async def admit(self, call: Call, body: bodies.About) -> None:
        """Let somebody in who waits."""
        await self._desk.done(call, await visits.admit(self._desk.parts, call.chart, body.visit, body.person))

    async def deny(self, call: Call, body: bodies.About) -> None:
        """Turn somebody away who waits."""
        await self._desk.done(call, await visits.deny(self._desk.parts, call.chart, body.visit, body.person))

    async def remove(self, call: Call, body: bodies.About) -> None:
        """Put somebody out."""
        await self._desk.done(call, await visits.remove(self._desk.parts, call.chart, body.visit, body.person))

    async def lock(self, call: Call, body: bodies.Switch) -> None:
        """Let nobody new come, or let them again."""
        await self._desk.done(call, await visits.lock(self._desk.parts, call.chart, body.visit, on=body.on))

    async def hold(self, call: Call, body: bodies.Switch) -> None:
        """Interrupt the call, or go on with it."""
        await self._desk.done(call, await visits.hold(self._desk.parts, call.chart, body.visit, on=body.on))

    async def end(self, call: Call, body: bodies.Visit) -> None:
        """It is over for everybody."""
        await self._desk.done(call, await visits.end(self._desk.parts, call.chart, body.visit))
