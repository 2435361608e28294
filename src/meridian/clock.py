"""The time of day, handed in wherever it is needed, so that a test can say when it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Gives milliseconds since 1970-01-01T00:00:00Z."""


def now() -> int:
    """Milliseconds since the epoch, from the machine's clock."""
    return time.time_ns() // 1_000_000


def instant(milliseconds: int) -> str:
    """
    A FHIR `instant` in UTC with milliseconds.

    >>> instant(0)
    '1970-01-01T00:00:00.000Z'

    Source: hl7.org/fhir/R4/datatypes.html#instant.
    """
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"
