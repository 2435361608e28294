"""
Elements of resources as people read them on paper: names, dates, values with their units.

Dates are as 12-Mar-2026 (unambiguous in every country); a value never stands without its unit.
"""

from typing import Any

from meridian.fhir.codec import Resource

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = 10


def name(person: Resource) -> str:
    """
    FAMILY, Given of the official or first name.

    >>> name({"name": [{"family": "Okafor", "given": ["Ada", "B"]}]})
    'OKAFOR, Ada B'
    """
    names = person.get("name") or [{}]
    best: dict[str, Any] = next((one for one in names if one.get("use") == "official"), names[0])
    parts = [best.get("family", "").upper(), " ".join(best.get("given", ()))]
    return ", ".join(part for part in parts if part) or best.get("text", "")


def concept(value: dict[str, Any] | None) -> str:
    """
    What a CodeableConcept says: its text, else the first display, else the first code.

    >>> concept({"coding": [{"code": "44054006", "display": "Type 2 diabetes"}]})
    'Type 2 diabetes'
    """
    if not value:
        return ""
    codings = value.get("coding", ())
    said = (value.get("text"), *(one.get("display") for one in codings), *(one.get("code") for one in codings))
    return next((str(one) for one in said if one), "")


def title(resource: Resource) -> str:
    """
    What people call a resource: what it is about, in words.

    >>> title({"resourceType": "Condition", "code": {"text": "Asthma"}})
    'Asthma'
    """
    for element in ("code", "medicationCodeableConcept", "vaccineCode", "type", "serviceType", "category"):
        said = resource.get(element)
        text = concept(said[0] if isinstance(said, list) and said else said if isinstance(said, dict) else None)
        if text:
            return text
    return str(resource.get("description", ""))


def day(moment: str) -> str:
    """
    A FHIR date or dateTime as a day; one that is not exact stays so.

    >>> day("2026-03-12T10:00:00Z"), day("2026-03"), day("2026"), day("")
    ('12-Mar-2026', 'Mar-2026', '2026', '')
    """
    year, _, rest = moment[:_DAY].partition("-")
    if not rest:
        return year
    month, _, date = rest.partition("-")
    return "-".join(part for part in (date, _MONTHS[int(month) - 1], year) if part)


def quantity(value: dict[str, Any]) -> str:
    """
    A Quantity with its unit.

    >>> quantity({"value": 5.4, "unit": "mmol/L"})
    '5.4 mmol/L'
    """
    number = f"{value.get('comparator', '')}{value.get('value', '')}"
    return f"{number} {value.get('unit') or value.get('code', '')}".strip()


def result(observation: Resource) -> str:
    """The value of an Observation, or of its components."""
    for key, said in observation.items():
        if key.startswith("value"):
            return _value(said)
    parts = (f"{concept(one.get('code'))}: {result(one)}" for one in observation.get("component", ()))
    return "; ".join(parts) or concept(observation.get("dataAbsentReason"))


def _value(said: Any) -> str:
    if not isinstance(said, dict):
        return str(said)
    if "value" in said:
        return quantity(said)
    if "low" in said or "high" in said:
        return " to ".join(quantity(said[end]) for end in ("low", "high") if end in said)
    return concept(said)


def reference_range(observation: Resource) -> str:
    """The first reference range."""
    ranges = observation.get("referenceRange", ())
    return next((str(one["text"]) if "text" in one else _value(one) for one in ranges), "")


def dosage(request: Resource) -> str:
    """How a medicine is taken, in the prescriber's words."""
    lines = (one.get("patientInstruction") or one.get("text") for one in request.get("dosageInstruction", ()))
    more = (one.get("patientInstruction") or one.get("text") for one in request.get("dosage", ()))
    return "; ".join(line for line in (*lines, *more) if line)
