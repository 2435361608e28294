"""One socket whose owner is known, and what the handlers of events may do with it."""

import asyncio
from dataclasses import dataclass, field

from meridian.access.signing_in import subject_of
from meridian.access.subject import Subject
from meridian.identity.facts import Caller, Identity, is_staff
from meridian.realtime.guard import Line


@dataclass(frozen=True, slots=True)
class Guest:
    """
    Somebody without an account, let into one visit by a link.

    Args:
        org: Organisation number.
        visit: The visit's id: the only one that is theirs.
        id: Which guest of it.
        name: As they gave it.
        part: `family`, `interpreter`, `captioner` or `guest`.
        expires: When the visit's cookie ends, in ms since the epoch.
    """

    org: int
    visit: str
    id: str
    name: str
    part: str
    expires: int


@dataclass(eq=False, slots=True)
class Connection:
    """
    A socket.

    Args:
        sid: Its name with the library, and the name of a room of its own.
        line: The wire.
        identity: Who came, as of the handshake; `None` for a guest.
        guest: Which guest of a visit; `None` for who is signed in.
        expires: When it ends unless its life is extended, in ms since the epoch.
        feeds: Names of the feeds it follows.
        name: The person's own, once it was needed.
    """

    sid: str
    line: Line
    identity: Identity | None = None
    guest: Guest | None = None
    expires: int = 0
    feeds: set[str] = field(default_factory=set)
    name: str = ""
    timer: asyncio.TimerHandle | None = None
    cut: bool = False

    @property
    def org(self) -> int:
        """The organisation whose rooms it may be in."""
        person = self.identity or self.guest
        return person.org if person else 0

    @property
    def session(self) -> str:
        """The session it rests on; empty for a guest."""
        return self.identity.session if self.identity else ""

    @property
    def who(self) -> str:
        """Reference of the person; empty for a guest, and for an account without a record of its own."""
        return self.identity.who if self.identity else ""

    @property
    def is_staff(self) -> bool:
        """Whether somebody of the clinic's people is there."""
        return self.identity is not None and is_staff(self.identity.role)

    def subject(self, identity: Identity, request: str) -> Subject:
        """As policy sees who it is now, in one event."""
        return subject_of(identity, Caller(self.line.address, self.line.agent, request))
