"""
Names of objects on the shelf of backups: 32 hexadecimal digits, of which the first two say what kind it is.

A manifest's name goes on with the time it was made, so that a restore finds it without opening the others. The name is
part of what seals and signs it, so that none can be passed off as of another time.
"""

import os
from dataclasses import dataclass

MANIFEST, PACK = "01", "02"
_TIME = 12


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """A manifest by its time (ms since the epoch) and *name*."""

    made: int
    name: str


def manifest(made: int) -> str:
    """A new manifest's name."""
    return f"{MANIFEST}{made:0{_TIME}x}{os.urandom(9).hex()}"


def pack() -> str:
    """A new pack's name."""
    return PACK + os.urandom(15).hex()


def stamp(name: str) -> Stamp | None:
    """When the manifest of that *name* says it was made; `None` for what is no manifest."""
    return Stamp(int(name[2 : 2 + _TIME], 16), name) if name.startswith(MANIFEST) else None
