"""
What every event of a visit stands on: the door for whoever says it, where they are in the visit, and how others hear.

Where somebody stands is asked of the database at each event, whatever this process remembers: so is who is to hear.
What is handed on goes to the rooms of those who are inside by then, each their own, in every process.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from meridian.access.chart import Chart
from meridian.access.subject import Subject
from meridian.access.video_visits import Seat as Standing
from meridian.faults import Conflict, NotFound
from meridian.identity.facts import Caller
from meridian.realtime.connection import Connection
from meridian.realtime.events import Call
from meridian.realtime.life import Life
from meridian.realtime.rooms import Rooms, of_visit
from meridian.telehealth import carrying, guests, states
from meridian.telehealth.visits import Done
from meridian.telehealth.ways import Parts

CHANGED: Final = "visit.changed"
TAKEN: Final = "visit.taken"
"""Between processes: a visit is another than it was; a person sits at another socket now."""


@dataclass(slots=True)
class Desk:
    """
    Shared by all of a visit's events.

    Args:
        parts: What visits are made of.
        chart: The one door, for a subject.
        organisation: What an organisation is called in records, by its number.
    """

    parts: Parts
    chart: Callable[[Subject], Chart]
    organisation: Callable[[int], Awaitable[str]]

    async def door(self, call: Call) -> Chart:
        """The door for whoever says something; the dispatcher has seen to it that they are still who they are."""
        if call.guest is None:
            return call.chart
        return await self._guests(call.connection, call.request)

    async def door_now(self, connection: Connection, life: Life) -> Chart:
        """
        The door for whoever is at a socket now; whether a guest's link holds, each operation looks.

        Raises:
            Unauthenticated: If it is nobody any more; the socket is cut then.
        """
        request = uuid4().hex
        if connection.guest is not None:
            return await self._guests(connection, request)
        return self.chart(connection.subject(await life.now(connection), request))

    async def _guests(self, connection: Connection, request: str) -> Chart:
        if connection.guest is None:
            raise TypeError("That is no guest")
        caller = Caller(connection.line.address, connection.line.agent, request)
        organisation = await self.organisation(connection.org)
        return self.chart(guests.subject_of(connection.guest, organisation, caller))

    async def inside(self, call: Call, visit: str) -> Standing:
        """
        Where whoever says something stands in a visit.

        Raises:
            NotFound: If they never came to it, or there is none.
            Conflict: If they are not inside.
        """
        connection = call.connection
        found = await self.parts.calls.seat(connection.org, visit, who(connection))
        if found is None:
            raise NotFound("There is no such visit")
        if found.state != "admitted" or found.visit_state not in states.INSIDE:
            raise Conflict("You have not been let in")
        return found

    async def to(self, call: Call, event: str, visit: str, person: str, body: dict[str, Any]) -> None:
        """
        Hand on to one who is inside.

        Raises:
            Conflict: If they are not.
        """
        org = call.connection.org
        if await self.parts.calls.state_of(org, visit, person) != "admitted":
            raise Conflict("They are not in the visit")
        await call.rooms.emit(event, body, of_visit(org, visit, person))

    async def to_others(self, call: Call, event: str, visit: str, body: dict[str, Any]) -> None:
        """Hand on to all who are inside, but for this socket."""
        org = call.connection.org
        present = await self.parts.calls.visit(org, visit)
        there = [of_visit(org, visit, one.id) for one in states.inside(present)] if present else []
        if there:
            await call.rooms.emit(event, body, there, but=call.connection)

    async def done(self, call: Call, done: Done) -> None:
        """Have the gateway do what the visit has become."""
        await carrying.carry(self.parts, call.connection.org, done)


def who(connection: Connection) -> str:
    """The reference by which whoever is at a socket takes part in visits."""
    if connection.guest is not None:
        return f"Guest/{connection.guest.id}"
    account = connection.identity.account if connection.identity else ""
    return connection.who or f"Account/{account}"


def changed(rooms: Rooms, org: int, visit: str) -> Awaitable[None]:
    """Tell every process that a visit is another than it was."""
    return rooms.among(CHANGED, {"org": org, "visit": visit})
