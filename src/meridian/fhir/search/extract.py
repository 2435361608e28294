"""
A resource's index rows, in one walk over what is there.

The routes of all parameters of a type are laid into one tree of JSON properties, compiled into nested functions when
the type is first met. The walk follows only properties that the resource has, so its cost is that of the resource and
not of the number of parameters.

Values inside `contained` resources are not indexed (house policy: they have no life of their own to be found by).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from meridian.fhir.search.hashing import number
from meridian.fhir.search.leaves import LEAVES, Leaf, Payload
from meridian.fhir.search.parameters import Component, Parameter, parameters
from meridian.fhir.search.routes import Hop, Route
from meridian.fhir.search.rows import Amount, Date, Identifying, Link, Pair, Rows, Text, Token

Visit: TypeAlias = Callable[[Any, Rows], None]

_NONE: tuple[()] = ()


def extract(resource: dict[str, Any]) -> Rows:
    """The rows of *resource*, which is valid; `_id` and `_lastUpdated` are not among them, the store knows these."""
    rows = Rows()
    _walk(resource["resourceType"])(resource, rows)
    return rows


@cache
def _walk(resource_type: str) -> Visit:
    root = _Node()
    for parameter in parameters(resource_type).values():
        if parameter.owns:
            _lay(root, parameter)
    return _visit(root)


# The tree.


class _Sink(NamedTuple):
    """Into which list of `Rows` payloads go, as rows of which type."""

    attribute: str
    row: type[tuple[Any, ...]]


_SINKS = {
    "string": _Sink("text", Text),
    "phonetic": _Sink("text", Text),
    "uri": _Sink("text", Text),
    "token:text": _Sink("text", Text),
    "token": _Sink("token", Token),
    "token:of-type": _Sink("identifying", Identifying),
    "token:identifier": _Sink("identifying", Identifying),
    "reference": _Sink("link", Link),
    "date": _Sink("date", Date),
    "number": _Sink("amount", Amount),
    "quantity": _Sink("amount", Amount),
    "special": _Sink("amount", Amount),
}


@dataclass(slots=True)
class _Node:
    """What is done with a value, and with its children by property."""

    leaves: dict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    """Numbers of parameters by kind, FHIR type and type referred to."""
    composites: list[Parameter] = field(default_factory=list)
    present: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    children: dict[Hop, "_Node"] = field(default_factory=lambda: defaultdict(_Node))


def _lay(root: _Node, parameter: Parameter) -> None:
    if any(route.exists for route in parameter.routes):
        root.present.append((parameter.number, tuple(route.hops[0].name for route in parameter.routes)))
        return
    for route in parameter.routes:
        node = root
        for hop in route.hops:
            node = node.children[hop]
        if parameter.kind == "composite":
            node.composites.append(parameter)
        else:
            _hang(node, parameter, route)


def _hang(node: _Node, parameter: Parameter, route: Route) -> None:
    node.leaves[parameter.kind, route.type, route.refers].append(parameter.number)
    name = f"{parameter.base}.{parameter.code}"
    for modifier in ("text", "of-type"):
        kind = f"token:{modifier}"
        if parameter.kind == "token" and (kind, route.type) in LEAVES:
            node.leaves[kind, route.type, ""].append(number(f"{name}:{modifier}"))
    if route.type == "Reference":
        node.leaves["token:identifier", "Reference", ""].append(number(f"{name}:identifier"))


# The tree as functions.


def _visit(node: _Node) -> Visit:
    acts = _acts(node)
    steps = _steps(node)
    if not steps and len(acts) == 1:
        return acts[0]

    def visit(value: Any, rows: Rows) -> None:
        for act in acts:
            act(value, rows)
        if steps:
            for key, child in value.items():
                if key in steps:
                    for step in steps[key]:
                        step(child, rows)

    return visit


def _acts(node: _Node) -> list[Visit]:
    acts = [_emit(kind, type_name, refers, tuple(n)) for (kind, type_name, refers), n in node.leaves.items()]
    acts += [_pairs(parameter) for parameter in node.composites]
    acts += [_present(*one) for one in node.present]
    return acts


def _steps(node: _Node) -> dict[str, list[Visit]]:
    steps: dict[str, list[Visit]] = {}
    for hop, child in node.children.items():
        visit = _visit(child)
        if hop.where[0]:
            visit = _where(*hop.where, visit)
        steps.setdefault(hop.name, []).append(_each(visit) if hop.many else visit)
    return steps


def _each(visit: Visit) -> Visit:
    def each(values: Any, rows: Rows) -> None:
        for value in values:
            if value is not None:  # an array of primitives has null where there is only an extension
                visit(value, rows)

    return each


def _where(name: str, wanted: str, visit: Visit) -> Visit:
    def where(value: Any, rows: Rows) -> None:
        if value.get(name) == wanted:
            visit(value, rows)

    return where


def _emit(kind: str, type_name: str, refers: str, numbers: tuple[int, ...]) -> Visit:
    if kind == "token" and type_name == "Identifier":
        return _append(LEAVES["token", "Identifier"], _Sink("identifying", Identifying), numbers)
    if kind == "token:identifier":
        return _logical(numbers)
    sink, leaf = _SINKS[kind], LEAVES[kind, type_name]
    return _append(_referring(leaf, number(refers)) if refers else leaf, sink, numbers)


def _append(leaf: Leaf, sink: _Sink, numbers: tuple[int, ...]) -> Visit:
    attribute, row = sink
    new = tuple.__new__  # a third of the time of calling the row's type
    if len(numbers) == 1:
        [only] = numbers

        def append_one(value: Any, rows: Rows) -> None:
            into = getattr(rows, attribute)
            for payload in leaf(value):
                into.append(new(row, (only, *payload)))

        return append_one

    def append(value: Any, rows: Rows) -> None:
        into = getattr(rows, attribute)
        for payload in leaf(value):
            for one in numbers:
                into.append(new(row, (one, *payload)))

    return append


def _referring(leaf: Leaf, wanted: int) -> Leaf:
    return lambda value: [payload for payload in leaf(value) if payload[1] == wanted]


def _logical(numbers: tuple[int, ...]) -> Visit:
    """A Reference's own identifier, for `:identifier`."""
    identifier = LEAVES["token", "Identifier"]

    def logical(value: Any, rows: Rows) -> None:
        if "identifier" in value:
            for payload in identifier(value["identifier"]):
                rows.identifying.extend(Identifying(one, *payload) for one in numbers)

    return logical


