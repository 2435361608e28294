"""What the two engines have in common; drawn from `sqlite.py` and `mariadb.py`, not ahead of them."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from meridian import clock
from meridian.faults import Unavailable
from meridian.store import feeds
from meridian.store.feeds import Happening
from meridian.store.plan import Plan, Record, Tell

T = TypeVar("T")
_log = logging.getLogger(__name__)

Sequencer = Callable[[Sequence[Any]], Plan[None]]
"""Given the audit entries of one committing group, in order, the plan that appends them to their logs."""

Told = Callable[[Sequence[Happening]], None]
"""Given what was told in one committed group, in the order of its numbers within each feed."""


Recorded = Callable[[Sequence[Any]], None]
"""Given the audit entries of one committed group, in order."""


class Engine(Protocol):
    """
    A database: plans in, results out.

    Writes from one process are committed in groups: many plans share one transaction (each in a savepoint of its own)
    and one fsync, so a plan's result is handed back only when it is durable. If `sequencer` is not set, a plan that
    yields `Record` fails with `Unavailable`: nothing is done that cannot be recorded.

    What plans `Tell` is numbered and kept with their changes. Once that is durable, and before its callers go on, it is
    handed to `told` on the event loop; what a process that dies does not hand out stands in the database all the same.
    Audit entries are handed to `recorded` likewise: it hears of nothing that was undone.

    Raises (from `read` and `write`): whatever the plan raises, its changes undone; `Unavailable` when the database
    does not answer or has no space left.
    """

    dialect: str
    """`sqlite` or `mariadb`; asked only where their SQL really differs."""
    sequencer: Sequencer | None
    told: Told | None
    recorded: Recorded | None

    async def open(self) -> None:
        """Connect and check that the schema is the one this code wants."""

    async def close(self) -> None:
        """Finish what was accepted, then let go."""

    async def read(self, plan: Callable[[], Plan[T]]) -> T:
        """Run a plan of queries only; short ones are answered inline."""

    async def write(self, plan: Callable[[], Plan[T]]) -> T:
        """Run a plan in a transaction; returns once it is durable together with its records."""


class Aside:
    """What plans leave beside their changes: entries for the log, and what is to be told."""

    __slots__ = ("entries", "tells")

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.tells: list[Tell] = []

    def add(self, step: Record | Tell) -> None:
        """Set one thing aside."""
        if isinstance(step, Record):
            self.entries.append(step.entry)
        else:
            self.tells.append(step)

    def take(self, other: "Aside") -> None:
        """Take over what a plan that has succeeded left."""
        self.entries += other.entries
        self.tells += other.tells


def concluded(sequencer: Sequencer | None, aside: Aside) -> Plan[list[Happening]]:
    """The plan that numbers what a group tells and appends its entries to their logs; what it told."""
    happened = (yield from feeds.keep(aside.tells, clock.now())) if aside.tells else []
    if aside.entries:
        yield from sequenced(sequencer, aside.entries)
    return happened


def hand_out(listener: Callable[[Sequence[Any]], None] | None, happened: Sequence[Any]) -> None:
    """Give what is durable to whoever listens; a fault of theirs is not the writer's, whose work is done."""
    if listener is None or not happened:
        return
    try:
        listener(happened)
    except Exception:  # noqa: BLE001  # whatever it is, the work is done and its callers are to hear so
        _log.exception("What happened could not be handed out; it stands in the database")


def sequenced(sequencer: Sequencer | None, entries: Sequence[Any]) -> Plan[None]:
    """
    The plan that appends a group's *entries* to their logs.

    Raises:
        Unavailable: If there is no log: nothing is done that cannot be recorded.
    """
    if sequencer is None:
        raise Unavailable("There is no audit log, so nothing can be done")
    return sequencer(entries)
