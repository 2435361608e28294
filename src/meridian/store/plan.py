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
        yield Tell(1, "board", "patient", what)   # joins a feed likewise, and is handed out once it is durable
        return done.rows
"""

from collections.abc import Generator, Mapping, Sequence
from types import MappingProxyType
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


class Tell(NamedTuple):
    """
    Something that is to be told in a feed (`feeds.py`): numbered and kept in the same transaction, or not at all.

    Args:
        org: Organisation number.
        feed: Its name, as `person:Practitioner/17`.
        kind: A code that says what happened, as `message`.
        what: What it is about, as `Communication/17`; empty where not all who follow the feed may know.
        said: Codes and ids besides; never a word, a name or a value.
    """

    org: int
    feed: str
    kind: str
    what: str = ""
    said: Mapping[str, Any] = MappingProxyType({})


class Changed(NamedTuple):
    """What a `Change` did: rows affected, and the key an INSERT was given (0 where there is none)."""

    rows: int
    key: int


Step: TypeAlias = Query | Change | Many | Record | Tell
Plan: TypeAlias = Generator[Step, Any, T]
