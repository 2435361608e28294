"""
Plans: database work written once, as generators that yield statements and receive their results.

A plan does no input or output of its own. An engine drives it: SQLite's writer thread synchronously, MariaDB's
connection with `await`. A plan may be driven again from its start (a deadlock, a lost connection), so it keeps no
state outside itself and has no effect but its statements. Its SQL is written as `dialect.py` says. A statement that
would store a second one of what must be unique raises `Conflict` inside the plan, which may catch it and go on.

    def rename(rid: int, name: str) -> Plan[int]:
        rows = yield Query("SELECT version FROM resource WHERE rid = ?", (rid,))
        done = yield Change("UPDATE ... ", (name, rid))
        yield Record(entry)                    # joins the audit log in this same transaction
        return done.rows
"""

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")


class Query(NamedTuple):
    """A SELECT, or an INSERT ... RETURNING, with `?` placeholders; the plan receives its rows as a list of tuples."""

    sql: str
    args: Sequence[Any] = ()


class Change(NamedTuple):
    """An INSERT, UPDATE or DELETE; the plan receives a `Changed`."""

    sql: str
    args: Sequence[Any] = ()


class Many(NamedTuple):
    """
    One INSERT ... VALUES, UPDATE or DELETE run for each row of arguments; the plan receives `None`.

    An empty *rows* is no work. On MariaDB all rows travel together.
    """

    sql: str
    rows: Sequence[Sequence[Any]]


class Record(NamedTuple):
    """An audit entry that becomes durable in the same transaction as the plan's changes, or not at all."""

    entry: Any


class Changed(NamedTuple):
    """What a `Change` did: rows affected, and the key an INSERT was given (0 where there is none)."""

    rows: int
    key: int


Step: TypeAlias = Query | Change | Many | Record
Plan: TypeAlias = Generator[Step, Any, T]
