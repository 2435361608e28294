"""AUDIT-01: a log that nobody outside the database knows anything of, and one that everybody may read."""

from typing import Any

from meridian.access.door import Door
from meridian.access.log import KIND
from meridian.audit.anchors import Anchors


def unanchored() -> None:
    """What was signed is kept in the database alone."""
    Anchors.append = lambda *_: None  # type: ignore[method-assign]  # what is taken out


def read_by_all() -> None:
    """Whoever is signed in reads the log of their organisation."""
    strict = Door.allow

    def allow(self: Door, interaction: Any, resource_type: str, *rest: Any, **more: Any) -> Any:
        return "oversight" if resource_type == KIND else strict(self, interaction, resource_type, *rest, **more)

    Door.allow = allow  # type: ignore[method-assign]  # what is taken out


WEAKNESSES = {"unanchored": unanchored, "read-by-all": read_by_all}
