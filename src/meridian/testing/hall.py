"""A surgery behind a real server, and sockets of those who come: for tests of video visits on the wire."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from typing import Any, cast

import uvicorn
from prometheus_client import CollectorRegistry

from meridian.access.video_visits import Calls
from meridian.app.offers import FEEDS
from meridian.identity.facts import Identity
from meridian.identity.lasting import Lasting, Rests
from meridian.realtime.connection import Connection
from meridian.realtime.events import Event
from meridian.realtime.feeds import Happening
from meridian.realtime.life import Life
from meridian.realtime.rooms import Rooms
from meridian.realtime.server import OK, Ground, Live
from meridian.realtime.visits import Visits
from meridian.store.engine import Engine
from meridian.telehealth import guests
from meridian.telehealth.metrics import Figures
from meridian.testing import sockets
from meridian.testing.sockets import Socket
from meridian.testing.surgery import ANN, VISIT, Surgery
from meridian.web import faults
from meridian.web.wire import Websocket

LONG = 24 * 3600 * 1000
"""Milliseconds that a token of a test lives."""
AS_GUEST = {"as": "guest"}
"""What the guests' page says in CONNECT."""


@dataclass
class Sessions:
    """
    Stands for `Rests`: a session holds while its person is among *people*, by session.

    Args:
        people: Those who are signed in.
        awake: Sessions that were used.
    """

    people: dict[str, Identity] = field(default_factory=dict)
    awake: set[str] = field(default_factory=set)

    async def look(self, ids: Collection[str]) -> dict[str, Lasting]:
        """How each stands."""
        return {one: Lasting(self.people.get(one), "" if one in self.people else "signed-out") for one in ids}

    async def used(self, session: str) -> None:
        """Keep it in mind."""
        self.awake.add(session)


@dataclass
class Departures:
    """A feature that says when a server has seen a socket go."""

    seen: asyncio.Event = field(default_factory=asyncio.Event)

    def events(self, rooms: Rooms, life: Life) -> Iterable[Event]:
        """None."""
        del rooms, life
        return ()

    async def happened(self, one: Happening) -> None:
        """Nothing of it."""

    async def left(self, connection: Connection) -> None:
        """One has gone, and the features before this one know."""
        del connection
        self.seen.set()

    async def run(self) -> None:
        """Nothing."""

    async def stop(self) -> None:
        """Nothing."""


@dataclass
class Server:
    """One server of the surgery: its own sockets, on a port of its own."""

    port: int
    live: Live
    visits: Visits
    departures: Departures


