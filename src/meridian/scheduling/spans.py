"""Stretches of time: pairs of a beginning and an end in ms since the epoch, in order and apart; ends are outside."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """
    What any of *spans* covers; those that touch become one.

    >>> joined([(5, 9), (1, 3), (3, 4), (7, 10)])
    [(1, 4), (5, 10)]
    """
    found: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def without(spans: Sequence[Span], taken: Iterable[Span]) -> list[Span]:
    """
    What *spans*, which are in order and apart, cover and *taken* does not.

    >>> without([(0, 10), (20, 30)], [(3, 5), (9, 21)])
    [(0, 3), (5, 9), (21, 30)]
    """
    found: list[Span] = []
    cuts = sorted(taken)
    at = 0
    for start, end in spans:
        while at < len(cuts) and cuts[at][1] <= start:
            at += 1
        begin, cut = start, at
        while cut < len(cuts) and cuts[cut][0] < end:
            from_, to = cuts[cut]
            cut += 1
            if to <= from_ or to <= begin:
                continue
            if from_ > begin:
                found.append((begin, from_))
            begin = to
        if begin < end:
            found.append((begin, end))
    return found


def within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """
    What of *spans* lies between start and end.

    >>> within([(0, 10), (20, 30)], 5, 25)
    [(5, 10), (20, 25)]
    """
    return [(max(one[0], start), min(one[1], end)) for one in spans if one[1] > start and one[0] < end]


def covers(spans: Sequence[Span], start: int, end: int) -> bool:
    """Whether one of *spans*, which are in order and apart, covers everything from start to end."""
    at = bisect_right(spans, (start, 1 << 62)) - 1
    return at >= 0 and spans[at][0] <= start and end <= spans[at][1]
