"""
What can be asked of a type: its search parameters, read from the definitions when the type is first used.

Many parameters say the same twice: `patient` is `subject` where it leads to a Patient, `combo-code` is `code` and
`component-code`, `phone` is `telecom` of one kind. Only the first of them has rows; the others are asked through it
(`Parameter.stored`, with `only_type` or `only_system`), which saves a third of the index.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from meridian.fhir import definitions
from meridian.fhir.search.expressions import read
from meridian.fhir.search.hashing import number
from meridian.fhir.search.leaves import LEAVES
from meridian.fhir.search.routes import Route, routes
from meridian.fhir.types import SUPPORTED

PHONETIC = "phonetic"
NAMES = frozenset({"name", "family", "given"})
"""String parameters whose values are few, each being borne by many: all are among those of `name`."""

SYSTEMLESS = frozenset({"code", "boolean", "string", "id", "uri", "canonical", "url", "oid", "uuid", "markdown"})
"""Types of tokens whose system is implied, so that a search that names one means the same."""


@dataclass(frozen=True, slots=True)
class Component:
    """One half of a composite: its kind, and where its values are within the element."""

    kind: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    A search parameter of one type.

    Args:
        base: The type.
        code: Its name in a search.
        kind: `string`, `phonetic`, `token`, `reference`, `date`, `number`, `quantity`, `uri`, `composite`, `special`.
        routes: Where its values are.
        targets: Types that a reference may lead to; empty for any.
        components: Halves of a composite.
        stored: Numbers of the parameters whose rows answer it.
        only_type: Of those rows, only the ones that lead to this type.
        only_system: Of those rows, only contact points of this kind.
    """

    base: str
    code: str
    kind: str
    routes: tuple[Route, ...] = ()
    targets: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    stored: tuple[int, ...] = ()
    only_type: str = ""
    only_system: str = ""

    @property
    def number(self) -> int:
        """Its own number; among `stored` only if it has rows of its own."""
        return number(f"{self.base}.{self.code}")

    @property
    def owns(self) -> bool:
        """Whether it has rows of its own."""
        return self.number in self.stored

    @property
    def types(self) -> frozenset[str]:
        """FHIR types of its values."""
        return frozenset(route.type for route in self.routes)

    def answer(self, modifier: str) -> tuple[int, ...]:
        """Numbers of the rows kept for a modifier, as `text` or `identifier`, beside those of the value itself."""
        return tuple(number(f"{owner}:{modifier}") for owner in self.owners)

    @property
    def owners(self) -> tuple[str, ...]:
        """Names, as `Observation.subject`, of the parameters whose rows answer it."""
        return tuple(
            f"{self.base}.{other.code}" for other in parameters(self.base).values() if other.number in self.stored
        )


@cache
def parameters(resource_type: str) -> Mapping[str, Parameter]:
    """
    The search parameters of *resource_type* by name, those of every resource included.

    Raises:
        ValueError: If a definition has a shape that is not known; `tests/fhir/search` compiles them all.
    """
    found = [_parameter(raw, resource_type) for raw in _table() if _concerns(raw, resource_type)]
    return MappingProxyType({p.code: p for p in _shared(found)})


@cache
def _table() -> list[dict[str, Any]]:
    return definitions.search_parameters()


def _concerns(raw: Any, resource_type: str) -> bool:
    return "expression" in raw and bool({resource_type, "Resource", "DomainResource"} & set(raw["base"]))


def _parameter(raw: Any, base: str) -> Parameter:
    kind = PHONETIC if raw["code"] == PHONETIC else raw["type"]
    found = [
        route for path in read(raw["expression"]) if path.root in {base, "Resource"} for route in routes(path, base)
    ]
    if kind == "composite":
        components = tuple(_component(definition, text, found) for definition, text in raw["component"])
        return Parameter(base, raw["code"], kind, tuple(found), components=components)
    targets = tuple(raw.get("target", ()))
    return Parameter(base, raw["code"], kind, _fitting(found, kind, raw["code"]), targets)


def _fitting(found: list[Route], kind: str, code: str) -> tuple[Route, ...]:
    """Those routes whose values can answer a parameter of *kind*."""
    fitting = tuple(route for route in found if route.exists or (kind, route.type) in LEAVES)
    if not fitting:
        raise ValueError(f"search parameter {code} of kind {kind} meets no value it can use: {found}")
    return fitting


def _component(definition: str, text: str, bases: list[Route]) -> Component:
    roots = dict.fromkeys(route.type for route in bases)
    found = list(dict.fromkeys(route for path in read(text) for root in roots for route in routes(path, root)))
    kind = next(raw["type"] for raw in _table() if raw["url"] == definition)
    if not any((kind, route.type) in LEAVES for route in found):
        # R4 names the two definitions of DocumentReference.relationship the wrong way round.
        kind = next(other for other in ("token", "reference") if (other, found[0].type) in LEAVES)
    return Component(kind, _fitting(found, kind, text))


# Which rows answer which parameter.


def _shared(found: list[Parameter]) -> Iterator[Parameter]:
    owners: list[Parameter] = []
    for parameter in sorted(found, key=lambda p: (len(p.routes), _filtered(p), p.code)):
        if parameter.code in {"_id", "_lastUpdated"}:
            yield parameter
            continue
        answered = _through(parameter, owners)
        if answered.owns:
            owners.append(answered)
        yield answered


def _filtered(parameter: Parameter) -> bool:
    return any(route.refers or (route.hops and route.hops[-1].where[0]) for route in parameter.routes)


def _through(parameter: Parameter, owners: list[Parameter]) -> Parameter:
    if covering := _covering(parameter, parameter.routes, owners):
        return replace(parameter, stored=covering)
    refers = {route.refers for route in parameter.routes}
    if len(refers) == 1 and refers != {""}:
        plain = tuple(route._replace(refers="") for route in parameter.routes)
        if covering := _covering(parameter, plain, owners):
            return replace(parameter, stored=covering, only_type=refers.pop())
    wheres = {route.hops[-1].where for route in parameter.routes if route.hops}
    if parameter.types == {"ContactPoint"} and len(wheres) == 1 and wheres != {("", "")}:
        plain = tuple(_without_where(route) for route in parameter.routes)
        if covering := _covering(parameter, plain, owners):
            return replace(parameter, stored=covering, only_system=wheres.pop()[1])
    return replace(parameter, stored=(parameter.number,))


def _without_where(route: Route) -> Route:
    return route._replace(hops=(*route.hops[:-1], route.hops[-1]._replace(where=("", ""))))


def _covering(parameter: Parameter, wanted: tuple[Route, ...], owners: list[Parameter]) -> tuple[int, ...]:
    """Numbers of the owners that together have exactly the routes *wanted*; none if there are no such."""
    parts = [o for o in owners if _alike(o, parameter) and set(o.routes) <= set(wanted)]
    covered = {route for part in parts for route in part.routes}
    return tuple(part.number for part in parts) if covered == set(wanted) else ()


def _alike(one: Parameter, other: Parameter) -> bool:
    return one.kind == other.kind and _halves(one) == _halves(other)


def _halves(parameter: Parameter) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return [(half.kind, tuple((r.hops[-1].name, r.type) for r in half.routes)) for half in parameter.components]


def supported(resource_type: str) -> bool:
    """Whether resources of that type are kept."""
    return resource_type in SUPPORTED
