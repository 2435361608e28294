"""
The server engine: MariaDB through asyncmy.

Reads take a connection from a small pool, each statement on its own. Writes go through one task and one connection per
process that commits them in groups, as the embedded engine does: a savepoint for each plan, then what the group tells
and its audit entries, then COMMIT (durable with innodb_flush_log_at_trx_commit = 1, which is checked at the start).

Isolation is READ COMMITTED: a plan sees what others have committed when it asks, so that after waiting for a lock (say
`FOR UPDATE` where a decision follows) it decides on the present, and gap locks do not make deadlocks of inserts.

A deadlock, a lock that is waited for too long, or a connection lost before COMMIT undo everything, so the plans are
driven again. A connection lost during COMMIT leaves unknown what became of it: that is told, not guessed.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import asyncmy
from asyncmy.constants.CLIENT import FOUND_ROWS
from asyncmy.errors import MySQLError

from meridian.faults import Conflict, TooCostly, Unavailable
from meridian.store import migrate
from meridian.store.database import MariadbServer
from meridian.store.dialect import for_mariadb, writes
from meridian.store.engine import Aside, Recorded, Sequencer, Told, concluded, hand_out
from meridian.store.lots import lots
from meridian.store.plan import Change, Changed, Many, Plan, Query, Record, Tell
from meridian.telemetry.figures import COMMIT, CONNECTIONS, WRITES_WAITING
from meridian.telemetry.trace import Trace, current

if TYPE_CHECKING:
    from meridian.store.feeds import Happening

T = TypeVar("T")

GROUP = 256
"""Plans that share a commit, at most."""
GROUP_TIME = 0.1
"""Seconds after which a group takes in no more, so that its locks are held shortly."""
WAITING = 8192
"""Writes that may wait; one more is refused."""
TRIES = 5
"""Times a group is driven when it deadlocks or loses its connection."""
SLOW_TIME = 15
"""Seconds after which the server stops a read as too costly."""
LOCK_TIME = 10
"""Seconds to wait for another's row lock."""
STATEMENTS = 256
"""Prepared statements that each connection keeps."""

_DENIED = frozenset({1045, 1698})  # wrong password, or no such user
_DUPLICATE = 1062
_AGAIN = frozenset({1205, 1213, 1020})  # lock wait timeout, deadlock, record has changed
_LOST = frozenset({1053, 1077, 1079, 1927, 2002, 2003, 2006, 2013, 2014, 2055, 4031})
_FULL = frozenset({1021, 1041, 1114, 1040, 1203, 3, 28})
_NO_WRITES = frozenset({1290, 1792, 1836})  # --read-only, a transaction that only reads, read-only mode
_TOO_LONG = 1969
_ABOUT_US = frozenset({1054, 1064, 1136, 1146, 1210, 1241, 1295, 1364, 1406})
"""Errors whose message speaks of our SQL only."""
_SESSION = (
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
    " time_zone = '+00:00', sql_notes = 0, join_cache_level = 0,"  # every join of ours is a look-up
    f" innodb_lock_wait_timeout = {LOCK_TIME}, lock_wait_timeout = 60"
)
_ISOLATION = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
_BROKEN = (OSError, EOFError, asyncio.IncompleteReadError, asyncio.TimeoutError)


class _Again(Exception):
    """The transaction was undone by the server, or its connection was lost: drive it once more."""


class Refused(Unavailable):
    """The server does not take the user or the password; outside it looks as any other that does not answer."""


class DatabaseMistake(Exception):
    """
    A statement that the server refused, which is a mistake of ours; says only what cannot hold anybody's data.

    Messages about columns, tables and syntax are kept; others may quote a value, so their number has to do.
    """


class _Duplicate(Conflict):
    """Another process stored it first, or it was there all along."""


async def connect(server: MariadbServer, *, autocommit: bool = True, statements: int = 0, slow_time: float = 0) -> Any:
    """
    One connection with the session this code wants.

    Args:
        server: Where.
        autocommit: Whether each statement is a transaction.
        statements: How many to keep prepared.
        slow_time: Seconds after which the server stops a statement; 0 for never.

    A password may have been rotated under us: who is refused reads it afresh, and tries once more.

    Raises:
        Unavailable: If the server does not answer or refuses us.
    """
    known = await asyncio.to_thread(server.known_as) if server.login else server
    try:
        return await _connected(known, autocommit=autocommit, statements=statements, slow_time=slow_time)
    except Refused:
        renewed = await asyncio.to_thread(lambda: server.known_as(fresh=True))
        if (renewed.user, renewed.password) == (known.user, known.password):
            raise
    return await _connected(renewed, autocommit=autocommit, statements=statements, slow_time=slow_time)


