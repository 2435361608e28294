"""How text is compared: without case, accents, punctuation and needless spaces, so that O'Brien and OBRIEN are one."""

import unicodedata

from meridian.fhir.search.memory import remembered

LONGEST = 120
"""Characters of a text that are indexed; what follows them is compared only by `fingerprint`."""

MOST_READ = 10 * LONGEST
"""Characters that are looked at for them: some of a text are marks, and one character may become eighteen."""

# Letters that Unicode does not decompose.
_LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "\u0131": "i", "ŋ": "n", "ŧ": "t", "æ": "ae", "œ": "oe",
        "þ": "th", "ĸ": "k", "ƶ": "z", "ɨ": "i", "ʉ": "u", "ə": "e",
        "\u00ad": None,  # a soft hyphen is no letter
    }
)  # fmt: skip

_PUNCTUATION = str.maketrans(dict.fromkeys("'\u2018\u2019\u02bb\u02bc`") | dict.fromkeys("-\u2010\u2011\u2013.,", " "))
"""What people type for an apostrophe is left out; a hyphen, a full stop and a comma part words."""

_SOUNDS = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")
_SILENT = frozenset("aeiouy")


@remembered(8192)
def fold(text: str) -> str:
    """
    *text* as it is compared: casefolded, without accents and punctuation, single spaces, at most `LONGEST` characters.

    >>> fold("  Müller-ŁUKASZ  Straße "), fold("O'Brien")
    ('muller lukasz strasse', 'obrien')

    Source: hl7.org/fhir/R4/search.html#string (case, combining characters and punctuation are ignored).
    """
    text = text[:MOST_READ]
    if text.isascii():
        plain = text.lower()
    else:
        parts = unicodedata.normalize("NFKD", text.casefold())
        plain = "".join([c for c in parts if not unicodedata.combining(c)]).casefold().translate(_LETTERS)
    return " ".join(plain.translate(_PUNCTUATION).split())[:LONGEST]


@remembered(8192)
def phonetic(text: str) -> str:
    """
    How *text* sounds, by American Soundex; words that are not Latin stay as they are.

    >>> phonetic("Robert Rupert"), phonetic("Ashcraft"), phonetic("李")
    ('r163 r163', 'a261', '李')

    Source: archives.gov/research/census/soundex.
    """
    return " ".join(_soundex(word) for word in fold(text).split())[:LONGEST]


def _soundex(word: str) -> str:
    if not (word.isascii() and word.isalpha()):
        return word
    digits = word.translate(_SOUNDS)
    code, last = word[0], digits[0]
    for sound in digits[1:]:
        if sound.isdigit() and sound != last:
            code += sound
        if sound in _SILENT or sound.isdigit():
            last = sound
    return f"{code}000"[:4] if len(code) < 4 else code[:4]  # noqa: PLR2004  # a Soundex code has four characters


@remembered(4096)
def contact(value: str) -> str:
    """
    A telephone number or address of the net as it is compared: a number by its digits alone.

    >>> contact("+1 (555) 010-2030"), contact("Anne@Example.ORG")
    ('15550102030', 'anne@example.org')

    Source: hl7.org/fhir/R4/search.html#token (a server may ignore punctuation in a ContactPoint).
    """
    folded = " ".join(value.casefold().split())
    if any(c.isalpha() for c in folded):
        return folded[:LONGEST]
    return "".join(c for c in folded if c.isdecimal())[:LONGEST] or folded[:LONGEST]
