"""
A dose in words, by the rules of clinical writing.

No trailing zero, always a leading one, nothing abbreviated that can be misread. The words are made from the Dosage's
structure, so that they cannot say anything else.

Sources: hl7.org/fhir/R4/dosage.html; ISMP list of error-prone abbreviations, symbols and dose designations.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from meridian.medications.dosage.forms import SHAPES, counted, plain

SPELT = {
    "mcg": "micrograms", "ug": "micrograms", "µg": "micrograms", "μg": "micrograms", "[IU]": "units", "IU": "units",
    "U": "units", "[drp]": "drop", "ml": "mL", "cc": "mL", "unit": "units",
}  # fmt: skip
"""Units that are misread, and how they are written out."""
PERIODS = {"h": "hour", "d": "day", "wk": "week", "mo": "month", "min": "minute", "s": "second", "a": "year"}
WHEN = {
    "MORN": "in the morning", "AFT": "in the afternoon", "EVE": "in the evening", "NIGHT": "at night",
    "HS": "at bedtime", "AC": "before meals", "PC": "after meals", "C": "with meals", "ACM": "before breakfast",
    "ACV": "before the evening meal", "CM": "with breakfast", "CD": "with lunch", "CV": "with the evening meal",
    "PCM": "after breakfast", "PCV": "after the evening meal", "WAKE": "on waking",
}  # fmt: skip
"""Source: hl7.org/fhir/R4/valueset-event-timing.html."""
DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
_VERBS = {shape.counted: shape.verb for shape in SHAPES.values()} | {"mL": "Take", "tablet": "Take", "unit": "Inject"}
_TIMES = {1: "once", 2: "twice"}


def line(dosage: dict[str, Any]) -> str:
    """
    One dose line; the Dosage's own text where it has no structure.

    >>> line({"route": {"text": "by mouth"}, "doseAndRate": [{"doseQuantity": {"value": 0.50, "unit": "tablet"}}],
    ...       "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "boundsDuration":
    ...                             {"value": 10, "unit": "d"}}}})
    'Take 0.5 tablet by mouth twice a day for 10 days'
    """
    amount = dose(dosage)
    if not amount:
        return str(dosage.get("text", "")).strip()
    words = [amount, _route(dosage), *_timing(dosage), *_needed(dosage)]
    extra = [str(one.get("text", "")).strip() for one in dosage.get("additionalInstruction", [])]
    told = str(dosage.get("patientInstruction", "")).strip()
    sentence = " ".join(word for word in words if word)
    return ", ".join(part for part in (f"{_verb(dosage)} {sentence}", *extra, told) if part)


def lines(request: dict[str, Any]) -> str:
    """
    The dose lines of a request or statement, as they were written.

    What was written elsewhere may say more than its structure does (upright, with a glass of water), so its own words
    stand; orders of ours have words that were made from their structure.
    """
    found = request.get("dosageInstruction") or request.get("dosage") or []
    return "; ".join(part for part in (str(one.get("text") or line(one)).strip() for one in found) if part)


def dose(dosage: dict[str, Any]) -> str:
    """The amount at a time, as `2 tablets` or `1 to 2 tablets`; empty where none is given."""
    rates = dosage.get("doseAndRate") or [{}]
    rate = rates[0]
    if quantity := rate.get("doseQuantity"):
        return _amount(quantity)
    span = rate.get("doseRange")
    if not span or "low" not in span or "high" not in span:
        return ""
    return f"{plain(_decimal(span['low']))} to {_amount(span['high'])}"


def _amount(quantity: dict[str, Any]) -> str:
    if "value" not in quantity:
        return ""
    return counted(_decimal(quantity), unit(quantity))


def unit(quantity: dict[str, Any]) -> str:
    """
    The unit of a Quantity, spelled out.

    >>> unit({"unit": "mcg"}), unit({"code": "[IU]"}), unit({"unit": "tablets"})
    ('micrograms', 'units', 'tablet')
    """
    named = str(quantity.get("unit") or quantity.get("code") or "dose").strip()
    named = SPELT.get(named, named)
    singular = {"tablets": "tablet", "capsules": "capsule", "puffs": "puff", "drops": "drop", "patches": "patch",
                "sprays": "spray", "suppositories": "suppository"}  # fmt: skip
    return singular.get(named, named)


def _decimal(quantity: dict[str, Any]) -> Decimal:
    return Decimal(str(quantity["value"]))


def _verb(dosage: dict[str, Any]) -> str:
    if told := (dosage.get("method") or {}).get("text"):
        return str(told)
    quantity = (dosage.get("doseAndRate") or [{}])[0].get("doseQuantity", {})
    route = _route(dosage)
    if "inject" in route or "under the skin" in route:
        return "Inject"
    if "skin" in route:
        return "Apply"
    return _VERBS.get(unit(quantity), "Take") if "mouth" not in route else "Take"


def _route(dosage: dict[str, Any]) -> str:
    route = dosage.get("route") or {}
    site = (dosage.get("site") or {}).get("text", "")
    said = str(route.get("text") or next((c.get("display", "") for c in route.get("coding", [])), ""))
    return " ".join(part for part in (said, f"({site})" if site else "") if part)


def _timing(dosage: dict[str, Any]) -> Iterator[str]:
    repeat = (dosage.get("timing") or {}).get("repeat") or {}
    yield _often(repeat)
    if days := [DAYS[day] for day in repeat.get("dayOfWeek", []) if day in DAYS]:
        yield "on " + " and ".join(days)
    yield from (WHEN[one] for one in repeat.get("when", []) if one in WHEN)
    if times := repeat.get("timeOfDay"):
        yield "at " + " and ".join(str(one)[:5] for one in times)
    bounds = repeat.get("boundsDuration")
    if bounds and "value" in bounds:
        name = PERIODS.get(str(bounds.get("code") or bounds.get("unit")), str(bounds.get("unit", "day")).rstrip("s"))
        yield f"for {counted(_decimal(bounds), name)}"


def _often(repeat: dict[str, Any]) -> str:
    """
    How often.

    >>> _often({"frequency": 1, "period": 3, "periodUnit": "d"})
    'once every 3 days'
    """
    if "frequency" not in repeat and "period" not in repeat:
        return ""
    times, period = int(repeat.get("frequency", 1)), Decimal(str(repeat.get("period", 1)))
    name = PERIODS.get(str(repeat.get("periodUnit", "d")), "day")
    often = _TIMES.get(times, f"{times} times")
    if period == 1:
        return f"{often} {'an' if name == 'hour' else 'a'} {name}"
    return (
        f"every {counted(period, name)}" if times == 1 and name == "hour" else f"{often} every {counted(period, name)}"
    )


def _needed(dosage: dict[str, Any]) -> Iterator[str]:
    reason = (dosage.get("asNeededCodeableConcept") or {}).get("text", "")
    if reason:
        yield f"if needed for {reason}"
    elif dosage.get("asNeededBoolean"):
        yield "if needed"
    if most := dosage.get("maxDosePerPeriod"):
        top, per = most.get("numerator", {}), most.get("denominator", {})
        if "value" in top and "value" in per:
            name = PERIODS.get(str(per.get("code") or per.get("unit")), str(per.get("unit", "day")))
            yield f"at most {_amount(top)} in {counted(_decimal(per), name)}"
