"""
Composition: the one place that builds everything and hands it out.

`House.open` prepares the data folder, brings the database up to date and starts what runs beside the requests;
`House.close` finishes what was accepted and signs the logs a last time.
"""

import asyncio
import fcntl
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from meridian import clock
from meridian.access.chart import Chart
from meridian.access.diary import Diary
from meridian.access.feeds import Checks
from meridian.access.files import Files
from meridian.access.signing_in import rights
from meridian.access.subject import Role, Subject
from meridian.access.video_visits import Calls
from meridian.access.work import Resource, Work
from meridian.audit import log
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Checkpointer, Ed25519
from meridian.audit.detectors import SignInFailures
from meridian.audit.entry import Entry
from meridian.charting import encounters
from meridian.charting.forms import keeping
from meridian.charting.matching import finding
from meridian.clock import Clock
from meridian.documents import recordings, release, scanning, uploads
from meridian.documents.checking.clamd import Clamd, present
from meridian.documents.checking.scanning import Scanner
from meridian.files import bucket
from meridian.files.folder import Folder as Shelves
from meridian.files.shelf import Shelf
from meridian.identity import mail
from meridian.identity.facts import Identity
from meridian.identity.issuer import Issuer
from meridian.identity.passwords import Passwords
from meridian.identity.service import Service
from meridian.identity.throttle import Throttle
from meridian.identity.tools import Tools
from meridian.identity.verified import Verified
from meridian.jobs import memory
from meridian.jobs.worker import Handler, Job, Later, Repeated, Worker
from meridian.medications.partners.lines import panel
from meridian.medications.prescribing import RECHECK
from meridian.medications.rechecking import PAUSE
from meridian.medications.service import Medications
from meridian.messaging import threads, withholding
from meridian.messaging.notify import NOTIFY, POST, Minter, Notifier
from meridian.patients import amendments, consents, family
from meridian.post.folder import Folder
from meridian.post.letters import Carrier, Product
from meridian.scheduling import visits
from meridian.scheduling.jobs import UNCLAIMED, Jobs
from meridian.scheduling.operations import OFFERED
from meridian.settings import Settings
from meridian.store import feeds, migrate
from meridian.store.database import Database, MariadbServer, SqliteFile
from meridian.store.engine import Engine
from meridian.store.plan import Plan
from meridian.telehealth import carrying, following, guests, missed, recording, sweeping, ways
from meridian.telehealth.media.janus import Janus
from meridian.telehealth.media.port import Media
from meridian.telehealth.turn import Relays
from meridian.telehealth.visits import Done
from meridian.vault.keyring import Keyring
from meridian.vault.master import create_master
from meridian.vault.platform import PlatformKey, made_once
from meridian.vault.secrets import Secrets
from meridian.web.asgi import App, Parts
from meridian.web.fhir.offering import Operation, Operations

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from meridian.ops.figures import Listener
    from meridian.realtime.server import Live

OPERATIONS: Operations = {
    **{name: Operation(*how) for name, how in OFFERED.items()},
    ("Patient", "$match"): Operation(finding.operation, finding.DEFINITION),  # by POST only: it brings a description
}
"""What the clinic's work offers on `/fhir/R4` besides the interactions."""

FEEDS: Checks = {"thread": threads.may_follow, "notes": threads.may_follow_notes, "visit": following.may_follow}
"""Who may follow the feeds that belong to features, by prefix: `Chart.feeds` asks here."""

DAILY = 24 * 3600.0
"""Seconds between the turns of token keys and other tidying."""


