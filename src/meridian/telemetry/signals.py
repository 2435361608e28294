"""What calls for attention where no audit entry is made: told here by whoever sees it, and heard by the detectors."""

from collections.abc import Callable
from typing import Final, TypeAlias

Hearer: TypeAlias = Callable[[str, str], None]
"""Is told a kind, of `figures.ALERTS`, and the address it came from, if any."""

TOKEN_ALGORITHM: Final = "token-algorithm"  # noqa: S105  # a kind of signal
EGRESS: Final = "egress"

heard: list[Hearer] = []
"""Whoever listens; a house that is open."""


def tell(kind: str, address: str = "") -> None:
    """It happened."""
    for hearer in heard:
        hearer(kind, address)
