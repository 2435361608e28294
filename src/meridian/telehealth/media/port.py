"""
What carries the media of a visit: one interface, so that a visit does not know how its people hear each other.

A room is named by what the database says of its visit, so every process can name it and none has to remember it: all
calls may come twice, from two processes, and the second finds what the first made. Whatever secret a gateway wants is
the adapter's own and never leaves the server, but for the pass of the one it is granted to.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypeAlias

Mode: TypeAlias = Literal["p2p", "mesh", "sfu"]
"""Two directly; up to four, each with each; or through a gateway that forwards."""


class Room(NamedTuple):
    """
    Where the people of one visit meet.

    Args:
        org: The organisation's number.
        visit: The visit's id.
        number: Counts the rooms of the visit: another one when the gateway comes in, and when it begins to record.
        recorded: Whether the gateway is to be able to record in it: then it sees the media in the clear, else they
            are encrypted from end to end.
    """

    org: int
    visit: str
    number: int
    recorded: bool = False

    @property
    def label(self) -> str:
        """
        What a folder of its recordings is called; says nothing of anybody.

        >>> Room(7, "a-1", 3, recorded=True).label
        '7-3-a-1'
        """
        return f"{self.org}-{self.number}-{self.visit}"


_LABEL = re.compile(r"(\d{1,10})-(\d{1,6})-([A-Za-z0-9.-]{1,64})")  # hl7.org/fhir/R4/datatypes.html#id


def labelled(label: str) -> Room | None:
    """
    The recorded room of that label; `None` for what is none.

    >>> labelled("7-3-a-1")
    Room(org=7, visit='a-1', number=3, recorded=True)
    """
    found = _LABEL.fullmatch(label)
    return Room(int(found[1]), found[3], int(found[2]), recorded=True) if found else None


class Pass(NamedTuple):
    """
    What somebody needs to join; all empty where nobody stands between.

    Args:
        path: Where the gateway's websocket is, on our own origin.
        room: What the gateway calls the room.
        pin: This person's own key to this room.
        feed: What their pictures are called there; begins with their id and a dot.
        token: Signed, opens the gateway for a short while; sent with every request.
        expires: Until when *token* holds, ms since the epoch.
    """

    path: str = ""
    room: str = ""
    pin: str = ""
    feed: str = ""
    token: str = ""
    expires: int = 0


class Media(Protocol):
    """
    Carries media.

    Raises (from every method):
        Unavailable: If the gateway does not answer.
    """

    @property
    def mode(self) -> Mode:
        """How it carries."""

    @property
    def most(self) -> int:
        """People it carries at once."""

    @property
    def records(self) -> bool:
        """Whether it records by itself; where it does not, a browser can."""

    async def open(self, room: Room) -> None:
        """Make the room, unless it is there."""

    async def grant(self, room: Room, person: str) -> Pass:
        """Let one person, by their id in the visit, into the room."""

    async def revoke(self, room: Room, person: str) -> None:
        """Put one person out of the room, and let them in no more."""

    async def start_recording(self, room: Room) -> None:
        """Begin to record everybody in the room."""

    async def stop_recording(self, room: Room) -> Sequence[Path]:
        """
        Stop; gives the finished files, which are to be taken away (`telehealth.recording`).

        Nobody records where there is no gateway: a browser does, and the files are none.
        """

    async def close(self, room: Room) -> None:
        """Put everybody out and forget the room, if it is there."""