class House:
    """
    Everything, built from the settings.

    Attributes:
        engine: The database.
        identity: Accounts, sessions and tokens.
        anchors: Checkpoints of the audit logs outside the database.
        signer: Signs the audit logs.
        live: The sockets, in a server.
        figures: What is counted, in a server.
        secrets: The sealed secrets.
        gateway: Carries visits of more than two; `None` where there is none.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        master, self.secrets, platform, audit = _keys(settings.data)
        self.database = _database(settings, self.secrets)
        self.engine = _engine(self.database)
        self.keyring = Keyring(master)
        self.signer = Ed25519(audit)
        self.anchors = Anchors(settings.anchors_folder)
        self.product = _product(settings)
        self.carrier = _carrier(settings, self.product)
        self.identity = Service(self._tools(PlatformKey(platform)))
        self._checkpointer = Checkpointer(self.engine, self.signer, self.anchors, host=self.log_host)
        self.diary = Diary(self.engine)
        self.scheduling = Jobs(self.servant, self.diary)
        self.files = Files(_shelf(settings), self.engine, self.keyring)
        self.medications = Medications(panel(settings.edition, settings.partners, self.secrets))
        self.gateway = Janus(settings.janus, self.secrets) if settings.janus else None
        self.telehealth = video_visits(self.engine, Relays(settings.turn, self.secrets), self.gateway)
        self.worker = Worker(self.engine, self._handlers(), self._repeated())
        self.live: Live | None = None
        self.figures: CollectorRegistry | None = None
        self._listener: Listener | None = None
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
        await migrate.upgrade(self.database)
        self.engine.sequencer = self._sequencer(asyncio.get_running_loop())
        await self.engine.open()
        await self.files.shelf.check()
        await self.identity.start()
        self._beside = [asyncio.create_task(self._checkpointer.run()), asyncio.create_task(self._tidy())]
        if at_work:
            self.worker.start()

    async def close(self) -> None:
        """Finish what was accepted, sign the logs, let go."""
        await self.worker.stop()
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        await self.medications.close()
        if self.gateway is not None:
            await self.gateway.let_go()
        await self._checkpointer.close()
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

    def _handlers(self) -> dict[str, Handler]:
        """Who does what the outbox says, by topic."""
        notifier = Notifier(self.servant, self.identity.addresses.of, self.carrier, self.product, self._links())

        async def send(job: Job) -> None:
            if due := await notifier.send(job):
                raise Later(due)

        async def trust_ends(job: Job) -> None:
            await family.ended(await self.servant(job.org), job.what)

        return {
            mail.TOPIC: self.identity.mailer,
            NOTIFY: notifier.spread,
            POST: send,
            family.TOPIC: trust_ends,
            RECHECK: self._recheck,
            "appointment-freed": self.scheduling.freed,
            UNCLAIMED: self.scheduling.claim,
            withholding.UNLABELLED: self._withhold,
            uploads.SCAN: scanning.handler(self.servant, self.files, _scanner(self.settings)),
            release.RELEASE: release.handler(self.servant),
            recordings.ENDS: recordings.ender(self.servant, self.files, Later),
            keeping.TOPIC: self._send_forms,
            guests.TOPIC: guests.Sender(self.servant, self.carrier, self.product),
            missed.TOPIC: missed.watcher(self.servant),
        }

    async def _withhold(self, job: Job) -> None:
        """What was kept before the Tasks of staff and of patients were told apart."""
        servant = await self.servant(job.org)
        await withholding.label(servant)
        await amendments.review_open(servant)

    async def _send_forms(self, job: Job) -> None:
        """What the services of a visit ask before it goes to the patient."""
        servant = await self.servant(job.org)
        await servant.work(keeping.SEND, keeping.sent_for(job.what.partition("/")[2]), what=job.what)

    async def _recheck(self, job: Job) -> None:
        """Check again what was ordered while no safety partner answered."""
        if not await self.medications.recheck(await self.servant(job.org), job.what.partition("/")[2]):
            raise Later(clock.now() + PAUSE)

    def _links(self) -> dict[str, Minter]:
        """Who mints the links of notifications that work without signing in, by kind."""
        return {"appointment-reminder": self.scheduling.mint}

    def _repeated(self) -> list[Repeated]:
        """What happens at set times."""
        sweeper = sweeping.Sweeper(self.telehealth, self.servant, self._carry)
        return [
            Repeated("ending holds", 30.0, self.scheduling.sweep),
            Repeated("tidying visits", sweeping.PULSE, sweeper.sweep),
            *self._taking_recordings(),
            Repeated("tidying files", 3600.0, self.files.tidy),
            Repeated("giving memory back", 60.0, memory.give_back),
            Repeated("forgetting drafts", 6 * 3600.0, self._forget_drafts),
            Repeated("forgetting what happened", 3600.0, self._forget_happenings),
        ]

    def _taking_recordings(self) -> list[Repeated]:
        """Where there is a gateway that records."""
        if self.gateway is None or not self.gateway.records:
            return []
        folder = Path(self.gateway.settings.recordings)
        tapes = recording.Tapes(folder, self.gateway, self.telehealth.calls, self.servant, kept(self.files))
        return [Repeated("taking recordings", recording.EVERY, tapes.sweep)]

    async def _carry(self, org: int, done: Done) -> None:
        """What a visit has become, for whatever carries its media."""
        await carrying.carry(self.telehealth, org, done)

    async def _forget_drafts(self) -> None:
        for org, *_ in await self.identity.administration.organisations():
            await (await self.servant(org)).tidy_drafts()

    async def _forget_happenings(self) -> None:
        """What is older than feeds are kept, some at a time, so that other writes come between."""
        before = clock.now() - feeds.KEPT
        while await self.engine.write(lambda: feeds.sweep(before)) == feeds.SWEPT:
            pass

    def app(self) -> App:
        """The web application; it opens and closes the house with the server."""
        settings, live = self.settings, self._live()
        self.live = live
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
                operations=OPERATIONS,
                files=self.files,
                sockets=live,
                live=lambda: live.state,
                start=self._start,
                drain=live.drain,
                stop=self._stop,
            )
        )

    async def _start(self) -> None:
        await self.open()
        if self.live is not None:
            self.live.start()
        if self.settings.metrics_port and self.figures is not None:
            from meridian.ops.figures import listen  # noqa: PLC0415  # a tenth of a second; only servers have it

            self._listener = listen(self.settings.metrics_port, self.figures)

    async def _stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
        if self.live is not None:
            await self.live.close()
        await self.close()

    def _live(self) -> "Live":
        """The sockets. What features add to them stands here: their events, their feeds, and whom they let in."""
        from prometheus_client import CollectorRegistry  # noqa: PLC0415  # only servers count

        from meridian.realtime import server  # noqa: PLC0415  # Socket.IO takes a tenth of a second; only servers have it
        from meridian.realtime.visits import Visits  # noqa: PLC0415  # likewise
        from meridian.telehealth.metrics import Figures  # noqa: PLC0415  # likewise
        from meridian.web import faults  # noqa: PLC0415  # beside its only use

        async def portrait(identity: Identity) -> str:
            return (await self.identity.signed_in.portrait(identity)).name

        async def organisation(org: int) -> str:
            return (await self.servant(org)).subject.organisation

        self.figures = CollectorRegistry()
        calls = Visits(self.telehealth, self.chart, organisation, FEEDS, Figures(self.figures))
        return server.Live(
            server.Ground(
                recognise=self.identity.recognise,
                rests=self.identity.rests,
                portrait=portrait,
                chart=self.chart,
                code_of=lambda fault: faults.face(fault).code,
                origin=self.settings.public_origin,
                checks=FEEDS,
                guests=calls.guest,
                features=(calls,),
                redis=_redis(self.settings, self.secrets),
                prefix=f"meridian:{self.settings.public_origin}",
                limits=server.Limits(per_address=self.settings.sockets_per_address),
            )
        )

    def _tools(self, platform: PlatformKey) -> Tools:
        return Tools(
            engine=self.engine,
            sealer=platform,
            clock=clock.now,
            passwords=Passwords(),
            issuer=Issuer(self.engine, platform, clock.now, self.settings.issuer),
            verified=Verified(),
            throttle=Throttle(),
            carrier=self.carrier,
            product=self.product,
            nudge=lambda: self.worker.nudge(),  # noqa: PLW0108  # the worker is made after what it works with
        )

    def _api(self) -> Any:
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
        )
        return api.build(services)

    async def _published_keys(self) -> bytes:
        return json.dumps(self.identity.key_set()).encode()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(DAILY)
            await self.identity.tidy()

    def _sequencer(self, loop: asyncio.AbstractEventLoop) -> Any:
        """The audit log's own, which the detectors see going by; it runs in the writer's thread."""

        def alert(entry: Entry) -> None:
            loop.call_soon_threadsafe(self._alert, entry)

        failures = SignInFailures(alert)

        def sequence(entries: Sequence[Entry]) -> Plan[None]:
            for entry in entries:
                failures(entry)
            return log.sequence(entries)

        return sequence

    def _alert(self, alert: Entry) -> None:
        task = asyncio.ensure_future(self.engine.write(lambda: log.record(alert)))
        self._beside.append(task)
        task.add_done_callback(self._beside.remove)


def video_visits(
    engine: Engine, relays: Relays, gateway: Media | None = None, *, clock: Clock = clock.now
) -> ways.Parts:
    """What video visits are made of, with the steps of the features that meet in one."""

    def begin(work: Work, visit: str) -> Plan[Resource]:
        return (yield from encounters.opened(encounters.Opening(visit))(work))

    steps = ways.Ways(
        arrive=visits.arrive,
        begin=begin,
        absent=visits.absent,
        moved=encounters.moved,
        agreed=consents.video_agreed,
        agree=consents.agree_to_video,
    )
    return ways.Parts(steps, Calls(engine, clock), relays, gateway)


def kept(files: Files) -> recording.Keep:
    """What becomes of a recording: a document, with its bytes among *files*."""

    async def keep(chart: Chart, tape: recording.Tape, source: Path) -> None:
        await recordings.keep(chart, files, recordings.Recording(**asdict(tape)), source)

    return keep


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The house, open and not at work on the outbox; for the command line and for tests."""
    house = House(settings)
    await house.open(at_work=False)
    try:
        yield house
    finally:
        await house.close()


