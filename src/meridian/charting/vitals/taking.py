"""
A set of vital signs taken down: each a valid number in a unit of its own, within bounds, as Observations.

What cannot be true is refused, naming each place. What is merely unusual is refused once: sent again with the codes
confirmed it is kept. Values are kept in one unit each, so that years of them can be plotted; what was typed in another
unit is kept beside them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import HL7, LOINC, UCUM, coded
from meridian.charting.people import myself
from meridian.charting.vitals.signs import (
    BODY_MASS,
    DIASTOLIC,
    HEIGHT,
    PRESSURE,
    SYSTOLIC,
    TAKEN,
    WEIGHT,
    Sign,
    body_mass,
    converted,
)
from meridian.clock import instant
from meridian.faults import Invalid, Issue
from meridian.fhir import ours

TAKE: Final = "Observation/$take-vitals"
UNUSUAL: Final = "business-rule"
"""Code of the issues that a confirmation lets pass."""
ADULT: Final = 18
YEAR: Final = 365.25
LATELY: Final = 365
"""Days for which an adult's height stays true enough for the body mass index."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One number as it was typed: the sign's LOINC code, and the UCUM code of its unit."""

    code: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Taking:
    """
    What was taken.

    Args:
        patient: Logical id.
        encounter: Logical id of the visit; empty when outside one.
        readings: Each sign once.
        at: FHIR dateTime; empty for now.
        confirmed: Codes whose unusual values somebody has looked at again.
    """

    patient: str
    readings: tuple[Reading, ...]
    encounter: str = ""
    at: str = ""
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """A reading that holds: its sign, and its value in the sign's own unit."""

    sign: Sign
    value: float
    reading: Reading


def taken(taking: Taking) -> Callable[[Work], Plan[list[Resource]]]:
    """
    The Observations: one for each sign, blood pressure in one, and the body mass index where it can be worked out.

    Raises (when driven):
        Invalid: If a value cannot be, or is unusual and not confirmed; every place is named.
        NotFound: If the patient is not there, or not the subject's.
    """

    def plan(work: Work) -> Plan[list[Resource]]:
        me = yield from myself(work)
        patient = yield from work.read("Patient", taking.patient)
        at = taking.at or instant(work.now)
        age = years(patient.get("birthDate", ""), at)
        held = checked(taking.readings, age, taking.confirmed)
        if taking.encounter:
            yield from _of_the_same(work, taking)
        kept: list[Resource] = []
        for one in observations(held):
            kept += [(yield from work.create("Observation", _with(one, taking, me, at)))]
        mass = yield from _mass(work, taking, held, kept, age)
        if mass is not None:
            kept.append((yield from work.create("Observation", _with(mass, taking, me, at))))
        return kept

    return plan


def checked(readings: Sequence[Reading], age: float, confirmed: frozenset[str]) -> list[Taken]:
    """
    The readings that hold.

    Raises:
        Invalid: With an issue for each that does not: code `value` for what cannot be, `UNUSUAL` for what may be
            confirmed.
    """
    issues: list[Issue] = []
    held: list[Taken] = []
    seen: set[str] = set()
    for at, reading in enumerate(readings):
        place = f"items[{at}]"
        sign = TAKEN.get(reading.code)
        value = None if sign is None else converted(reading.value, reading.unit, sign)
        if sign is None or reading.code in seen:
            issues.append(Issue("value", "is no vital sign" if sign is None else "is given twice", f"{place}.code"))
        elif value is None:
            issues.append(Issue("value", f"{sign.name} is not measured in that unit", f"{place}.unit"))
        elif not sign.possible[0] <= value <= sign.possible[1]:
            issues.append(Issue("value", _outside(sign, sign.possible, "cannot be"), f"{place}.value"))
        else:
            low, high = sign.usual_at(age)
            if not low <= value <= high and reading.code not in confirmed:
                issues.append(Issue(UNUSUAL, _outside(sign, (low, high), "is unusual"), f"{place}.value"))
            held.append(Taken(sign, value, reading))
        seen.add(reading.code)
    issues += _pressures(held)
    if not readings:
        issues.append(Issue("required", "Nothing was measured", "items"))
    if issues:
        raise Invalid("Look at these values again", issues=tuple(issues))
    return held


def _outside(sign: Sign, bounds: tuple[float, float], what: str) -> str:
    low, high = bounds
    return f"{sign.name} {what} below {low:g} or above {high:g} {sign.written}"


def _pressures(held: Sequence[Taken]) -> list[Issue]:
    values = {one.sign.code.code: one.value for one in held}
    systolic, diastolic = values.get(SYSTOLIC.code.code), values.get(DIASTOLIC.code.code)
    if systolic is None and diastolic is None:
        return []
    if systolic is None or diastolic is None:
        return [Issue("required", "Blood pressure has two numbers", "items")]
    if diastolic >= systolic:
        return [Issue("value", "The diastolic blood pressure is below the systolic", "items")]
    return []


