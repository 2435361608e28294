"""
A clinic whose sockets are served: real people who sign in, the door, and the live part behind a real server on a port.

The server is set up as the command line sets it up; time is told by the clinic's clock. Two of them on one database are
two processes to each other.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from meridian.access.chart import Chart
from meridian.access.signing_in import subject_of
from meridian.access.subject import Role, Subject
from meridian.app.offers import FEEDS
from meridian.cli import serving
from meridian.identity.facts import Caller, Grant
from meridian.realtime.server import Feature, Ground, Limits, Live
from meridian.settings import Settings, edition
from meridian.store.engine import Engine
from meridian.testing import identity, sockets
from meridian.testing.resources import minimal
from meridian.testing.sockets import Socket
from meridian.vault.keyring import Keyring
from meridian.vault.master import FileMaster
from meridian.web import faults
from meridian.web.asgi import App, Parts

MASTER = FileMaster({1: bytes(range(32))})
FREE = Limits(per_address=5000, waiting=5000)
"""For the many sockets of one test, which all come from this machine."""


@dataclass
class LiveClinic:
    """
    The clinic and its server.

    Args:
        clinic: Its people, and the clock.
        live: The live part.
        port: Where it is served.
        chart: The door.
    """

    clinic: identity.Clinic
    live: Live
    port: int
    chart: Callable[[Subject], Chart]
    app: App
    names: Any = field(default_factory=lambda: count(1))

    @property
    def origin(self) -> str:
        """Of its pages."""
        return f"http://localhost:{self.port}"

    def servant(self) -> Chart:
        """The door for jobs."""
        return self.chart(Subject("meridian", self.clinic.org, "org-1", Role.SERVICE, purpose="HOPERAT"))

    def door(self, grant: Grant) -> Chart:
        """The door for whoever has signed in."""
        return self.chart(subject_of(grant.identity, Caller("192.0.2.1", "tests", "request-1")))

    async def staff(self, role: str = "nurse", logical_id: str = "") -> Grant:
        """A new member of staff, signed in."""
        name = logical_id or f"staff{next(self.names)}"
        await self.servant().update("Practitioner", name, minimal("Practitioner", name))
        await self.clinic.person(f"{name}@clinic.example", role, who=f"Practitioner/{name}")
        return await self.clinic.sign_in(f"{name}@clinic.example")

    async def patient(self, logical_id: str = "") -> Grant:
        """A new patient, signed in."""
        name = logical_id or f"patient{next(self.names)}"
        record = minimal("Patient", name, name=[{"family": name.title(), "given": ["A"]}])
        await self.servant().update("Patient", name, record)
        await self.clinic.person(f"{name}@home.example", "patient", seed="", who=f"Patient/{name}", patients=(name,))
        return await self.clinic.sign_in(f"{name}@home.example")

    def page(self, grant: Grant) -> AbstractAsyncContextManager[Socket]:
        """A page's socket, let in by its cookie."""
        return sockets.browser(self.port, grant.access)

    def program(self, grant: Grant) -> AbstractAsyncContextManager[Socket]:
        """A program's socket, let in by its token."""
        return sockets.program(self.port, grant.access)

    async def write(self, patient: str, kind: str = "Encounter", **more: Any) -> str:
        """Something about a patient is written down; the board is told of it."""
        name = f"r{self.port}-{next(self.names)}"
        await self.servant().update(kind, name, minimal(kind, name, patient=patient, **more))
        return name


@asynccontextmanager
async def opened(
    engine: Engine,
    folder: Path,
    *,
    limits: Limits = FREE,
    redis: Any = None,
    origin: str = "",
    features: tuple[Feature, ...] = (),
    checks: Mapping[str, Any] = FEEDS,
    beside: identity.Clinic | None = None,
) -> AsyncIterator[LiveClinic]:
    """
    A served clinic on an empty database.

    Args:
        engine: Open.
        folder: For mails.
        limits: Of the sockets.
        redis: Where other processes are reached.
        origin: People see this one; the server's own if not said.
        features: What stands on sockets besides.
        checks: Who may follow the feeds of features.
        beside: A clinic that is there already, on the same database: this is another server of it.
    """
    clinic = beside or await identity.clinic(engine, folder)
    keyring = Keyring(MASTER)

    def chart(subject: Subject) -> Chart:
        return Chart(subject, engine, keyring, clinic.watch)

    async def portrait(who: Any) -> str:
        return (await clinic.service.signed_in.portrait(who)).name

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        seen = origin or f"http://localhost:{port}"
        live = Live(
            Ground(
                recognise=clinic.service.recognise, rests=clinic.service.rests, portrait=portrait, chart=chart,
                code_of=lambda fault: faults.face(fault).code, origin=seen, checks=checks, redis=redis, limits=limits,
                features=features, clock=clinic.watch,
            )
        )  # fmt: skip
        engine.told = live.told
        clinic.service.tools.verified.told.append(live.life.changed)
        parts = Parts(
            chart=chart, authenticate=clinic.service.authenticate, recognise=clinic.service.recognise, api=_no_api,
            keys=_no_keys, public_origin=seen, hosts=("localhost",), sockets=live, live=lambda: live.state,
            start=_started(live), drain=live.drain, stop=live.close,
        )  # fmt: skip
        app = App(parts)
        server = serving.server(app, Settings(edition("meridian-pms"), data=folder, origin=seen))
        running = asyncio.create_task(server.serve(sockets=[taken]))
        try:
            while not server.started and not running.done():  # noqa: ASYNC110  # uvicorn has no event to wait for
                await asyncio.sleep(0.01)
            yield LiveClinic(clinic, live, port, chart, app)
        finally:
            server.should_exit = True
            await running


def _started(live: Live) -> Any:
    async def start() -> None:
        live.start()

    return start


async def _no_keys() -> bytes:
    return b"{}"


def _no_api() -> Any:
    raise NotImplementedError
