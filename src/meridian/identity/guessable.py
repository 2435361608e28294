"""
Whether a password is one of those that everybody tries first.

Lists of leaked passwords are long because they repeat a few ideas: a common word, a run on the keyboard, a year, the
name of the place or the person, in any order, with letters swapped for digits. What is taken for such an idea is cut
out; if nothing much is left, the password is refused. Composition ("one digit, one sign") is never asked for.

Source: NIST SP 800-63B section 5.1.1.2: commonly used, expected or compromised values; dictionary words; repetitive or
sequential characters; context-specific words.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

SHORTEST_PART = 4
"""Characters a word must have to count as an idea."""
FEWEST_LEFT = 4
"""Different characters that must be left over."""
MOST_PARTS = 3
"""A phrase of more common words than these is no common password."""
SHORTEST_RUN = 4
"""Characters in order, or the same one, that make a run."""

_SWAPPED = str.maketrans("@4831!|05$7+", "aabeiiiosstt")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "1q2w3e4r5t6y7u8i9o0p",
    "qawsedrftgyhujikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
)
_RUNS = _ROWS + tuple(row[::-1] for row in _ROWS)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SAME = re.compile(r"(.)\1{3,}")
_SIGNS = re.compile(r"[\W_]+")
_FEW_DIGITS = re.compile(r"(?<!\d)\d{1,4}(?!\d)")


@cache
def _common() -> tuple[str, ...]:
    text = (files("meridian.identity") / "common.txt").read_text(encoding="ascii")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return _longest_first(word for line in lines for word in line.split())


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if len(word) >= SHORTEST_PART}, key=lambda word: (-len(word), word)))


def guessable(password: str, context: Iterable[str] = ()) -> bool:
    """
    Whether *password* is made of common ideas, or of words of its *context* (names, the address, the product).

    >>> guessable("P@ssw0rd2024!!"), guessable("qwertyuiop12345"), guessable("aaaaaaaabbbbbbbb")
    (True, True, True)
    >>> guessable("meridian-anne-1980", ("Anne Example", "Meridian PMS"))
    True
    >>> guessable("violet teapot under nine stairs")
    False
    """
    plain = _YEAR.sub(" ", password.casefold())
    words = (*_context(context), *_common())
    return any(_nothing_left(text, words) for text in (plain, plain.translate(_SWAPPED)))


def _context(context: Iterable[str]) -> tuple[str, ...]:
    return _longest_first(word for text in context for word in _SIGNS.split(text.casefold()))


def _nothing_left(text: str, words: Iterable[str]) -> bool:
    parts = 0
    text, runs = _without_runs(_SAME.sub(" ", text))
    for word in words:
        if word in text:
            parts += text.count(word) > 0
            text = text.replace(word, " ")
    text = _SIGNS.sub("", _FEW_DIGITS.sub("", text))
    return len(set(text)) < FEWEST_LEFT and parts + runs <= MOST_PARTS


def _without_runs(text: str) -> tuple[str, int]:
    """*text* with every run of neighbours cut out, and how many different ones there were."""
    found: set[str] = set()
    start = 0
    while start <= len(text) - SHORTEST_RUN:
        length = _run_at(text, start)
        if length:
            found.add(text[start : start + length])
            text = f"{text[:start]} {text[start + length :]}"
        start += 1
    return text, len(found)


def _run_at(text: str, start: int) -> int:
    longest = 0
    for row in _RUNS:
        length = SHORTEST_RUN
        while start + length <= len(text) and text[start : start + length] in row:
            longest, length = max(longest, length), length + 1
    return longest
