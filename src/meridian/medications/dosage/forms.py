"""
The forms that medicines come in: what a dose of each may be counted in, and what is given out.

A quantity of tablets is a count, of a liquid millilitres, of a cream grams, of an inhaler whole inhalers. Units of
different kinds are never added or turned into one another but by what the label says (strength, concentration, units
in a pack).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from meridian.faults import Invalid, Issue


class Form(StrEnum):
    """A kind of thing that is given out."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    LIQUID = "liquid"
    DROPS = "drops"
    SPRAY = "spray"
    INHALER = "inhaler"
    PATCH = "patch"
    CREAM = "cream"
    SUPPOSITORY = "suppository"
    INJECTION = "injection"
    PEN = "pen"
    PACK = "pack"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Shape:
    """
    How one form is counted.

    Args:
        counted: The unit of its dose.
        given: The unit of its quantity.
        doses: Units of dose that it may be ordered in, besides mass by its strength.
        step: The least part of a unit that can be taken: half a tablet, no part of a capsule.
        per: Units of dose in one unit of quantity, where they differ and no pack says it (20 drops a millilitre).
        packed: Given out in whole packs, whose content the order must say.
        route: How it is usually given.
        plural: Of the unit of dose.
        verb: How the patient is told to use it.
    """

    counted: str
    given: str
    doses: tuple[str, ...]
    step: Decimal
    route: str
    verb: str = "Take"
    per: int = 1
    packed: bool = False
    plural: str = ""


_HALF, _WHOLE, _FINE = Decimal("0.5"), Decimal(1), Decimal("0.01")

SHAPES: dict[Form, Shape] = {
    Form.TABLET: Shape("tablet", "tablet", ("tablet",), _HALF, "by mouth"),
    Form.CAPSULE: Shape("capsule", "capsule", ("capsule",), _WHOLE, "by mouth"),
    Form.LIQUID: Shape("mL", "mL", ("mL",), Decimal("0.1"), "by mouth", plural="mL"),
    Form.DROPS: Shape("drop", "mL", ("drop",), _WHOLE, "in the eye", "Use", per=20),
    Form.SPRAY: Shape("spray", "bottle", ("spray",), _WHOLE, "in the nose", "Use", packed=True),
    Form.INHALER: Shape("puff", "inhaler", ("puff",), _WHOLE, "breathed in", "Use", packed=True),
    Form.PATCH: Shape("patch", "patch", ("patch",), _WHOLE, "on the skin", "Apply", plural="patches"),
    Form.CREAM: Shape("g", "g", ("g",), _FINE, "on the skin", "Apply", plural="g"),
    Form.SUPPOSITORY: Shape("suppository", "suppository", ("suppository",), _WHOLE, "in the rectum", "Use",
                            plural="suppositories"),
    Form.INJECTION: Shape("mL", "mL", ("mL",), _FINE, "by injection", "Inject", plural="mL"),
    Form.PEN: Shape("unit", "pen", ("unit",), _WHOLE, "under the skin", "Inject", packed=True),
    Form.PACK: Shape("tablet", "pack", ("tablet",), _WHOLE, "by mouth", packed=True),
    Form.DEVICE: Shape("device", "device", ("device",), _WHOLE, "placed by a clinician", "Use"),
}  # fmt: skip
"""Twenty drops to the millilitre is a convention of dispensing; what a bottle gives differs, so it rounds up."""

MASS = {"g": Decimal(1), "mg": Decimal("0.001"), "micrograms": Decimal("0.000001")}
"""Units of mass in grams; `mcg` and `µg` are error-prone abbreviations (ISMP) and are not taken."""


def wrong(place: str, text: str) -> Invalid:
    """The refusal of a dose or quantity that makes no sense, naming the place."""
    return Invalid(f"The {place} {text}", issues=(Issue("value", text, place),))


@dataclass(frozen=True, slots=True)
class Strength:
    """So much substance in one unit of dose: 250 mg in a tablet, 50 mg in each mL."""

    value: Decimal
    unit: str

    @property
    def grams(self) -> Decimal | None:
        """As a mass; `None` for units of effect, which have none."""
        return self.value * MASS[self.unit] if self.unit in MASS else None


def strength(text: str) -> Strength | None:
    """
    What a label says is in one unit; `None` where it says none, or of several substances.

    >>> strength("250 mg"), strength("50 mg/mL"), strength("10 mg / 28 mg")
    (Strength(value=Decimal('250'), unit='mg'), Strength(value=Decimal('50'), unit='mg'), None)
    """
    words = text.removesuffix("/mL").removesuffix("/dose").split()
    if len(words) != 2:  # noqa: PLR2004  # a number and its unit
        return None
    try:
        value = Decimal(words[0])
    except ArithmeticError:
        return None
    return Strength(value, words[1]) if value > 0 and words[1] in (*MASS, "units") else None


def units(form: Form, label: str) -> list[str]:
    """What a dose may be counted in: the form's own units, and mass or units of effect where the label says so."""
    shape = SHAPES[form]
    if form in (Form.CREAM, Form.DEVICE, Form.PACK, Form.DROPS, Form.PATCH):
        return list(shape.doses)
    known = strength(label)
    mass = [] if known is None else [known.unit] if known.unit not in MASS else list(MASS)
    return [*shape.doses, *(one for one in mass if one not in shape.doses)]


def in_units(form: Form, dose: Decimal, unit: str, label: str = "") -> Decimal:
    """
    A dose in the units the form is counted in.

    >>> in_units(Form.TABLET, Decimal(75), "micrograms", "25 micrograms")
    Decimal('3')

    Raises:
        Invalid: If the unit is none of the form's, the label does not say how much one unit holds, or the dose cannot
            be measured out (a third of a tablet).
    """
    shape = SHAPES[form]
    if unit not in units(form, label):
        allowed = " or ".join(units(form, label))
        raise wrong("unit", f"of a {form.value} is to be {allowed}")
    count = dose if unit in shape.doses else _by_strength(dose, unit, label)
    if dose <= 0:
        raise wrong("dose", "is to be more than nothing")
    if count % shape.step:
        raise wrong("dose", f"cannot be measured out: it would be about {count:.3g} {shape.counted}")
    return _short(count)


def _by_strength(dose: Decimal, unit: str, label: str) -> Decimal:
    known = strength(label)
    assert known is not None  # noqa: S101  # `units` has offered the unit only because of it
    if unit == known.unit:
        return dose / known.value
    assert known.grams is not None  # noqa: S101  # likewise
    return dose * MASS[unit] / known.grams


def plain(value: Decimal) -> str:
    """
    A number as it may stand in an order: no trailing zero, always a leading one.

    Source: ISMP list of error-prone abbreviations, symbols and dose designations.

    >>> plain(Decimal("1.0")), plain(Decimal(".5")), plain(Decimal("1E+2")), plain(Decimal("0.25"))
    ('1', '0.5', '100', '0.25')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _short(value: Decimal) -> Decimal:
    return Decimal(plain(value.quantize(Decimal("0.000001"))))


def counted(value: Decimal, unit: str, plural: str = "") -> str:
    """
    A number with its unit, in the plural where it is several.

    >>> counted(Decimal(2), "tablet"), counted(Decimal("0.5"), "tablet"), counted(Decimal(5), "mL")
    ('2 tablets', '0.5 tablet', '5 mL')
    """
    if value <= 1 or unit in ("mL", "mg", "g", "micrograms", "units"):
        return f"{plain(value)} {unit}"
    return f"{plain(value)} {plural or _PLURALS.get(unit, unit + 's')}"


_PLURALS = {"patch": "patches", "suppository": "suppositories", "dose": "doses"}
