"""Whatever comes as a draft is either refused with its places, or can be looked at without harm."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.faults import Invalid, TooLarge
from meridian.medications import drafts, formulary, substances
from meridian.medications.dosage import words
from meridian.medications.question import name_of

json_ = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["coding", "code", "system", "text", "display", "reference", "doseAndRate", "doseQuantity", "value", "unit",
         "timing", "repeat", "frequency", "period", "periodUnit", "route", "when", "asNeededBoolean", "doseRange"]
    ), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
decimals = st.decimals(allow_nan=False, allow_infinity=False)
names = st.sampled_from([*drafts.TAKEN_OVER, "dosage", "subject", "status", "nonsense"])


@given(st.dictionaries(names, json_, max_size=5))
def test_a_draft_of_anything_is_refused_or_can_be_looked_at(given_: dict[str, Any]) -> None:
    for read in (drafts.request, drafts.statement):
        try:
            draft = read(given_)
        except (Invalid, TooLarge):
            continue
        concept = draft.get("medicationCodeableConcept", {})
        assert isinstance(words.lines(draft), str)
        assert isinstance(name_of(concept), str)
        substances.of_concept(concept)
        formulary.of_concept(concept)


@given(st.fixed_dictionaries({}, optional={
    "doseAndRate": st.lists(st.fixed_dictionaries({"doseQuantity": st.fixed_dictionaries(
        {}, optional={"value": decimals, "unit": st.text(max_size=5)})}), max_size=2),
    "timing": st.fixed_dictionaries({"repeat": st.fixed_dictionaries({}, optional={
        "frequency": st.integers(1, 2**31), "period": decimals,
        "periodUnit": st.sampled_from(["h", "d", "wk", "mo", "s", "min", "a"]), "when": st.just(["HS", "MORN"])})}),
    "text": st.text(min_size=1, max_size=9),
}))  # fmt: skip
def test_a_dosage_of_any_numbers_can_be_put_into_words(dosage: dict[str, Any]) -> None:
    try:
        [good] = drafts.dosages([dosage])
    except (Invalid, TooLarge, KeyError):
        return
    assert isinstance(words.line(good), str)


def test_a_draft_says_neither_who_nor_when() -> None:
    given_ = {
        "medicationCodeableConcept": {"text": "x"}, "requester": {"reference": "Practitioner/evil"}, "status": "active",
        "authoredOn": "1999-01-01", "subject": {"reference": "Patient/other"}, "detectedIssue": [],
    }  # fmt: skip

    assert drafts.request(given_) == {"resourceType": "MedicationRequest", "medicationCodeableConcept": {"text": "x"}}


@pytest.mark.parametrize("given_", [{}, {"dosageInstruction": [{"text": "x"}]}, {"medicationCodeableConcept": {}}])
def test_a_draft_names_a_medicine(given_: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        drafts.request(given_)