@dataclass
class Hall:
    """
    Servers of one surgery.

    Args:
        surgery: Whose visits they are.
        sessions: Of those who are signed in.
        servers: That run.
        figures: What they count.
        origin: That people see, whichever server they come to.
        people: Ids in the visit of those who were let in.
    """

    surgery: Surgery
    sessions: Sessions = field(default_factory=Sessions)
    servers: list[Server] = field(default_factory=list)
    figures: CollectorRegistry = field(default_factory=CollectorRegistry)
    people: dict[Socket, str] = field(default_factory=dict)
    origin: str = ""
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def __post_init__(self) -> None:
        self._counts = Figures(self.figures)

    async def serve(self, engine: Engine | None = None, redis: Any = None) -> Server:
        """
        One more server.

        Args:
            engine: Of its own, on the surgery's database; the surgery's where there is none.
            redis: A client of the Redis by which servers hear each other.
        """
        return await self.stack.enter_async_context(self._served(engine, redis))

    @asynccontextmanager
    async def _served(self, engine: Engine | None, redis: Any) -> AsyncIterator[Server]:
        clinic, parts = self.surgery.practice.clinic, self.surgery.parts
        if engine is not None:
            clinic = replace(clinic, engine=engine)
            parts = replace(parts, calls=Calls(engine, clinic.clock))

        async def organisation(org: int) -> str:
            return f"org{org}"

        async def portrait(identity: Identity) -> str:
            return identity.who

        with closing(socket.socket()) as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            self.origin = self.origin or f"http://localhost:{port}"
            departures = Departures()
            visits = Visits(parts, clinic.chart, organisation, FEEDS, self._counts)
            live = Live(
                Ground(
                    recognise=self._recognise,
                    rests=cast("Rests", self.sessions),
                    portrait=portrait,
                    chart=clinic.chart,
                    code_of=lambda fault: faults.face(fault).code,
                    origin=self.origin,
                    checks=FEEDS,
                    guests=visits.guest,
                    features=(visits, departures),
                    redis=redis,
                    clock=clinic.clock,
                )
            )
            clinic.engine.told = live.told
            config = uvicorn.Config(
                cast("Any", live), ws=Websocket, lifespan="off", log_level="error", access_log=False
            )
            server = uvicorn.Server(config)
            live.start()
            async with asyncio.timeout(sockets.PATIENCE):
                while live.state != OK:  # noqa: ASYNC110  # Redis is there at some time, and nobody is told when
                    await asyncio.sleep(0.01)
            running = asyncio.create_task(server._serve(sockets=[taken]))  # noqa: SLF001  # without its signals
            made = Server(port, live, visits, departures)
            self.servers.append(made)
            try:
                yield made
            finally:
                await live.close()
                server.should_exit = True
                await running

    async def _recognise(self, token: str) -> Identity:
        return self.sessions.people[token]

    def sign_in(self, role: str, who: str, patients: Collection[str] = ()) -> str:
        """A token for somebody."""
        clinic = self.surgery.practice.clinic
        token = clinic.sign_in(role, who, patients=list(patients))
        until = clinic.clock() + LONG
        clinic.people[token] = replace(clinic.people[token], session=token, expires=until, ends=until)
        self.sessions.people[token] = clinic.people[token]
        return token

    async def socket(self, token: str, server: Server | None = None) -> Socket:
        """A page's socket of somebody signed in."""
        return await self.stack.enter_async_context(self._page(server, f"__Host-meridian={token}"))

    async def ann(self, server: Server | None = None) -> Socket:
        """Whose visit it is."""
        return await self.socket(self.sign_in("clinician", ANN), server)

    async def pat(self, server: Server | None = None) -> Socket:
        """The patient."""
        return await self.socket(self.sign_in("patient", "Patient/pat", ["pat"]), server)

    async def call_of_two(self) -> tuple[Socket, Socket]:
        """Ann and Pat talk."""
        ann, pat = await self.ann(), await self.pat()
        await self.let_in(ann, ann)
        await self.let_in(pat, ann, consent=True)
        return ann, pat

    async def call_of_three(self, part: str = "interpreter") -> tuple[Socket, Socket, Socket]:
        """Ann and Pat talk, with a guest."""
        ann, pat = await self.call_of_two()
        ira = await self.guest(part)
        await self.let_in(ira, ann, consent=True, name="Ira")
        return ann, pat, ira

    async def let_in(self, socket: Socket, host: Socket, **said: Any) -> str:
        """Somebody comes in; their id in the visit."""
        entered = await socket.say("visit.enter", visit=VISIT, **said)
        me = self.people[socket] = str(entered["data"]["me"])
        if socket is not host:
            await host.say("visit.admit", visit=VISIT, person=me)
        await socket.wait("visit.admitted")
        return me

    async def beat(self, *, seconds: int) -> None:
        """So many seconds later each server says who is there, and those who have been away for too long have left."""
        self.surgery.practice.watch.now += seconds * 1000
        for server in self.servers:
            await server.visits.pulse()
        await self.surgery.sweep()

    async def lose(self, socket: Socket) -> None:
        """A socket is gone without a word, and its server has seen it."""
        for server in self.servers:
            server.departures.seen.clear()
        await socket.kill()
        waits = [asyncio.create_task(server.departures.seen.wait()) for server in self.servers]
        async with asyncio.timeout(sockets.PATIENCE):
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def me(self, socket: Socket) -> str:
        """The id in the visit of whoever was let in at a socket."""
        return self.people[socket]

    async def allow_recording(self) -> None:
        """The clinic records visits."""
        await self.surgery.recording_allowed()

    @staticmethod
    async def until(socket: Socket, is_so: Callable[[], bool]) -> None:
        """Wait until something is so of what a socket has heard."""
        while not is_so():
            await socket.more()

    async def guest(self, part: str = "interpreter", server: Server | None = None) -> Socket:
        """Somebody who came by a link, and has nothing but the visit's cookie."""
        return await self.stack.enter_async_context(self._page(server, await self.guest_cookie(part), AS_GUEST))

    async def guest_cookie(self, part: str = "interpreter") -> str:
        """What opens the visit for somebody who came by a link."""
        link = await guests.invite(self.surgery.ann(), VISIT, guests.Inviting(part))
        _, secret = await guests.redeem(self.surgery.parts.calls, link.path.partition("#")[2])
        return f"__Host-meridian-visit={secret}"

    async def browser(self, *cookies: str, auth: Mapping[str, Any] | None = None) -> Socket:
        """
        A page's socket in a browser that holds these cookies.

        Raises:
            Refused: If nobody is told to be there by them.
        """
        return await self.stack.enter_async_context(self._page(None, "; ".join(cookies), auth))

    @asynccontextmanager
    async def _page(
        self, server: Server | None, cookie: str, auth: Mapping[str, Any] | None = None
    ) -> AsyncIterator[Socket]:
        port = (server or self.servers[0]).port
        async with sockets.transport(port, origin=self.origin, cookie=cookie) as made:
            await made.join(auth)
            yield made
