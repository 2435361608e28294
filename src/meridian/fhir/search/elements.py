"""What elements a type has, as far as following a path needs it: their types and whether they repeat."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Element(NamedTuple):
    """
    One child.

    Args:
        variants: Property name in JSON to the type of its value; several for a choice.
        many: Whether it is an array.
    """

    variants: dict[str, str]
    many: bool


@cache
def table(name: str) -> Any:
    """One of the committed tables of `meridian.fhir.definitions`."""
    return json.loads(files("meridian.fhir").joinpath("definitions", f"{name}.json").read_bytes())


@cache
def child(of: str, name: str) -> Element:
    """
    The child *name* of the type or structure *of*.

    Raises:
        ValueError: If it has none of that name.
    """
    while of:
        base, lines = _structure(of)
        for line in lines:
            found, cardinality, types = line.split(" ")[:3]
            if found.removesuffix("[x]") == name:
                return Element(_variants(found, types), many=not cardinality.endswith("..1"))
        of = base
    raise ValueError(f"no element {name} there")


def _structure(name: str) -> tuple[str, list[str]]:
    lines = table("structures")[name]
    if lines and lines[0].startswith("< "):
        return lines[0][2:], lines[1:]
    return "", lines


def _variants(name: str, types: str) -> dict[str, str]:
    names = [plain.partition("(")[0] for plain in types.split("|")]
    if not name.endswith("[x]"):
        return {name: names[0]}
    stem = name.removesuffix("[x]")
    return {stem + one[0].upper() + one[1:]: one for one in names}


def is_a(type_name: str, wanted: str) -> bool:
    """Whether *type_name* is *wanted* or made from it: an Age is a Quantity."""
    while type_name and type_name != wanted:
        type_name = _structure(type_name)[0] if type_name in table("structures") else ""
    return bool(type_name)
