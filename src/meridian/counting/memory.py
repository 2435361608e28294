"""Counts of one process."""

import math
import time
from collections.abc import Callable

from meridian.counting.counter import Count, Window

MOST = 100_000
"""Counts that are kept."""


class InMemory:
    """
    A `Counter` of this process.

    Args:
        clock: Seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[int, int, int]] = {}

    async def take(self, window: Window, who: str, many: int = 1) -> Count:
        """Take *many*, or one where not so many are left."""
        return self._counted(window, who, many, is_taken=True)

    async def look(self, window: Window, who: str) -> Count:
        """What `take` would grant."""
        return self._counted(window, who, 1, is_taken=False)

    async def check(self) -> None:
        """It always can."""

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _counted(self, window: Window, who: str, many: int, *, is_taken: bool) -> Count:
        place = self._clock() / window.seconds
        slot, (now, before) = math.floor(place), self._halves(window, who, math.floor(place))
        weighed = now + before * (1 - (place - slot))
        granted = next((some for some in (many, 1) if weighed + some <= window.most), 0)
        if is_taken and granted:
            self._kept.pop((window.name, who), None)  # the last one counted stands last
            self._kept[window.name, who] = (slot, now + granted, before)
            self._tidy()
            weighed += granted
        return Count(granted, max(0, math.floor(window.most - weighed)), (slot + 1 - place) * window.seconds)

    def _halves(self, window: Window, who: str, slot: int) -> tuple[int, int]:
        """Counted in this window, and in the one before."""
        kept, now, before = self._kept.get((window.name, who), (slot, 0, 0))
        if kept == slot:
            return now, before
        return 0, now if kept == slot - 1 else 0

    def _tidy(self) -> None:
        """Forget the oldest half, before memory is spent on whoever asks from so many places."""
        if len(self._kept) > MOST:
            for place in list(self._kept)[: MOST // 2]:
                del self._kept[place]
