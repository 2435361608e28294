"""
Which backups are kept.

Every one of the last hours, counted from the newest backup and not from the clock, which may be wrong; then the last
one of each of so many days, weeks and months that have one. What a kept one adds to is kept. The newest is always
kept, and so is the newest that a drill has restored: the last of which it is known that it is good.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from meridian.ops.backup.names import Stamp
from meridian.settings import Backups

HOUR = 3600 * 1000


def kept(stamps: Iterable[Stamp], policy: Backups, parents: Mapping[str, str], good: str = "") -> set[str]:
    """
    The names of those that stay.

    Args:
        stamps: Every backup.
        policy: How many.
        parents: What each adds to, by name; those that stand by themselves need not be in it.
        good: The newest one that a drill has restored.
    """
    newest_first = sorted(stamps, reverse=True)
    if not newest_first:
        return set()
    since = newest_first[0].made - policy.recent * HOUR
    stay = {one.name for one in newest_first if one.made >= since}
    for count, period in ((policy.daily, _day), (policy.weekly, _week), (policy.monthly, _month)):
        stay |= _last_of_each(newest_first, period, count)
    stay |= {one.name for one in newest_first if one.name == good}
    for name in list(stay):
        parent = parents.get(name, "")
        while parent and parent not in stay:
            stay.add(parent)
            parent = parents.get(parent, "")
    return stay | {newest_first[0].name}


def _last_of_each(newest_first: list[Stamp], period: Callable[[datetime], object], count: int) -> set[str]:
    seen: dict[object, str] = {}
    for one in newest_first:
        seen.setdefault(period(datetime.fromtimestamp(one.made / 1000, UTC)), one.name)
    return set(list(seen.values())[:count])


def _day(moment: datetime) -> object:
    return moment.date()


def _week(moment: datetime) -> object:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> object:
    return moment.year, moment.month
