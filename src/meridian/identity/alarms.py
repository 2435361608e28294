"""
Raising the alarm: what detectors find becomes an entry of the audit log, a mail to the security officers, a figure.

Entries come here once they are durable. Counting one is a small transaction of its own, beside the request that caused
it: nobody waits for it, and the alert's entry and its mails stand or fall together.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from meridian.audit import detectors
from meridian.audit.detectors import ALERT, NEW_REGION, SIGNED_IN, Detector
from meridian.audit.entry import Entry
from meridian.audit.regions import Regions, network
from meridian.audit.reporting import report
from meridian.clock import Clock
from meridian.identity import mail
from meridian.identity.facts import PROGRAM
from meridian.identity.glances import Unusual
from meridian.identity.ringing import ring
from meridian.settings.oversight import Oversight
from meridian.store import watched
from meridian.store.engine import Engine
from meridian.store.plan import Plan

KEPT = 7 * 24 * 60 * detectors.MINUTE
"""Milliseconds that an alarm is shown; longer than any detector looks back."""

DEFAULTS = Oversight()

_log = logging.getLogger("meridian.identity")


class Alarms:
    """
    Hears of entries and signals.

    Args:
        engine: Where is counted.
        clock: What time it is.
        regions: What region an address is in.
        nudge: Tells the worker that there is something in the outbox.
        limits: What counts as unusual.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        regions: Regions = network,
        nudge: Callable[[], None] = lambda: None,
        limits: Oversight = DEFAULTS,
    ) -> None:
        self._engine, self._clock, self._regions, self._nudge = engine, clock, regions, nudge
        self._table = (*detectors.TABLE, *detectors.counted(limits))
        self._unusual = Unusual(limits)
        self._tasks: set[asyncio.Task[None]] = set()

    def recorded(self, entries: Sequence[Entry]) -> None:
        """Entries are durable; on the event loop."""
        report(entries)
        for entry in entries:
            for detector, key in detectors.concerning(entry, self._table):
                self._do(lambda detector=detector, key=key, entry=entry: self._counted(detector, key, entry))  # type: ignore[misc]  # a lambda's defaults
            if entry.action == SIGNED_IN and entry.account and entry.role != PROGRAM:
                self._do(lambda entry=entry: self._came_from(entry))  # type: ignore[misc]  # likewise
            for plan in self._unusual.plans(entry):
                self._do(plan)

    def signalled(self, kind: str, address: str) -> None:
        """Something happened of which there is no entry; from anywhere on the event loop."""
        detector = detectors.SIGNALS[kind]
        cause = Entry(org=0, time=self._clock(), action=kind, address=address)
        self._do(lambda: self._counted(detector, address or kind, cause))

    async def settle(self) -> None:
        """Wait until all that was heard has been counted, and what that brought about."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def tidy(self) -> None:
        """Forget what no detector looks back to; to be called daily."""
        before = self._clock() - KEPT
        await self._engine.write(lambda: watched.forget(before))

    def _do(self, plan: Callable[[], Plan[bool]]) -> None:
        task = asyncio.ensure_future(self._counting(plan))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _counting(self, plan: Callable[[], Plan[bool]]) -> None:
        try:
            if await self._engine.write(plan):
                self._nudge()
        except Exception as wrong:  # noqa: BLE001  # the request is over, and its entry stands
            _log.error("an event could not be counted: %s", type(wrong).__name__)

    def _counted(self, detector: Detector, key: str, cause: Entry) -> Plan[bool]:
        told = yield from watched.note(detector.kind, key, cause.time, most=detector.most, window=detector.window)
        if told:
            yield from ring(detectors.alert(detector, cause))
        return told

    def _came_from(self, entry: Entry) -> Plan[bool]:
        """Somebody signed in: from a region that is new to the account, they and the officers are told."""
        region = self._regions(entry.address)
        if not region or not (yield from watched.signed_in(entry.account, region, entry.time)):
            return False
        yield from mail.tell(0, entry.account, NEW_REGION, entry.time, of=entry.session)
        yield from ring(
            Entry(
                org=entry.org,
                time=entry.time,
                action=ALERT + NEW_REGION,
                account=entry.account,
                who=entry.who,
                address=entry.address,
                request=entry.request,
                session=entry.session,
            )
        )
        return True
