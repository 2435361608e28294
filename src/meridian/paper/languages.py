"""The languages that pages are written in: days as people read them there, and what pages say by themselves."""

from collections.abc import Mapping
from typing import Final

from meridian.paper.document import Words

WORDS: Final[Mapping[str, Words]] = {
    "en": Words(),
    "es": Words(
        page="Página {page} de {pages}",
        signed="Firmado electrónicamente",
        unprintable="Los caracteres entre [corchetes] no se pueden imprimir con las fuentes disponibles y se muestran "
        "por su código.",
    ),
}
_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}
_DAY: Final = len("2026-03-12")


def language_of(*tags: str) -> str:
    """
    The first of the BCP 47 *tags* that pages are written in; English when there is none.

    >>> language_of("fr", "es-MX", "en"), language_of()
    ('es', 'en')
    """
    known = (tag.partition("-")[0].lower() for tag in tags)
    return next((tag for tag in known if tag in WORDS), "en")


def day(moment: str, language: str = "en") -> str:
    """
    A FHIR date or dateTime as a day that no country reads in two ways; one that is not exact stays so.

    >>> day("2026-03-12T10:00:00Z"), day("2026-03"), day("2026"), day(""), day("2026-01-12", "es")
    ('12-Mar-2026', 'Mar-2026', '2026', '', '12-ene-2026')
    """
    year, _, rest = moment[:_DAY].partition("-")
    if not rest:
        return year
    month, _, date = rest.partition("-")
    return "-".join(part for part in (date, _MONTHS[language][int(month) - 1], year) if part)
