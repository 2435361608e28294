"""What time does to emergency access: its end is written down, and a review that is late raises the alarm."""

from collections.abc import Callable

from meridian.audit.detectors import ALERT, UNREVIEWED
from meridian.clock import Clock
from meridian.identity import emergencies
from meridian.identity.ringing import ring
from meridian.store.engine import Engine
from meridian.store.plan import Plan

EVERY = 60.0
"""Seconds between two sweeps; whether it stands is never asked of them."""


class Sweeper:
    """Sweeps, for all organisations."""

    def __init__(self, engine: Engine, clock: Clock, nudge: Callable[[], None] = lambda: None) -> None:
        self._engine, self._clock, self._nudge = engine, clock, nudge

    async def sweep(self) -> None:
        """Write down what ended, and tell of what nobody reviewed in time, each once."""
        now = self._clock()
        over, late = await self._engine.read(lambda: _due(now))
        if over or late:
            await self._engine.write(lambda: _done(over, late, now))
            self._nudge()


def _due(now: int) -> Plan[tuple[list[emergencies.Emergency], list[emergencies.Emergency]]]:
    return (yield from emergencies.over(now)), (yield from emergencies.overdue(now))


def _done(over: list[emergencies.Emergency], late: list[emergencies.Emergency], now: int) -> Plan[None]:
    for one in over:
        yield from emergencies.end(one, emergencies.SESSION, now)
    for one in late:
        if (yield from emergencies.tell_overdue(one, now)):
            yield from ring(emergencies.entry(one, ALERT + UNREVIEWED, now, rule=one.reason))
