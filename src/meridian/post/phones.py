"""Telephone numbers as people write them, made into what a carrier takes."""

import re

_FULL = re.compile(r"\+[1-9]\d{6,14}")
"""E.164: a plus, a country code that does not begin with 0, at most 15 digits."""
_NANP = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})")
"""A number of the North American numbering plan, with or without its country code."""


def e164(written: str) -> str:
    """
    The number as E.164 writes it; empty if it is none that can be told.

    >>> e164("(415) 555-0123"), e164("+44 20 7946 0958"), e164("555-0123")
    ('+14155550123', '+442079460958', '')
    """
    digits = re.sub(r"[\s().\-/]", "", written)
    if _FULL.fullmatch(digits):
        return digits
    national = _NANP.fullmatch(digits)
    return f"+1{national[1]}" if national else ""
