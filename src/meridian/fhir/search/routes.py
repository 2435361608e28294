"""Paths made definite: through which JSON properties they lead, and what type of value stands at the end."""

from typing import NamedTuple

from meridian.fhir import definitions
from meridian.fhir.search.expressions import As, Exists, Field, Path, Refers, Step, Where


class Hop(NamedTuple):
    """
    One JSON property on the way.

    Args:
        name: The property.
        many: Whether its value is an array.
        where: A child and the value it must have for the element to count; two empty texts for none.
    """

    name: str
    many: bool
    where: tuple[str, str] = ("", "")


class Route(NamedTuple):
    """
    Where values of one type are.

    Args:
        hops: From the resource (or the element) to the value.
        type: The value's FHIR type.
        refers: The type that a reference must lead to; empty for any.
        exists: Whether only the presence of a value counts.
    """

    hops: tuple[Hop, ...]
    type: str
    refers: str = ""
    exists: bool = False


def routes(path: Path, root: str) -> list[Route]:
    """
    The routes of *path* from a value of type *root*; several where it crosses a choice.

    Raises:
        KeyError: If it leads through an element that does not exist.
    """
    found = [Route((), root)]
    for step in path.steps:
        found = [longer for route in found for longer in _extend(route, step)]
    return found


def _extend(route: Route, step: Step) -> list[Route]:
    match step:
        case Field(name):
            element = definitions.elements(route.type)[name]
            return [
                Route((*route.hops, Hop(key, element.repeats)), kind.code) for key, kind in element.spellings().items()
            ]
        case As(kind):
            return [route] if route.type.casefold() == kind.casefold() else []
        case Refers(kind):
            return [route._replace(refers=kind)]
        case Where(name, value):
            last = route.hops[-1]._replace(where=(name, value))
            return [route._replace(hops=(*route.hops[:-1], last))]
        case Exists():
            return [route._replace(exists=True)]