def _keys(data: Path) -> tuple[Any, Secrets, bytes, bytes]:
    """Master key, secrets, platform key and audit key; made on the first start, by one process at a time."""
    with _alone(data):
        master = create_master(data / "master.key")
        secrets = Secrets(data / "secrets.sealed", master)
        return master, secrets, made_once(secrets, "platform/key"), made_once(secrets, "audit/signing-key")


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_UN)


def _database(settings: Settings, secrets: Secrets) -> Database:
    server = settings.mariadb
    if server is None:
        return SqliteFile(settings.data / "meridian.db")
    return MariadbServer(
        host=server.host,
        port=server.port,
        user=server.user,
        password=secrets.get(server.password).reveal(),
        database=server.database,
        tls_ca=server.tls_ca,
    )


def _redis(settings: Settings, secrets: Secrets) -> Any:
    """A client of the Redis that processes share; `None` where there is none."""
    place = settings.redis
    if place is None:
        return None
    from meridian.realtime.fanout import client  # noqa: PLC0415  # only where it is used

    return client(place, secrets.get(place.password).reveal() if place.password else "")


def _shelf(settings: Settings) -> Shelf:
    place = settings.s3
    if place is None:
        return Shelves(settings.data / "files")
    name = place.bucket or settings.edition.document_bucket
    return bucket.Bucket(bucket.Place(name, place.region, place.account, place.kms_key, place.endpoint))


def _scanner(settings: Settings) -> Scanner:
    address = {"auto": present(), "none": ""}.get(settings.clamd, settings.clamd)
    return Scanner(Clamd(address) if address else None)


def _engine(database: Database) -> Engine:
    if isinstance(database, SqliteFile):
        from meridian.store.sqlite import Sqlite  # noqa: PLC0415  # only the driver that is used

        return Sqlite(database)
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # likewise

    return Mariadb(database)


def _product(settings: Settings) -> Product:
    edition = settings.edition
    return Product(edition.title, edition.mail_from, edition.support_email, settings.public_origin)


def _carrier(settings: Settings, product: Product) -> Carrier:
    post = settings.post
    if post is None:
        return Folder(settings.data / "outbox", product, clock.now)
    from meridian.post.aws import Aws  # noqa: PLC0415  # only the carrier that is used

    return Aws(product, clock.now, post.region, endpoint=post.endpoint, configuration_set=post.configuration_set)
