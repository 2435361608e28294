"""
What browsers say to each other to connect: from somebody inside to somebody inside the same visit, and never kept.

What passes is not read beyond its shape, and nothing of it stands in any log: session descriptions hold addresses, and
wrapped keys are nobody's business here.
"""

from typing import Any

import msgspec

from meridian.faults import Invalid, Issue
from meridian.realtime.events import OFTEN, Call, Event
from meridian.realtime.visits import bodies, shapes
from meridian.realtime.visits.desk import Desk, who
from meridian.telehealth import carrying


class Signalling:
    """The events; *desk* knows who is inside."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.events = (
            Event("rtc.signal", bodies.Signal, self.signal, OFTEN, guests=True),
            Event("e2ee.key", bodies.WrappedKey, self.key, OFTEN, guests=True),
            Event("rtc.ice_refresh", bodies.Visit, self.refresh, guests=True),
        )

    async def signal(self, call: Call, body: bodies.Signal) -> None:
        """Hand on a description, a candidate or a wish."""
        said = {name: getattr(body, name) for name in ("description", "candidate", "wants")}
        said = {name: msgspec.to_builtins(value) for name, value in said.items() if value is not None}
        if len(said) != 1:
            raise Invalid("Say one thing", issues=(Issue("invalid", "is one of three", "description"),))
        me = await self._desk.inside(call, body.visit)
        handed = {"visit": body.visit, "from": me.person, "attempt": body.attempt, **said}
        await self._desk.to(call, "rtc.signal", body.visit, body.to, handed)

    async def key(self, call: Call, body: bodies.WrappedKey) -> None:
        """Hand on a key of frames, sealed for one person."""
        me = await self._desk.inside(call, body.visit)
        handed = {"visit": body.visit, "from": me.person, "epoch": body.epoch, "wrapped": body.wrapped}
        await self._desk.to(call, "e2ee.key", body.visit, body.to, handed)

    async def refresh(self, call: Call, body: bodies.Visit) -> dict[str, Any]:
        """Credentials that live on, and the gateway's token likewise."""
        here = call.connection
        found = await carrying.admission(self._desk.parts, here.org, body.visit, who(here))
        return shapes.admission(body.visit, found)
