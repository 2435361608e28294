"""The templates of one edition, with the environment that they were drawn for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from meridian.threats.templates import Found, Templates

if TYPE_CHECKING:
    from pathlib import Path

    from infra.environment import Environment

__all__ = ["Drawing", "Found"]


class Drawing(Templates):
    """
    All templates of one edition.

    Args:
        folder: Where they were synthesised.
        environment: Whose they are.
    """

    def __init__(self, folder: Path, environment: Environment) -> None:
        super().__init__(folder, environment)
        self.environment = environment
