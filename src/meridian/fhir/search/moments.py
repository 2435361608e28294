"""
Dates as the intervals they mean: `2013-01` is all of January.

An interval is `[low, high)` in milliseconds since the epoch. What says no time zone is taken as UTC (house policy; the
standard leaves it to the server).

Source: hl7.org/fhir/R4/search.html#date.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta

from meridian.fhir.search.memory import remembered

FIRST = -(1 << 53)
"""Before every date: the start of a period that has none. A double holds it exactly."""
LAST = 1 << 53
"""After every date: the end of a period that has none."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_SECOND, _MINUTE, _DAY = 1_000, 60_000, 86_400_000
_FORM = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)


@remembered(8192)
def interval(text: str) -> tuple[int, int] | None:
    """
    The interval of a FHIR date, dateTime or instant; `None` when *text* is none.

    >>> interval("1970-01-02")
    (86400000, 172800000)
    >>> interval("1970-01-01T01:00:00+01:00")
    (0, 1000)
    """
    form = _FORM.fullmatch(text)
    if form is None:
        return None
    try:
        return _interval(form)
    except (ValueError, OverflowError):
        return None


def _interval(form: re.Match[str]) -> tuple[int, int]:
    year, month, day, hour, minute, second, fraction, zone = form.groups()
    first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    low = (first - _EPOCH) // _MILLISECOND
    if hour is None:
        return low, low + _DAY * _days(first, month, day)
    # 24:00 is no hour of the standard; second 60 is, and counts as 59 here.
    moment = first.replace(hour=int(hour), minute=int(minute), second=min(int(second or 0), 59))
    low = (moment - _EPOCH) // _MILLISECOND - _offset(zone)
    if second is None:
        return low, low + _MINUTE
    if int(second) > 60:  # noqa: PLR2004  # a leap second is the last there is
        raise ValueError(second)
    if fraction is None:
        return low, low + _SECOND
    low += int((fraction + "00")[1:4])
    return low, low + 1


def _days(first: datetime, month: str | None, day: str | None) -> int:
    if day is not None:
        return 1
    if month is not None:
        return calendar.monthrange(first.year, first.month)[1]
    return 366 if calendar.isleap(first.year) else 365


def _offset(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    size = int(zone[1:3]) * 60 + int(zone[4:6])
    return (-size if zone[0] == "-" else size) * _MINUTE