def _present(parameter: int, names: tuple[str, ...]) -> Visit:
    """`exists() and != false`, which has an answer even where the element is absent."""

    def present(value: Any, rows: Rows) -> None:
        found = any(value.get(name, False) is not False for name in names)
        rows.token.append(Token(parameter, "true" if found else "false", 0))

    return present


# Composites.


def _pairs(parameter: Parameter) -> Visit:
    first, second = (_values(half) for half in parameter.components)
    shape = _SHAPES[parameter.components[1].kind]
    own = parameter.number

    def pairs(value: Any, rows: Rows) -> None:
        seconds = second(value)
        if seconds:
            for (code, system), other in product(first(value), seconds):
                rows.pair.append(Pair(own, code, system, *shape(other)))

    return pairs


_SHAPES: dict[str, Callable[[Payload], Payload]] = {
    "string": lambda p: (p[0],),
    "token": lambda p: (p[0], p[1]),
    "reference": lambda p: (p[0], p[1]),
    "quantity": lambda p: (p[2] or p[4], p[3], p[0], p[1]),
    "date": lambda p: ("", 0, float(p[0]), float(p[1])),
}
"""How the second half of a composite fills `text`, `other`, `low` and `high`."""


def _values(half: Component) -> Callable[[Any], list[Payload]]:
    ways = [(route.hops, LEAVES[half.kind, route.type]) for route in half.routes]

    def values(value: Any) -> list[Payload]:
        return [payload for hops, leaf in ways for one in _reach(value, hops) for payload in leaf(one)]

    return values


def _reach(value: Any, hops: tuple[Hop, ...]) -> Iterable[Any]:
    if not hops:
        return (value,)
    child = value.get(hops[0].name)
    if child is None:
        return _NONE
    found = child if hops[0].many else (child,)
    return found if len(hops) == 1 else [v for one in found for v in _reach(one, hops[1:])]
