"""
Numbers as the intervals they mean: `100` is anything that rounds to it, `1e2` likewise but more coarsely.

Source: hl7.org/fhir/R4/search.html#number.
"""

import re
from decimal import Decimal

LEAST = -1.7e308
GREATEST = 1.7e308
"""Stand for the open ends of a range, and for what is too large for a double."""

_FORM = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_TENTH = Decimal("0.1")


def decimal(text: str) -> Decimal | None:
    """The number that *text* is; `None` when it is none."""
    return Decimal(text) if _FORM.fullmatch(text) else None


def around(value: Decimal) -> tuple[float, float]:
    """
    The interval `[low, high)` whose numbers equal *value* to its own precision.

    >>> around(Decimal("5.40")), around(Decimal("1e2"))
    ((5.395, 5.405), (50.0, 150.0))
    """
    exponent = value.as_tuple().exponent
    half = Decimal((0, (5,), int(exponent) - 1))
    return real(value - half), real(value + half)


def near(value: Decimal) -> tuple[float, float]:
    """The interval of what is approximately *value*: ten per cent around it, as the standard recommends."""
    slack = abs(value) * _TENTH
    return real(value - slack), real(value + slack)


def real(value: Decimal | float) -> float:
    """*value* as a finite double."""
    return min(max(float(value), LEAST), GREATEST)