async def _connected(server: MariadbServer, *, autocommit: bool, statements: int, slow_time: float) -> Any:
    connection, asked = None, _asked_to_stop()
    try:
        connection = await asyncmy.connect(
            host=server.host,
            port=server.port,
            user=server.user,
            password=server.password.encode(),
            database=server.database,
            unix_socket=server.socket or None,
            charset="utf8mb4",
            autocommit=autocommit,
            client_flag=FOUND_ROWS,  # an UPDATE counts the rows it found, as on SQLite
            init_command=_SESSION,
            connect_timeout=10,
            ssl=_tls(server),
            stmt_cache_size=statements,
        )
        async with connection.cursor() as cursor:
            await cursor.execute(_ISOLATION)
            if slow_time:
                await cursor.execute(f"SET SESSION max_statement_time = {slow_time}")
    except (MySQLError, *_BROKEN) as wrong:
        if connection is not None:
            connection.close()
        if isinstance(wrong, MySQLError) and wrong.args and wrong.args[0] in _DENIED:
            raise Refused("The database server cannot be reached") from wrong
        raise Unavailable("The database server cannot be reached") from wrong
    if _asked_to_stop() > asked:  # the driver waits by `asyncio.wait_for`, which loses it on Python 3.11
        connection.close()
        raise asyncio.CancelledError
    return connection


def _asked_to_stop() -> int:
    """How often the present task was cancelled."""
    task = asyncio.current_task()
    return task.cancelling() if task else 0


def _tls(server: MariadbServer) -> ssl.SSLContext | None:
    """What a host that is not local must prove: its name, by an authority we know."""
    return ssl.create_default_context(cafile=server.tls_ca or None) if server.remote or server.tls_ca else None


class _Job(NamedTuple):
    plan: Callable[[], Plan[Any]]
    future: "asyncio.Future[Any]"
    trace: Trace | None


class _Ended(NamedTuple):
    future: "asyncio.Future[Any]"
    result: Any
    wrong: BaseException | None


