"""
What FHIR R4 says about each type, from small committed tables that `scripts/compact_definitions.py` makes from HL7's.

- `structures.json`: for each type, and each element that has elements of its own, a list of lines. The first may name
  what it extends (`< DomainResource`); the others are `name min..max types`, then `=set` where a required binding
  holds and `^` where the element belongs to the summary. `Reference(Patient,Group)` lists targets; a type with a dot
  in it is another list here.
- `codes.json`: the codes of those sets, by code system.
- `invariants.json`: constraints of severity error, by the element they stand on: key, FHIRPath, meaning.
- `search_parameters.json`: search parameters of the kept types, as FHIR spells them; `component` is pairs of the
  component's definition and expression.
- `compartments.json`: the parameters that put a resource into a patient's compartment.
- `issue_types.json`: the codes an OperationOutcome may use.

Tables are read when first asked for, and lines are parsed for the types in use.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

_FOLDER = Path(__file__).parent
_PROFILES = {"SimpleQuantity": "Quantity", "MoneyQuantity": "Quantity"}  # spelled in JSON as what they constrain


class Type(NamedTuple):
    """One type an element may have; *targets* are the types a Reference may point to, all if empty."""

    code: str
    targets: tuple[str, ...] = ()

    @property
    def spelled(self) -> str:
        """The name that stands in a choice: `valueQuantity` for a SimpleQuantity."""
        return _PROFILES.get(self.code, self.code)


class Element(NamedTuple):
    """One element of a structure; *most* is `None` for `*`, and *name* is without `[x]`."""

    name: str
    least: int
    most: int | None
    types: tuple[Type, ...]
    choice: bool
    codes: str
    summary: bool

    @property
    def repeats(self) -> bool:
        """Whether JSON spells it as an array."""
        return self.most != 1

    def spellings(self) -> dict[str, Type]:
        """
        The properties that may hold it: one, or one for each type of a choice.

        >>> list(elements("Patient")["deceased"].spellings())
        ['deceasedBoolean', 'deceasedDateTime']
        """
        if not self.choice:
            return {self.name: self.types[0]}
        return {self.name + t.spelled[0].upper() + t.spelled[1:]: t for t in self.types}


@cache
def elements(structure: str) -> dict[str, Element]:
    """
    The elements of a type, or of an element as `Patient.contact`, inherited ones first.

    Raises:
        KeyError: If FHIR R4 has no such structure.
    """
    found: dict[str, Element] = {}
    for line in structures()[structure]:
        if line.startswith("< "):
            found |= elements(line[2:])
        else:
            element = _element(line)
            found[element.name] = element
    return found


def exists(structure: str) -> bool:
    """Whether FHIR R4 has a type or structure of that name."""
    return structure in structures()


def is_resource(name: str) -> bool:
    """Whether *name* is a concrete resource type of FHIR R4, kept here or not."""
    return name in resource_types()


@cache
def resource_types() -> frozenset[str]:
    """Every concrete resource type of FHIR R4, kept here or not."""
    return frozenset(
        name
        for name, lines in structures().items()
        if lines[0] in {"< DomainResource", "< Resource"} and name != "DomainResource"
    )


@cache
def structures() -> dict[str, list[str]]:
    """The table `structures.json`."""
    return _read("structures")  # type: ignore[no-any-return]  # a table of our own making


@cache
def codes(name: str) -> dict[str, frozenset[str]]:
    """The codes of a value set, by code system."""
    return {system: frozenset(listed) for system, listed in _code_table()[name].items()}


@cache
def invariants() -> dict[str, dict[str, tuple[str, str]]]:
    """The table `invariants.json`: element path to key to FHIRPath and meaning."""
    return _read("invariants")  # type: ignore[no-any-return]  # a table of our own making


def search_parameters() -> list[dict[str, Any]]:
    """The table `search_parameters.json`, read anew: keep what you compile from it."""
    return _read("search_parameters")  # type: ignore[no-any-return]  # a table of our own making


@cache
def compartment_parameters() -> dict[str, list[str]]:
    """For each type the search parameters that put a resource into a patient's compartment, in HL7's order."""
    return _read("compartments")  # type: ignore[no-any-return]  # a table of our own making


@cache
def _code_table() -> dict[str, dict[str, list[str]]]:
    return _read("codes")  # type: ignore[no-any-return]  # a table of our own making


def _read(name: str) -> Any:
    return msgspec.json.decode((_FOLDER / f"{name}.json").read_bytes())


def _element(line: str) -> Element:
    name, cardinality, types, *marks = line.split(" ")
    least, _, most = cardinality.partition("..")
    return Element(
        name=name.removesuffix("[x]"),
        least=int(least),
        most=None if most == "*" else int(most),
        types=tuple(_type(text) for text in types.split("|")),
        choice=name.endswith("[x]"),
        codes=next((mark[1:] for mark in marks if mark.startswith("=")), ""),
        summary="^" in marks,
    )


def _type(text: str) -> Type:
    code, _, targets = text.removesuffix(")").partition("(")
    return Type(code, tuple(targets.split(",")) if targets else ())
