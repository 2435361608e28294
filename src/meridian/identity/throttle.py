"""
Failures from one address, whatever accounts they try: in the end a stop.

Counted in the process: the door limits requests besides, accounts are locked in the database, and the audit log's
detector raises the alarm long before.
"""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from meridian.faults import Throttled, Unavailable

STOP_AFTER = 50
"""Failures in ten minutes; well above what a clinic behind one address mistypes in the morning."""


class Throttle:
    """Counts failures by address; one for a process."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage or MemoryStorage())
        self._stop = RateLimitItemPerMinute(STOP_AFTER, 10)

    def check(self, address: str) -> None:
        """
        Let a try from *address* go on.

        Raises:
            Throttled: If too many have failed.
            Unavailable: If the count cannot be read: the try stops.
        """
        try:
            allowed = self._limiter.test(self._stop, "sign-in", address)
            reset = self._limiter.get_window_stats(self._stop, "sign-in", address).reset_time
        except Exception as broken:
            raise Unavailable("The rate limiter did not answer") from broken
        if not allowed:
            raise Throttled("Too many failures; try again later", retry_after=max(1, math.ceil(reset - time.time())))

    def failed(self, address: str) -> None:
        """
        Count a failure.

        Raises:
            Unavailable: If it cannot be counted.
        """
        try:
            self._limiter.hit(self._stop, "sign-in", address)
        except Exception as broken:
            raise Unavailable("The rate limiter did not answer") from broken
