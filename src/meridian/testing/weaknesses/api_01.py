"""API-01: a house that knows who asks, and does not look whose it is."""

from dataclasses import replace

from meridian.access import scope as scopes
from meridian.store.scope import Reach


def own_records_unchecked() -> None:
    """Whoever may see their own record of a type sees everybody's of their organisation."""
    strict = scopes._reach  # noqa: SLF001  # what is taken out

    def reach(relations: object, who: str | None, numbers: tuple[int, ...]) -> Reach | None:
        found = strict(relations, who, numbers)  # type: ignore[arg-type]  # handed on
        return found and replace(found, everyone=True, restricted=True)

    scopes._reach = reach  # noqa: SLF001  # likewise


WEAKNESSES = {"own-records-unchecked": own_records_unchecked}
