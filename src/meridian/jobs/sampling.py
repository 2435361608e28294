"""Keeps each minute of this process, so that its course can be looked at, by others too and after a restart."""

import msgspec

from meridian.clock import Clock
from meridian.store import samples
from meridian.store.engine import Engine
from meridian.telemetry.minutes import MINUTE, Meter


class Sampler:
    """
    Keeps minutes.

    Args:
        engine: Where.
        process: What this process is called; no two that run at once have one name.
        clock: What time it is.
    """

    def __init__(self, engine: Engine, process: str, clock: Clock) -> None:
        self._engine, self._process, self._clock = engine, process[:64], clock
        self._meter = Meter()

    async def keep(self, calls: float = 0) -> None:
        """Keep the minute that has just ended; *calls* is how many joins of visits there have been in all."""
        at = (self._clock() // MINUTE - 1) * MINUTE
        one = samples.Sample(at, self._process, msgspec.json.encode(self._meter.minute(calls)))
        await self._engine.write(lambda: samples.keep(one))
