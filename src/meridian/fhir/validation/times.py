"""
The order of two values: numbers, quantities, and dates of any precision.

A date without a time is a span, so `2012` and `2012-05` have no order: that answer is `None`, as FHIRPath's is empty.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

_ZONES = timedelta(hours=14)  # how far a date without zone may be from UTC; hl7.org/fhir/R4/datatypes.html#dateTime
_FULL = len("YYYY-MM-DD")


def compare(left: Any, right: Any) -> int | None:
    """Negative, zero or positive as *left* is before, at or after *right*; `None` where that cannot be told."""
    if isinstance(left, (int, Decimal)) and isinstance(right, (int, Decimal)):
        return (left > right) - (left < right)
    if isinstance(left, dict) and isinstance(right, dict):
        return _quantities(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return _texts(left, right)
    return None


def _quantities(left: dict[str, Any], right: dict[str, Any]) -> int | None:
    """Only the same unit compares; conversion is a terminology's work."""
    a, b = left.get("value"), right.get("value")
    if a is None or b is None or any(left.get(k) != right.get(k) for k in ("system", "code", "unit")):
        return None
    return compare(a, b)


def _texts(left: str, right: str) -> int | None:
    """Dates; of equal precision and zone their text has their order."""
    if len(left) == len(right) and left[_FULL:][8:] == right[_FULL:][8:] and (len(left) <= _FULL or left[-1] == "Z"):
        return (left > right) - (left < right)
    try:
        (first, last), (first_other, last_other) = _span(left), _span(right)
    except (ValueError, OverflowError):
        return None
    if last < first_other:
        return -1
    if last_other < first:
        return 1
    return 0 if first == last == first_other == last_other else None


def _span(text: str) -> tuple[datetime, datetime]:
    """The earliest and the latest moment *text* may mean."""
    if len(text) > _FULL:
        moment = datetime.fromisoformat(text.replace(":60", ":59"))
        return moment, moment
    year, month, day = (int(part) for part in (text + "-01-01"[len(text) - 4 :])[:_FULL].split("-"))
    start = datetime(year, month, day, tzinfo=UTC)
    return start - _ZONES, _end(text, start) + _ZONES


def _end(text: str, start: datetime) -> datetime:
    """The last moment of the day, month or year *text* names."""
    if len(text) == _FULL:
        following = start + timedelta(days=1)
    elif len(text) == len("YYYY-MM"):
        following = (start + timedelta(days=31)).replace(day=1)
    else:
        following = start.replace(year=start.year + 1)
    return following - timedelta(microseconds=1)
