"""
Tokens that have been verified, by the whole token: what makes a request cheap.

A signature is trusted again for a minute at most, that the session is alive for ten seconds; what is revoked in this
process is forgotten at once. Bounded: the oldest entry makes room.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from meridian.identity.facts import Identity

VERIFIED_MS = 60 * 1000
ALIVE_MS = 10 * 1000
"""How late another process learns of a revocation."""
MOST = 20_000
Hearer: TypeAlias = Callable[[str], None]
"""Is told a session's id."""


class _Entry(NamedTuple):
    identity: Identity
    good_until: int
    alive_until: int
    verified_until: int


class Verified:
    """The cache; one for a process."""

    __slots__ = ("_entries", "_most", "_of_session", "told")

    def __init__(self, most: int = MOST) -> None:
        self._entries: dict[str, _Entry] = {}
        self._of_session: dict[str, set[str]] = {}
        self._most = most
        self.told: list[Hearer] = []
        """Hear of each session that ended or changed in this process, at once."""

    def get(self, token: str, now: int) -> Identity | None:
        """Whose token it is, if nothing needs to be looked up or noted to say so *now*."""
        entry = self._entries.get(token)
        return entry.identity if entry is not None and now < entry.good_until else None

    def alive(self, token: str, now: int) -> Identity | None:
        """Whose token it is, if that is known; its use may have to be noted."""
        entry = self._entries.get(token)
        return entry.identity if entry is not None and now < entry.alive_until else None

    def signature(self, token: str, now: int) -> Identity | None:
        """Whose token it was when its signature was checked within the last minute; the session may have ended."""
        entry = self._entries.get(token)
        return entry.identity if entry is not None and now < entry.verified_until else None

    def put(self, token: str, identity: Identity, now: int, *, fresh: bool, note_at: int) -> None:
        """
        Remember whose token it is.

        Args:
            token: The whole token.
            identity: Whose it is.
            now: When that was found out, in ms.
            fresh: Whether the signature has just been checked, or only the session.
            note_at: When the session's use is to be noted next, in ms.
        """
        known = self._entries.pop(token, None)
        verified = min(identity.expires, now + VERIFIED_MS) if fresh or known is None else known.verified_until
        alive = min(verified, now + ALIVE_MS)
        self._entries[token] = _Entry(identity, min(alive, note_at), alive, verified)
        self._of_session.setdefault(identity.session, set()).add(token)
        while len(self._entries) > self._most:
            self._drop(next(iter(self._entries)))

    def forget(self, session: str) -> None:
        """The session ended or changed: none of its tokens is known any more."""
        for token in self._of_session.pop(session, ()):
            self._entries.pop(token, None)
        for hear in self.told:
            hear(session)

    def _drop(self, token: str) -> None:
        session = self._entries.pop(token).identity.session
        tokens = self._of_session.get(session)
        if tokens is not None:
            tokens.discard(token)
            if not tokens:
                del self._of_session[session]

    def __len__(self) -> int:
        return len(self._entries)
