"""
Who is in which room of this process, and what is sent there.

The library's own looks through every room when a socket goes, and makes a task for every packet; a clinic's sockets
are in many rooms with few in each. Here a socket knows its rooms, and packets go straight into their queues.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from engineio import packet as wire
from engineio.exceptions import EngineIOError
from socketio import AsyncManager
from socketio.packet import EVENT


class Manager(AsyncManager):  # type: ignore[misc]  # the library ships no types
    """
    Rooms of this process.

    Attributes:
        among: What processes say to each other and no client hears, by its name, with who is told of it here.
    """

    def __init__(self) -> None:
        super().__init__()
        self.among: dict[str, Callable[[Any], None]] = {}
        self._rooms_of: dict[str, set[str | None]] = {}

    async def close(self) -> None:
        """Let go: there is nothing to let go of in one process."""

    def basic_enter_room(self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None) -> None:
        """Also remember it with the socket."""
        super().basic_enter_room(sid, namespace, room, eio_sid=eio_sid)
        self._rooms_of.setdefault(sid, set()).add(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        """Also forget it with the socket."""
        super().basic_leave_room(sid, namespace, room)
        self._rooms_of.get(sid, set()).discard(room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:  # noqa: ARG002  # there is one
        """The rooms a socket is in, but that of all."""
        return [room for room in self._rooms_of.get(sid, ()) if room is not None]

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        """Leave the rooms one is in, instead of looking through all."""
        for room in sorted(self._rooms_of.pop(sid, set()), key=lambda one: one is None):  # the list of all is last
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            waiting = pending.get(namespace, [])
            if sid in waiting:
                waiting.remove(sid)
                if not waiting:
                    del pending[namespace]

    async def emit(  # noqa: PLR0917  # the library's own signature
        self,
        event: str,
        data: Any,
        namespace: str,
        room: str | list[str] | None = None,
        skip_sid: str | Iterable[str] | None = None,
        callback: Any = None,  # noqa: ARG002  # we ask for no acks
        to: str | None = None,
        **_: Any,
    ) -> None:
        """Send to everybody in a room, or to all; encoded once."""
        if event in self.among:
            self.among[event](data)
            return
        packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, data])
        framed = wire.Packet(wire.MESSAGE, packet.encode())
        left_out = {skip_sid} if isinstance(skip_sid, str) else set(skip_sid or ())
        for sid, eio_sid in list(self.get_participants(namespace, to or room)):
            if sid not in left_out:
                with suppress(EngineIOError, KeyError):  # it is going
                    await self.server._send_eio_packet(eio_sid, framed)  # noqa: SLF001  # as the library's manager does
