"""
The vital signs that are taken, with their codes, units and bounds; pure.

Codes and UCUM units are those of the vital signs profiles (hl7.org/fhir/R4/observation-vitalsigns.html) and of US Core.
The bounds are house policy and catch slips of the hand, not illness: outside `possible` nobody has lived, so it is
refused; outside `usual` it is kept once somebody has looked again. What is usual depends on the age.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from meridian.charting.codes import LOINC, Code

Bounds = tuple[float, float]


class Sign(NamedTuple):
    """
    One vital sign.

    Args:
        code: LOINC.
        name: As people say it.
        unit: UCUM code it is kept in.
        written: The unit as people write it.
        digits: Decimals that mean something.
        possible: Lowest and highest value that can be true of anybody.
        usual: The same at an age, by the highest age in years that it holds for.
        also: Further codes the profile asks for.
    """

    code: Code
    name: str
    unit: str
    written: str
    digits: int
    possible: Bounds
    usual: tuple[tuple[float, Bounds], ...]
    also: tuple[Code, ...] = ()

    def usual_at(self, age: float) -> Bounds:
        """What is usual at *age* in years."""
        return next((bounds for until, bounds in self.usual if age < until), self.usual[-1][1])


EVER: Final = float("inf")


def _loinc(code: str, display: str) -> Code:
    return Code(LOINC, code, display)


PRESSURE: Final = _loinc("85354-9", "Blood pressure panel with all children optional")
SYSTOLIC: Final = Sign(
    _loinc("8480-6", "Systolic blood pressure"), "Systolic blood pressure", "mm[Hg]", "mmHg", 0, (20, 350),
    ((1, (50, 110)), (12, (70, 130)), (EVER, (80, 200))),
)  # fmt: skip
DIASTOLIC: Final = Sign(
    _loinc("8462-4", "Diastolic blood pressure"), "Diastolic blood pressure", "mm[Hg]", "mmHg", 0, (10, 250),
    ((1, (25, 75)), (12, (35, 90)), (EVER, (40, 120))),
)  # fmt: skip
HEART_RATE: Final = Sign(
    _loinc("8867-4", "Heart rate"), "Heart rate", "/min", "per minute", 0, (10, 350),
    ((1, (80, 190)), (12, (55, 160)), (EVER, (40, 140))),
)  # fmt: skip
RESPIRATION: Final = Sign(
    _loinc("9279-1", "Respiratory rate"), "Respiratory rate", "/min", "per minute", 0, (2, 150),
    ((1, (20, 65)), (12, (12, 45)), (EVER, (8, 30))),
)  # fmt: skip
TEMPERATURE: Final = Sign(
    _loinc("8310-5", "Body temperature"), "Temperature", "Cel", "°C", 1, (20, 46), ((EVER, (34.5, 40.5)),)
)
SATURATION: Final = Sign(
    _loinc("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"), "Oxygen saturation", "%", "%", 0,
    (20, 100), ((EVER, (88, 100)),), (_loinc("2708-6", "Oxygen saturation in Arterial blood"),),
)  # fmt: skip
WEIGHT: Final = Sign(
    _loinc("29463-7", "Body weight"), "Weight", "kg", "kg", 2, (0.2, 650),
    ((0.1, (1, 6)), (1, (2, 15)), (5, (5, 35)), (12, (10, 90)), (EVER, (30, 250))),
)  # fmt: skip
HEIGHT: Final = Sign(
    _loinc("8302-2", "Body height"), "Height", "cm", "cm", 1, (20, 275),
    ((1, (35, 90)), (5, (55, 130)), (12, (80, 180)), (EVER, (120, 220))),
)  # fmt: skip
HEAD: Final = Sign(
    _loinc("9843-4", "Head Occipital-frontal circumference"), "Head circumference", "cm", "cm", 1, (15, 80),
    ((1, (28, 52)), (EVER, (40, 65))),
)  # fmt: skip
PAIN: Final = Sign(
    _loinc("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"), "Pain, 0 to 10", "{score}",
    "of 10", 0, (0, 10), ((EVER, (0, 10)),),
)  # fmt: skip
BODY_MASS: Final = Sign(
    _loinc("39156-5", "Body mass index (BMI) [Ratio]"), "Body mass index", "kg/m2", "kg/m²", 1, (4, 250),
    ((EVER, (12, 60)),),
)  # fmt: skip

TAKEN: Final[Mapping[str, Sign]] = {
    sign.code.code: sign
    for sign in (
        SYSTOLIC, DIASTOLIC, HEART_RATE, RESPIRATION, TEMPERATURE, SATURATION, WEIGHT, HEIGHT, HEAD, PAIN
    )
}  # fmt: skip
"""What may be entered, by code; the body mass index is worked out."""

_FACTORS: Final[Mapping[tuple[str, str], float]] = {
    ("[lb_av]", "kg"): 0.45359237,
    ("[oz_av]", "kg"): 0.028349523125,
    ("g", "kg"): 0.001,
    ("[in_i]", "cm"): 2.54,
    ("m", "cm"): 100.0,
    ("kPa", "mm[Hg]"): 7.500616827,
}
"""Exact by definition (international pound, ounce and inch), but for the kilopascal."""
FAHRENHEIT: Final = "[degF]"


def units(sign: Sign) -> tuple[str, ...]:
    """UCUM codes that *sign* may be entered in, the one it is kept in first."""
    others = [given for given, kept in _FACTORS if kept == sign.unit]
    return (sign.unit, *others, *((FAHRENHEIT,) if sign.unit == "Cel" else ()))


def converted(value: float, given: str, sign: Sign) -> float | None:
    """
    *value* in the unit the sign is kept in, with its digits; `None` for a unit that is none of its own.

    >>> converted(98.6, "[degF]", TEMPERATURE), converted(150, "[lb_av]", WEIGHT), converted(1, "cm", WEIGHT)
    (37.0, 68.04, None)
    """
    if given == sign.unit:
        return value
    if given == FAHRENHEIT and sign.unit == "Cel":
        return round((value - 32) * 5 / 9, sign.digits)
    factor = _FACTORS.get((given, sign.unit))
    return None if factor is None else round(value * factor, sign.digits)


def body_mass(weight: float, height: float) -> float:
    """
    Body mass index of *weight* in kg and *height* in cm.

    >>> body_mass(70, 175)
    22.9
    """
    return round(weight / (height / 100) ** 2, 1)
