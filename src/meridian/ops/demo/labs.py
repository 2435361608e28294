"""
Laboratory results with reference ranges and courses that fit the problems.

LOINC codes are those that the sample sets quote; thyrotropin, INR and uric acid have none there and carry the clinic's
own. Reference ranges are common adult ones and for demonstration only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from meridian.ops.demo.elements import (
    HL7,
    LOCAL,
    LOINC,
    Code,
    Resource,
    amount,
    category,
    chance,
    concept,
    ident,
    reference,
    rounded,
)
from meridian.ops.demo.organisations import HARBOR, seat
from meridian.ops.demo.problems import PROBLEMS, progress
from meridian.ops.demo.roster import Life
from meridian.ops.demo.visits import CHECK_UP, Visit
from meridian.ops.demo.vitals import observation

LABORATORY = category("observation-category", "laboratory", "Laboratory")
REPORT = category("v2-0074", "LAB", "Laboratory")


@dataclass(frozen=True)
class Test:
    """
    A laboratory test.

    Args:
        name: As people say it.
        code: What is measured.
        unit, ucum: Its unit for people, and in UCUM.
        low, high: Reference range; `None` where it has no such end.
        digits: After the decimal point.
        healthy: Mean of healthy adults; *spread* is the standard deviation between two draws.
    """

    name: str
    code: Code
    unit: str
    ucum: str
    low: float | None
    high: float | None
    digits: int
    healthy: float
    spread: float


def _test(  # noqa: PLR0917  # a row of the table below
    name: str, code: str, display: str, unit: str, span: tuple[float | None, float | None], digits: int,
    healthy: float, spread: float, *, ucum: str = "", system: str = LOINC,
) -> Test:  # fmt: skip
    return Test(name, Code(system, code, display), unit, ucum or unit, *span, digits, healthy, spread)


TESTS: dict[str, Test] = {
    "glucose": _test("Glucose", "2339-0", "Glucose", "mg/dL", (70, 99), 0, 90, 5),
    "urea": _test("Urea nitrogen", "6299-2", "Urea Nitrogen", "mg/dL", (7, 20), 0, 14, 2),
    "creatinine": _test("Creatinine", "38483-4", "Creatinine", "mg/dL", (0.6, 1.3), 2, 0.92, 0.05),
    "gfr": _test(
        "eGFR", "33914-3", "Estimated Glomerular Filtration Rate", "mL/min/1.73 m²", (60, None), 0, 92, 4,
        ucum="mL/min/{1.73_m2}",
    ),
    "calcium": _test("Calcium", "49765-1", "Calcium", "mg/dL", (8.6, 10.3), 1, 9.4, 0.2),
    "sodium": _test("Sodium", "2947-0", "Sodium", "mmol/L", (135, 145), 0, 140, 1.5),
    "potassium": _test("Potassium", "6298-4", "Potassium", "mmol/L", (3.5, 5.1), 1, 4.2, 0.2),
    "chloride": _test("Chloride", "2069-3", "Chloride", "mmol/L", (98, 107), 0, 102, 1.5),
    "carbonate": _test("Carbon dioxide", "20565-8", "Carbon Dioxide", "mmol/L", (22, 29), 0, 25, 1.2),
    "cholesterol": _test("Total cholesterol", "2093-3", "Total Cholesterol", "mg/dL", (None, 200), 0, 182, 9),
    "triglycerides": _test("Triglycerides", "2571-8", "Triglycerides", "mg/dL", (None, 150), 0, 108, 16),
    "ldl": _test("LDL cholesterol", "18262-6", "Low Density Lipoprotein Cholesterol", "mg/dL", (None, 130), 0, 104, 8),
    "hdl": _test("HDL cholesterol", "2085-9", "High Density Lipoprotein Cholesterol", "mg/dL", (40, None), 0, 55, 4),
    "leukocytes": _test(
        "White blood cells", "6690-2", "Leukocytes [#/volume] in Blood by Automated count",
        "10*3/uL", (4.5, 11), 1, 6.8, 0.9
    ),
    "erythrocytes": _test(
        "Red blood cells", "789-8", "Erythrocytes [#/volume] in Blood by Automated count",
        "10*6/uL", (4.1, 5.7), 2, 4.7, 0.15
    ),
    "hemoglobin": _test("Hemoglobin", "718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", (12, 17.5), 1, 14.1, 0.35),
    "hematocrit": _test(
        "Hematocrit", "4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "%", (36, 50), 1, 42, 1,
    ),
    "mcv": _test("MCV", "787-2", "MCV [Entitic volume] by Automated count", "fL", (80, 100), 0, 89, 1.5),
    "platelets": _test(
        "Platelets", "777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", (150, 450), 0, 252, 22,
    ),
    "eosinophils": _test("Eosinophils", "local-eos", "Eosinophils", "10*3/uL", (0, 0.5), 2, 0.18, 0.05, system=LOCAL),
    "hba1c": _test("HbA1c", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", (4, 5.6), 1, 5.2, 0.15),
    "alt": _test(
        "ALT", "1742-6",
        "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", (7, 56), 0, 23, 4
    ),
    "psa": _test(
        "PSA", "2857-1", "Prostate specific Ag [Mass/volume] in Serum or Plasma", "ng/mL", (None, 4), 1, 1.4, 0.15,
    ),
    "crp": _test(
        "C-reactive protein", "30522-7",
        "C reactive protein [Mass/volume] in Serum or Plasma by High sensitivity method", "mg/L",
        (None, 5), 1, 1.6, 0.6,
    ),
    "tsh": _test(
        "TSH", "local-tsh", "Thyrotropin (TSH)", "mIU/L", (0.4, 4.2), 2, 1.9, 0.3, ucum="m[IU]/L", system=LOCAL,
    ),
    "inr": _test("INR", "local-inr", "INR", "ratio", (None, 1.2), 1, 1.0, 0.2, ucum="{INR}", system=LOCAL),
    "urate": _test("Uric acid", "local-urate", "Uric acid", "mg/dL", (3.4, 7), 1, 5.4, 0.3, system=LOCAL),
}  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """Tests that are drawn together, under one report."""

    name: str
    code: Code
    tests: tuple[str, ...]


METABOLIC = Panel(
    "Basic metabolic panel",
    Code(LOINC, "51990-0", "Basic Metabolic Panel"),
    ("glucose", "urea", "creatinine", "gfr", "calcium", "sodium", "potassium", "chloride", "carbonate"),
)
LIPIDS = Panel("Lipids", Code(LOINC, "57698-3", "Lipid Panel"), ("cholesterol", "triglycerides", "ldl", "hdl"))
BLOOD_COUNT = Panel(
    "Blood count",
    Code(LOINC, "58410-2", "Complete blood count (hemogram) panel - Blood by Automated count"),
    ("leukocytes", "erythrocytes", "hemoglobin", "hematocrit", "mcv", "platelets"),
)
LIPIDS_FROM = 35
"""Age in years at which lipids are looked at in check-ups."""


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """Panels at adults' check-ups; at follow-ups what belongs to the problem."""
    for visit in visits:
        panels, singles = drawn(life, visit)
        luck = chance("labs", visit.id)
        for panel in panels:
            yield from _panel(life, visit, panel, luck)
        for name in singles:
            yield _result(life, visit, name, luck)


