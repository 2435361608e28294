"""What is sent, who sends it, and what a carrier does; the carriers are `folder` and `aws`."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, in plain text; kept out of logs, since it names a person and may hold a link."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Note:
    """One text message to a number as E.164 writes it (`+15550100`)."""

    to: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Product:
    """
    Who writes.

    Args:
        title: The edition's name.
        sender: `From:` of every mail.
        support: Address to turn to.
        origin: Scheme, host and port of the portal's links.
    """

    title: str
    sender: str
    support: str
    origin: str


class Undeliverable(Exception):
    """The carrier will never take this one (no such number, address suppressed): trying again changes nothing."""


class Carrier(Protocol):
    """
    Takes mail and text messages out of the house; returns once it has them.

    Raises (from both):
        Undeliverable: If it refuses this one for good.
        OSError: If it cannot take anything just now.
    """

    async def mail(self, letter: Letter) -> None:
        """Send a mail."""

    async def text(self, note: Note) -> None:
        """Send a text message."""
