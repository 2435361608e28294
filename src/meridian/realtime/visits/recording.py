"""Whether the visit is recorded: asked by a host, answered by everybody, stopped by anybody."""

from meridian.realtime.events import Call, Event
from meridian.realtime.visits import bodies
from meridian.realtime.visits.desk import Desk
from meridian.telehealth import consenting


class Recording:
    """The events; *desk* has the door."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.events = (
            Event("recording.request", bodies.Visit, self.request, acts=True),
            Event("recording.answer", bodies.Answer, self.answer, acts=True, guests=True),
            Event("recording.stop", bodies.Visit, self.stop, acts=True, guests=True),
        )

    async def request(self, call: Call, body: bodies.Visit) -> None:
        """Ask everybody inside."""
        await self._desk.done(call, await consenting.ask(self._desk.parts, call.chart, body.visit))

    async def answer(self, call: Call, body: bodies.Answer) -> None:
        """Agree, or not; the last yes starts it, one no ends it."""
        chart = await self._desk.door(call)
        await self._desk.done(call, await consenting.answer(self._desk.parts, chart, body.visit, yes=body.yes))

    async def stop(self, call: Call, body: bodies.Visit) -> None:
        """No recording any more."""
        chart = await self._desk.door(call)
        await self._desk.done(call, await consenting.stop(self._desk.parts, chart, body.visit))