def drawn(life: Life, visit: Visit) -> tuple[list[Panel], list[str]]:
    """Which panels and single tests are taken at a visit."""
    if life.is_child:
        return [], []
    if visit.kind == CHECK_UP:
        old = life.age_on(visit.day) >= LIPIDS_FROM
        panels = [METABOLIC, *([LIPIDS] if old else []), *([BLOOD_COUNT] if old or life.problems else [])]
        return panels, _others(life, panels)
    return [], list(dict.fromkeys(name for key in visit.problems for name in PROBLEMS[key].labs))


def _others(life: Life, panels: list[Panel]) -> list[str]:
    """The tests that belong to the patient's problems and are in none of the panels; each once."""
    wanted = dict.fromkeys(name for key in life.problems for name in PROBLEMS[key].labs)
    return [name for name in wanted if not any(name in panel.tests for panel in panels)]


def value(life: Life, visit: Visit, name: str, luck: Random) -> float:
    """What a test shows: the course of the problem that moves it furthest from healthy, or a healthy value."""
    test = TESTS[name]
    own = chance("healthy", life.key, name).gauss(0, test.spread)
    middle = test.healthy + own
    courses = [(PROBLEMS[key].labs[name], progress(life, key, visit.day)) for key in life.problems
               if name in PROBLEMS[key].labs]  # fmt: skip
    moved = [start + (end - start) * far**0.6 for (start, end), far in courses if far is not None]
    if moved:
        middle = max(moved, key=lambda at: abs(at - test.healthy))
    return max(middle + luck.gauss(0, test.spread / 2), test.spread / 4)


def _panel(life: Life, visit: Visit, panel: Panel, luck: Random) -> Iterator[Resource]:
    results = [_result(life, visit, name, luck) for name in panel.tests]
    yield from results
    yield {
        "resourceType": "DiagnosticReport",
        "id": ident("report", visit.id, panel.code.code),
        "status": "final",
        "category": [REPORT],
        "code": concept(panel.name, panel.code),
        "subject": life.subject,
        "encounter": visit.encounter,
        "effectiveDateTime": visit.at,
        "issued": visit.at,
        "performer": [life.organisation.reference],
        "result": [reference("Observation", result["id"], result["code"]["text"]) for result in results],
    }


def _result(life: Life, visit: Visit, name: str, luck: Random) -> Resource:
    test = TESTS[name]
    shown = rounded(value(life, visit, name, luck), test.digits)
    performer = seat(HARBOR, "lab").reference if life.organisation is HARBOR else life.organisation.reference
    return observation(life, visit, test.code, LABORATORY) | {
        "code": concept(test.name, test.code),
        "performer": [performer],
        "valueQuantity": amount(shown, test.unit, test.ucum),
        "interpretation": [_flag(test, float(shown))],
        "referenceRange": [_range(test)],
    }


def _range(test: Test) -> Resource:
    ends = (("low", test.low), ("high", test.high))
    return {end: amount(rounded(limit, test.digits), test.unit, test.ucum) for end, limit in ends if limit is not None}


def _flag(test: Test, shown: float) -> Resource:
    if test.high is not None and shown > test.high:
        return _interpretation("H", "High")
    if test.low is not None and shown < test.low:
        return _interpretation("L", "Low")
    return _interpretation("N", "Normal")


def _interpretation(code: str, display: str) -> Resource:
    return {
        "coding": [{"system": f"{HL7}v3-ObservationInterpretation", "code": code, "display": display}], "text": display
    }  # fmt: skip
