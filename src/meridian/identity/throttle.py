"""
Failures from one address, whatever accounts they try: in the end a stop.

Counted in this process, or in all that share a Redis: the door limits requests besides, accounts are locked in the
database, and the audit log's detector raises the alarm long before. Where nothing can be counted nobody signs in.
"""

import math

from meridian.counting import Counter, InMemory, Window
from meridian.faults import Throttled

STOP_AFTER = 50
"""Failures in ten minutes; well above what a clinic behind one address mistypes in the morning."""


class Throttle:
    """Counts failures by address."""

    def __init__(self, counter: Counter | None = None) -> None:
        self._counter = counter or InMemory()
        self._window = Window("sign-in", STOP_AFTER, 600)

    async def check(self, address: str) -> None:
        """
        Let a try from *address* go on.

        Raises:
            Throttled: If too many have failed.
            Unavailable: If the count cannot be read: the try stops.
        """
        count = await self._counter.look(self._window, address)
        if not count.granted:
            raise Throttled("Too many failures; try again later", retry_after=max(1, math.ceil(count.wait)))

    async def failed(self, address: str) -> None:
        """
        Count a failure.

        Raises:
            Unavailable: If it cannot be counted.
        """
        await self._counter.take(self._window, address)
