"""
Showing a visit to those who sit in it: each their own view, read through the door when it has changed.

That it has changed every process hears, by the visit's feed; what it is now is asked of the database, so what was not
heard is caught up by whoever looks next, and every few seconds all are looked at. What is shown at one socket is in
the order in which it was so. Whoever was let in is told how to connect, and again when the way is another.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from meridian.access.video_visits import Visit
from meridian.faults import Conflict, Fault, Unauthenticated, Unavailable
from meridian.realtime.life import Life
from meridian.realtime.rooms import Rooms, of_visit
from meridian.realtime.visits import shapes
from meridian.realtime.visits.desk import Desk
from meridian.realtime.visits.seats import Seat, Seats
from meridian.telehealth import carrying, states, visits
from meridian.telehealth.metrics import Figures
from meridian.telehealth.view import Whole

OUT = frozenset({"left", "removed", "denied"})

_log = logging.getLogger("meridian.realtime")


class Showing:
    """
    Shows visits.

    Args:
        desk: The door.
        seats: To whom.
        figures: Where is counted who was told how to connect.
        rooms: How they hear.
        life: Whether they are still who they are.
    """

    def __init__(self, desk: Desk, seats: Seats, figures: Figures, rooms: Rooms, life: Life) -> None:
        self._figures = figures
        self._desk = desk
        self._seats = seats
        self._rooms = rooms
        self._life = life
        self._tasks: set[asyncio.Task[None]] = set()

    def changed(self, org: int, visit: str) -> None:
        """A visit is another than it was: show it anew to all who sit in it."""
        for seat in self._seats.within(org, visit):
            self.show(seat)

    def show(self, seat: Seat) -> None:
        """Show it anew at one socket, soon and in order."""
        seat.stale = True
        if not seat.showing:
            seat.showing = True
            self._begin(self._shown(seat))

    async def look(self) -> None:
        """Look at every visit in which somebody sits here, and show it to those who missed something."""
        for org, visit in self._seats.places():
            present = await self._desk.parts.calls.visit(org, visit)
            for seat in self._seats.within(org, visit):
                if present is None or not seat.shows(present) or _lacks_way(seat):
                    self.show(seat)

    def replaced(self, seat: Seat) -> None:
        """Its person sits at another socket now."""
        self._begin(self._replaced(seat))

    async def _replaced(self, seat: Seat) -> None:
        self._seats.replace(seat)
        await self._rooms.leave(seat.connection, of_visit(*seat.place, seat.person))
        await self._rooms.to(seat.connection, "visit.elsewhere", {"visit": seat.whole.visit})

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Let go of what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def give_up(self, seat: Seat) -> None:
        """Nothing of the visit goes to this socket any more."""
        if self._seats.give_up(seat):
            await self._rooms.leave(seat.connection, of_visit(*seat.place, seat.person))

    async def _shown(self, seat: Seat) -> None:
        try:
            while seat.stale:
                seat.stale = False
                async with seat.lock:
                    await self._show(seat)
        except Unauthenticated:
            await self.give_up(seat)
        except Exception as wrong:  # noqa: BLE001  # the next look shows it
            _log.error("a visit was not shown: %s", type(wrong).__name__)  # a trace may hold PHI
        finally:
            seat.showing = False

    async def _show(self, seat: Seat) -> None:
        if self._seats.of(seat.connection, seat.whole.visit) is not seat:
            return
        whole = await self._now(seat)
        if whole != seat.whole:
            seat.whole = whole
            await self._rooms.to(seat.connection, "visit.state", shapes.visit(whole))
        if whole.state == "ended" or own_state(whole) in OUT:
            await self.give_up(seat)
        else:
            await self._way(seat)

    async def _now(self, seat: Seat) -> Whole:
        """The visit as they may see it now; of whom it is no longer, what they saw last and where they stand."""
        try:
            chart = await self._desk.door_now(seat.connection, self._life)
            return await visits.look(self._desk.parts, chart, seat.whole.visit)
        except (Unavailable, Unauthenticated):
            raise
        except Fault:
            return without(seat.whole, await self._desk.parts.calls.visit(*seat.place))

    async def _way(self, seat: Seat) -> None:
        """Tell somebody inside how to connect, if that is not how they were told."""
        whole = seat.whole
        if own_state(whole) != "admitted" or whole.state not in states.INSIDE:
            seat.way = None
            return
        if not _lacks_way(seat):
            return
        try:
            found = await carrying.admission(self._desk.parts, seat.connection.org, whole.visit, seat.who)
        except Conflict:
            return  # they are outside by now, which is shown next
        except Unavailable:
            self._figures.failed("gateway")
            return  # it is tried again when all are looked at
        event = "visit.admitted" if seat.way is None else "rtc.mode"
        if seat.way is None:
            self._figures.joined(found.mode)
            seat.joined_others = any(one.state == "admitted" and one.id != whole.me for one in whole.people)
        seat.way = _way_of(found.mode, whole)
        await self._rooms.to(seat.connection, event, shapes.admission(whole.visit, found))


def own_state(whole: Whole) -> str:
    """Where the asker stands."""
    return next((one.state for one in whole.people if one.id == whole.me), "expected")


def without(whole: Whole, present: Visit | None) -> Whole:
    """What remains of *whole* for somebody to whom the visit is no longer open: where they stand themselves."""
    mine = next((one for one in whole.people if one.id == whole.me), None)
    now = next((one.state for one in present.people if one.id == whole.me), "left") if present else "left"
    state = now if now in OUT else "left"
    people = (mine._replace(state=state, audio=False, video=False, screen=False),) if mine else ()
    return whole._replace(people=people, state=present.state if present else whole.state)


def _lacks_way(seat: Seat) -> bool:
    inside = own_state(seat.whole) == "admitted" and seat.whole.state in states.INSIDE
    return inside and seat.way != _way_of(seat.whole.mode, seat.whole)


def _way_of(mode: str, whole: Whole) -> tuple[str, int]:
    return mode, whole.room if mode == "sfu" else 0
