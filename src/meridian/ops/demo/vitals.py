"""
Vital signs at every visit, so that they follow a course: a healthy value, what the problems add to it, and some noise.

Codes are those of the FHIR vital signs profiles (hl7.org/fhir/R4/observation-vitalsigns.html).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from meridian.ops.demo.elements import (
    LOINC,
    SNOMED,
    Code,
    Resource,
    amount,
    category,
    chance,
    concept,
    ident,
    rounded,
)
from meridian.ops.demo.problems import ILLNESSES, PROBLEMS, progress
from meridian.ops.demo.roster import Life
from meridian.ops.demo.visits import CHECK_UP, Visit

VITAL = category("observation-category", "vital-signs", "Vital Signs")
SURVEY = category("observation-category", "survey", "Survey")
SOCIAL = category("observation-category", "social-history", "Social History")


@dataclass(frozen=True)
class Sign:
    """A vital sign with one value: its name, code (and others that mean the same), unit, UCUM, and digits kept."""

    name: str
    code: Code
    unit: str
    ucum: str
    digits: int
    also: tuple[Code, ...] = ()


PULSE = Sign("Heart rate", Code(LOINC, "8867-4", "Heart rate"), "beats/minute", "/min", 0)
BREATHING = Sign("Breathing rate", Code(LOINC, "9279-1", "Respiratory rate"), "breaths/minute", "/min", 0)
SATURATION = Sign(
    "Oxygen saturation", Code(LOINC, "2708-6", "Oxygen saturation in Arterial blood"), "%", "%", 0,
    (Code(LOINC, "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),),
)  # fmt: skip
WARMTH = Sign("Temperature", Code(LOINC, "8310-5", "Body temperature"), "°C", "Cel", 1)
LENGTH = Sign("Height", Code(LOINC, "8302-2", "Body Height"), "cm", "cm", 1)
MASS = Sign("Weight", Code(LOINC, "29463-7", "Body Weight"), "kg", "kg", 1)
BODY_MASS = Sign("Body mass index", Code(LOINC, "39156-5", "Body mass index (BMI) [Ratio]"), "kg/m2", "kg/m2", 1)

LUNGS = {"asthma", "childasthma", "copd", "heartfailure"}
"""Problems whose follow-up counts breaths."""

PRESSURE = Code(LOINC, "85354-9", "Blood pressure panel with all children optional")
SYSTOLIC = Code(LOINC, "8480-6", "Systolic blood pressure")
DIASTOLIC = Code(LOINC, "8462-4", "Diastolic blood pressure")
PHQ9 = Code(LOINC, "44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]")
SMOKING = Code(LOINC, "72166-2", "Tobacco smoking status")
NEVER = Code(SNOMED, "266919005", "Never smoker")
FORMER = Code(SNOMED, "8517006", "Former smoker")

HEIGHTS = (
    (0, 50),
    (1, 75),
    (2, 87),
    (4, 102),
    (6, 115),
    (8, 128),
    (10, 138),
    (12, 149),
    (14, 161),
    (16, 168),
    (18, 171),
)
"""(age in years, height in cm) of an average child; girls end 12 cm lower, from 14 on."""
BODY_MASSES = ((0, 13.5), (1, 17), (2, 16.4), (5, 15.4), (8, 16), (11, 17.5), (14, 19.4), (18, 22))
"""(age in years, body mass index in kg/m²) of an average child."""
HEART_RATES = ((0, 130), (1, 118), (4, 100), (8, 88), (14, 78), (18, 71))
BREATH_RATES = ((0, 38), (1, 28), (4, 23), (8, 19), (14, 16), (18, 15))
SMOKED = 0.22
"""Share of people who have smoked."""
CHILD = 13
"""Age in years below which blood pressure is lower."""


def curve(points: tuple[tuple[float, float], ...], x: float) -> float:
    """
    The value at *x* on straight lines between *points*; flat beyond the ends.

    >>> curve(((0, 50), (1, 75)), 0.5)
    62.5
    """
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """Everything that the nurse measures, at every visit."""
    for visit in visits:
        yield from _measured(life, visit, chance("vitals", visit.id))
    yield from _smoking(life, visits)


def _measured(life: Life, visit: Visit, luck: Random) -> Iterator[Resource]:
    age = life.age_on(visit.day)
    thorough = visit.kind == CHECK_UP or life.is_child
    feverish = bool(visit.illness) and ILLNESSES[visit.illness].fever
    yield _pressure(life, visit, luck, age)
    heart = curve(HEART_RATES, age) + added(life, visit, "heart") + luck.gauss(0, 5) + 14 * feverish
    yield _sign(life, visit, PULSE, heart)
    if thorough or visit.illness or LUNGS & {*visit.problems}:
        breaths = curve(BREATH_RATES, age) + added(life, visit, "breaths") + luck.gauss(0, 1)
        yield _sign(life, visit, BREATHING, breaths)
        yield _sign(life, visit, SATURATION, min(98 + added(life, visit, "oxygen") + luck.gauss(0, 0.7), 100))
        yield _sign(life, visit, WARMTH, luck.gauss(38.6, 0.4) if feverish else luck.gauss(36.7, 0.2))
    yield from _size(life, visit, luck, thorough=thorough)
    if any("mood" in PROBLEMS[key].vitals for key in life.problems):
        score = max(round(2 + added(life, visit, "mood") + luck.gauss(0, 1.5)), 0)
        yield observation(life, visit, PHQ9, SURVEY) | {"valueQuantity": amount(rounded(score, 0), "points", "{score}")}


def _size(life: Life, visit: Visit, luck: Random, *, thorough: bool) -> Iterator[Resource]:
    height = _height(life, life.age_on(visit.day))
    square = (height / 100) ** 2
    weight = (_body_mass(life, visit, life.age_on(visit.day)) + luck.gauss(0, 0.25)) * square
    yield _sign(life, visit, MASS, weight)
    if thorough:
        yield _sign(life, visit, LENGTH, height)
        yield _sign(life, visit, BODY_MASS, weight / square)


def _sign(life: Life, visit: Visit, sign: Sign, value: float) -> Resource:
    quantity = amount(rounded(value, sign.digits), sign.unit, sign.ucum)
    code = concept(sign.name, sign.code, *sign.also)
    return observation(life, visit, sign.code, VITAL) | {"code": code, "valueQuantity": quantity}


def added(life: Life, visit: Visit, sign: str) -> float:
    """What the patient's problems add to a vital sign on the day of the visit."""
    total = 0.0
    for key in life.problems:
        course = PROBLEMS[key].vitals.get(sign)
        far = progress(life, key, visit.day)
        if course and far is None and sign == "bmi":
            total += course[0]  # nobody grows heavy in a day
        elif course and far is not None:
            total += course[0] + (course[1] - course[0]) * far**0.6  # treatment works most in the beginning
    return total


