"""
No gateway: each browser sends to each other one, sealed between the two (DTLS-SRTP).

The server only relays what they say to find each other. So there is no room to open and nothing to grant; who is let
in, the database says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from meridian.telehealth.media.port import Mode, Pass, Room


@dataclass(frozen=True, slots=True)
class Direct:
    """Media from browser to browser."""

    mode: Mode
    most: int
    records: bool = False

    async def open(self, room: Room) -> None:
        """There is no room to make."""

    async def grant(self, room: Room, person: str) -> Pass:
        """Nothing stands between."""
        del room, person
        return Pass()

    async def revoke(self, room: Room, person: str) -> None:
        """Who has left is told no more of the others, and they send them nothing."""

    async def start_recording(self, room: Room) -> None:
        """The browser of whoever asked for it records."""

    async def stop_recording(self, room: Room) -> Sequence[Path]:
        """Likewise."""
        del room
        return ()

    async def close(self, room: Room) -> None:
        """There is none."""


P2P = Direct("p2p", 2)
MESH = Direct("mesh", 4)
"""Each sends its picture to every other, so four is what a home's line and a phone bear (realtime.md section 4)."""
