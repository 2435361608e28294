"""What interactions need besides the database."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import uuid4

from meridian.clock import Clock, now
from meridian.vault.keyring import Keyring


def _new_id() -> str:
    return str(uuid4())


class Kit(NamedTuple):
    """
    Handed to every interaction.

    Args:
        keyring: Unwraps and makes keys.
        clock: Says when.
        new_id: Gives logical ids for what is created.
    """

    keyring: Keyring
    clock: Clock = now
    new_id: Callable[[], str] = _new_id