def _height(life: Life, age: float) -> float:
    luck = chance("height", life.key)
    tall = luck.gauss(0, 1)
    if life.is_child:
        return curve(HEIGHTS, age) * (1 + 0.03 * tall)
    return (163 if life.gender == "female" else 177) + 6 * tall


def _body_mass(life: Life, visit: Visit, age: float) -> float:
    luck = chance("mass", life.key)
    healthy = curve(BODY_MASSES, age) if life.is_child else 23.5
    own = luck.gauss(0, 1.2)
    drift = luck.gauss(0, 0.25) * (life.today - visit.day).days / 365
    return healthy + own + added(life, visit, "bmi") - drift


def _pressure(life: Life, visit: Visit, luck: Random, age: float) -> Resource:
    systolic = (88 + 2.2 * age if age < CHILD else 112 + 0.18 * age) + added(life, visit, "systolic") + luck.gauss(0, 5)
    diastolic = (54 + 1.2 * age if age < CHILD else 73) + added(life, visit, "diastolic") + luck.gauss(0, 4)
    parts = [(SYSTOLIC, systolic), (DIASTOLIC, diastolic)]
    return observation(life, visit, PRESSURE, VITAL) | {
        "code": concept("Blood pressure", PRESSURE),
        "component": [
            {"code": concept(code.display, code), "valueQuantity": amount(rounded(value, 0), "mmHg", "mm[Hg]")}
            for code, value in parts
        ],
    }


def observation(life: Life, visit: Visit, code: Code, kind: Resource) -> Resource:
    """An Observation without its value, and with the code's own words."""
    return {
        "resourceType": "Observation",
        "id": ident("observation", visit.id, code.code),
        "status": "final",
        "category": [kind],
        "code": concept(code.display, code),
        "subject": life.subject,
        "encounter": visit.encounter,
        "effectiveDateTime": visit.at,
        "performer": [visit.doctor.reference],
    }


def _smoking(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    adults = [visit for visit in visits if visit.kind == CHECK_UP and not life.is_child]
    if adults:
        smoked = "copd" in life.problems or chance("smoking", life.key).random() < SMOKED
        answer = FORMER if smoked else NEVER
        yield observation(life, adults[-1], SMOKING, SOCIAL) | {"valueCodeableConcept": concept(answer.display, answer)}
