"""
The watch that a server keeps on itself: what stands how, every few seconds; what answers, every minute; and the log.

What is counted is counted where it happens (`telemetry.figures`). Here is what must be looked up: queues, the audit
logs' signatures, disks, backups, and whether what the house leans on answers.
"""

import asyncio
import logging
import os
import shutil
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry

from meridian import __version__, clock
from meridian.app import adapters
from meridian.audit import checkpoint
from meridian.faults import NotFound
from meridian.jobs.sampling import Sampler
from meridian.ops import figures as listening
from meridian.ops.backup import keeping
from meridian.store import outbox
from meridian.telemetry import figures, logs, spans
from meridian.telemetry.minutes import MINUTE
from meridian.vault.unreadable import Unreadable

if TYPE_CHECKING:
    from meridian.app.house import House

LOOK = 15.0
"""Seconds between looks."""
BEAT = 0.5
"""Seconds between beats of the event loop that are measured."""
PATIENCE = 5.0
"""Seconds in which what is asked must answer."""
ALL = "all"
"""Role of a process that does everything."""
CALLS = "meridian_visit_joins_total"

Probe = Callable[[], Awaitable[Any]]

_log = logging.getLogger("meridian.ops")


class Watch:
    """
    One process's.

    Args:
        house: What is watched.
        registry: Where features have put figures of their own.
        role: What the process does.
    """

    def __init__(self, house: "House", registry: CollectorRegistry, role: str = ALL) -> None:
        self._house, self.registry = house, registry
        settings = house.settings
        node = f"{role}@{socket.gethostname()}:{settings.port}:{os.getpid()}"
        self._sampler = Sampler(house.engine, node, clock.now)
        self._listener: listening.Listener | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._lags = [0.0]
        figures.BUILD.set(1, __version__, settings.edition.name, role)

    async def start(self) -> None:
        """Begin, beside everything else."""
        self._listen()
        self._trace()
        self._tasks = [
            asyncio.create_task(one)
            for one in (self._every(LOOK, self.look), self._each_minute(), self._beats(), self._flush())
        ]

    async def stop(self) -> None:
        """Watch no more."""
        if self._listener is not None:
            self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        spans.end()
        logs.flush()

    @property
    def port(self) -> int:
        """Where figures are given; 0: nowhere."""
        return self._listener.port if self._listener is not None else 0

    def _listen(self) -> None:
        settings, secrets = self._house.settings, self._house.secrets
        if not settings.metrics_port:
            return
        name = settings.metrics.secret
        try:
            secrets.get(name)
        except (NotFound, Unreadable):
            _log.error("figures cannot be read: the vault lacks %s", name)
            return
        self._listener = listening.listen(settings.metrics_port, self.registry, lambda: secrets.get(name).reveal())

    def _trace(self) -> None:
        place = self._house.settings.tracing
        if place is None:
            return
        from meridian.telemetry.otlp import Exporter  # noqa: PLC0415  # only where traces are taken

        exporter = Exporter(place.endpoint, self._house.settings.edition.name, __version__)
        spans.begin(exporter, place.share)
        self._tasks.append(asyncio.create_task(exporter.run()))

    async def look(self) -> None:
        """How it stands now."""
        house = self._house
        figures.LOOP_LAG.set(max(self._lags))
        self._lags = [0.0]
        if house.live is not None:
            figures.SOCKETS.set(len(house.live.life))
        self._disks()
        self._backups()
        self._certificate()
        figures.UP.set(0, "database")
        await self._queue()
        await self._log_standing()
        figures.UP.set(1, "database")

    async def _queue(self) -> None:
        now = clock.now()
        standing = await self._house.engine.read(lambda: outbox.standing(now))
        figures.DUE.set(standing.due)
        figures.OUTBOX_LAG.set(max(0, now - standing.since) / 1000 if standing.since else 0)
        figures.GIVEN_UP.set(standing.failed)

    async def _log_standing(self) -> None:
        figures.UNSIGNED.set(await self._house.engine.read(checkpoint.unsigned))
        signer = self._house.checkpointer
        figures.BROKEN_LOGS.set(len(signer.broken))
        if signer.done:
            figures.CHECKPOINT_AGE.set(time.monotonic() - signer.done)

    def _disks(self) -> None:
        settings = self._house.settings
        for name, place in (("data", settings.data), ("anchors", settings.anchors_folder)):
            with suppress(OSError):
                usage = shutil.disk_usage(place)
                figures.DISK_FREE.set(usage.free, name)
                figures.DISK_SIZE.set(usage.total, name)

    def _backups(self) -> None:
        data, now = self._house.settings.data, clock.now()
        age = keeping.backup_age(data, now)
        if age is not None:
            figures.BACKUP_AGE.set(age)
        passed = [one.at for one in keeping.drills(data) if one.passed]  # with what was not tried, if anything
        if passed:
            figures.DRILL_AGE.set((now - passed[-1]) / 1000)

    def _certificate(self) -> None:
        path = self._house.settings.metrics.certificate
        if not path:
            return
        from cryptography import x509  # noqa: PLC0415  # only where it is asked for

        try:
            ends = x509.load_pem_x509_certificate(Path(path).read_bytes()).not_valid_after_utc
        except (OSError, ValueError):
            figures.CERTIFICATE.forget()
        else:
            figures.CERTIFICATE.set(ends.timestamp())

    async def ask(self) -> None:
        """Whether what the house leans on answers."""
        await asyncio.gather(*(_asked(name, probe) for name, probe in self._probes().items()))

    def _probes(self) -> dict[str, Probe]:
        house = self._house
        settings, found = house.settings, dict[str, Probe]()
        found["files"] = house.files.shelf.check
        if (live := house.live) is not None and settings.redis is not None:
            found["redis"] = lambda: _is(live.state == "ok")
        if (scanner := adapters.clamd(settings)) is not None:
            found["clamd"] = scanner.version
        if settings.turn is not None and settings.turn.hosts:
            places = [(host, settings.turn.port) for host in settings.turn.hosts]
            found["turn"] = lambda: _any_opens(places)
        if settings.janus is not None:
            parts = urlsplit(settings.janus.url)
            place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
            found["janus"] = lambda: _any_opens([place])
        return found

    async def _each_minute(self) -> None:
        await self._tried(self.ask)
        while True:
            await asyncio.sleep((MINUTE - clock.now() % MINUTE) / 1000)
            await self._tried(self.keep)
            await self._tried(self.ask)

    async def keep(self) -> None:
        """Keep the minute that has just ended."""
        await self._sampler.keep(self._calls())

    def _calls(self) -> float:
        """Joins of visits, in all."""
        return sum(
            sample.value for family in self.registry.collect() for sample in family.samples if sample.name == CALLS
        )

    async def _beats(self) -> None:
        """How late the event loop is for what it was asked to do."""
        loop = asyncio.get_running_loop()
        while True:
            wanted = loop.time() + BEAT
            await asyncio.sleep(BEAT)
            self._lags.append(max(0.0, loop.time() - wanted))

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(logs.LATER)
            logs.flush()

    async def _every(self, seconds: float, do: Probe) -> None:
        while True:
            await self._tried(do)
            await asyncio.sleep(seconds)

    async def _tried(self, do: Probe) -> None:
        try:
            await do()
        except Exception as wrong:  # noqa: BLE001  # the next look is another chance
            _log.warning("the watch could not look: %s", type(wrong).__name__)


async def _asked(name: str, probe: Probe) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await probe()
    except Exception:  # noqa: BLE001  # whatever it is, it does not answer
        figures.UP.set(0, name)
    else:
        figures.UP.set(1, name)


async def _is(truth: bool) -> None:  # noqa: FBT001  # what a lambda has found
    if not truth:
        raise ConnectionError


async def _any_opens(places: list[tuple[str, int]]) -> None:
    """
    One of them takes a connection.

    Raises:
        OSError: If none does.
    """
    wrong: OSError = ConnectionError()
    for host, port in places:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError as no:
            wrong = no
            continue
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return
    raise wrong
