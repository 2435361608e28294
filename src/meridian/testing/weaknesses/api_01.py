"""API-01: a house that knows who asks, and does not look whose it is."""

from dataclasses import replace
from typing import Any

from meridian.access import scope as scopes
from meridian.store.scope import Reach


def own_records_unchecked() -> None:
    """Whoever may see their own record of a type sees everybody's of their organisation."""
    strict = scopes._reach  # noqa: SLF001  # what is taken out

    def reach(*facts: Any, **more: Any) -> Reach | None:
        found = strict(*facts, **more)
        return found and replace(found, everyone=True, restricted=True)

    scopes._reach = reach  # noqa: SLF001  # likewise


WEAKNESSES = {"own-records-unchecked": own_records_unchecked}
