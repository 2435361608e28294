"""What fits into one text message."""

from itertools import product

import pytest

from meridian.post import texts
from meridian.post.gsm import ALPHABET, EXTENSION, fits, places
from meridian.post.texts import LANGUAGES
from meridian.settings import EDITIONS, edition
from meridian.testing.identity import PRODUCT

LONGEST_LINK = "https://" + "h" * 20 + ".com/appointment#" + "s" * 43


def test_the_alphabet_has_the_128_places_of_the_standard_but_for_the_escape() -> None:
    assert len(ALPHABET) == 127
    assert not ALPHABET & EXTENSION


def test_an_emoji_makes_a_message_wide() -> None:
    assert places("🙂") is None
    assert fits("🙂" * 70)
    assert not fits("🙂" * 71)


@pytest.mark.parametrize(("language", "name"), [*product(LANGUAGES, LANGUAGES["en"].NOTES)])
def test_every_text_message_goes_out_as_one_in_every_edition(language: str, name: str) -> None:
    for one in EDITIONS:
        us = PRODUCT.__class__(edition(one).title, "a@b.example", "a@b.example", "https://x.example")

        assert fits(texts.note(us, "+14155550123", name, language, link=LONGEST_LINK).text)
