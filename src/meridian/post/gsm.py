"""
What fits into one text message: 160 characters of the GSM 7-bit default alphabet, or 70 of any.

Source: 3GPP TS 23.038 section 6.2.1 (the alphabet and its extension table, whose characters take two places).
"""

ONE = 160
"""Characters of the alphabet in one message."""
ONE_WIDE = 70
"""Characters in one message as soon as one of them is not of the alphabet."""

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")


def places(text: str) -> int | None:
    """
    How many places of the alphabet *text* takes; `None` if it has characters that are not in it.

    >>> places("Hello"), places("€5"), places("Здравствуйте")
    (5, 3, None)
    """
    if not set(text) <= ALPHABET | EXTENSION:
        return None
    return sum(1 + (letter in EXTENSION) for letter in text)


def fits(text: str) -> bool:
    """
    Whether *text* goes out as one message.

    >>> fits("a" * 160), fits("a" * 161), fits("ж" * 70), fits("ж" * 71)
    (True, False, True, False)
    """
    taken = places(text)
    return len(text) <= ONE_WIDE if taken is None else taken <= ONE
