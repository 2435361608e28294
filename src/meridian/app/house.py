"""
The house: everything, built once from the settings and handed out.

`House.open` prepares the data folder, brings the database up to date and starts what runs beside the requests;
`House.close` finishes what was accepted and signs the logs a last time.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from meridian import clock
from meridian.access.chart import Chart
from meridian.access.diary import Diary
from meridian.access.exports import Exports
from meridian.access.files import Files
from meridian.access.overseeing import Overseer
from meridian.access.shredding import Shredding
from meridian.access.signing_in import rights
from meridian.access.subject import Role, Subject
from meridian.app import adapters
from meridian.app.chores import Chores
from meridian.app.offers import OPERATIONS
from meridian.app.video import video_visits
from meridian.audit import checkpoint, log, shredded
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Checkpointer, Ed25519, Unsigning
from meridian.clock import Clock
from meridian.identity.alarms import Alarms
from meridian.identity.issuer import Issuer
from meridian.identity.service import Service
from meridian.identity.throttle import Throttle
from meridian.identity.tools import Tools
from meridian.identity.verified import Verified
from meridian.jobs.worker import Worker
from meridian.medications.partners.lines import panel
from meridian.medications.service import Medications
from meridian.scheduling.jobs import Jobs
from meridian.settings import BadSettings, Settings
from meridian.settings import Role as Part
from meridian.store import migrate, shutting
from meridian.store.keys import every
from meridian.store.plan import Plan, Query
from meridian.store.read_only import ReadOnlyEngine
from meridian.telehealth.media.janus import Janus
from meridian.telehealth.turn import Relays
from meridian.telemetry import signals
from meridian.vault.keyring import Keyring
from meridian.vault.platform import PlatformKey
from meridian.web.asgi import App, Parts
from meridian.web.health import Need

if TYPE_CHECKING:
    from meridian.app.watch import Watch
    from meridian.realtime.server import Live
    from meridian.store.engine import Engine

DAILY = 24 * 3600.0
"""Seconds between the turns of token keys and other tidying."""


class House:
    """
    Everything, built from the settings.

    Attributes:
        engine: The database.
        identity: Accounts, sessions and tokens.
        alarms: Hears of what is recorded, and raises the alarm.
        anchors: Checkpoints of the audit logs outside the database.
        signer: Signs the audit logs.
        live: The sockets, in a server.
        watch: What a server keeps on itself.
        checkpointer: Signs the audit logs.
        secrets: The sealed secrets.
        gateway: Carries visits of more than two; `None` where there is none.
        pool: The user pool that keeps passwords; `None` where they are kept here.
    """

    def __init__(self, settings: Settings, *, signs: bool = True) -> None:
        self.settings = settings
        master, self.secrets, platform, audit = adapters.keys(settings, signs=signs)
        self.counter = adapters.counter(settings, self.secrets)
        self.database = adapters.database(settings, self.secrets)
        self._records = adapters.engine(self.database)
        self.engine: Engine = self._records
        if settings.reads_only:
            self.engine = ReadOnlyEngine(self._records)
        self.keyring = Keyring(master)
        self.signer = Ed25519(audit) if signs else Unsigning(lambda: adapters.public_key(self.secrets))
        self.anchors = Anchors(settings.anchors_folder)
        self.product = adapters.product(settings)
        self.carrier = adapters.carrier(settings, self.product)
        sealer = PlatformKey(platform)
        self.pool = adapters.user_pool(settings, self.engine, sealer, self.secrets)
        self.identity = Service(self._tools(sealer))
        self.alarms = Alarms(
            self.engine, clock.now, adapters.regions(settings), self.identity.tools.nudge, settings.oversight
        )
        self.checkpointer = Checkpointer(self.engine, self.signer, self.anchors, host=self.log_host)
        self.diary = Diary(self.engine)
        self.scheduling = Jobs(self.servant, self.diary)
        self.files = Files(adapters.shelf(settings), self.engine, self.keyring)
        self.shredding = Shredding(
            self.engine,
            self.keyring,
            self.identity,
            shredded.Ledger(settings.anchors_folder),
            self.signer,
            self.files.shelf,
            settings.retention,
        )
        self.exports = Exports(adapters.exports_shelf(settings), self.engine, self.keyring, self.chart)
        self.medications = Medications(panel(settings.edition, settings.partners, self.secrets, self._isolated))
        self.gateway = Janus(settings.janus, self.secrets) if settings.janus else None
        self.telehealth = video_visits(self.engine, Relays(settings.turn, self.secrets), self.gateway)
        chores = Chores(self)
        self.worker = Worker(
            self.engine,
            {**chores.handlers(), **adapters.announcer(settings)},
            chores.repeated(),
            hands=adapters.hands(settings),
            announced=settings.events.topics if settings.events else (),
        )
        self.live: Live | None = None
        self.watch: Watch | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._organisations: dict[int, str] = {}

    @property
    def log_host(self) -> str:
        """The host part of the audit logs' names."""
        return urlsplit(self.settings.public_origin).netloc

    async def open(self, *, at_work: bool = True) -> None:
        """
        Migrate, connect, and start what runs beside the requests; the outbox is worked on by a server only (*at_work*).

        Raises:
            Unavailable: If the database cannot be reached or brought up to date; nothing was changed then.
        """
        await (migrate.expect if self.settings.reads_only else migrate.upgrade)(self.database)
        self.engine.sequencer, self.engine.recorded = log.sequence, self.alarms.recorded
        await self.engine.open()
        await self._keep_destroyed()
        await self._open_keys()
        await self.files.shelf.check()
        await self.exports.shelf.check()
        await self.identity.start()
        self._beside = [asyncio.create_task(self.checkpointer.run()), asyncio.create_task(self._tidy())]
        signals.heard.append(self.alarms.signalled)
        if at_work and not self.settings.reads_only:
            self.worker.start()

    async def enter(self) -> None:
        """
        Connect, for a function: nothing is migrated, nothing runs beside, and servers sign what is recorded.

        Raises:
            Unavailable: If the database does not answer, or is at another step of its schema than this program wants.
        """
        await migrate.expect(self.database)
        self.engine.sequencer, self.engine.recorded = log.sequence, self.alarms.recorded
        await self.engine.open()
        await self._open_keys()

    async def leave(self) -> None:
        """Let go of what `enter` took."""
        await self.medications.close()
        await self.alarms.settle()
        self.identity.close()
        await self.engine.close()

    async def _isolated(self, partner: str) -> bool:
        """Whether a partner is not to be called while an incident is answered."""
        return await self.engine.read(lambda: shutting.is_shut(shutting.PARTNER, partner))

    async def _keep_destroyed(self) -> None:
        """Destroy what the ledger says was destroyed, should an older database have been put back."""
        ledger = shredded.Ledger(self.settings.anchors_folder)
        if ledger.path.exists():
            await shredded.replay(self._records, ledger.lines(self.signer.public), clock.now())

    async def _open_keys(self) -> None:
        """Have the organisations' keys unwrapped before requests need them: KMS takes milliseconds for each."""
        if self.settings.kms is None:
            return
        wrapped = await self.engine.read(every)
        await asyncio.to_thread(lambda: [self.keyring.organisation(org, rows) for org, rows in wrapped.items()])

    async def close(self) -> None:
        """Finish what was accepted, sign the logs, let go."""
        await self.worker.stop()
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        await self.medications.close()
        if self.gateway is not None:
            await self.gateway.let_go()
        if self.alarms.signalled in signals.heard:
            signals.heard.remove(self.alarms.signalled)
        await self.alarms.settle()
        await self.checkpointer.close()
        await self.counter.close()
        self.identity.close()
        await self.engine.close()

    def chart(self, subject: Subject, time: Clock = clock.now) -> Chart:
        """The one door, for *subject*; at another *time* than now only where the demonstration's past is made."""
        return Chart(subject, self.engine, self.keyring, time)

    async def servant(self, org: int) -> Chart:
        """The door for the platform itself, in one organisation: what jobs do, they do as this."""
        if org not in self._organisations:
            self._organisations = {no: name for no, name, _ in await self.identity.administration.organisations()}
        return self.chart(
            Subject(
                account="meridian", org=org, organisation=self._organisations[org], role=Role.SERVICE, purpose="HOPERAT"
            )
        )

    def app(self, role: Part = Part.ALL) -> App:
        """
        The web application of a process of that *role*; it opens and closes the house with the server.

        Raises:
            BadSettings: If the parts run apart and have no Redis by which they hear of each other.
        """
        if role is not Part.ALL and self.settings.redis is None:
            raise BadSettings(f"--role {role} needs [redis] in settings.toml: by it the parts hear of each other")
        from meridian.app.live import live as sockets  # noqa: PLC0415  # Socket.IO takes a tenth of a second
        from meridian.app.watch import Watch  # noqa: PLC0415  # likewise; only servers are watched
        from meridian.ops.figures import registry as figures  # noqa: PLC0415  # likewise

        settings, registry = self.settings, figures()
        self.live = live = sockets(self, registry)
        self.watch = Watch(self, registry, role)
        self.engine.told = live.told
        self.identity.tools.verified.told.append(live.life.changed)
        return App(
            Parts(
                chart=self.chart,
                authenticate=self.identity.authenticate,
                recognise=self.identity.recognise,
                api=self._api,
                keys=self._published_keys,
                public_origin=settings.public_origin,
                hosts=settings.edition.public_hosts,
                proxies=settings.proxies,
                fhir_budget=settings.fhir_budget,
                api_budget=settings.api_requests,
                counter=self.counter,
                operations=OPERATIONS,
                files=self.files,
                exports=self.exports,
                sockets=live,
                live=lambda: live.state,
                needs=self._needs(role),
                role=role,
                grace=settings.drain,
                start=lambda: self._start(role),
                drain=live.drain,
                stop=self._stop,
            )
        )

    def _needs(self, role: Part) -> dict[str, Need]:
        """What must answer for a process of that role to be sent anything."""
        needs: dict[str, Need] = {
            "records": lambda: self.engine.read(_anything),
            "audit": lambda: self.engine.read(checkpoint.unsigned),
        }
        return {**needs, "counting": self.counter.check} if role.answers else needs

    async def _start(self, role: Part) -> None:
        await self.open(at_work=role.works)
        if self.live is not None:
            self.live.start()
        if self.watch is not None:
            await self.watch.start()

    async def _stop(self) -> None:
        if self.watch is not None:
            await self.watch.stop()
        if self.live is not None:
            await self.live.close()
        await self.close()

    def _tools(self, platform: PlatformKey) -> Tools:
        return Tools(
            engine=self.engine,
            sealer=platform,
            clock=clock.now,
            credentials=adapters.credentials(self.engine, platform, self.pool),
            issuer=Issuer(self.engine, platform, clock.now, self.settings.issuer),
            verified=Verified(),
            throttle=Throttle(self.counter),
            carrier=self.carrier,
            product=self.product,
            bearers=self.pool.bearers if self.pool is not None else None,
            nudge=lambda: self.worker.nudge(),  # noqa: PLW0108  # the worker is made after what it works with
        )

    def overseer(self, subject: Subject) -> Overseer:
        """The audit log, for whoever may look through it."""
        from meridian.app.functions.archiving import archive  # noqa: PLC0415  # the archive is asked about rarely

        parts = (self.engine, self.keyring, clock.now, self.signer, self.anchors, lambda: archive(self.settings))
        return Overseer(subject, *parts)

    def _api(self) -> Any:
        from meridian.app.evidence import Kept  # noqa: PLC0415  # only /api gives it out
        from meridian.ops.intake import desk  # noqa: PLC0415  # only /api imports by hand
        from meridian.web import api  # noqa: PLC0415  # FastAPI takes half a second; most processes start without it
        from meridian.web.api.services import Services  # noqa: PLC0415  # likewise
        from meridian.web.patients import Patients  # noqa: PLC0415  # likewise

        services = Services(
            self.identity,
            self.settings,
            rights,
            Patients(self.chart),
            self.chart,
            desk.run,
            servant=self.servant,
            diary=self.diary,
            medications=self.medications,
            files=self.files,
            telehealth=self.telehealth,
            shredding=self.shredding,
            overseer=self.overseer,
            evidence=Kept(self),
        )
        return api.build(services)

    async def _published_keys(self) -> bytes:
        return json.dumps(self.identity.key_set()).encode()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(DAILY)
            await self.identity.tidy()
            await self.alarms.tidy()


def _anything() -> Plan[None]:
    yield Query("SELECT 1")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The house, open and not at work on the outbox; for the command line and for tests."""
    house = House(settings)
    await house.open(at_work=False)
    try:
        yield house
    finally:
        await house.close()


@asynccontextmanager
async def entered(settings: Settings) -> AsyncIterator[House]:
    """The house as a function needs it; it has no key to sign logs with."""
    house = House(settings, signs=False)
    await house.enter()
    try:
        yield house
    finally:
        await house.leave()
