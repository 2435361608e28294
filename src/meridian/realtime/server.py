"""
The live part, composed: guard, library, dispatcher, lives, feeds and presence, as one ASGI application.

It is given what it stands on by `meridian.app`, and is told by the database's engine what has been committed.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from socketio.exceptions import ConnectionRefusedError as Refused

from meridian import clock as clocks
from meridian.access.chart import Chart
from meridian.access.feeds import NONE, Checks
from meridian.access.subject import Subject
from meridian.clock import Clock
from meridian.faults import Fault
from meridian.identity.facts import Identity
from meridian.identity.lasting import Rests
from meridian.realtime import feeds, presence, sessions, threads
from meridian.realtime.connection import Connection
from meridian.realtime.events import CodeOf, Dispatcher, Event, Registry
from meridian.realtime.feeds import Happening
from meridian.realtime.guard import LINE, Guard, Limits, Line, Receive, Scope, Send
from meridian.realtime.handshake import Guests, Handshake, no_guests, too_many
from meridian.realtime.library import server
from meridian.realtime.life import Life
from meridian.realtime.manager import Manager
from meridian.realtime.presence import InMemory, Presence
from meridian.realtime.rooms import NAMESPACE, Rooms, of_staff
from meridian.telemetry import figures, logs

__all__ = ["Ground", "Limits", "Live"]

PER_SESSION = 20
"""Sockets of one session in one process: its tabs, house policy."""
SPREAD = 10.0
"""Seconds over which clients come back to a server that was stopped."""
FLUSH = 0.3
"""Seconds for which what was said last is on its way."""
WAITING = 1000
"""Packets that a socket may leave unread."""
SWEEP = 5.0
"""Seconds between looks for those."""
USUAL = Limits()
OK, DEGRADED, DRAINING = "ok", "degraded", "draining"

_log = logging.getLogger("meridian.realtime")


class Feature(Protocol):
    """Something that stands on sockets."""

    def events(self, rooms: Rooms, life: Life) -> Iterable[Event]:
        """What clients may say; asked once, before anybody comes."""

    async def happened(self, one: Happening) -> None:
        """Something was committed in this process."""

    async def left(self, connection: Connection) -> None:
        """A socket has gone."""

    async def run(self) -> None:
        """What goes on beside the sockets, until it is cancelled."""

    async def stop(self) -> None:
        """Let go of what is under way."""


@dataclass(frozen=True, slots=True)
class Ground:
    """
    What the live part stands on; built by `meridian.app`.

    Args:
        recognise: Whose access token it is, without counting as activity; raises `Unauthenticated`.
        rests: How the sessions stand on which sockets rest.
        portrait: A person's own name.
        chart: The one door, for a subject.
        code_of: The code of a fault, as HTTP says it.
        origin: Scheme, host and port that people see.
        checks: Who may follow the feeds of features, by prefix.
        guests: Whose visit's cookie it is.
        features: What stands on sockets besides what is here.
        redis: Where other processes are reached, with the presence kept there; `None` for this process alone.
        prefix: Begins the names of what is this platform's there; others may share the Redis.
        limits: Of sockets and packets.
        clock: What time it is.
    """

    recognise: Callable[[str], Awaitable[Identity]]
    rests: Rests
    portrait: Callable[[Identity], Awaitable[str]]
    chart: Callable[[Subject], Chart]
    code_of: CodeOf
    origin: str
    checks: Checks = field(default_factory=lambda: NONE)
    guests: Guests = no_guests
    features: Sequence[Feature] = ()
    redis: Any = None
    prefix: str = "meridian"
    limits: Limits = USUAL
    clock: Clock = clocks.now


class Live:
    """
    The live part.

    Attributes:
        rooms: Where features send.
        life: The living sockets.
        state: `ok`, `degraded` or `draining`.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._redis = ground.redis
        self._manager = self._made_manager()
        self._library = server(self._manager, ground.origin)
        self.rooms = Rooms(self._library)
        self._handshake = Handshake(ground.recognise, ground.guests)
        self.life = Life(ground.rests, ground.guests, self._cut, ground.clock)
        self._feeds = feeds.Feeds(self.rooms, ground.checks)
        self._threads = threads.Threads(ground.portrait, ground.checks)
        self._people = presence.People(self._made_presence(), self.rooms)
        self.registry = Registry()
        self.registry.add(*self._feeds.events, *self._threads.events, *self._people.events, *sessions.EVENTS)
        for feature in ground.features:
            self.registry.add(*feature.events(self.rooms, self.life))
        self._dispatch = Dispatcher(self.registry, self.life, self.rooms, ground.chart, ground.code_of)
        self._guard = Guard(self._library.handle_request, ground.origin, self.registry, ground.limits)
        self._library.on("connect", self._connected)
        self._library.on("disconnect", self._disconnected)
        self._library.on("*", self._dispatch.answer)
        self._told: asyncio.Queue[Happening] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self.state = OK if ground.redis is None else DEGRADED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one websocket."""
        await self._guard(scope, receive, send)

    def start(self) -> None:
        """Begin what runs beside the sockets."""
        self._library.manager_initialized = True  # as the library does, but not with the first socket
        self._manager.initialize()
        features = (feature.run() for feature in self._ground.features)
        beside = (self.life.run(), self._people.run(), self._hand_out(), self._sweep(), *features)
        self._tasks = [asyncio.create_task(one) for one in beside]

    def told(self, happened: Sequence[Happening]) -> None:
        """Hand out what has been committed; on the event loop, before whoever did it goes on."""
        self._threads.told(happened)
        for one in happened:
            self._told.put_nowait(one)

    async def drain(self) -> None:
        """The server is about to stop: everybody is told to come back, each after a time of their own."""
        self.state = DRAINING
        for connection in self.life.all():
            delay = secrets.randbelow(int(SPREAD * 1000)) / 1000
            await self.rooms.to(connection, "live", {"state": DRAINING, "delay": delay})
        await asyncio.sleep(FLUSH if len(self.life) else 0)

    async def close(self) -> None:
        """Let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for feature in self._ground.features:
            await feature.stop()
        await self.life.stop()
        await self._library.shutdown()
        await self._manager.close()

    # --- sockets that come and go

    async def _connected(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        line: Line = environ["asgi.scope"][LINE]
        environ.clear()  # headers with secrets in them are kept no longer than this
        try:
            connection = await self._handshake(sid, line, auth)
            too_many(self.life.of_session(connection.session), PER_SESSION)
        except Fault as fault:
            code = self._ground.code_of(fault)
            figures.SOCKETS_REFUSED.add(code)
            logs.denied("socket-refused", code, category="authentication")
            raise Refused(code, {"code": code, "text": fault.detail}) from None
        self.life.add(connection)
        if connection.is_staff:
            await self._library.enter_room(sid, of_staff(connection.org))
        if self.state == DEGRADED:
            await self.rooms.to(connection, "live", {"state": DEGRADED, "delay": 0})

    async def _disconnected(self, sid: str, _: str) -> None:
        connection = self.life.remove(sid)
        if connection is None:
            return
        for hear in (self._people.left, *(feature.left for feature in self._ground.features)):
            await hear(connection)

    async def _cut(self, connection: Connection, why: str) -> None:
        if connection.cut:
            return
        connection.cut = True
        await self.rooms.to(connection, "cut", {"why": why})
        await self._library.disconnect(connection.sid)

    # --- what runs beside them

    async def _hand_out(self) -> None:
        while True:
            one = await self._told.get()
            try:
                await self._feeds.happened(one)
                for feature in self._ground.features:
                    await feature.happened(one)
            except Exception as wrong:  # noqa: BLE001  # the next one is to be handed out all the same
                _log.error("a happening was not handed out: %s", type(wrong).__name__)  # it stands in its feed

    async def _sweep(self) -> None:
        """End sockets that leave unread what they are sent: it would pile up here."""
        while True:
            await asyncio.sleep(SWEEP)
            for connection in self.life.all():
                waiting = self._library.eio.sockets.get(self._manager.eio_sid_from_sid(connection.sid, NAMESPACE))
                if waiting is not None and waiting.queue.qsize() > WAITING:
                    await connection.line.cut()

    # --- other processes

    def _made_manager(self) -> Manager:
        if self._redis is None:
            return Manager()
        from meridian.realtime.fanout import Fanout  # noqa: PLC0415  # only where there is a Redis

        return Fanout(self._redis, self._ground.prefix, self._reached)

    def _made_presence(self) -> Presence:
        if self._redis is None:
            return InMemory()
        from meridian.realtime.shared import InRedis  # noqa: PLC0415  # likewise

        return InRedis(self._redis, f"{self._ground.prefix}:presence")

    def _reached(self, *, is_there: bool, others_missed: bool) -> None:
        """Redis came or went: say so to everybody here, and to those elsewhere who missed something of ours."""
        if self.state == DRAINING:
            return
        self.state = OK if is_there else DEGRADED
        self._tasks.append(asyncio.create_task(self._say(self.state, everywhere=is_there and others_missed)))

    async def _say(self, state: str, *, everywhere: bool) -> None:
        said = {"state": state, "delay": 0}
        if everywhere:
            await self._library.emit("live", said)
        else:
            await self.rooms.to_all_here("live", said)