class Mariadb:
    """An `Engine` on one server."""

    dialect = "mariadb"

    def __init__(
        self,
        server: MariadbServer,
        *,
        sequencer: Sequencer | None = None,
        connections: int = 8,
        slow_time: float = SLOW_TIME,
    ) -> None:
        self.sequencer = sequencer
        self.told: Told | None = None
        self.recorded: Recorded | None = None
        self._server = server
        self._slow_time = slow_time
        self._idle: list[Any] = []
        self._room = asyncio.Semaphore(connections)
        self._jobs: deque[_Job] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._writer: asyncio.Task[None] | None = None
        self._connection: Any = None
        self._happened: list[Happening] = []
        """Committed, and not yet handed out."""
        self._entries: list[Any] = []
        """Likewise."""

    async def open(self) -> None:
        """
        Connect and check the server and that the schema is the one this code wants.

        Raises:
            Unavailable: If the server cannot be reached, keeps text or commits otherwise than we need, or the schema
                is at another migration.
        """
        at, wanted = await migrate.revision(self._server), migrate.head()
        if at != wanted:
            raise Unavailable(
                f"The database is at step {at or 'none'} and this program wants {wanted}; migrate it first"
            )
        try:
            async with self._borrowed() as connection:
                await _check(connection)
        except Unavailable:
            await self.close()
            raise
        self._closing = False
        self._writer = asyncio.create_task(self._write_groups(), name="meridian-write")

    async def close(self) -> None:
        """Finish what was accepted, then let go."""
        self._closing = True
        self._wake.set()
        if self._writer is not None:
            await self._writer
            self._writer = None
        for connection in self._idle:
            await _farewell(connection)
        self._idle.clear()

    async def read(self, plan: Callable[[], Plan[T]]) -> T:
        """
        Run a plan of queries only; once more on a new connection if the server was restarted.

        Raises:
            TooCostly: If it takes longer than a request may.
            Unavailable: If the database does not answer.
        """
        for _ in range(TRIES):
            try:
                async with self._borrowed() as connection:
                    return await _drive(connection, plan())
            except _Again:
                continue
        raise Unavailable("The database does not answer")

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Any]:
        """A connection of the pool; it goes back only if nothing went wrong with it."""
        async with self._room:
            connection = self._idle.pop() if self._idle else await self._fresh()
            try:
                CONNECTIONS.move(1, "used")
                CONNECTIONS.set(len(self._idle), "idle")
                yield connection
            except _Again:  # the server was restarted: the others are broken too
                for broken in (connection, *self._idle):
                    broken.close()
                self._idle.clear()
                raise
            except asyncio.CancelledError:
                connection.close()
                raise
            except BaseException:
                self._idle.append(connection)
                raise
            else:
                self._idle.append(connection)
            finally:
                CONNECTIONS.move(-1, "used")

    async def _fresh(self) -> Any:
        return await connect(self._server, statements=STATEMENTS, slow_time=self._slow_time)

    async def write(self, plan: Callable[[], Plan[T]]) -> T:
        """
        Run a plan in a transaction; returns once it is durable together with its records.

        Raises:
            Conflict: If it would store a second one of what must be unique.
            Unavailable: If the server does not answer or has no space, or too many writes wait.
        """
        if self._writer is None or self._closing:
            raise Unavailable("The database is not open")
        if len(self._jobs) >= WAITING:
            raise Unavailable("Too many writes are waiting")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.append(_Job(plan, future, current.get()))
        WRITES_WAITING.set(len(self._jobs))
        self._wake.set()
        return await future

    async def _write_groups(self) -> None:
        while True:
            if not self._jobs:
                if self._closing:
                    break
                self._wake.clear()
                await self._wake.wait()
                continue
            began = time.monotonic()
            ended = await self._group()
            COMMIT.took(time.monotonic() - began)
            WRITES_WAITING.set(len(self._jobs))
            happened, self._happened = self._happened, []
            entries, self._entries = self._entries, []
            hand_out(self.told, happened)
            hand_out(self.recorded, entries)
            _answer(ended)
        if self._connection is not None:
            await _farewell(self._connection)
            self._connection = None

    async def _group(self) -> list[_Ended]:
        """Commit what waits; a group that cannot be committed as one is tried one by one."""
        taken: list[_Job] = []
        try:
            return await self._tried(taken)
        except Exception as wrong:  # noqa: BLE001  # whatever it is, every caller must hear of it
            if len(taken) == 1 or isinstance(wrong, Unavailable):
                return [_Ended(job.future, None, wrong) for job in taken]
        ended = []
        for job in taken:
            try:
                ended += await self._tried([job], more=False)
            except Exception as wrong:  # noqa: BLE001  # as above
                ended.append(_Ended(job.future, None, wrong))
        return ended

    async def _tried(self, taken: list[_Job], *, more: bool = True) -> list[_Ended]:
        for attempt in range(TRIES):
            try:
                return await self._transaction(taken, more=more)
            except _Again:
                await asyncio.sleep(0.01 * 4**attempt)
        raise Unavailable("The database does not answer")

    async def _transaction(self, taken: list[_Job], *, more: bool) -> list[_Ended]:
        """Drive *taken*, and what else waits, in one transaction."""
        if not taken:
            taken.append(self._jobs.popleft())
        loop = asyncio.get_running_loop()
        until = loop.time() + GROUP_TIME
        aside = Aside()
        ended: list[_Ended] = []
        happened: list[Happening] = []
        try:
            connection = await self._begun()
            while len(ended) < len(taken):
                ended.append(await _one(connection, taken[len(ended)], aside))
                if more and len(ended) == len(taken) < GROUP and self._jobs and loop.time() < until:
                    taken.append(self._jobs.popleft())
            if aside.entries or aside.tells:
                happened = await _drive(connection, concluded(self.sequencer, aside), Aside())
            await _committed(connection)
        except BaseException:
            if self._connection is not None:
                self._connection.close()  # which undoes what was not committed
                self._connection = None
            raise
        self._happened += happened
        self._entries += aside.entries
        return ended

    async def _begun(self) -> Any:
        if self._connection is None:
            self._connection = await connect(self._server, autocommit=False, statements=STATEMENTS)
        return self._connection


def _answer(ended: list[_Ended]) -> None:
    for future, result, wrong in ended:
        if future.done():
            continue  # the caller has gone away
        if wrong is None:
            future.set_result(result)
        else:
            future.set_exception(wrong)


async def _one(connection: Any, job: _Job, aside: Aside, *, again: bool = True) -> _Ended:
    """One plan in its savepoint; its failure is its own, unless the transaction is lost with it."""
    mine = Aside()
    saved: list[bool] = []
    current.set(job.trace)
    try:
        result = await _drive(connection, job.plan(), mine, saved)
    except (_Again, Unavailable):
        raise
    except Exception as wrong:  # noqa: BLE001  # a plan may raise anything, and its caller gets it
        if saved:
            await _run(connection, "ROLLBACK TO SAVEPOINT plan")
        if isinstance(wrong, _Duplicate) and again:  # another process was first: now the plan can see what it stored
            return await _one(connection, job, aside, again=False)
        return _Ended(job.future, None, wrong)
    aside.take(mine)
    return _Ended(job.future, result, None)


