"""Whether two lots of times were drawn from the same hat: the test of Mann and Whitney (1947), by its normal limit."""

import math
from collections.abc import Sequence
from statistics import quantiles


def probability(one: Sequence[float], other: Sequence[float]) -> float:
    """
    How likely so great a difference is if there is none; both need eight values or more.

    >>> probability(range(8), range(8)) > 0.9
    True
    >>> probability(range(8), range(100, 108)) < 0.001
    True
    """
    m, n = len(one), len(other)
    wins = sum((a < b) + (a == b) / 2 for a in one for b in other)
    spread = math.sqrt(m * n * (m + n + 1) / 12)
    return math.erfc(abs(wins - m * n / 2) / spread / math.sqrt(2))


def apart(one: Sequence[float], other: Sequence[float], *, sure: float = 0.01, least: float = 0.15) -> bool:
    """
    Whether somebody who asks often enough can tell them apart.

    What else a machine does only ever makes an answer later, so it is the quickest quarter that is compared.

    Args:
        one: Times.
        other: Others, in the same unit.
        sure: The probability of chance below which a difference is believed.
        least: Part of the smaller lower quartile by which they must differ: less is drowned by the network.
    """
    here, there = quantiles(one, n=4)[0], quantiles(other, n=4)[0]
    return probability(one, other) < sure and abs(here - there) > least * min(here, there)
