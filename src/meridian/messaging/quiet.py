"""
When a telephone may ring: not between nine in the evening and eight in the morning where its owner lives.

House policy for every text message, after the hours that 47 CFR 64.1200(c)(1) sets for telephone solicitations.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MORNING, EVENING = time(8), time(21)
DEFAULT = "America/New_York"


def may_ring(now: int, zone: str) -> int:
    """
    The first moment from *now* on at which a text message may be sent, both in ms since the epoch.

    >>> noon, night = 1_800_000_000_000, 1_800_000_000_000 + 18 * 3_600_000   # 03:00 and 21:00 in New York
    >>> may_ring(night, "Europe/Berlin") == night, may_ring(noon, "Nowhere/Else") == noon + 5 * 3_600_000
    (False, True)
    """
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(_zone(zone))
    if MORNING <= local.timetz().replace(tzinfo=None) < EVENING:
        return now
    day = local.date() + timedelta(days=local.timetz().replace(tzinfo=None) >= EVENING)
    morning = datetime.combine(day, MORNING, local.tzinfo)
    return int(morning.timestamp() * 1000)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(DEFAULT)
