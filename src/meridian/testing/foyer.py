"""A gateway for tests: it carries no media, and remembers who may be in which room, and what it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from meridian.faults import Unavailable
from meridian.telehealth.media.port import Mode, Pass, Room


@dataclass
class Foyer:
    """
    The gateway.

    Args:
        rooms: Who may be in each that is open.
        taped: Those in which it records.
        away: Whether it answers nothing.
        records: Whether it could.
    """

    rooms: dict[Room, set[str]] = field(default_factory=dict)
    taped: set[Room] = field(default_factory=set)
    away: bool = False
    records: bool = True
    mode: Mode = "sfu"
    most: int = 6

    async def open(self, room: Room) -> None:
        """Make the room, unless it is there."""
        self._answer()
        self.rooms.setdefault(room, set())

    async def grant(self, room: Room, person: str) -> Pass:
        """Let one person in."""
        self._answer()
        self.rooms.setdefault(room, set()).add(person)
        name = f"{room.visit}.{room.number}"
        return Pass("/janus", name, f"pin-{person}", f"{person}.feed", "signed", 1)

    async def revoke(self, room: Room, person: str) -> None:
        """Put one person out."""
        self._answer()
        self.rooms.get(room, set()).discard(person)

    async def start_recording(self, room: Room) -> None:
        """Begin."""
        self._answer()
        self.taped.add(room)

    async def stop_recording(self, room: Room) -> Sequence[Path]:
        """Stop."""
        self._answer()
        self.taped.discard(room)
        return ()

    async def close(self, room: Room) -> None:
        """Forget the room."""
        self._answer()
        self.rooms.pop(room, None)

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("The gateway does not answer")
