"""Elements of resources as people read them on paper: names, and values that never stand without their unit."""

from typing import Any

from meridian.fhir.codec import Resource


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


def quantity(value: dict[str, Any]) -> str:
    """
    A Quantity with its unit.

    >>> quantity({"value": 5.4, "unit": "mmol/L"})
    '5.4 mmol/L'
    """
    number = f"{value.get('comparator', '')}{value.get('value', '')}"
    return f"{number} {value.get('unit') or value.get('code', '')}".strip()


def result(observation: Resource, between: str = " to ") -> str:
    """The value of an Observation, or of its components; *between* joins the ends of a range."""
    for key, said in observation.items():
        if key.startswith("value"):
            return _value(said, between)
    parts = (f"{concept(one.get('code'))}: {result(one, between)}" for one in observation.get("component", ()))
    return "; ".join(parts) or concept(observation.get("dataAbsentReason"))


def _value(said: Any, between: str) -> str:
    if not isinstance(said, dict):
        return str(said)
    if "value" in said:
        return quantity(said)
    if "low" in said or "high" in said:
        return between.join(quantity(said[end]) for end in ("low", "high") if end in said)
    return concept(said)


def reference_range(observation: Resource, between: str = " to ") -> str:
    """The first reference range; *between* joins its ends."""
    ranges = observation.get("referenceRange", ())
    return next((str(one["text"]) if "text" in one else _value(one, between) for one in ranges), "")


def dosage(request: Resource) -> str:
    """How a medicine is taken, in the prescriber's words."""
    lines = (one.get("patientInstruction") or one.get("text") for one in request.get("dosageInstruction", ()))
    more = (one.get("patientInstruction") or one.get("text") for one in request.get("dosage", ()))
    return "; ".join(line for line in (*lines, *more) if line)
