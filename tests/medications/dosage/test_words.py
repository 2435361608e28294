"""Dose lines as a nurse reads them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.medications.dosage.words import line, lines


def dosage(value: str, unit: str, **more: Any) -> dict[str, Any]:
    return {"doseAndRate": [{"doseQuantity": {"value": Decimal(value), "unit": unit}}], **more}


def often(times: int, **more: Any) -> dict[str, Any]:
    return timing(frequency=times, period=1, periodUnit="d", **more)


def timing(**repeat: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}}


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (dosage("1.0", "tablet", route={"text": "by mouth"}, **often(1)),
         "Take 1 tablet by mouth once a day"),
        (dosage(".5", "mg", route={"text": "by mouth"}, **often(3)),
         "Take 0.5 mg by mouth 3 times a day"),
        (dosage("75", "mcg", route={"text": "by mouth"}, **often(1, when=["MORN"])),
         "Take 75 micrograms by mouth once a day in the morning"),
        (dosage("20", "U", route={"text": "under the skin"}, **often(1, when=["HS"])),
         "Inject 20 units under the skin once a day at bedtime"),
        (dosage("10", "mg", route={"text": "by mouth"},
                **timing(frequency=1, period=1, periodUnit="wk", dayOfWeek=["mon"])),
         "Take 10 mg by mouth once a week on Monday"),
        (dosage("2", "puff", route={"text": "breathed in"}, asNeededBoolean=True,
                **timing(frequency=1, period=4, periodUnit="h")),
         "Use 2 puffs breathed in every 4 hours if needed"),
        (dosage("2", "tablet", route={"text": "by mouth"}, asNeededCodeableConcept={"text": "pain"},
                maxDosePerPeriod={"numerator": {"value": 8, "unit": "tablet"},
                                  "denominator": {"value": 1, "unit": "d"}}),
         "Take 2 tablets by mouth if needed for pain at most 8 tablets in 1 day"),
        (dosage("1", "drop", route={"text": "in the eye"}, site={"text": "left"}, **often(2)),
         "Use 1 drop in the eye (left) twice a day"),
        ({"text": "As on the leaflet"}, "As on the leaflet"),
        ({"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "tablet"}}}]},
         "Take 1 to 2 tablets"),
    ],
)  # fmt: skip
def test_dose_lines(given_: dict[str, Any], said: str) -> None:
    assert line(given_) == said


@given(
    st.decimals(min_value="0.0001", max_value=9999, places=4),
    st.sampled_from(["mcg", "µg", "U", "IU", "[IU]", "ml", "cc", "mg", "tablet"]),
)
def test_no_dose_line_has_what_can_be_misread(value: Decimal, unit: str) -> None:
    words = line(dosage(str(value), unit)).split()

    assert not {"mcg", "µg", "U", "IU", "cc", "ml"} & set(words)
    assert not words[1].startswith(".")
    assert not ("." in words[1] and words[1].endswith("0"))


def test_several_dosages_are_said_one_after_the_other() -> None:
    request = {"dosageInstruction": [dosage("1", "tablet"), dosage("2", "tablet")]}

    assert lines(request) == "Take 1 tablet; Take 2 tablets"


def test_what_was_written_elsewhere_keeps_its_words() -> None:
    said = "1 tablet every morning with a full glass of water, upright for 30 minutes"

    assert lines({"dosageInstruction": [dosage("1", "tablet", text=said)]}) == said


def test_the_words_of_a_structured_dose_are_made_from_its_structure() -> None:
    lying = dosage("1", "tablet", text="10 tablets")

    assert line(lying) == "Take 1 tablet"
