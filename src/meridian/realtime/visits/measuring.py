"""How calls go, as browsers say it: counted, and forgotten."""

from meridian.realtime.events import Call, Event
from meridian.realtime.rates import Rate
from meridian.realtime.visits import bodies
from meridian.realtime.visits.desk import Desk
from meridian.realtime.visits.seats import Seat, Seats
from meridian.telehealth import visits
from meridian.telehealth.metrics import DEVICES, Figures

SELDOM = Rate(0.2, 5)
"""A call reports every thirty seconds and at its end; a device test is done by hand."""


WAYS = frozenset({"udp", "tcp", "tls"})
"""To a relay."""


class Measuring:
    """
    The events.

    Args:
        desk: The door.
        seats: Of what was counted of whom, so that it is counted once.
        figures: Where it is counted.
    """

    def __init__(self, desk: Desk, seats: Seats, figures: Figures) -> None:
        self._desk = desk
        self._seats = seats
        self._figures = figures
        self.events = (
            Event("visit.device_report", bodies.DeviceReport, self.device, SELDOM, guests=True),
            Event("call.quality", bodies.Quality, self.quality, SELDOM, guests=True),
        )

    async def device(self, call: Call, body: bodies.DeviceReport) -> None:
        """What somebody's device test found; where there are no relays, none has failed."""
        await visits.look(self._desk.parts, await self._desk.door(call), body.visit)
        lacking = WAYS if self._desk.parts.relays.turn is None else frozenset()
        for step in DEVICES:
            self._figures.tested(step, "skipped" if step in lacking else getattr(body, step))

    async def quality(self, call: Call, body: bodies.Quality) -> None:
        """How somebody's call goes; of a socket that has no seat in the visit, nothing."""
        seat = self._seats.of(call.connection, body.visit)
        if seat is not None:
            self._count(seat, body)

    def _count(self, seat: Seat, body: bodies.Quality) -> None:
        if body.relayed is not None and seat.once("connected"):
            self._figures.connected(body.mode, relayed=body.relayed)
        if seat.joined_others:
            connect = body.connect_ms if body.connect_ms is not None and seat.once("connect") else None
            frame = body.first_frame_ms if body.first_frame_ms is not None and seat.once("frame") else None
            self._figures.took(connect, frame)
        if body.connect_ms is None and body.rebuilds and seat.once("failed"):
            self._figures.failed("connect")
        restarts, rebuilds = seat.told
        self._figures.again("restart", max(0, body.restarts - restarts))
        self._figures.again("rebuild", max(0, body.rebuilds - rebuilds))
        seat.told = (max(restarts, body.restarts), max(rebuilds, body.rebuilds))
        for one in body.failures:
            if seat.once(f"{one.code} {one.transport}"):
                self._figures.relay_failed(one.code, one.transport)
