"""Words that a partner sends: bounded, and shown as plain text without what could disguise it."""

import unicodedata
from typing import Annotated

import msgspec

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Long = Annotated[str, msgspec.Meta(max_length=2000)]
Version = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$")]


def shown(text: str) -> str:
    r"""
    *text* on one line, without control and format characters (which turn the direction of writing, or hide).

    >>> shown("a\u202eb\n c")
    'ab c'
    """
    kept = (" " if letter.isspace() else letter for letter in text)
    visible = (letter for letter in kept if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(visible).split())
