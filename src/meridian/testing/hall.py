"""A surgery behind a real server, and sockets of those who come: for tests of video visits on the wire."""

import asyncio
import socket
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from typing import Any, cast

import uvicorn
from prometheus_client import CollectorRegistry

from meridian.access.video_visits import Calls
from meridian.app import FEEDS
from meridian.identity.facts import Identity
from meridian.identity.lasting import Lasting, Rests
from meridian.realtime.server import Ground, Live
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


@dataclass
class Sessions:
    """Stands for `Rests`: a session holds while its person is among *people*, by session."""

    people: dict[str, Identity] = field(default_factory=dict)

    async def look(self, ids: Collection[str]) -> dict[str, Lasting]:
        """How each stands."""
        return {one: Lasting(self.people.get(one), "" if one in self.people else "signed-out") for one in ids}

    async def used(self, session: str) -> None:
        """Nobody is idle here."""


@dataclass
class Server:
    """One server of the surgery: its own sockets, on a port of its own."""

    port: int
    live: Live
    visits: Visits


@dataclass
class Hall:
    """
    Servers of one surgery.

    Args:
        surgery: Whose visits they are.
        sessions: Of those who are signed in.
        servers: That run.
        figures: What they count.
    """

    surgery: Surgery
    sessions: Sessions = field(default_factory=Sessions)
    servers: list[Server] = field(default_factory=list)
    figures: CollectorRegistry = field(default_factory=CollectorRegistry)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

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
            visits = Visits(parts, clinic.chart, organisation, FEEDS, Figures(self.figures))
            live = Live(
                Ground(
                    recognise=self._recognise,
                    rests=cast("Rests", self.sessions),
                    portrait=portrait,
                    chart=clinic.chart,
                    code_of=lambda fault: faults.face(fault).code,
                    origin=f"http://localhost:{port}",
                    checks=FEEDS,
                    guests=visits.guest,
                    features=(visits,),
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
            running = asyncio.create_task(server._serve(sockets=[taken]))  # noqa: SLF001  # without its signals
            made = Server(port, live, visits)
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
        port = (server or self.servers[0]).port
        return await self.stack.enter_async_context(sockets.browser(port, token))

    async def ann(self, server: Server | None = None) -> Socket:
        """Whose visit it is."""
        return await self.socket(self.sign_in("clinician", ANN), server)

    async def pat(self, server: Server | None = None) -> Socket:
        """The patient."""
        return await self.socket(self.sign_in("patient", "Patient/pat", ["pat"]), server)

    async def guest(self, part: str = "interpreter", server: Server | None = None) -> Socket:
        """Somebody who came by a link, and has nothing but the visit's cookie."""
        link = await guests.invite(self.surgery.ann(), VISIT, guests.Inviting(part))
        _, secret = await guests.redeem(self.surgery.parts.calls, link.path.partition("#")[2])
        return await self.stack.enter_async_context(self._guest((server or self.servers[0]).port, secret))

    @asynccontextmanager
    async def _guest(self, port: int, secret: str) -> AsyncIterator[Socket]:
        cookie, origin = f"__Host-meridian-visit={secret}", f"http://localhost:{port}"
        async with sockets.transport(port, origin=origin, cookie=cookie) as made:
            await made.join()
            yield made
