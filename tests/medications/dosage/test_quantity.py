"""How much is given out: enough, no more than a pack too much, and never in another form's units."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from meridian.faults import Invalid
from meridian.medications.dosage.forms import SHAPES, Form, in_units, plain, strength, units
from meridian.medications.dosage.quantity import Use, doses_in, lasting, needed

packs = {Form.SPRAY: 120, Form.INHALER: 200, Form.PEN: 300, Form.PACK: 28}
times = st.integers(1, 12)
days = st.integers(1, 365)


@st.composite
def uses(draw: st.DrawFn) -> Use:
    form = draw(st.sampled_from(Form))
    step = SHAPES[form].step
    dose = step * draw(st.integers(1, 40))
    unit = SHAPES[form].counted
    period_unit = draw(st.sampled_from(["d", "wk", "mo", "h"]))
    period = draw(st.integers(1, 24 if period_unit == "h" else 4))
    return Use(form, dose, unit, draw(times), period, period_unit, pack=packs.get(form))


@given(uses(), days)
def test_the_supply_lasts_at_least_the_days_asked_for(use: Use, wanted: int) -> None:
    supply = needed(use, wanted)

    assert supply.days >= wanted
    assert supply.unit == SHAPES[use.form].given


@given(uses(), days)
def test_a_unit_less_would_not_last(use: Use, wanted: int) -> None:
    supply = needed(use, wanted)
    least = {Form.LIQUID: "0.1", Form.DROPS: "0.1", Form.CREAM: "0.1", Form.INJECTION: "0.1"}.get(use.form, "1")
    less = supply.quantity - Decimal(least)
    assume(less > 0)

    content = use.pack if SHAPES[use.form].packed else SHAPES[use.form].per
    assert less * Decimal(content or 1) < use.each * doses_in(use, wanted)


@given(uses(), days)
def test_more_days_never_need_less(use: Use, wanted: int) -> None:
    assume(wanted < 365)

    assert needed(use, wanted).quantity <= needed(use, wanted + 1).quantity


@given(uses(), st.integers(1, 400))
def test_more_lasts_no_less_long(use: Use, amount: int) -> None:
    assert lasting(use, Decimal(amount)) <= lasting(use, Decimal(amount + 1))


@given(
    st.sampled_from(Form), st.sampled_from(sorted({shape.counted for shape in SHAPES.values()} | {"mg", "g", "units"}))
)
def test_a_unit_that_is_not_the_forms_is_refused(form: Form, unit: str) -> None:
    assume(unit not in units(form, ""))

    with pytest.raises(Invalid):
        in_units(form, Decimal(1), unit)


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_mass_and_count_are_joined_by_the_label_alone(milligrams: int, tablets: int) -> None:
    label = f"{milligrams} mg"

    assert in_units(Form.TABLET, Decimal(milligrams * tablets), "mg", label) == tablets
    assert in_units(Form.TABLET, Decimal(milligrams * tablets) / 1000, "g", label) == tablets
    assert in_units(Form.TABLET, Decimal(milligrams * tablets * 1000), "micrograms", label) == tablets


@pytest.mark.parametrize(
    ("use", "wanted", "said"),
    [
        (Use(Form.TABLET, Decimal(1), "tablet", 2), 30, "60 tablets"),
        (Use(Form.TABLET, Decimal("0.5"), "tablet", 1), 30, "15 tablets"),
        (Use(Form.TABLET, Decimal(500), "mg", 3, label="250 mg"), 10, "60 tablets"),
        (Use(Form.CAPSULE, Decimal(1), "capsule", 1, 1, "wk"), 28, "4 capsules"),
        (Use(Form.LIQUID, Decimal(250), "mg", 3, label="50 mg/mL"), 10, "150 mL"),
        (Use(Form.DROPS, Decimal(1), "drop", 2), 30, "3 mL"),
        (Use(Form.INHALER, Decimal(2), "puff", 2, pack=120), 30, "1 inhaler"),
        (Use(Form.INHALER, Decimal(2), "puff", 4, pack=120), 30, "2 inhalers"),
        (Use(Form.PATCH, Decimal(1), "patch", 1, 3, "d"), 30, "10 patches"),
        (Use(Form.CREAM, Decimal("2.5"), "g", 2), 14, "70 g"),
        (Use(Form.PEN, Decimal(20), "unit", 1, pack=300), 30, "2 pens"),
        (Use(Form.INJECTION, Decimal(20), "units", 1, label="100 units/mL"), 30, "6 mL"),
        (Use(Form.PACK, Decimal(1), "tablet", 1, pack=28), 84, "3 packs"),
    ],
)
def test_quantities_are_what_a_pharmacist_would_say(use: Use, wanted: int, said: str) -> None:
    assert needed(use, wanted).text == said


@pytest.mark.parametrize(
    ("form", "dose", "unit", "label"),
    [
        (Form.TABLET, "100", "mg", "250 mg"),  # two fifths of a tablet
        (Form.CAPSULE, "0.5", "capsule", ""),
        (Form.TABLET, "5", "mL", "250 mg"),
        (Form.TABLET, "5", "mg", "10 mg / 28 mg"),  # of which of the two?
        (Form.LIQUID, "1", "tablet", "50 mg/mL"),
        (Form.TABLET, "50", "mcg", "25 micrograms"),  # an error-prone abbreviation
        (Form.TABLET, "0", "tablet", ""),
    ],
)
def test_a_dose_that_cannot_be_measured_out_is_refused(form: Form, dose: str, unit: str, label: str) -> None:
    with pytest.raises(Invalid):
        in_units(form, Decimal(dose), unit, label)


def test_a_pack_must_say_what_is_in_it() -> None:
    with pytest.raises(Invalid, match="pack"):
        needed(Use(Form.INHALER, Decimal(2), "puff", 2), 30)


@given(st.decimals(min_value=0, max_value=10**6, allow_nan=False, places=4))
def test_numbers_in_orders_have_no_trailing_zero_and_always_a_leading_one(value: Decimal) -> None:
    text = plain(value)

    assert Decimal(text) == value
    assert not ("." in text and text.endswith(("0", ".")))
    assert not text.startswith(".")
    assert "E" not in text


def test_a_label_of_several_substances_has_no_strength() -> None:
    assert strength("325 mg / 7.5 mg") is None
    assert strength("") is None
    assert strength("0 mg") is None
