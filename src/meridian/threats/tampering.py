"""
A copy of one organisation's audit log in memory, and what somebody with hands on the database could do to it.

The copy is altered; the log itself is only read. What is known of it outside the database, the anchors and the public
key, is left as it is: whoever keeps both apart from the database's administrators is told of every alteration.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from meridian.audit import leaf
from meridian.audit.entry import Entry
from meridian.audit.log import sequence
from meridian.store.database import MariadbServer
from meridian.store.dialect import for_sqlite
from meridian.store.plan import Change, Changed, Many, Plan, Query

T = TypeVar("T")

TABLES = {
    "audit_entry": "org, seq, time, leaf, body",
    "audit_head": "org, size, last, frontier",
    "audit_tile": "org, level, tile, root, hashes",
    "audit_term": "org, kind, value, block",
    "audit_checkpoint": "org, size, note",
}
"""What a log is kept in: table → columns."""
KEYS = {
    "audit_entry": "org, seq",
    "audit_head": "org",
    "audit_tile": "org, level, tile",
    "audit_term": "org, kind, value, block",
    "audit_checkpoint": "org, size",
}
CUT = 1
"""Entries that are cut off at the end: the fewest, for they may be the only ones that nobody has signed."""
LEAST = 12
"""Entries that a log has so that there is something in the middle to alter."""


class Scratch:
    """
    The copy; as much of an engine as a verifier needs.

    Args:
        org: Whose log.
    """

    def __init__(self, org: int) -> None:
        self.org = org
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        for table, columns in TABLES.items():
            self._connection.execute(f"CREATE TABLE {table} ({columns}, PRIMARY KEY ({KEYS[table]}))")

    def fill(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Put *rows* into a *table*."""
        marks = ", ".join("?" * len(TABLES[table].split(", ")))
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # of the table above

    async def read(self, plan: Callable[[], Plan[T]]) -> T:
        """As `Engine.read`."""
        return self.drive(plan())

    def drive(self, plan: Plan[T]) -> T:
        """Run a plan to its end."""
        answer: Any = None
        try:
            while True:
                answer = self._step(plan.send(answer))
        except StopIteration as end:
            return cast("T", end.value)

    def _step(self, step: Any) -> Any:
        if isinstance(step, Query):
            return self._connection.execute(for_sqlite(step.sql), step.args).fetchall()
        if isinstance(step, Change):
            return Changed(self._connection.execute(for_sqlite(step.sql), step.args).rowcount, 0)
        if isinstance(step, Many):
            self._connection.executemany(for_sqlite(step.sql), step.rows)
        return None

    def do(self, sql: str, *arguments: Any) -> None:
        """One statement."""
        self._connection.execute(sql, arguments)

    def bodies(self) -> list[bytes]:
        """The entries' bytes, in order."""
        rows = self._connection.execute("SELECT body FROM audit_entry WHERE org = ? ORDER BY seq", (self.org,))
        return [bytes(body) for (body,) in rows]

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is done within is undone."""
        self._connection.execute("SAVEPOINT undone")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK TO undone")
            self._connection.execute("RELEASE undone")

    def rewrite(self, entries: Sequence[Entry]) -> None:
        """Make the log of these *entries*, with every hash as it would be, and without what was signed of it."""
        for table in TABLES:
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  # of the table above
        self.drive(sequence(entries))


def of_file(path: Path, org: int) -> Scratch:
    """A copy out of an embedded database."""
    scratch = Scratch(org)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.execute("BEGIN")
        for table, columns in TABLES.items():
            rows = connection.execute(f"SELECT {columns} FROM {table} WHERE org = ?", (org,))  # noqa: S608  # likewise
            scratch.fill(table, rows.fetchall())
    return scratch


async def of_server(server: MariadbServer, org: int) -> Scratch:
    """A copy out of a server."""
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # only the one that is used

    engine, scratch = Mariadb(server), Scratch(org)
    await engine.open()
    try:
        for table, columns in (await engine.read(lambda: _everything(org))).items():
            scratch.fill(table, columns)
    finally:
        await engine.close()
    return scratch


def _everything(org: int) -> Plan[dict[str, list[Any]]]:
    found = {}
    for table, columns in TABLES.items():
        found[table] = yield Query(f"SELECT {columns} FROM {table} WHERE org = ?", (org,))  # noqa: S608  # likewise
    return found


# --- what may be done to it --------------------------------------------------------------------------------------


def _middle(scratch: Scratch) -> int:
    return len(scratch.bodies()) // 2


def changed(scratch: Scratch) -> None:
    """A refusal becomes a success, or another account."""
    at = _middle(scratch)
    body = scratch.bodies()[at].replace(b'"account":"', b'"account":"0')
    scratch.do("UPDATE audit_entry SET body = ? WHERE seq = ?", body.replace(b'"time":', b'"time": ', 1), at)


def deleted(scratch: Scratch) -> None:
    """One is gone."""
    scratch.do("DELETE FROM audit_entry WHERE seq = ?", _middle(scratch))


def closed_up(scratch: Scratch) -> None:
    """One is gone, and the others took its place."""
    at = _middle(scratch)
    deleted(scratch)
    scratch.do("UPDATE audit_entry SET seq = -seq WHERE seq > ?", at)
    scratch.do("UPDATE audit_entry SET seq = -seq - 1 WHERE seq < 0")
    scratch.do("UPDATE audit_head SET size = size - 1")


def inserted(scratch: Scratch) -> None:
    """One more stands at the end."""
    scratch.do(
        "INSERT INTO audit_entry SELECT org, (SELECT MAX(seq) + 1 FROM audit_entry), time, leaf, body "
        "FROM audit_entry WHERE seq = ?", _middle(scratch)
    )  # fmt: skip


def reordered(scratch: Scratch) -> None:
    """Two have changed places."""
    at = _middle(scratch)
    for old, new in ((at, -1), (at + 1, at), (-1, at + 1)):
        scratch.do("UPDATE audit_entry SET seq = ? WHERE seq = ?", new, old)


def cut_off(scratch: Scratch) -> None:
    """The last ones are gone."""
    scratch.do("DELETE FROM audit_entry WHERE seq >= ?", len(scratch.bodies()) - CUT)


def forged_checkpoint(scratch: Scratch) -> None:
    """What was signed says something else."""
    scratch.do(
        "UPDATE audit_checkpoint SET note = CAST(replace(CAST(note AS TEXT), ?, ?) AS BLOB)",
        "\n\n\u2014 ",
        "\n\n\u2014 x",
    )


def _rewritten(alter: Callable[[list[Entry]], list[Entry]]) -> Callable[[Scratch], None]:
    def tamper(scratch: Scratch) -> None:
        scratch.rewrite(alter([leaf.open_body(body) for body in scratch.bodies()]))

    return tamper


def _without_middle(entries: list[Entry]) -> list[Entry]:
    return entries[: len(entries) // 2] + entries[len(entries) // 2 + 1 :]


def _without_end(entries: list[Entry]) -> list[Entry]:
    return entries[:-CUT]


def _with_another(entries: list[Entry]) -> list[Entry]:
    at = len(entries) // 2
    return [*entries[:at], entries[0], *entries[at:]]


def _shuffled(entries: list[Entry]) -> list[Entry]:
    return random.Random(1).sample(entries, len(entries))  # noqa: S311  # any other order will do


def _another_end(entries: list[Entry]) -> list[Entry]:
    return [*entries[:-CUT], *entries[:CUT]]


Tamper = Callable[[Scratch], None]
BY_ROWS: dict[str, Tamper] = {
    "an entry is changed": changed,
    "an entry is deleted": deleted,
    "an entry is deleted, and those after it take its place": closed_up,
    "an entry is put in": inserted,
    "two entries change places": reordered,
    "the last entries are cut off": cut_off,
    "what was signed is replaced": forged_checkpoint,
}
"""What is done, and how, by whoever knows how to alter rows."""
BY_HASHES: dict[str, Tamper] = {
    "an entry is deleted": _rewritten(_without_middle),
    "an entry is put in": _rewritten(_with_another),
    "entries change places": _rewritten(_shuffled),
    "the last entries are cut off": _rewritten(_without_end),
    "others take the place of the last entries": _rewritten(_another_end),
}
"""By whoever has this program besides, and makes every hash anew."""
