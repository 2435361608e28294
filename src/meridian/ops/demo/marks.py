"""
What a folder says about the demo clinic in it: whether there is one, whether it is whole, and for which day.

A folder under construction carries a mark until the clinic is whole, so that one whose making was interrupted is known
and made anew.
"""

from datetime import date
from pathlib import Path

MADE, UNFINISHED, FRESH = "demo-clinic", "demo-unfinished", "demo-fresh"
"""The day the clinic was made for; a mark that it is being made; the day its appointments were last made for."""


def is_made(folder: Path) -> bool:
    """Whether a whole demo clinic is in *folder*."""
    return (folder / MADE).is_file() and not is_unfinished(folder)


def is_unfinished(folder: Path) -> bool:
    """Whether the making of one was interrupted there."""
    return (folder / UNFINISHED).exists()


def begin(folder: Path) -> None:
    """Mark *folder* as under construction."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / UNFINISHED).touch()


def end(folder: Path, today: date) -> None:
    """Mark *folder* as holding a clinic made for *today*."""
    (folder / MADE).write_text(today.isoformat(), encoding="ascii")
    freshened(folder, today)
    (folder / UNFINISHED).unlink()


def freshened(folder: Path, today: date) -> None:
    """Note that the appointments begin *today*."""
    (folder / FRESH).write_text(today.isoformat(), encoding="ascii")


def fresh_on(folder: Path) -> date:
    """The day the appointments were last made for."""
    return date.fromisoformat((folder / FRESH).read_text(encoding="ascii"))
