"""
What other features do at a video visit, handed in by whoever composes them: no feature imports another.

Each is a step of the operation that asks for it, so that it happens in the same transaction or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from meridian.access.video_visits import Calls
from meridian.access.work import Plan, Resource, Work
from meridian.telehealth.media.port import Media
from meridian.telehealth.turn import Relays

Step: TypeAlias = Callable[[Work, str], Plan[Resource]]


@dataclass(frozen=True, slots=True)
class Ways:
    """
    The steps.

    Args:
        arrive: The Appointment arrived, with its Encounter (scheduling).
        begin: The Encounter of an Appointment in progress, with whoever asks taking part (charting).
        absent: The Appointment missed (scheduling).
        moved: An Encounter in another status, with the one before in its history, at a time (charting).
        agreed: Whether the patient with that id has agreed to be seen by video (patients).
        agree: They agree to it now (patients).
    """

    arrive: Step
    begin: Step
    absent: Step
    moved: Callable[[Resource, str, int], Resource]
    agreed: Callable[[Work, str], Plan[bool]]
    agree: Callable[[Work, str], Plan[None]]


@dataclass(frozen=True, slots=True)
class Parts:
    """
    What video visits are made of.

    Args:
        ways: What others do at a visit.
        calls: What sockets ask at every event.
        relays: Mints credentials for the relay.
        gateway: Carries visits of more than two; `None` where there is none.
    """

    ways: Ways
    calls: Calls
    relays: Relays
    gateway: Media | None = None
