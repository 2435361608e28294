"""The words that leave the house."""

import re
import string

import pytest

from meridian.messaging.kinds import KINDS, WORDS
from meridian.post import texts
from meridian.post.texts import LANGUAGES
from meridian.testing.identity import PRODUCT

HEALTH = re.compile(
    r"\b(doctor|dr|medicine|prescription|lab|test|diagnos\w+|médic\w+|receta|análisis)\b", re.IGNORECASE
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_fields(language: str) -> None:
    english, other = LANGUAGES["en"], LANGUAGES[language]

    assert other.MAILS.keys() == english.MAILS.keys()
    assert other.NOTES.keys() == english.NOTES.keys()
    for name, (subject, paragraphs) in english.MAILS.items():
        theirs = other.MAILS[name]
        assert fields(" ".join((theirs[0], *theirs[1]))) == fields(" ".join((subject, *paragraphs))), name
    for name, text in english.NOTES.items():
        assert fields(other.NOTES[name]) == fields(text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_notification_has_words_and_a_way_to_get_fewer(kind: str) -> None:
    name = WORDS.get(kind, kind)

    for one in LANGUAGES.values():
        assert "{link}" in one.NOTES[name]
        assert "{settings}" in "".join(one.MAILS[name][1])


@pytest.mark.parametrize("kind", KINDS)
def test_no_notification_says_anything_of_health(kind: str) -> None:
    name = WORDS.get(kind, kind)
    for one in LANGUAGES.values():
        subject, paragraphs = one.MAILS[name]
        words = " ".join((subject, *paragraphs, one.NOTES[name]))

        assert not HEALTH.search(words)
        assert fields(words) <= {"product", "link", "settings"}


def test_a_letter_keeps_its_address_and_text_out_of_logs() -> None:
    letter = texts.letter(PRODUCT, "anne@clinic.example", "recovery", link="https://x/#SECRET")
    note = texts.note(PRODUCT, "+14155550123", "message", link="https://x/#SECRET")

    assert "anne" not in repr(letter) + repr(note)
    assert "SECRET" not in repr(letter) + repr(note)
