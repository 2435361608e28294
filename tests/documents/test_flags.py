"""How a measurement stands to its range: the laboratory's word first, then the numbers, and never a guess."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.documents.flags import CRITICAL, INTERPRETATION, flag, interpreted, level, value

numbers = st.decimals(-1000, 1000, places=2)


def measured(shown: Any, low: Any = None, high: Any = None, **more: Any) -> dict[str, Any]:
    ends = {name: {"value": end} for name, end in (("low", low), ("high", high)) if end is not None}
    return {
        "resourceType": "Observation",
        "code": {"text": "Test"},
        "valueQuantity": {"value": shown, "unit": "mg"},
        "referenceRange": [ends] if ends else [],
        **more,
    }


@pytest.mark.parametrize(
    ("shown", "low", "high", "letter"),
    [(5, 3, 7, "N"), (3, 3, 7, "N"), (7, 3, 7, "N"), (2.99, 3, 7, "L"), (7.01, 3, 7, "H"), (9, None, 7, "H"),
     (2, 3, None, "L"), (5, None, None, "")],
)  # fmt: skip
def test_a_number_is_compared_with_both_ends(shown: Any, low: Any, high: Any, letter: str) -> None:
    assert flag(measured(shown, low, high)) == letter


def test_the_laboratorys_own_word_counts_before_the_numbers() -> None:
    said = [{"coding": [{"system": INTERPRETATION, "code": "HH"}]}]

    assert flag(measured(5, 3, 7, interpretation=said)) == "HH"
    assert interpreted(measured(5, 3, 7, interpretation=said))["interpretation"] == said


@pytest.mark.parametrize(
    ("compared", "shown", "letter"), [("<", 3, "L"), ("<", 5, ""), (">", 7, "H"), (">=", 5, ""), ("<=", 2, "L")]
)
def test_a_bound_says_only_on_which_side_it_is(compared: str, shown: Any, letter: str) -> None:
    observation = measured(shown, 3, 7)
    observation["valueQuantity"]["comparator"] = compared

    assert flag(observation) == letter


def test_the_catalogues_range_is_used_only_for_the_same_unit() -> None:
    potassium = {"coding": [{"system": "http://loinc.org", "code": "6298-4"}]}
    same = {"value": Decimal("6.2"), "unit": "mmol/L", "code": "mmol/L"}

    assert flag({"code": potassium, "valueQuantity": same}) == "H"
    assert flag({"code": potassium, "valueQuantity": {**same, "code": "mg/dL"}}) == ""


@given(numbers, numbers, numbers)
def test_what_is_high_is_above_and_what_is_low_below(shown: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = min(one, other), max(one, other)

    letter = flag(measured(shown, low, high))

    assert (letter == "H") == (shown > high)
    assert (letter == "L") == (shown < low)
    assert (letter == "N") == (low <= shown <= high)


@given(st.lists(st.sampled_from(["H", "L", "HH", "LL", "N", "", "A", "AA"])))
def test_one_critical_value_makes_a_report_critical(flags: list[str]) -> None:
    assert (level(flags) == "critical") == bool(CRITICAL & set(flags))


@pytest.mark.parametrize(
    ("observation", "words"),
    [
        (measured(Decimal("5.90"), 3, Decimal("5.1")), "Test: 5.90 mg is above the usual range (3 to 5.1)."),
        (measured(2, 3), "Test: 2 mg is below the usual range (3 or more)."),
        (measured(2, None, 3), "Test: 2 mg is in the usual range (up to 3)."),
        (measured(2), "Test: 2 mg. Ask us what this means for you."),
        ({"code": {"text": "Culture"}, "valueString": "none"}, "Culture: none. Ask us what this means for you."),
        ({"code": {"text": "Culture"}, "dataAbsentReason": {"text": "x"}},
         "Culture: not done. Ask us what this means for you."),
    ],
)  # fmt: skip
def test_a_patient_is_told_in_a_sentence(observation: dict[str, Any], words: str) -> None:
    assert value(observation).plain == words
