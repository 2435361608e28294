"""Who sits where: the sockets of this process whose people have entered a visit, and what each was told last."""

import asyncio
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from meridian.access.video_visits import Person, Visit
from meridian.realtime.connection import Connection
from meridian.telehealth import view
from meridian.telehealth.view import Whole

Way: TypeAlias = tuple[str, int]
"""How somebody hears the others: the mode, and which of the gateway's rooms."""


@dataclass(eq=False, slots=True)
class Seat:
    """
    One socket in one visit.

    Args:
        connection: The socket.
        whole: The visit as it was shown there last.
        who: The reference of its person.
        way: By which they were told to connect; `None` while they have not been let in.
        joined_others: Whether somebody was inside already when they were let in.
        told: How often their connection was restarted and built anew, as they said last.
        counted: What of their call was counted, which is once.
        lock: Held while something is asked whose answer is the visit, so that what is shown stays in order.
        stale: Whether it has changed since it was looked at.
    """

    connection: Connection
    whole: Whole
    who: str
    way: Way | None = None
    joined_others: bool = False
    told: tuple[int, int] = (0, 0)
    counted: set[str] = field(default_factory=set)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    stale: bool = False
    showing: bool = False

    @property
    def place(self) -> tuple[int, str]:
        """Organisation and visit."""
        return self.connection.org, self.whole.visit

    @property
    def person(self) -> str:
        """Their id in the visit."""
        return self.whole.me

    def once(self, what: str) -> bool:
        """Whether *what* is counted now, because it was not before."""
        before = what in self.counted
        self.counted.add(what)
        return not before

    def shows(self, visit: Visit) -> bool:
        """Whether what was shown last is how the visit is."""
        mine = next((one for one in visit.people if one.id == self.person), None)
        seen = [one for one in visit.people if view.visible(mine, one, self.whole.part)]
        return _sight(visit, seen) == _sight(self.whole, self.whole.people)


def _sight(visit: Visit | Whole, people: Iterable[Person | view.Line]) -> object:
    standing = {(one.id, one.state, one.answer) for one in people}
    return visit.state, visit.mode, visit.epoch, visit.room, visit.locked, visit.recording, standing


class Seats:
    """All of this process."""

    def __init__(self) -> None:
        self._by_socket: dict[tuple[str, str], Seat] = {}
        self._by_visit: dict[tuple[int, str], set[Seat]] = {}
        self._replaced: set[tuple[str, str]] = set()

    def __iter__(self) -> Iterator[Seat]:
        return iter(list(self._by_socket.values()))

    def of(self, connection: Connection, visit: str) -> Seat | None:
        """Where a socket sits in a visit."""
        return self._by_socket.get((connection.sid, visit))

    def forget(self, connection: Connection) -> None:
        """A socket has gone, and sits nowhere."""
        for seat in self:
            if seat.connection is connection:
                self.give_up(seat)
        self._replaced = {one for one in self._replaced if one[0] != connection.sid}

    def places(self) -> Collection[tuple[int, str]]:
        """Organisation and visit of those in which somebody sits here."""
        return list(self._by_visit)

    def within(self, org: int, visit: str) -> list[Seat]:
        """Who sits here in a visit."""
        return list(self._by_visit.get((org, visit), ()))

    def replace(self, seat: Seat) -> None:
        """Its person sits at another socket now."""
        if self.give_up(seat):
            self._replaced.add((seat.connection.sid, seat.whole.visit))

    def was_replaced(self, connection: Connection, visit: str) -> bool:
        """Whether whoever sat at a socket sits at another."""
        return (connection.sid, visit) in self._replaced

    def take(self, seat: Seat) -> None:
        """Somebody sits down."""
        self._replaced.discard((seat.connection.sid, seat.whole.visit))
        self._by_socket[seat.connection.sid, seat.whole.visit] = seat
        self._by_visit.setdefault(seat.place, set()).add(seat)

    def give_up(self, seat: Seat) -> bool:
        """Somebody gets up; whether they sat."""
        if self._by_socket.pop((seat.connection.sid, seat.whole.visit), None) is None:
            return False
        rest = self._by_visit[seat.place]
        rest.discard(seat)
        if not rest:
            del self._by_visit[seat.place]
        return True
