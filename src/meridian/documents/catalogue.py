"""
The laboratory tests that a clinic orders most, and panels of them.

LOINC codes are those that the sample sets in the data folder quote, with a test that holds them to it; what is quoted
nowhere has a code of our own system. Reference ranges are common adult ones, used where the laboratory sends none.
"""

from typing import Any, Final, NamedTuple

from meridian.fhir.ours import CODES

LOINC: Final = "http://loinc.org"
LOCAL: Final = CODES + "/lab-test"


class Test(NamedTuple):
    """
    A laboratory test.

    Args:
        name: As people say it.
        code, display: What is measured, in *system*.
        unit, ucum: Its unit for people, and in UCUM.
        low, high: Reference range; `None` where it has no such end.
        system: Of the code.
    """

    name: str
    code: str
    display: str
    unit: str
    ucum: str
    low: float | None
    high: float | None
    system: str = LOINC


class Panel(NamedTuple):
    """Tests that are drawn together, under one report."""

    name: str
    code: str
    display: str
    tests: tuple[str, ...]
    system: str = LOINC


def _test(  # noqa: PLR0917  # a row of the table below
    name: str, code: str, display: str, unit: str, low: float | None, high: float | None, ucum: str = ""
) -> Test:
    return Test(name, code, display, unit, ucum or unit, low, high, LOCAL if code.isalpha() else LOINC)


