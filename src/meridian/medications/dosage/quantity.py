"""
How much is to be given out for so many days, and how long so much lasts.

What is counted one by one is counted exactly; liquids, drops and creams are measured and rounded up; what comes in
packs is given in whole packs. For every order the supply lasts at least the days that were asked for.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from meridian.medications.dosage.forms import SHAPES, Form, counted, in_units, plain, wrong

DAYS_OF = {"h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7), "mo": Decimal(30)}
"""Days in a period; a month is counted as 30, as days' supply is."""
LONGEST = 365
"""Days that one order may cover."""


@dataclass(frozen=True, slots=True)
class Use:
    """
    How a medicine is used.

    Args:
        form: What it comes in.
        dose, unit: How much at a time.
        times: How often in a period.
        period, period_unit: Of how many `h`, `d`, `wk` or `mo`.
        label: Strength or concentration, as `250 mg` or `50 mg/mL`.
        pack: Units of dose in a pack, for what is given out in whole packs.
    """

    form: Form
    dose: Decimal
    unit: str
    times: int
    period: int = 1
    period_unit: str = "d"
    label: str = ""
    pack: int | None = None

    @property
    def each(self) -> Decimal:
        """Units of dose at a time."""
        return in_units(self.form, self.dose, self.unit, self.label)


@dataclass(frozen=True, slots=True)
class Supply:
    """So much, which lasts so many days."""

    quantity: Decimal
    unit: str
    days: int

    @property
    def text(self) -> str:
        """As it stands on a prescription."""
        return counted(self.quantity, self.unit)


def needed(use: Use, days: int) -> Supply:
    """
    The least that lasts *days*.

    Raises:
        Invalid: If the dose does not fit the form, or a pack's content is not known.
    """
    if not 1 <= days <= LONGEST:
        raise wrong("days", f"are to be between 1 and {LONGEST}")
    units = use.each * doses_in(use, days)
    quantity = _given(use, units)
    return Supply(quantity, SHAPES[use.form].given, lasting(use, quantity))


def doses_in(use: Use, days: int) -> int:
    """
    How many times it is used within *days*; a begun period's doses are all counted.

    >>> doses_in(Use(Form.PATCH, Decimal(1), "patch", 1, 3, "d"), 30)
    10
    """
    if use.times < 1 or use.period < 1 or use.period_unit not in DAYS_OF:
        raise wrong("timing", "is to be a number of times in a period")
    periods = Decimal(days) / (use.period * DAYS_OF[use.period_unit])
    return _up(periods * use.times)


def lasting(use: Use, quantity: Decimal) -> int:
    """Whole days that *quantity* (in the form's unit of quantity) lasts."""
    units = quantity * _content(use)
    doses = (units / use.each).to_integral_value(ROUND_FLOOR)
    days = doses * use.period * DAYS_OF[use.period_unit] / use.times
    return int(days.quantize(Decimal("0.000001")).to_integral_value(ROUND_FLOOR))


def _given(use: Use, units: Decimal) -> Decimal:
    quantity = units / _content(use)
    match use.form:
        case Form.LIQUID | Form.DROPS | Form.CREAM | Form.INJECTION:
            tenths = quantity.quantize(Decimal("0.1"), ROUND_CEILING)
            return Decimal(plain(tenths))
        case _:
            return Decimal(_up(quantity))


def _content(use: Use) -> Decimal:
    """Units of dose in one unit of quantity."""
    shape = SHAPES[use.form]
    if not shape.packed:
        return Decimal(shape.per)
    if not use.pack or use.pack < 1:
        raise wrong("pack", f"is to say how many of {shape.counted} are in one {shape.given}")
    return Decimal(use.pack)


def _up(value: Decimal) -> int:
    """Rounded up, but for the last digits that a division leaves."""
    return int(value.quantize(Decimal("0.000001")).to_integral_value(ROUND_CEILING))
