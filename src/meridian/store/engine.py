"""What the two engines have in common; drawn from `sqlite.py` and `mariadb.py`, not ahead of them."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from meridian.faults import Unavailable
from meridian.store.plan import Plan

T = TypeVar("T")

Sequencer = Callable[[Sequence[Any]], Plan[None]]
"""Given the audit entries of one committing group, in order, the plan that appends them to their logs."""


class Engine(Protocol):
    """
    A database: plans in, results out.

    Writes from one process are committed in groups: many plans share one transaction (each in a savepoint of its own)
    and one fsync, so a plan's result is handed back only when it is durable. If `sequencer` is not set, a plan that
    yields `Record` fails with `Unavailable`: nothing is done that cannot be recorded.

    Raises (from `read` and `write`): whatever the plan raises, its changes undone; `Unavailable` when the database
    does not answer or has no space left.
    """

    dialect: str
    """`sqlite` or `mariadb`; asked only where their SQL really differs."""
    sequencer: Sequencer | None

    async def open(self) -> None:
        """Connect and check that the schema is the one this code wants."""

    async def close(self) -> None:
        """Finish what was accepted, then let go."""

    async def read(self, plan: Callable[[], Plan[T]]) -> T:
        """Run a plan of queries only; short ones are answered inline."""

    async def write(self, plan: Callable[[], Plan[T]]) -> T:
        """Run a plan in a transaction; returns once it is durable together with its records."""


def sequenced(sequencer: Sequencer | None, entries: Sequence[Any]) -> Plan[None]:
    """
    The plan that appends a group's *entries* to their logs.

    Raises:
        Unavailable: If there is no log: nothing is done that cannot be recorded.
    """
    if sequencer is None:
        raise Unavailable("There is no audit log, so nothing can be done")
    return sequencer(entries)
