"""Each rule of the policy has its words, so that the log can be read by those whom it is about."""

from meridian.access.rules import RULES
from meridian.access.words import WORDS, why


def test_no_rule_lacks_its_words() -> None:
    assert {rule.name for rule in RULES} <= WORDS.keys()
    assert all(english and spanish and english != spanish for english, spanish in WORDS.values())


def test_what_is_no_rule_is_left_out() -> None:
    assert why("NotFound") == []
    assert why("emergency|treatment|treatment-care-team") == why("emergency")
