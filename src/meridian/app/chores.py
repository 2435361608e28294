"""What is done later, and what at set times: who does what the outbox says, and what is tidied away."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from meridian import clock
from meridian.access import exports
from meridian.access.emergency import sweeping as emergencies
from meridian.access.shredding import desk as shredding
from meridian.app import adapters, downtime
from meridian.app.video import kept
from meridian.charting.forms import keeping
from meridian.documents import recordings, release, scanning, uploads
from meridian.faults import Conflict
from meridian.identity import mail, ringing
from meridian.identity.cognito import errands
from meridian.jobs import memory
from meridian.jobs.alarming import Herald
from meridian.jobs.worker import Handler, Job, Later, Repeated
from meridian.medications.prescribing import RECHECK
from meridian.medications.rechecking import PAUSE
from meridian.messaging import withholding
from meridian.messaging.notify import NOTIFY, POST, Minter, Notifier
from meridian.ops.downtime.keeping import EVERY
from meridian.patients import amendments, family
from meridian.scheduling.jobs import UNCLAIMED
from meridian.store import feeds
from meridian.store.destruction import State
from meridian.telehealth import carrying, guests, missed, recording, sweeping
from meridian.telehealth.visits import Done

if TYPE_CHECKING:
    from meridian.app.house import House


class Chores:
    """The house's work on the outbox and on itself."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._emergencies = emergencies.Sweeper(house.engine, clock.now, lambda: house.worker.nudge())  # noqa: PLW0108  # the worker is made after its chores

    def handlers(self) -> dict[str, Handler]:
        """Who does what the outbox says, by topic."""
        house = self._house
        notifier = Notifier(house.servant, house.identity.addresses.of, house.carrier, house.product, self._links())

        async def send(job: Job) -> None:
            if due := await notifier.send(job):
                raise Later(due)

        async def trust_ends(job: Job) -> None:
            await family.ended(await house.servant(job.org), job.what)

        return {
            **self._errands(),
            mail.TOPIC: house.identity.mailer,
            NOTIFY: notifier.spread,
            POST: send,
            family.TOPIC: trust_ends,
            RECHECK: self._recheck,
            "appointment-freed": house.scheduling.freed,
            UNCLAIMED: house.scheduling.claim,
            withholding.UNLABELLED: self._withhold,
            uploads.SCAN: scanning.handler(house.servant, house.files, adapters.scanner(house.settings)),
            release.RELEASE: release.handler(house.servant),
            recordings.ENDS: recordings.ender(house.servant, house.files, Later),
            keeping.TOPIC: self._send_forms,
            guests.TOPIC: guests.Sender(house.servant, house.carrier, house.product),
            missed.TOPIC: missed.watcher(house.servant),
            exports.TOPIC: house.exports.handler(),
            shredding.TOPIC: self._destroy,
            ringing.TOPIC: Herald(house.settings.oversight, house.secrets.fresh, clock.now),
        }

    def repeated(self) -> list[Repeated]:
        """What happens at set times."""
        house = self._house
        sweeper = sweeping.Sweeper(house.telehealth, house.servant, self._carry)
        return [
            Repeated("ending holds", 30.0, house.scheduling.sweep),
            Repeated("tidying visits", sweeping.PULSE, sweeper.sweep),
            *self._taking_recordings(),
            *self._preparing_for_downtime(),
            Repeated("ending emergency access", emergencies.EVERY, self._emergencies.sweep),
            Repeated("tidying files", 3600.0, house.files.tidy),
            Repeated("tidying exports", 3600.0, house.exports.tidy),
            Repeated("giving memory back", 60.0, memory.give_back),
            Repeated("forgetting drafts", 6 * 3600.0, self._forget_drafts),
            Repeated("forgetting what happened", 3600.0, self._forget_happenings),
        ]

    def _errands(self) -> dict[str, Handler]:
        """What a user pool is told, where there is one."""
        pool = self._house.pool
        return {errands.TOPIC: pool.keeper.errands} if pool is not None else {}

    def _links(self) -> dict[str, Minter]:
        """Who mints the links of notifications that work without signing in, by kind."""
        return {"appointment-reminder": self._house.scheduling.mint}

    async def _destroy(self, job: Job) -> None:
        """What two people approved; what was taken back or stopped meanwhile is let be."""
        with suppress(Conflict):
            done = await self._house.shredding.carry_out(job.org, job.what)
            if done.state is State.APPROVED:
                raise Later(done.due)

    async def _withhold(self, job: Job) -> None:
        """What was kept before the Tasks of staff and of patients were told apart."""
        servant = await self._house.servant(job.org)
        await withholding.label(servant)
        await amendments.review_open(servant)

    async def _send_forms(self, job: Job) -> None:
        """What the services of a visit ask before it goes to the patient."""
        servant = await self._house.servant(job.org)
        await servant.work(keeping.SEND, keeping.sent_for(job.what.partition("/")[2]), what=job.what)

    async def _recheck(self, job: Job) -> None:
        """Check again what was ordered while no safety partner answered."""
        servant = await self._house.servant(job.org)
        if not await self._house.medications.recheck(servant, job.what.partition("/")[2]):
            raise Later(clock.now() + PAUSE)

    def _taking_recordings(self) -> list[Repeated]:
        """Where there is a gateway that records."""
        house = self._house
        if house.gateway is None or not house.gateway.records:
            return []
        folder = Path(house.gateway.settings.recordings)
        tapes = recording.Tapes(folder, house.gateway, house.telehealth.calls, house.servant, kept(house.files))
        return [Repeated("taking recordings", recording.EVERY, tapes.sweep)]

    def _preparing_for_downtime(self) -> list[Repeated]:
        """Where there is a folder for it."""
        packets = downtime.packets(self._house)
        return [Repeated("downtime packets", EVERY, packets.sweep)] if packets else []

    async def _carry(self, org: int, done: Done) -> None:
        """What a visit has become, for whatever carries its media."""
        await carrying.carry(self._house.telehealth, org, done)

    async def _forget_drafts(self) -> None:
        for org, *_ in await self._house.identity.administration.organisations():
            await (await self._house.servant(org)).tidy_drafts()

    async def _forget_happenings(self) -> None:
        """What is older than feeds are kept, some at a time, so that other writes come between."""
        before = clock.now() - feeds.KEPT
        while await self._house.engine.write(lambda: feeds.sweep(before)) == feeds.SWEPT:
            pass
