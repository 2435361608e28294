"""
Every word that leaves the house, by language; a module each, with the same names in all (a test compares them).

A text says nothing of health: no name of a clinician, a medicine, a result or a reason, no date of a visit. It says
that there is something to see, and where. `{product}` and `{link}` are filled in; further fields stand in the text.
"""

from types import ModuleType
from typing import NamedTuple

from meridian.post.letters import Letter, Note, Product
from meridian.post.texts import en, es

LANGUAGES: dict[str, ModuleType] = {"en": en, "es": es}


class Words(NamedTuple):
    """A subject, and the paragraphs of a mail."""

    subject: str
    paragraphs: tuple[str, ...]


def language_of(*tags: str) -> str:
    """
    The first of the BCP 47 *tags* whose language we write; English when there is none.

    >>> language_of("fr", "es-MX", "en"), language_of()
    ('es', 'en')
    """
    known = (tag.partition("-")[0].lower() for tag in tags)
    return next((tag for tag in known if tag in LANGUAGES), "en")


def letter(product: Product, to: str, name: str, language: str = "en", **fields: str) -> Letter:
    """The mail *name* in a *language*, with its fields filled in."""
    words = Words(*LANGUAGES[language].MAILS[name])
    said = {"product": product.title, **fields}
    text = "\n\n".join((*words.paragraphs, f"{product.title}\n{product.support}")) + "\n"
    return Letter(to, words.subject.format(**said), text.format(**said), language)


def note(product: Product, to: str, name: str, language: str = "en", **fields: str) -> Note:
    """The text message *name*, likewise."""
    return Note(to, LANGUAGES[language].NOTES[name].format(product=product.title, **fields))
