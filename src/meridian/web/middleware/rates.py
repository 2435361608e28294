"""
How often one may ask: sliding windows, in which nothing is granted that cannot be counted.

The numbers are house.md's. A process counts by itself, or with all that share a Redis.
"""

import math
import time
from dataclasses import dataclass

from meridian.counting import Counter, InMemory, Window
from meridian.faults import Throttled, Unavailable
from meridian.settings import MOST_API_REQUESTS
from meridian.telemetry import figures, logs, trace
from meridian.web.exchange import Header

API_BUDGET = MOST_API_REQUESTS
"""Requests a minute to `/api/` per signed-in subject, else per address."""
PATIENT_SEARCH_BUDGET = 20
"""Requests a minute to `/api/patients/search`."""
FHIR_BUDGET = 6000
"""Requests a minute to `/fhir/` per subject, unless the settings say otherwise."""
ANONYMOUS_BUDGET = 300
"""Requests a minute to `/fhir/` per address from nobody in particular: signed out, or with a token that is no good."""


@dataclass(frozen=True, slots=True)
class Budget:
    """
    *amount* requests in a minute under the name *name*.

    One that is only *fair* shares the server out among those who are signed in; where it cannot be counted with the
    others it is counted here alone. All others stop guessing and hoarding, and stop the request then.
    """

    name: str
    amount: int
    is_fair: bool = False


LEASE_SECONDS = 5.0
"""How long requests that were counted ahead may be used."""
MOST_LEASES = 20_000
SAID_SECONDS = 60.0
"""Between two lines of the log about one caller who asks too often."""


@dataclass(slots=True)
class _Lease:
    """Requests that have been counted already: *left* of them, to be used before *until*."""

    left: int
    until: float
    remaining: int
    reset: float


class Rates:
    """
    Counts requests; one for a process.

    A large budget is counted in small lots ahead of use, so that a clinician's hundredth read in a second does not pay
    for counting: what is told as remaining leaves out what was counted and not used.
    """

    def __init__(self, counter: Counter | None = None) -> None:
        self._counter = counter or InMemory()
        self._alone = InMemory()
        self._leases: dict[tuple[str, str], _Lease] = {}
        self._said: dict[tuple[str, str], float] = {}

    async def spend(self, budget: Budget, who: str) -> list[Header]:
        """
        Take one request of *who* from *budget*; gives the headers that say what is left.

        Raises:
            Throttled: When nothing is left.
            Unavailable: When it cannot be counted: the request stops.
        """
        now = time.time()
        lease = self._leases.get((budget.name, who))
        if lease is None or not lease.left or lease.until < now:
            lease = await self._lease(budget, who, now)
        lease.left -= 1  # nobody comes between: it was granted to whoever asked for it
        return _told(budget, lease.remaining + lease.left, max(1, math.ceil(lease.reset - now)))

    async def _lease(self, budget: Budget, who: str, now: float) -> _Lease:
        window = Window(budget.name, budget.amount, 60)
        lot = max(1, budget.amount // 100)
        try:
            granted, remaining, wait = await self._counter.take(window, who, lot)
        except Unavailable:
            if not budget.is_fair:
                raise
            granted, remaining, wait = await self._alone.take(window, who, lot)
        if (beside := self._leases.get((budget.name, who))) is not None and beside.until >= now:
            granted += beside.left  # another request of theirs asked at the same time
        if not granted:
            self._refused(budget, who, now)
            raise Throttled("Too many requests in a minute; try again later", retry_after=max(1, math.ceil(wait)))
        if len(self._leases) >= MOST_LEASES:
            self._leases = {key: one for key, one in self._leases.items() if one.until > now}
        lease = self._leases[budget.name, who] = _Lease(granted, now + LEASE_SECONDS, remaining, now + wait)
        return lease

    def _refused(self, budget: Budget, who: str, now: float) -> None:
        """Count it, and say it once in a while of each: a flood must not become one of the log."""
        figures.RATE_LIMITED.add(budget.name)
        if now - self._said.get((budget.name, who), 0.0) < SAID_SECONDS:
            return
        if len(self._said) >= MOST_LEASES:
            self._said.clear()
        self._said[budget.name, who] = now
        here = trace.current.get()
        nobody = who.startswith("@") or (here is not None and who == here.address)
        logs.denied("rate-limited", budget.name, category="api", account="" if nobody else who)


def _told(budget: Budget, remaining: int, wait: int) -> list[Header]:
    """Source: draft-ietf-httpapi-ratelimit-headers."""
    return [
        (b"ratelimit-policy", b'"%s";q=%d;w=60' % (budget.name.encode(), budget.amount)),
        (b"ratelimit", b'"%s";r=%d;t=%d' % (budget.name.encode(), remaining, wait)),
    ]
