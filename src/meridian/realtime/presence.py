"""
Who of the clinic's people is there: available, busy or away, as each says for themselves, for their colleagues.

Somebody is there as long as one of their sockets is, and says so again while it is; what a process that died has said
ends by itself. Nobody else is told, and nothing is kept.
"""

import asyncio
from typing import Literal, Protocol

from meridian.faults import Forbidden, Unauthenticated
from meridian.realtime.connection import Connection
from meridian.realtime.events import Body, Call, Event
from meridian.realtime.rooms import Rooms, of_staff

BEAT = 15.0
"""Seconds after which a process says again who is there."""
GONE = "gone"


class Presence(Protocol):
    """Where it is kept, by organisation and reference; drawn from `InMemory` and `shared.InRedis`."""

    async def put(self, org: int, who: str, state: str) -> None:
        """Somebody is in that state."""

    async def drop(self, org: int, who: str) -> None:
        """Nobody of this process is them any more."""

    async def people(self, org: int) -> dict[str, str]:
        """The state of everybody who is there."""


class InMemory:
    """Of one process."""

    def __init__(self) -> None:
        self._states: dict[int, dict[str, str]] = {}

    async def put(self, org: int, who: str, state: str) -> None:
        """Somebody is in that state."""
        self._states.setdefault(org, {})[who] = state

    async def drop(self, org: int, who: str) -> None:
        """They are gone."""
        self._states.get(org, {}).pop(who, None)

    async def people(self, org: int) -> dict[str, str]:
        """The state of everybody who is there."""
        return dict(self._states.get(org, {}))


class Set(Body):
    """How one is to be seen."""

    state: Literal["available", "busy", "away"]


class List(Body):
    """Nothing but the version."""


class People:
    """
    Staff who are there.

    Args:
        kept: Where it is kept.
        rooms: Where colleagues hear of it.
    """

    def __init__(self, kept: Presence, rooms: Rooms) -> None:
        self._kept = kept
        self._rooms = rooms
        self._here: dict[tuple[int, str], tuple[str, set[Connection]]] = {}
        self.events = (Event("presence.set", Set, self.set), Event("presence.list", List, self.list))

    async def set(self, call: Call, body: Set) -> dict[str, str]:
        """One's own state, from now on."""
        here = _staff(call)
        if here not in call.life:  # it was cut while it was asked who it is; nobody would take it out again
            raise Unauthenticated("The socket has ended")
        key = here.org, here.who
        _, sockets = self._here.get(key, ("", set()))
        self._here[key] = body.state, sockets | {here}
        await self._kept.put(*key, body.state)
        await self._rooms.emit("presence", {"who": here.who, "state": body.state}, of_staff(here.org))
        return {"state": body.state}

    async def list(self, call: Call, _: List) -> dict[str, dict[str, str]]:
        """Everybody of the organisation who is there."""
        return {"people": await self._kept.people(_staff(call).org)}

    async def left(self, connection: Connection) -> None:
        """A socket has gone; with the last one its person is gone."""
        key = connection.org, connection.who
        state, sockets = self._here.get(key, ("", set()))
        if connection not in sockets:
            return
        sockets.discard(connection)
        if sockets:
            return
        del self._here[key]
        await self._kept.drop(*key)
        await self._say_again(*key, said=state)

    async def _say_again(self, org: int, who: str, said: str) -> None:
        """What another process still says of somebody, until that is what was said last: both may go at once."""
        while (still := (await self._kept.people(org)).get(who, GONE)) != said:
            await self._rooms.emit("presence", {"who": who, "state": still}, of_staff(org))
            said = still

    async def run(self) -> None:
        """Say again and again who is here."""
        while True:
            await asyncio.sleep(BEAT)
            for (org, who), (state, _) in list(self._here.items()):
                await self._kept.put(org, who, state)


def _staff(call: Call) -> Connection:
    if not call.connection.is_staff or not call.connection.who:
        raise Forbidden("Your role does not include this")
    return call.connection
