"""Entries counted: when, how they ended, and from where; a bounded part of the log at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from meridian.audit import search
from meridian.audit.detectors import DAY, FAILED, HOUR
from meridian.audit.entry import Entry
from meridian.audit.search import Asked
from meridian.store.engine import Engine

BLOCKS = 200
"""Blocks that one request goes through: some 50,000 entries."""
OUTCOMES = ("ok", "refused", "failed")
MOST_STEPS = 400
"""Steps of a timeline; longer spans have longer steps."""
STEPS = (HOUR, DAY, 7 * DAY, 28 * DAY)


@dataclass
class Summary:
    """
    What was counted.

    Args:
        steps: Entries by the step they fall in and their outcome.
        addresses: Failed sign-ins by address, with the accounts that were tried and the last time.
        entries: How many in all.
        following: The place where counting goes on; `None` when all was counted.
    """

    steps: Counter[tuple[int, str]] = field(default_factory=Counter)
    addresses: dict[str, "Failures"] = field(default_factory=dict)
    entries: int = 0
    following: int | None = None


@dataclass
class Failures:
    """Failed sign-ins from one address."""

    count: int = 0
    accounts: set[str] = field(default_factory=set)
    last: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def step_of(since: int, until: int) -> int:
    """
    Milliseconds of a step of a timeline over that span.

    >>> [step_of(0, days * DAY) // HOUR for days in (1, 16, 30, 365)]
    [1, 1, 24, 24]
    """
    return next((step for step in STEPS if (until - since) / step <= MOST_STEPS), STEPS[-1])


async def count(engine: Engine, org: int, asked: Asked, step: int) -> Summary:
    """Count what fits, newest first, in as many blocks as one request may go through."""
    made = Summary()
    for _ in range(BLOCKS):
        found, edge = await engine.read(partial(search.block, org, asked))
        _add(made, [entry for _, entry in found], step)
        if edge is None or edge == 0:
            return made
        made.following = edge
        asked = replace(asked, after=edge)
    return made


def _add(made: Summary, entries: Sequence[Entry], step: int) -> None:
    for entry in entries:
        made.entries += 1
        made.steps[entry.time // step * step, entry.outcome] += 1
        if entry.action == FAILED and entry.address:
            one = made.addresses.setdefault(entry.address, Failures())
            one.count += 1
            one.last = max(one.last, entry.time)
            one.reasons[entry.rule] += 1
            if entry.account:
                one.accounts.add(entry.account)