def observations(held: Sequence[Taken]) -> list[Resource]:
    """What was taken as Observations, without whose it is; the two pressures are one."""
    pressures = [one for one in held if one.sign in (SYSTOLIC, DIASTOLIC)]
    found = [_single(one) for one in held if one not in pressures]
    if not pressures:
        return found
    parts = [{"code": one.sign.code.concept(one.sign.name), **_quantity(one)} for one in pressures]
    return [{"code": PRESSURE.concept("Blood pressure"), "component": parts}, *found]


def _single(one: Taken) -> Resource:
    coding = [one.sign.code.coding(), *(also.coding() for also in one.sign.also)]
    return {"code": {"coding": coding, "text": one.sign.name}, **_quantity(one)}


def _quantity(one: Taken) -> dict[str, Any]:
    sign, reading = one.sign, one.reading
    quantity: dict[str, Any] = {"value": exact(one.value), "unit": sign.written, "system": UCUM, "code": sign.unit}
    if reading.unit != sign.unit:
        typed = {"value": exact(reading.value), "system": UCUM, "code": reading.unit}
        quantity["extension"] = [ours.extension("as-entered", valueQuantity=typed)]
    return {"valueQuantity": quantity}


def exact(value: float) -> Decimal:
    """
    *value* as FHIR keeps decimals: with the digits people see.

    >>> exact(37.0), exact(68.04), exact(128)
    (Decimal('37'), Decimal('68.04'), Decimal('128'))
    """
    return Decimal(str(int(value)) if value == int(value) else repr(value))


def _with(observation: Resource, taking: Taking, me: Resource, at: str) -> Resource:
    category = {"system": HL7 + "/observation-category", "code": "vital-signs", "display": "Vital Signs"}
    whole: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [category]}],
        "subject": {"reference": f"Patient/{taking.patient}"},
        "effectiveDateTime": at,
        "performer": [me],
    }
    if taking.encounter:
        whole["encounter"] = {"reference": f"Encounter/{taking.encounter}"}
    return whole | observation


def _mass(
    work: Work, taking: Taking, held: Sequence[Taken], kept: Sequence[Resource], age: float
) -> Plan[Resource | None]:
    """The body mass index of today's weight, and today's height or an adult's of the last year."""
    values = {one.sign.code.code: one.value for one in held}
    weight, height = values.get(WEIGHT.code.code), values.get(HEIGHT.code.code)
    if weight is None:
        return None
    sources = [one for one in kept if coded(one["code"], LOINC) in (WEIGHT.code.code, HEIGHT.code.code)]
    if height is None:
        if age < ADULT:
            return None
        known = yield from _last_height(work, taking.patient)
        if known is None:
            return None
        sources.append(known)
        height = float(known["valueQuantity"]["value"])
    quantity = {
        "value": exact(body_mass(weight, height)),
        "unit": BODY_MASS.written,
        "system": UCUM,
        "code": BODY_MASS.unit,
    }
    return {
        "code": BODY_MASS.code.concept(BODY_MASS.name),
        "valueQuantity": quantity,
        "derivedFrom": [{"reference": f"Observation/{one['id']}"} for one in sources],
    }


def _last_height(work: Work, patient: str) -> Plan[Resource | None]:
    since = instant(work.now - LATELY * 24 * 3600 * 1000)[:10]
    criteria = [("patient", patient), ("code", f"{LOINC}|{HEIGHT.code.code}"), ("date", f"ge{since}")]
    found = yield from work.search("Observation", criteria)
    fit = [one for one in found if one["status"] == "final" and one.get("valueQuantity", {}).get("code") == HEIGHT.unit]
    return max(fit, key=lambda one: str(one.get("effectiveDateTime", "")), default=None)


def _of_the_same(work: Work, taking: Taking) -> Plan[None]:
    encounter = yield from work.read("Encounter", taking.encounter)
    if encounter.get("subject", {}).get("reference") != f"Patient/{taking.patient}":
        text = "is of another patient"
        raise Invalid("The visit is of another patient", issues=(Issue("value", text, "encounter"),))


def years(born: str, at: str) -> float:
    """
    Age in years on the day of *at*; an adult's where the birth date is not known to the day.

    >>> years("2020-01-01", "2026-01-01T00:00:00Z")
    6.0
    """
    if len(born) != len("2020-01-01"):
        return float(ADULT * 2)
    day = datetime.fromisoformat(at).date() if "T" in at else _day(at)
    return round((day - date.fromisoformat(born)).days / YEAR, 2)


def _day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == len("2020-01-01") else datetime.now(UTC).date()
