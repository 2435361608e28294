"""
How often one may ask: sliding windows by `limits`, which refuse when they cannot count.

The numbers are house.md's. Each process counts by itself; a shared storage can be handed in.
"""

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from meridian.faults import Throttled, Unavailable
from meridian.web.exchange import Header

API_BUDGET = 100
"""Requests a minute to `/api/` per signed-in subject, else per address."""
PATIENT_SEARCH_BUDGET = 20
"""Requests a minute to `/api/patients/search`."""
FHIR_BUDGET = 6000
"""Requests a minute to `/fhir/` per subject, unless the settings say otherwise."""
ANONYMOUS_BUDGET = 300
"""Requests a minute to `/fhir/` per address from nobody in particular: signed out, or with a token that is no good."""


@dataclass(frozen=True, slots=True)
class Budget:
    """*amount* requests in a minute under the name *name*."""

    name: str
    amount: int


class Rates:
    """Counts requests; one for a process."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage or MemoryStorage())
        self._items: dict[Budget, RateLimitItemPerMinute] = {}

    def spend(self, budget: Budget, who: str) -> list[Header]:
        """
        Take one request of *who* from *budget*; gives the headers that say what is left.

        Raises:
            Throttled: When nothing is left.
            Unavailable: When the storage cannot count: the request stops.
        """
        item = self._items.get(budget)
        if item is None:
            item = self._items[budget] = RateLimitItemPerMinute(budget.amount)
        try:
            granted = self._limiter.hit(item, budget.name, who)
            reset, remaining = self._limiter.get_window_stats(item, budget.name, who)
        except Exception as broken:
            raise Unavailable("The rate limiter did not answer") from broken
        wait = max(1, math.ceil(reset - time.time()))
        if not granted:
            raise Throttled("Too many requests in a minute; try again later", retry_after=wait)
        return _told(budget, remaining, wait)


def _told(budget: Budget, remaining: int, wait: int) -> list[Header]:
    """Source: draft-ietf-httpapi-ratelimit-headers."""
    return [
        (b"ratelimit-policy", b'"%s";q=%d;w=60' % (budget.name.encode(), budget.amount)),
        (b"ratelimit", b'"%s";r=%d;t=%d' % (budget.name.encode(), remaining, wait)),
    ]