async def _drive(connection: Any, plan: Plan[T], aside: Aside | None = None, saved: list[bool] | None = None) -> T:
    """
    Run a plan to its end on *connection*.

    Args:
        connection: In a transaction, or for reading.
        plan: What to run.
        aside: Takes the audit entries and what is told; `None` refuses them and every change.
        saved: Where it is said that the savepoint `plan` was made, before the first change; `None` makes none.
    """
    answer, fault = None, None
    try:
        while True:
            step = plan.send(answer) if fault is None else plan.throw(fault)
            answer = fault = None
            if isinstance(step, (Record, Tell)):
                _writing(aside).add(step)
                continue
            if aside is None and (not isinstance(step, Query) or writes(step.sql)):
                _writing(aside)
            if isinstance(step, Many) and not step.rows:
                continue
            if saved == [] and writes(step.sql):
                await _run(connection, "SAVEPOINT plan")
                saved.append(True)
            try:
                answer = await _step(connection, step)
            except _Duplicate as wrong:
                fault = wrong
    except StopIteration as end:
        return cast("T", end.value)
    finally:
        plan.close()


async def _step(connection: Any, step: Query | Change | Many) -> Any:
    try:
        async with connection.cursor() as cursor:
            if isinstance(step, Query):
                await cursor.execute(for_mariadb(step.sql), tuple(step.args))
                return list(await cursor.fetchall())
            if isinstance(step, Change):
                await cursor.execute(for_mariadb(step.sql), tuple(step.args))
                return Changed(cursor.rowcount, cursor.lastrowid)
            await _many(connection, cursor, for_mariadb(step.sql), [tuple(row) for row in step.rows])
            return None
    except (MySQLError, *_BROKEN) as wrong:
        raise _fault(wrong) from None  # its text may quote values


async def _many(connection: Any, cursor: Any, sql: str, rows: list[tuple[Any, ...]]) -> None:
    if connection._ssl_context is not None:  # noqa: SLF001  # what the driver does not tell otherwise
        for text, args in lots(sql, rows):
            await cursor.execute(text, args)
    elif rows:
        await cursor.executemany(sql, rows)


async def _run(connection: Any, sql: str) -> None:
    try:
        async with connection.cursor() as cursor:
            await cursor.execute(sql)
    except (MySQLError, *_BROKEN) as wrong:
        raise _fault(wrong) from wrong


async def _committed(connection: Any) -> None:
    try:
        await _run(connection, "COMMIT")
    except _Again as lost:
        raise Unavailable(
            "The connection was lost while saving: look whether it was saved before trying again"
        ) from lost


async def _farewell(connection: Any) -> None:
    with suppress(MySQLError, *_BROKEN):
        await connection.ensure_closed()


def _writing(aside: Aside | None) -> Aside:
    if aside is None:
        raise TypeError("A plan that is read with may only query")
    return aside


def _fault(wrong: BaseException) -> BaseException:
    code = wrong.args[0] if isinstance(wrong, MySQLError) and wrong.args else 0
    if isinstance(wrong, _BROKEN) or code in _LOST or code in _AGAIN or type(wrong).__name__ == "InterfaceError":
        return _Again()
    if code == _DUPLICATE:
        return _Duplicate("That is there already")
    if code == _TOO_LONG:
        return TooCostly("This would take too long; ask for less")
    if code in _NO_WRITES:
        return Unavailable("The database takes no writes at present")
    if code in _FULL:
        return Unavailable("The database server has no space or no connection left")
    return DatabaseMistake(f"MariaDB error {code}{f': {wrong.args[1]}' if code in _ABOUT_US else ''}")


async def _check(connection: Any) -> None:
    """The server must keep every character and keep what it has promised."""
    async with connection.cursor() as cursor:
        await cursor.execute(
            "SELECT @@version, @@sql_mode, @@character_set_connection,"
            " @@innodb_flush_log_at_trx_commit, @@max_allowed_packet,"
            " (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"
            "  AND table_collation <> 'utf8mb4_nopad_bin' AND table_name <> 'alembic_version')"
        )
        [(version, mode, charset, flush, packet, odd)] = await cursor.fetchall()
    for wrong, text in (
        ("MariaDB" not in version or _numbers(version) < (10, 6), "it is not MariaDB 10.6 or later"),
        ("STRICT_ALL_TABLES" not in mode, "it would cut values that do not fit (sql_mode is not strict)"),
        (charset != "utf8mb4" or odd, "a table does not keep text as utf8mb4_nopad_bin"),
        (flush != 1, "a commit would not be durable (innodb_flush_log_at_trx_commit is not 1)"),
        (packet < 16 * 1024 * 1024, "max_allowed_packet is under 16 MiB"),
    ):
        if wrong:
            raise Unavailable(f"The database server cannot be used: {text}")


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".", maxsplit=2)[:2]
    return int(major), int(minor)
