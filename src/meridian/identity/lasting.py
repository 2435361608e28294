"""
What lasts longer than a request and rests on a session, such as a socket: how its sessions stand, asked now and then.

A request is judged by its token. What goes on after its token was judged asks here whether the session still holds and
still stands for the same person in the same role, which is one question for any number of sessions.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from meridian.faults import Unauthenticated
from meridian.identity import sessions
from meridian.identity.facts import Identity
from meridian.identity.sessions import Standing
from meridian.identity.tokens import LASTING_MS
from meridian.identity.tools import Tools
from meridian.store.plan import Plan

AT_ONCE = 500
"""Sessions of one statement."""


class Lasting(NamedTuple):
    """
    How a session stands.

    Args:
        identity: For whom, without a token's end; `None` when it stands for nobody.
        why: Then: `signed-out` or `idle`.
    """

    identity: Identity | None
    why: str = ""


class Rests:
    """Sessions on which something lasting rests."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def look(self, ids: Collection[str]) -> dict[str, Lasting]:
        """How each of the sessions stands; this is no activity of theirs."""
        now = self._tools.clock()
        found = await self._tools.engine.read(lambda: _standings(list(ids)))
        return {one: _judged(found.get(one), now) for one in ids}

    async def used(self, session: str) -> None:
        """Somebody did something on purpose: the session is not idle."""
        now = self._tools.clock()
        standing = (await self._tools.engine.read(lambda: _standings([session]))).get(session)
        if standing is not None and now - standing.seen >= sessions.TOUCH_MS:
            await self._tools.engine.write(lambda: sessions.touch(session, now))

    async def until(self, identity: Identity) -> int:
        """When the newest access token that a session was given ends, in ms since the epoch; 0 without one."""
        made = await self._tools.engine.read(lambda: sessions.refreshed(identity.session))
        return min(made + LASTING_MS, identity.ends) // 1000 * 1000 if made else 0


def same(before: Identity, now: Identity) -> bool:
    """Whether a session stands for the same person, membership, role and patients as *before*."""
    return replace(before, expires=0, ends=0) == replace(now, expires=0, ends=0)


def _judged(standing: Standing | None, now: int) -> Lasting:
    try:
        held = sessions.alive(standing, now)
    except Unauthenticated:
        return Lasting(None, "signed-out")
    try:
        return Lasting(sessions.awake(held, now).identity())
    except Unauthenticated:
        return Lasting(None, "idle")


def _standings(ids: Sequence[str]) -> Plan[dict[str, Standing]]:
    found: dict[str, Standing] = {}
    for some in _pieces(ids):
        found.update((yield from sessions.standings(some)))
    return found


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
