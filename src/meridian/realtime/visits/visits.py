"""
All of it composed: what `realtime.server` is given, and what it tells.

A socket that is lost takes nobody out of a visit: every process says every few seconds who sits in it, and whoever has
not been seen for a while has left (`telehealth.sweeping`). Until then they come back to where they were. Nor is a
session idle whose person talks, or waits to be let in, and touches nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from meridian.access.chart import Chart
from meridian.access.feeds import Checks, Happening
from meridian.access.subject import Subject
from meridian.faults import Unauthenticated
from meridian.realtime.connection import Connection, Guest
from meridian.realtime.events import Event
from meridian.realtime.life import Life
from meridian.realtime.rooms import Rooms
from meridian.realtime.visits.desk import CHANGED, TAKEN, Desk, changed
from meridian.realtime.visits.entering import Entering
from meridian.realtime.visits.measuring import Measuring
from meridian.realtime.visits.recording import Recording
from meridian.realtime.visits.saying import Saying
from meridian.realtime.visits.seats import Seats
from meridian.realtime.visits.showing import Showing
from meridian.realtime.visits.signalling import Signalling
from meridian.telehealth import guests
from meridian.telehealth.metrics import Figures
from meridian.telehealth.sweeping import PULSE
from meridian.telehealth.ways import Parts

COOKIE: Final = "__Host-meridian-visit="
FEED: Final = "visit:"
STATE: Final = "visit-state"

_log = logging.getLogger("meridian.realtime")


class Visits:
    """
    Video visits at the sockets of this process.

    Args:
        parts: What visits are made of.
        chart: The one door, for a subject.
        organisation: What an organisation is called in records, by its number.
        checks: Who may follow feeds of features.
        figures: Where it is counted how calls go.
    """

    def __init__(
        self,
        parts: Parts,
        chart: Callable[[Subject], Chart],
        organisation: Callable[[int], Awaitable[str]],
        checks: Checks,
        figures: Figures,
    ) -> None:
        self._figures = figures
        self._desk = Desk(parts, chart, organisation)
        self._checks = checks
        self._seats = Seats()
        self._showing: Showing | None = None
        self._rooms: Rooms | None = None
        self._life: Life | None = None

    def events(self, rooms: Rooms, life: Life) -> tuple[Event, ...]:
        """What clients may say, at the sockets of *life*, heard in *rooms*."""
        self._rooms, self._life = rooms, life
        self._showing = showing = Showing(self._desk, self._seats, self._figures, rooms, life)
        rooms.hear(CHANGED, lambda said: showing.changed(said["org"], said["visit"]))
        rooms.hear(TAKEN, self._taken)
        parts = (
            Entering(self._desk, self._seats, showing, self._figures, self._checks),
            Signalling(self._desk),
            Saying(self._desk),
            Recording(self._desk),
            Measuring(self._desk, self._seats, self._figures),
        )
        return tuple(event for part in parts for event in part.events)

    async def guest(self, cookies: str) -> Guest | None:
        """The guest whose visit's cookie is in a Cookie header, while it holds."""
        secret = _secret(cookies)
        try:
            found = await guests.recognised(self._desk.parts.calls, secret)
        except Unauthenticated:
            return None
        return Guest(found.org, found.visit, found.id, "", found.part, found.ends)

    async def happened(self, one: Happening) -> None:
        """Something was committed here: every process is told if a visit is another by it."""
        if one.feed.startswith(FEED) and one.kind == STATE and self._rooms is not None:
            await changed(self._rooms, one.org, one.feed.removeprefix(FEED))

    async def left(self, connection: Connection) -> None:
        """A socket has gone; its people have not, for a while."""
        self._seats.forget(connection)

    async def run(self) -> None:
        """Say again and again who is there, and look whether something was missed."""
        while True:
            await asyncio.sleep(PULSE)
            await self.pulse()

    async def pulse(self) -> None:
        """Say who is there, keep their sessions awake, and look whether something was missed."""
        try:
            await self._desk.parts.calls.there([(*seat.place, seat.who) for seat in self._seats])
            if self._showing is not None and self._life is not None:
                for seat in self._seats:
                    await self._life.acted(seat.connection)
                await self._showing.look()
        except Exception as wrong:  # noqa: BLE001  # the database may be away; the next pulse follows
            _log.error("visits cannot be looked at: %s", type(wrong).__name__)  # a trace may hold PHI

    async def stop(self) -> None:
        """Let go of what is under way."""
        if self._showing is not None:
            await self._showing.stop()

    def _taken(self, said: dict[str, Any]) -> None:
        """Somebody sits at another socket now: what is theirs goes there, and this one is told."""
        for seat in self._seats.within(said["org"], said["visit"]):
            if seat.person == said["person"] and seat.connection.sid != said["sid"] and self._showing is not None:
                self._showing.replaced(seat)


def _secret(cookies: str) -> str:
    for part in cookies.replace(",", ";").split(";"):
        pair = part.strip()
        if pair.startswith(COOKIE):
            return pair[len(COOKIE) :].strip('"')
    return ""
