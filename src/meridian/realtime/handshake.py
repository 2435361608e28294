"""
Who opens a socket: a browser by its cookie, a program by its token, a guest of a visit by the visit's cookie.

The guard has seen to it that a cookie comes with our own origin, and that nobody without an origin has one. A browser
may hold both cookies: the guests' page says that it comes as one, and then only the visit's counts; of all others the
session's goes first. Opening a socket is no activity: it is opened anew by itself, and would keep a session awake that
nobody uses.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from meridian.faults import Throttled, Unauthenticated
from meridian.identity.facts import Identity
from meridian.realtime.connection import Connection, Guest
from meridian.realtime.guard import Line

COOKIE = "__Host-meridian="
AS, GUEST = "as", "guest"
"""How the guests' page says in CONNECT as whom it comes."""
LONGEST = 8192
"""Characters of a token, house policy; ours have about a thousand."""

Guests: TypeAlias = Callable[[str], Awaitable[Guest | None]]
"""Given the Cookie header, the guest whose visit's cookie is in it and holds now; asked again for each event."""


async def no_guests(_: str) -> Guest | None:
    """Nobody is let in by a link."""
    return None


class Handshake:
    """
    Tells who it is.

    Args:
        recognise: Whose access token it is, without counting as activity; raises `Unauthenticated`.
        guests: Whose visit's cookie it is.
    """

    def __init__(self, recognise: Callable[[str], Awaitable[Identity]], guests: Guests = no_guests) -> None:
        self._recognise = recognise
        self.guests = guests

    async def __call__(self, sid: str, line: Line, auth: Any) -> Connection:
        """
        The socket of whoever opened *line*.

        Raises:
            Unauthenticated: If nobody can be told to be there.
        """
        if _comes_as_guest(auth):
            return await self._guest(sid, line)
        if not line.cookies:
            return await self._person(sid, line, _from_auth(auth))
        try:
            return await self._person(sid, line, _from_cookies(line.cookies))
        except Unauthenticated:
            return await self._guest(sid, line)

    async def _person(self, sid: str, line: Line, token: str) -> Connection:
        identity = await self._recognise(token)
        return Connection(sid, line, identity, expires=identity.expires)

    async def _guest(self, sid: str, line: Line) -> Connection:
        guest = await self.guests(line.cookies)
        if guest is None:
            raise Unauthenticated("Sign in first")
        return Connection(sid, line, guest=guest, expires=guest.expires)


def _comes_as_guest(auth: Any) -> bool:
    return isinstance(auth, dict) and auth.get(AS) == GUEST


def _from_auth(auth: Any) -> str:
    token = auth.get("token") if isinstance(auth, dict) else None
    return _sound(token if isinstance(token, str) else "")


def _from_cookies(cookies: str) -> str:
    for part in cookies.replace(",", ";").split(";"):
        pair = part.strip()
        if pair.startswith(COOKIE):
            return _sound(pair[len(COOKIE) :].strip('"'))
    raise Unauthenticated("Sign in first")


def _sound(token: str) -> str:
    if not token or len(token) > LONGEST:
        raise Unauthenticated("Sign in first")
    return token


def too_many(count: int, most: int) -> None:
    """
    Refuse one socket more than *most* of one session, which has *count* of them.

    Raises:
        Throttled: If so.
    """
    if count >= most:
        raise Throttled("There are too many sockets of this session", retry_after=10)
