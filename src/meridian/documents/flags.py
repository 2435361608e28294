"""
How a measurement stands to its reference range: the letter a clinician reads, and words for its patient.

The laboratory's own interpretation counts before anything worked out here, since it knows age, sex and method.
Source: terminology.hl7.org/CodeSystem-v3-ObservationInterpretation.html.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple, TypeAlias

from meridian.documents.catalogue import known

Resource: TypeAlias = dict[str, Any]

INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
CRITICAL: Final = frozenset({"HH", "LL", "AA", "HU", "LU"})
ABNORMAL: Final = frozenset({"H", "L", "A", "POS", "R", "DET"})
_PLACES: Final = {
    "HH": "far-above", "HU": "far-above", "LL": "far-below", "LU": "far-below", "H": "above", "L": "below",
    "N": "within", "NEG": "within", "ND": "within", "S": "within",
}  # fmt: skip
_DISPLAYS: Final = {"H": "High", "L": "Low", "N": "Normal"}


class Value(NamedTuple):
    """One measurement; the names are those of `web.api.results.models.ValueLine`."""

    name: str
    value: str
    unit: str
    flag: str
    low: str
    high: str
    range: str
    place: str
    plain: str


def flag(observation: Resource) -> str:
    """
    The interpretation that the laboratory sent, or what the range says; empty when neither does.

    >>> flag({"code": {}, "valueQuantity": {"value": 6}, "referenceRange": [{"high": {"value": 5}}]})
    'H'
    """
    for one in observation.get("interpretation", ()):
        for coding in one.get("coding", ()):
            if coding.get("system") == INTERPRETATION and coding.get("code"):
                return str(coding["code"])
    return _worked_out(observation)


def _worked_out(observation: Resource) -> str:
    value, (low, high) = _number(observation.get("valueQuantity", {})), _ends(observation)
    if value is None or (low is None and high is None):
        return ""
    compared = observation["valueQuantity"].get("comparator", "")
    if compared:  # "< 5" says only on which side of 5 it is
        return _of_comparator(compared, value, low, high)
    if high is not None and value > high:
        return "H"
    return "L" if low is not None and value < low else "N"


def _of_comparator(compared: str, value: Decimal, low: Decimal | None, high: Decimal | None) -> str:
    if compared in {">", ">="}:
        return "H" if high is not None and value >= high else ""
    return "L" if low is not None and value <= low else ""


def interpreted(observation: Resource) -> Resource:
    """*observation* with the interpretation that its range gives, where it came without one."""
    found = _worked_out(observation)
    if observation.get("interpretation") or not found:
        return observation
    coding = {"system": INTERPRETATION, "code": found, "display": _DISPLAYS[found]}
    return {**observation, "interpretation": [{"coding": [coding], "text": _DISPLAYS[found]}]}


def level(flags: list[str]) -> str:
    """
    What a report is by the flags of its measurements.

    >>> level(["N", "H"]), level(["HH", "N"]), level([""]), level(["N", ""])
    ('abnormal', 'critical', 'unknown', 'normal')
    """
    if any(one in CRITICAL for one in flags):
        return "critical"
    if any(one in ABNORMAL for one in flags):
        return "abnormal"
    return "normal" if any(flags) else "unknown"


def value(observation: Resource) -> Value:
    """A measurement as lists show it."""
    quantity = observation.get("valueQuantity", {})
    test = known(observation.get("code", {}))
    name = observation.get("code", {}).get("text") or (test.name if test else "") or _display(observation)
    letter = flag(observation)
    place = _PLACES.get(letter, "not-as-expected" if letter in ABNORMAL | CRITICAL else "unknown")
    low, high = (_written(one) for one in _ends(observation))
    shown = _shown(observation)
    unit = str(quantity.get("unit") or quantity.get("code") or "")
    words = next((str(one["text"]) for one in observation.get("referenceRange", ()) if one.get("text")), "")
    return Value(
        name, shown, unit, letter, low, high, words, place, _plain(name, f"{shown} {unit}".strip(), place, low, high)
    )


def _shown(observation: Resource) -> str:
    quantity = observation.get("valueQuantity")
    if quantity is not None:
        return f"{quantity.get('comparator', '')}{quantity.get('value', '')}"
    coded = observation.get("valueCodeableConcept", {})
    words = coded.get("text") or next((one.get("display", "") for one in coded.get("coding", ())), "")
    if words:
        return str(words)
    for kind in ("valueString", "valueInteger", "valueBoolean", "valueDateTime"):
        if kind in observation:
            return str(observation[kind])
    return "not done" if "dataAbsentReason" in observation else ""


_WORDS: Final = {
    "within": "is in the usual range",
    "above": "is above the usual range",
    "below": "is below the usual range",
    "far-above": "is far above the usual range",
    "far-below": "is far below the usual range",
    "not-as-expected": "is not as expected",
}


def _plain(name: str, shown: str, place: str, low: str, high: str) -> str:
    """
    A sentence for the patient.

    >>> _plain("Potassium", "5.9 mmol/L", "above", "3.5", "5.1")
    'Potassium: 5.9 mmol/L is above the usual range (3.5 to 5.1).'
    """
    words = _WORDS.get(place)
    if words is None:
        return f"{name}: {shown}. Ask us what this means for you."
    around = f"{low} to {high}" if low and high else f"{low} or more" if low else f"up to {high}" if high else ""
    return f"{name}: {shown} {words}{f' ({around})' if around else ''}."


def _ends(observation: Resource) -> tuple[Decimal | None, Decimal | None]:
    """The laboratory's range; of the catalogue where it sent none, and the unit is the same."""
    for one in observation.get("referenceRange", ()):
        low, high = _number(one.get("low", {})), _number(one.get("high", {}))
        if low is not None or high is not None:
            return low, high
    test, quantity = known(observation.get("code", {})), observation.get("valueQuantity", {})
    if test is None or observation.get("referenceRange") or quantity.get("code", quantity.get("unit")) != test.ucum:
        return None, None
    return _decimal(test.low), _decimal(test.high)


def _number(quantity: Resource) -> Decimal | None:
    return _decimal(quantity.get("value"))


def _decimal(said: Any) -> Decimal | None:
    try:
        return None if said is None or isinstance(said, bool) else Decimal(str(said))
    except InvalidOperation:
        return None


def _written(number: Decimal | None) -> str:
    return "" if number is None else str(number)


def _display(observation: Resource) -> str:
    codings = observation.get("code", {}).get("coding", ())
    return next((str(one.get("display") or one.get("code", "")) for one in codings), "Result")
