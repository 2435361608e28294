"""
How long a socket lives: as long as its token, its session, and what that session stands for.

What ends or changes a session in this process is heard of at once; what another process did is seen when the sessions
of all living sockets are looked at, in one question every ten seconds. A socket that is cut is told why.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from meridian import clock as clocks
from meridian.clock import Clock
from meridian.faults import Unauthenticated
from meridian.identity.facts import Identity
from meridian.identity.lasting import Lasting, Rests, same
from meridian.realtime.connection import Connection
from meridian.realtime.handshake import Guests

LOOK = 10.0
"""Seconds within which another process's sign-out is seen, house policy."""
EXPIRED, SIGNED_OUT, CHANGED, IDLE = "expired", "signed-out", "changed", "idle"

_log = logging.getLogger("meridian.realtime")


class Life:
    """
    The living sockets.

    Args:
        rests: How sessions stand.
        guests: How guests stand.
        cut: Tells a socket why it ends, and ends it.
        clock: What time it is.
    """

    def __init__(
        self,
        rests: Rests,
        guests: Guests,
        cut: Callable[[Connection, str], Awaitable[None]],
        clock: Clock = clocks.now,
    ) -> None:
        self._rests = rests
        self._guests = guests
        self._cut = cut
        self._clock = clock
        self._by_sid: dict[str, Connection] = {}
        self._by_session: dict[str, set[Connection]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def time(self) -> int:
        """Milliseconds since the epoch."""
        return self._clock()

    def __len__(self) -> int:
        return len(self._by_sid)

    def __contains__(self, connection: object) -> bool:
        return isinstance(connection, Connection) and self._by_sid.get(connection.sid) is connection

    def get(self, sid: str) -> Connection | None:
        """The socket of that name, while it lives."""
        return self._by_sid.get(sid)

    def __getitem__(self, sid: str) -> Connection:
        """
        The socket of that name.

        Raises:
            Unauthenticated: If it has ended.
        """
        if sid not in self._by_sid:
            raise Unauthenticated("The socket has ended")
        return self._by_sid[sid]

    def all(self) -> list[Connection]:
        """Every living socket of this process."""
        return list(self._by_sid.values())

    def of_session(self, session: str) -> int:
        """How many sockets a session has in this process."""
        return len(self._by_session.get(session, ()))

    def add(self, connection: Connection) -> None:
        """It lives from now on."""
        self._by_sid[connection.sid] = connection
        if connection.session:
            self._by_session.setdefault(connection.session, set()).add(connection)
        self._wait(connection)

    def remove(self, sid: str) -> Connection | None:
        """It is gone; gives the one that was."""
        connection = self._by_sid.pop(sid, None)
        if connection is None:
            return None
        if connection.timer is not None:
            connection.timer.cancel()
        rest = self._by_session.get(connection.session)
        if rest is not None:
            rest.discard(connection)
            if not rest:
                del self._by_session[connection.session]
        return connection

    async def now(self, connection: Connection) -> Identity:
        """
        Who is there now, looked up afresh.

        Raises:
            Unauthenticated: If it is nobody any more, or another than came; the socket is cut after the answer.
        """
        before = connection.identity
        if before is None:
            raise Unauthenticated("Sign in first")
        [found] = (await self._rests.look([before.session])).values()
        why = _why(before, found)
        if found.identity is None or why:
            self._begin(self._cut(connection, why))
            raise Unauthenticated("The session has ended; sign in again")
        return found.identity

    async def guest_now(self, connection: Connection) -> None:
        """
        Pass if the guest may still be in the visit.

        Raises:
            Unauthenticated: If not; the socket is cut after the answer.
        """
        if connection.guest is None or await self._guests(connection.line.cookies) != connection.guest:
            self._begin(self._cut(connection, SIGNED_OUT))
            raise Unauthenticated("The invitation has ended")

    async def acted(self, connection: Connection) -> None:
        """Somebody did something on purpose: the session is not idle."""
        if connection.session:
            await self._rests.used(connection.session)

    def extend(self, connection: Connection, expires: int) -> None:
        """It lives until *expires*, in ms since the epoch."""
        connection.expires = max(connection.expires, expires)
        self._wait(connection)

    async def extended(self, connection: Connection, identity: Identity) -> int:
        """Give it the life of its session's present token; gives its end in ms since the epoch."""
        self.extend(connection, await self._rests.until(identity))
        return connection.expires

    def changed(self, session: str) -> None:
        """A session ended or changed in this process: look at its sockets now."""
        if session in self._by_session:
            self._begin(self._look([session]))

    async def run(self) -> None:
        """Look at all of them, again and again."""
        while True:
            await asyncio.sleep(LOOK)
            await self.look()

    async def look(self) -> None:
        """Look at all of them, and cut those that may not live on."""
        try:
            await self._look(list(self._by_session))
            await self._look_at_guests()
        except Exception as wrong:  # noqa: BLE001  # the database may be away; the next look follows
            _log.error("the sockets' sessions cannot be looked at: %s", type(wrong).__name__)  # a trace may hold PHI

    async def stop(self) -> None:
        """Let go of what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self, sessions: Collection[str]) -> None:
        if not sessions:
            return
        found = await self._rests.look(sessions)
        for session, standing in found.items():
            for connection in list(self._by_session.get(session, ())):
                if connection.identity is not None and (why := _why(connection.identity, standing)):
                    await self._cut(connection, why)

    async def _look_at_guests(self) -> None:
        for connection in [one for one in self._by_sid.values() if one.guest is not None]:
            if await self._guests(connection.line.cookies) != connection.guest:
                await self._cut(connection, SIGNED_OUT)

    def _wait(self, connection: Connection) -> None:
        if connection.timer is not None:
            connection.timer.cancel()
        seconds = max(0.0, (connection.expires - self._clock()) / 1000)
        connection.timer = asyncio.get_running_loop().call_later(seconds, self._over, connection)

    def _over(self, connection: Connection) -> None:
        self._begin(self._cut(connection, EXPIRED))

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _why(before: Identity, found: Lasting) -> str:
    """Why a socket of *before* must end; empty when it need not."""
    if found.identity is None:
        return found.why
    return "" if same(before, found.identity) else CHANGED
