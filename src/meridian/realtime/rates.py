"""How fast somebody may be: buckets that fill by the second, for one process."""

from collections.abc import Hashable
from time import monotonic
from typing import NamedTuple

MOST = 20_000
"""Buckets that are kept at once."""


class Rate(NamedTuple):
    """*amount* a second, and as many as *burst* at once."""

    amount: float
    burst: float


class Bucket:
    """What is left of a rate."""

    __slots__ = ("_left", "_rate", "_then")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left = rate.burst
        self._then = monotonic()

    def take(self, cost: float = 1.0) -> bool:
        """Take *cost*, if so much is there."""
        now = monotonic()
        self._left = min(self._rate.burst, self._left + (now - self._then) * self._rate.amount)
        self._then = now
        if self._left < cost:
            return False
        self._left -= cost
        return True

    @property
    def full(self) -> bool:
        """Whether it has not been used for so long that a new one would be the same."""
        return self._left + (monotonic() - self._then) * self._rate.amount >= self._rate.burst


class Buckets:
    """Buckets by whom and for what."""

    def __init__(self) -> None:
        self._buckets: dict[Hashable, Bucket] = {}

    def take(self, key: Hashable, rate: Rate) -> bool:
        """Take one from the bucket of *key*, which has that *rate*."""
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= MOST:
                self._buckets = {one: kept for one, kept in self._buckets.items() if not kept.full}
            bucket = self._buckets[key] = Bucket(rate)
        return bucket.take()
