"""The few FHIR datatypes the demo clinic is made of, ids that do not tell names, and chance that repeats itself."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple, TypeAlias

Resource: TypeAlias = dict[str, Any]

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem/"

NAMESPACE = uuid.UUID("6d657269-6469-616e-2d64-656d6f2e2e2e")


class Code(NamedTuple):
    """A code with its system and the words that go with it."""

    system: str
    code: str
    display: str


def ident(*words: object) -> str:
    """
    An id that is the same for the same *words* and does not show them: addresses must not hold names.

    >>> ident("patient", "a") == ident("patient", "a") != ident("patient", "b")
    True
    """
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, words))))


def chance(*words: object) -> Random:
    """A source of chance of one's own for each subject, so that a new patient does not change the others."""
    return Random("meridian-demo/" + "/".join(map(str, words)))  # noqa: S311  # made-up lives, not secrets


def reference(kind: str, identity: str, display: str | None = None) -> Resource:
    """A reference within the organisation."""
    named = {"reference": f"{kind}/{identity}"}
    return named | {"display": display} if display else named


def concept(text: str, *codes: Code) -> Resource:
    """A CodeableConcept; without *codes* the text alone."""
    codings = [{"system": c.system, "code": c.code, "display": c.display} for c in codes]
    return {"coding": codings, "text": text} if codings else {"text": text}


def status(system: str, code: str) -> Resource:
    """A CodeableConcept of HL7's own code systems, which need no words."""
    return {"coding": [{"system": HL7 + system, "code": code}]}


def category(system: str, code: str, display: str) -> Resource:
    """A category with its words."""
    return {"coding": [{"system": HL7 + system, "code": code, "display": display}], "text": display}


def amount(value: Decimal, unit: str, code: str) -> Resource:
    """A Quantity in UCUM; its digits are kept."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def rounded(value: float, digits: int) -> Decimal:
    """
    A decimal with exactly that many *digits*.

    >>> rounded(7, 1)
    Decimal('7.0')
    """
    return Decimal(f"{value:.{digits}f}")


def moment(at: datetime) -> str:
    """A FHIR dateTime to the second, with its zone."""
    return at.isoformat(timespec="seconds")


def years_before(day: date, years: float) -> date:
    """
    About so many *years* earlier.

    >>> years_before(date(2026, 3, 1), 1)
    datetime.date(2025, 3, 1)
    """
    return day - timedelta(days=round(years * 365.25))
