"""
What our fonts can print, and how everything else is shown: no character of a name or a dose is ever dropped.

Noto Sans sets Latin, Greek and Cyrillic; DejaVu Sans sets Armenian, Georgian, Hebrew, Arabic and symbols. Whatever
neither has, and what would reorder the text around it without being seen, is printed as its code point.
"""

import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD, OTHERS = (FONTS / f"{name}.ttf" for name in ("NotoSans-Regular", "NotoSans-Bold", "DejaVuSans-Others"))

REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional controls: within a dose they could show other digits than those that are stored (CVE-2021-42574)."""
JOINING = frozenset("\u200c\u200d\u00ad\ufe0f")
"""Seen only in what they do to their neighbours."""


def printable(text: str) -> str:
    """
    *text* with every character that cannot be printed as its code point.

    >>> printable("Łukasz 李"), printable("5\u202e0 mg")
    ('Łukasz [U+674E]', '5[U+202E]0 mg')
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", "    "))
    return "".join(_shown(one) for one in composed)


def _shown(one: str) -> str:
    if one == "\n" or one in JOINING:
        return one
    if one in REORDERING or ord(one) not in covered():
        return " " if one in "\u2028\u2029\x0b\x0c\r" else f"[U+{ord(one):04X}]"
    return one


@cache
def covered() -> frozenset[int]:
    """Code points that some font of ours has; those that only the regular Noto has are set in it."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # a tenth of a second, once something is printed

    found: set[int] = set()
    for path in (REGULAR, OTHERS):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
