"""What a chart hands out; `web` shows it, and knows no more of the store than this."""

from collections.abc import Sequence
from typing import NamedTuple

from meridian.store.records import Stored, Written

__all__ = ["Page", "Stored", "Written"]


class Page(NamedTuple):
    """
    A part of what was asked for.

    Args:
        matches: What met the question; the versions, newest first, of a history.
        included: What came along by `_include` and `_revinclude`.
        total: How many there are in all; `None` when that was not counted.
        next: Cursor of the page after this one; empty at the end.
        ignored: Parameters that were not understood and, on request, not minded.
    """

    matches: Sequence[Stored]
    included: Sequence[Stored] = ()
    total: int | None = None
    next: str = ""
    ignored: tuple[str, ...] = ()
