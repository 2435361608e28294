"""
Laboratory results with reference ranges and courses that fit the problems.

Tests, their codes and their ranges are those of the catalogue (`documents.catalogue`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from meridian.documents import catalogue
from meridian.ops.demo.elements import (
    HL7,
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


_COURSES: dict[str, tuple[int, float, float]] = {
    "glucose": (0, 90, 5),
    "urea": (0, 14, 2),
    "creatinine": (2, 0.92, 0.05),
    "gfr": (0, 92, 4),
    "calcium": (1, 9.4, 0.2),
    "sodium": (0, 140, 1.5),
    "potassium": (1, 4.2, 0.2),
    "chloride": (0, 102, 1.5),
    "carbonate": (0, 25, 1.2),
    "cholesterol": (0, 182, 9),
    "triglycerides": (0, 108, 16),
    "ldl": (0, 104, 8),
    "hdl": (0, 55, 4),
    "leukocytes": (1, 6.8, 0.9),
    "erythrocytes": (2, 4.7, 0.15),
    "hemoglobin": (1, 14.1, 0.35),
    "hematocrit": (1, 42, 1),
    "mcv": (0, 89, 1.5),
    "platelets": (0, 252, 22),
    "eosinophils": (2, 0.18, 0.05),
    "hba1c": (1, 5.2, 0.15),
    "alt": (0, 23, 4),
    "psa": (1, 1.4, 0.15),
    "crp": (1, 1.6, 0.6),
    "tsh": (2, 1.9, 0.3),
    "inr": (1, 1.0, 0.2),
    "urate": (1, 5.4, 0.3),
}
"""Digits after the decimal point, the mean of healthy adults, and the standard deviation between two draws."""


def _test(key: str, digits: int, healthy: float, spread: float) -> Test:
    known = catalogue.TESTS[key]
    code = Code(known.system, known.code, known.display)
    return Test(known.name, code, known.unit, known.ucum, known.low, known.high, digits, healthy, spread)


TESTS = {key: _test(key, *course) for key, course in _COURSES.items()}


@dataclass(frozen=True)
class Panel:
    """Tests that are drawn together, under one report."""

    name: str
    code: Code
    tests: tuple[str, ...]


def _panel_of(key: str) -> Panel:
    known = catalogue.PANELS[key]
    return Panel(known.name, Code(known.system, known.code, known.display), known.tests)


METABOLIC, LIPIDS, BLOOD_COUNT = (_panel_of(key) for key in ("basic-metabolic", "lipids", "blood-count"))
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
