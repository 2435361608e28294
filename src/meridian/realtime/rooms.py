"""
Rooms, and what is sent there: the one place that says what a room is called.

A room is named with its organisation, and only the server puts a socket into one, after having asked the door. What is
sent to a room reaches its sockets in every process.
"""

from collections.abc import Callable
from typing import Any

from socketio import AsyncServer

from meridian.realtime.connection import Connection

NAMESPACE = "/"


def of_feed(org: int, feed: str, role: str) -> str:
    """Those of a role who follow a feed."""
    return f"feed:{org}:{feed}:{role}"


def of_staff(org: int) -> str:
    """The clinic's people."""
    return f"staff:{org}"


def of_visit(org: int, visit: str, who: str = "") -> str:
    """Those inside a video visit; with *who*, the sockets of one of them, or `lobby`."""
    return f"visit:{org}:{visit}:{who}"


class Rooms:
    """What a handler may do with rooms and sockets."""

    def __init__(self, server: AsyncServer) -> None:
        self._server = server

    async def join(self, connection: Connection, room: str) -> None:
        """Hear what is said in *room* from now on; nothing if the socket has gone meanwhile."""
        if self._server.manager.is_connected(connection.sid, NAMESPACE):
            await self._server.enter_room(connection.sid, room)

    async def leave(self, connection: Connection, room: str) -> None:
        """Hear no more of it."""
        await self._server.leave_room(connection.sid, room)

    async def emit(
        self, event: str, body: dict[str, Any], room: str | list[str], *, but: Connection | None = None
    ) -> None:
        """Send to everybody in a room or in one of several, in every process; *but* one."""
        await self._server.emit(event, body, room=room, skip_sid=but.sid if but else None)

    async def among(self, event: str, said: dict[str, Any]) -> None:
        """Tell every process, this one too, and no client; whoever listens (`hear`) is told at once."""
        await self._server.manager.emit(event, said, NAMESPACE)

    def hear(self, event: str, listener: Callable[[dict[str, Any]], None]) -> None:
        """Listen to what processes tell each other."""
        self._server.manager.among[event] = listener

    async def to(self, connection: Connection, event: str, body: dict[str, Any]) -> None:
        """Send to one socket of this process."""
        await self._server.manager.emit(event, body, NAMESPACE, room=connection.sid, ignore_queue=True)

    async def to_all_here(self, event: str, body: dict[str, Any]) -> None:
        """Send to every socket of this process."""
        await self._server.manager.emit(event, body, NAMESPACE, ignore_queue=True)

    def is_in(self, connection: Connection, room: str) -> bool:
        """Whether a socket is in a room."""
        rooms: list[str] = self._server.rooms(connection.sid)
        return room in rooms