_AUTOMATED = "by Automated count"
TESTS: Final[dict[str, Test]] = {
    "glucose": _test("Glucose", "2339-0", "Glucose", "mg/dL", 70, 99),
    "urea": _test("Urea nitrogen", "6299-2", "Urea Nitrogen", "mg/dL", 7, 20),
    "creatinine": _test("Creatinine", "38483-4", "Creatinine", "mg/dL", 0.6, 1.3),
    "gfr": _test(
        "eGFR", "33914-3", "Estimated Glomerular Filtration Rate", "mL/min/1.73 m²", 60, None, "mL/min/{1.73_m2}"
    ),
    "calcium": _test("Calcium", "49765-1", "Calcium", "mg/dL", 8.6, 10.3),
    "sodium": _test("Sodium", "2947-0", "Sodium", "mmol/L", 135, 145),
    "potassium": _test("Potassium", "6298-4", "Potassium", "mmol/L", 3.5, 5.1),
    "chloride": _test("Chloride", "2069-3", "Chloride", "mmol/L", 98, 107),
    "carbonate": _test("Carbon dioxide", "20565-8", "Carbon Dioxide", "mmol/L", 22, 29),
    "albumin": _test("Albumin", "1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", 3.5, 5),
    "protein": _test("Total protein", "2885-2", "Protein [Mass/volume] in Serum or Plasma", "g/dL", 6, 8.3),
    "bilirubin": _test(
        "Total bilirubin", "1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", 0.1, 1.2
    ),
    "alp": _test(
        "Alkaline phosphatase", "6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma",
        "U/L", 40, 130,
    ),
    "alt": _test(
        "ALT", "1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 7, 56
    ),
    "ast": _test(
        "AST", "1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 10, 40
    ),
    "cholesterol": _test("Total cholesterol", "2093-3", "Total Cholesterol", "mg/dL", None, 200),
    "triglycerides": _test("Triglycerides", "2571-8", "Triglycerides", "mg/dL", None, 150),
    "ldl": _test("LDL cholesterol", "18262-6", "Low Density Lipoprotein Cholesterol", "mg/dL", None, 130),
    "hdl": _test("HDL cholesterol", "2085-9", "High Density Lipoprotein Cholesterol", "mg/dL", 40, None),
    "leukocytes": _test(
        "White blood cells", "6690-2", f"Leukocytes [#/volume] in Blood {_AUTOMATED}", "10*3/uL", 4.5, 11
    ),
    "erythrocytes": _test(
        "Red blood cells", "789-8", f"Erythrocytes [#/volume] in Blood {_AUTOMATED}", "10*6/uL", 4.1, 5.7
    ),
    "hemoglobin": _test("Hemoglobin", "718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 12, 17.5),
    "hematocrit": _test("Hematocrit", "4544-3", f"Hematocrit [Volume Fraction] of Blood {_AUTOMATED}", "%", 36, 50),
    "mcv": _test("MCV", "787-2", f"MCV [Entitic volume] {_AUTOMATED}", "fL", 80, 100),
    "platelets": _test("Platelets", "777-3", f"Platelets [#/volume] in Blood {_AUTOMATED}", "10*3/uL", 150, 450),
    "eosinophils": _test("Eosinophils", "eosinophils", "Eosinophils", "10*3/uL", 0, 0.5),
    "hba1c": _test("HbA1c", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 4, 5.6),
    "psa": _test("PSA", "2857-1", "Prostate specific Ag [Mass/volume] in Serum or Plasma", "ng/mL", None, 4),
    "crp": _test(
        "C-reactive protein", "30522-7",
        "C reactive protein [Mass/volume] in Serum or Plasma by High sensitivity method", "mg/L", None, 5,
    ),
    "tsh": _test("TSH", "thyrotropin", "Thyrotropin (TSH)", "mIU/L", 0.4, 4.2, "m[IU]/L"),
    "inr": _test("INR", "inr", "INR", "ratio", None, 1.2, "{INR}"),
    "urate": _test("Uric acid", "urate", "Uric acid", "mg/dL", 3.4, 7),
}  # fmt: skip

PANELS: Final[dict[str, Panel]] = {
    "basic-metabolic": Panel(
        "Basic metabolic panel", "51990-0", "Basic Metabolic Panel",
        ("glucose", "urea", "creatinine", "gfr", "calcium", "sodium", "potassium", "chloride", "carbonate"),
    ),
    "comprehensive-metabolic": Panel(
        "Comprehensive metabolic panel", "24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma",
        ("glucose", "urea", "creatinine", "gfr", "calcium", "sodium", "potassium", "chloride", "carbonate",
         "albumin", "protein", "bilirubin", "alp", "alt", "ast"),
    ),
    "lipids": Panel("Lipids", "57698-3", "Lipid Panel", ("cholesterol", "triglycerides", "ldl", "hdl")),
    "blood-count": Panel(
        "Blood count", "58410-2", "Complete blood count (hemogram) panel - Blood by Automated count",
        ("leukocytes", "erythrocytes", "hemoglobin", "hematocrit", "mcv", "platelets"),
    ),
}  # fmt: skip

_BY_CODE: Final = {(one.system, one.code): one for one in TESTS.values()}


def concept(one: Test | Panel) -> dict[str, Any]:
    """A test or panel as FHIR has it."""
    return {"coding": [{"system": one.system, "code": one.code, "display": one.display}], "text": one.name}


def known(code: dict[str, Any]) -> Test | None:
    """The test that a CodeableConcept names; `None` when it is none of ours."""
    codings = code.get("coding", ())
    return next((found for one in codings if (found := _BY_CODE.get((one.get("system"), one.get("code"))))), None)


def ordered(key: str) -> Test | Panel | None:
    """The test or panel of that key."""
    return PANELS.get(key) or TESTS.get(key)


def tests() -> list[dict[str, Any]]:
    """As the interface shows them, by name."""
    shown = [
        {"key": key, "name": one.name, "code": one.code, "system": one.system, "unit": one.unit,
         "low": one.low, "high": one.high}
        for key, one in TESTS.items()
    ]  # fmt: skip
    return sorted(shown, key=lambda one: str(one["name"]).lower())


def panels() -> list[dict[str, Any]]:
    """Likewise."""
    return [
        {"key": key, "name": one.name, "code": one.code, "system": one.system, "tests": list(one.tests)}
        for key, one in PANELS.items()
    ]
