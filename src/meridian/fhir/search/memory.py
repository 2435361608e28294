"""Remembering what short texts come to: names, codes and addresses come again and again, and whole reports do not."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

SHORT = 200
"""Characters of a text that is remembered; eight thousand reports of a megabyte would be all of the memory."""


def remembered(most: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """
    Remember what a function gave for the last *most* short texts.

    >>> remembered(8)(str.upper)("anne")
    'ANNE'
    """

    def around(function: Callable[[str], T]) -> Callable[[str], T]:
        cached = lru_cache(maxsize=most)(function)

        @wraps(function)
        def either(text: str) -> T:
            return cached(text) if len(text) <= SHORT else function(text)

        return either

    return around
