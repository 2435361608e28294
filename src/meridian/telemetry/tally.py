"""
Counting, for the hot path: a figure is a dictionary from its labels to a number.

`meridian.ops.figures` gives them to Prometheus, and `meridian.jobs.sampling` keeps their course. A line of a figure is
counted by one thread at a time; whoever reads may see it a moment early or late. The number of lines is bounded: what
comes after is counted under `other`, so that nobody can fill the memory with labels.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Labels: TypeAlias = tuple[str, ...]

MOST = 2_000
"""Lines of one figure; the routes have a few hundred."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of durations."""


class _Figure:
    """What has a name, a line of help, and lines by label."""

    __slots__ = ("help", "labels", "name")

    def __init__(self, name: str, said: str, labels: Labels = ()) -> None:
        self.name, self.help, self.labels = name, said, labels
        EVERY.append(self)


EVERY: list[_Figure] = []
"""All figures of this process, in the order of their names' definition."""


class Counter(_Figure):
    """
    Only rises.

    >>> EVERY.remove(cups := Counter("cups", "Cups of tea", ("milk",)))
    >>> cups.add("no"), cups.add("no"), cups.lines
    (None, None, {('no',): 2})
    """

    __slots__ = ("lines",)

    def __init__(self, name: str, said: str, labels: Labels = (), known: Iterable[Labels | str] = ()) -> None:
        """*known* lines are there from the beginning: a rule cannot tell a missing one from a silent one."""
        super().__init__(name, said, labels)
        self.lines: dict[Labels, float] = {(one,) if isinstance(one, str) else one: 0 for one in known}
        if not labels:
            self.lines[()] = 0

    def add(self, *labels: str) -> None:
        """One more."""
        lines = self.lines
        if labels not in lines and len(lines) >= MOST:
            labels = ("other",) * len(self.labels)
        lines[labels] = lines.get(labels, 0) + 1

    def total(self) -> float:
        """All lines together."""
        return sum(list(self.lines.values()))


class Gauge(_Figure):
    """Rises and falls; a line is missing until it is set."""

    __slots__ = ("lines",)

    def __init__(self, name: str, said: str, labels: Labels = ()) -> None:
        super().__init__(name, said, labels)
        self.lines: dict[Labels, float] = {}

    def set(self, value: float, *labels: str) -> None:
        """It is that now."""
        self.lines[labels] = value

    def move(self, by: float, *labels: str) -> None:
        """It has risen or fallen."""
        self.lines[labels] = self.lines.get(labels, 0) + by

    def forget(self, *labels: str) -> None:
        """It is not known any more."""
        self.lines.pop(labels, None)

    def get(self, *labels: str) -> float | None:
        """What it is; `None` if that is not known."""
        return self.lines.get(labels)


class Durations(_Figure):
    """How long something took: counts below bounds, and the sum, of each line."""

    __slots__ = ("bounds", "lines")

    def __init__(self, name: str, said: str, labels: Labels = (), bounds: Sequence[float] = SECONDS) -> None:
        super().__init__(name, said, labels)
        self.bounds = tuple(bounds)
        self.lines: dict[Labels, list[float]] = {}

    def took(self, seconds: float, *labels: str) -> None:
        """It took that long once more."""
        line = self.lines.get(labels)
        if line is None:
            line = self._new(labels)
        line[bisect_left(self.bounds, seconds)] += 1
        line[-1] += seconds

    def _new(self, labels: Labels) -> list[float]:
        if len(self.lines) >= MOST:
            labels = ("other",) * len(self.labels)
        return self.lines.setdefault(labels, [0.0] * (len(self.bounds) + 2))

    def together(self) -> list[float]:
        """Counts below each bound (not summed up), then those above, then the sum; of all lines."""
        return [sum(column) for column in zip(*list(self.lines.values()), strict=True)] or [0.0] * (
            len(self.bounds) + 2
        )


def quantile(share: float, counts: Sequence[float], bounds: Sequence[float] = SECONDS) -> float | None:
    """
    The duration that *share* of those counted did not exceed, as Prometheus estimates it; `None` of none.

    Args:
        share: From 0 to 1.
        counts: Below each bound (not summed up), then those above.
        bounds: Upper bounds, rising.

    >>> quantile(0.5, [0, 10, 0], [1.0, 2.0])
    1.5
    """
    wanted = share * sum(counts)
    if not wanted:
        return None
    below = 0.0
    for at, bound in enumerate(bounds):
        if counts[at] and below + counts[at] >= wanted:
            start = bounds[at - 1] if at else 0.0
            return start + (bound - start) * (wanted - below) / counts[at]
        below += counts[at]
    return bounds[-1]
