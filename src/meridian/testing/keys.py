"""Keys for tests, the same in every run."""

from collections.abc import Callable
from itertools import count

from meridian.store.records import Kit
from meridian.vault.keyring import Keyring
from meridian.vault.master import FileMaster

START = 1_750_000_000_000
"""When the first thing happens, in milliseconds."""


def keyring() -> Keyring:
    """A keyring on a made-up master key."""
    return Keyring(FileMaster({1: bytes(range(32))}))


def ticking() -> Callable[[], int]:
    """A clock that goes on by a second each time it is asked."""
    seconds = count()
    return lambda: START + next(seconds) * 1000


def kit() -> Kit:
    """What interactions need: a made-up key, a ticking clock, and ids that count up."""
    ids = count(1)
    return Kit(keyring(), ticking(), lambda: f"id-{next(ids)}")
