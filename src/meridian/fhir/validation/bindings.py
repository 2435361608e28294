"""
Required bindings: a code, or one coding of a concept, must come from the value set.

Sets that are a grammar and not a list (media types, languages, UCUM, currencies) are not checked: `definitions` has no
codes for them. Source: hl7.org/fhir/R4/terminologies.html#required.
"""

from collections.abc import Callable, Iterable
from typing import Any

from meridian.fhir import definitions

from .findings import Checker, Context, Findings, one
from .primitives import CHECKS, coded


def bound(name: str, kind: str, structure: Callable[[str], Checker]) -> Checker:
    """The check of a *kind* bound to the value set *name*."""
    systems = definitions.codes(name)
    if kind in CHECKS:
        return coded(frozenset[str]().union(*systems.values()), name)
    if kind == "CodeableConcept":
        return _bound(structure(kind), name, lambda value: value.get("coding", ()))
    if kind == "Coding":
        return _bound(structure(kind), name, lambda value: (value,))
    return structure(kind)  # Quantity: its code is UCUM's


def _bound(checker: Checker, name: str, codings: Callable[[dict[str, Any]], Iterable[dict[str, Any]]]) -> Checker:
    systems = definitions.codes(name)
    pairs = frozenset((system, code) for system, listed in systems.items() for code in listed)
    wrong = one("code-invalid", f"has no code of the required value set {name}")

    def check(value: Any, context: Context) -> Findings:
        found = checker(value, context)
        if found is not None:
            return found
        for coding in codings(value):
            if (coding.get("system"), coding.get("code")) in pairs:
                return None
        return wrong

    return check
