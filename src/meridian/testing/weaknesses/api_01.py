"""API-01: a house that knows who asks, and does not look whose it is."""

from dataclasses import replace
from typing import Any

from meridian.access import feeds
from meridian.access import scope as scopes
from meridian.access.exports.desk import Exports
from meridian.access.work import Work
from meridian.faults import NotFound
from meridian.store import exports, video_visits
from meridian.store.exports import Export
from meridian.store.plan import Change, Plan
from meridian.store.scope import Reach
from meridian.store.video_visits import Guest


def own_records_unchecked() -> None:
    """Whoever may see their own record of a type sees everybody's of their organisation."""
    strict = scopes._reach  # noqa: SLF001  # what is taken out

    def reach(*facts: Any, **more: Any) -> Reach | None:
        found = strict(*facts, **more)
        return found and replace(found, everyone=True, restricted=True)

    scopes._reach = reach  # noqa: SLF001  # likewise


def feeds_unchecked() -> None:
    """Whoever is signed in follows whatever feed they name."""
    feeds._own = lambda *_: True  # noqa: SLF001  # likewise


def exports_for_everybody() -> None:
    """Who knows an export's name has it."""

    def found(_: Exports, work: Work, identity: str) -> Plan[Export]:
        export = yield from exports.find(work.subject.org, identity)
        if export is None:
            raise NotFound("There is no such export")
        return export

    Exports._mine = found  # type: ignore[assignment, method-assign]  # noqa: SLF001  # likewise


def guests_again() -> None:
    """A guest's link opens its visit as often as somebody has it."""
    strict = video_visits.redeem

    def redeem(code: bytes, now: int) -> Plan[Guest | None]:
        yield Change("UPDATE visit_guest SET used = 0 WHERE code = ?", (code,))
        return (yield from strict(code, now))

    video_visits.redeem = redeem


WEAKNESSES = {
    "own-records-unchecked": own_records_unchecked,
    "feeds-unchecked": feeds_unchecked,
    "exports-for-everybody": exports_for_everybody,
    "guests-again": guests_again,
}
