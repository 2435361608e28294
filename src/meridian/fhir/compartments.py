"""
Whose record a resource belongs to: the patient compartment.

Which elements decide is HL7's CompartmentDefinition, through the search parameters it names. The first patient is the
one whose key seals the resource, so the element a resource is mostly about comes first.

Source: hl7.org/fhir/R4/compartmentdefinition-patient.html.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, TypeAlias

from meridian.fhir import definitions

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]

_FIRST: Final = {"Coverage": "beneficiary"}  # HL7 lists the policy holder first, but it covers the beneficiary
_SECURED: Final[dict[str, tuple[Path, ...]]] = {"Binary": (("securityContext",),)}
"""A Binary is as protected as what it names (hl7.org/fhir/R4/binary-definitions.html#Binary.securityContext)."""
_PREFIX: Final = "Patient/"


def patients_of(resource: Json) -> list[str]:
    """
    Logical ids of the patients in whose compartments *resource* is, the one it is mostly about first; often one.

    >>> patients_of({"resourceType": "Observation", "subject": {"reference": "Patient/17"}})
    ['17']

    A Patient is in its own. References to other servers, and to contained resources, put it in none.
    """
    found: dict[str, None] = {}
    if resource["resourceType"] == "Patient":
        found[resource["id"]] = None
    for path in _paths(resource["resourceType"]):
        for reference in _at(resource, path):
            text = reference.get("reference", "")
            if text.startswith(_PREFIX):
                found[text[len(_PREFIX) :].partition("/")[0]] = None
    return list(found)


def _at(value: Any, path: Path) -> Iterator[Json]:
    """The objects *path* leads to."""
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif path and isinstance(value, dict):
        yield from _at(value.get(path[0]), path[1:])
    elif isinstance(value, dict):
        yield value


@cache
def _paths(resource_type: str) -> tuple[Path, ...]:
    """The elements that decide, in the order of importance."""
    wanted = definitions.compartment_parameters().get(resource_type, [])
    first = _FIRST.get(resource_type)
    ordered = sorted(wanted, key=lambda code: code != first)
    defined = dict.fromkeys(path for code in ordered for path in _expressions()[resource_type, code])
    return (*defined, *_SECURED.get(resource_type, ()))


@cache
def _expressions() -> dict[tuple[str, str], tuple[Path, ...]]:
    """Paths of each reference parameter in the compartment; `where(resolve() is Patient)` is true of all we take."""
    found: dict[tuple[str, str], tuple[Path, ...]] = {}
    compartment = definitions.compartment_parameters()
    for parameter in definitions.search_parameters():
        for base in parameter["base"]:
            if parameter["code"] in compartment.get(base, ()):
                found[base, parameter["code"]] = tuple(_split(parameter["expression"], base))
    return found


def _split(expression: str, base: str) -> Iterator[Path]:
    for part in expression.split(" | "):
        head, *path = part.removesuffix(".where(resolve() is Patient)").split(".")
        if head == base:
            yield tuple(path)
