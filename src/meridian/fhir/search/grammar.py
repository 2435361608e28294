"""
A search request, read: parameters in, a `Search` out, or a refusal that names the parameter and never its value.

What is not offered is refused rather than overlooked, since a search that minds fewer conditions than it was asked
shows other people's records. Only unknown parameters may be ignored, when the client says so
(`Prefer: handling=lenient`).

Source: hl7.org/fhir/R4/search.html.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from meridian import clock
from meridian.faults import Malformed, TooCostly, Unsupported
from meridian.fhir.search import values
from meridian.fhir.search.parameters import Parameter, parameters, supported
from meridian.fhir.search.query import (
    LARGEST_COUNT,
    Chain,
    Criterion,
    Has,
    Ids,
    Include,
    Match,
    Missing,
    Search,
    Sort,
    Updated,
    Value,
)

MOST_PARAMETERS = 64
MOST_VALUES = 200
"""Alternatives in one parameter."""
MOST_LETTERS = 4_000
DEEPEST = 3
"""References that a chain or `_has` may follow, house policy."""
MOST_SORTS = 3
MOST_INCLUDES = 20

_NAME = re.compile(r"[A-Za-z_][\w:.*\-]{0,199}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ELEMENT = re.compile(r"[A-Za-z]\w{0,63}(?:\[x\])?(?:\.\w{1,64}){0,4}", re.ASCII)

REFUSED = {
    "_filter": "write the conditions as parameters of their own",
    "_text": "narratives are not searched; use a parameter of the type",
    "_content": "whole contents are not searched; use a parameter of the type",
    "_query": "there are no named queries",
    "_list": "lists are not kept",
    "_type": "search one type at a time",
    "_contained": "contained resources are found only through the resource they are in",
    "_containedType": "contained resources are found only through the resource they are in",
    "_score": "matches have no score",
}
"""Parameters of the standard that are not offered, and what to do instead."""

TERMINOLOGY = frozenset({"in", "not-in", "above", "below"})
"""Modifiers of tokens that would need a terminology service."""

_OURS = frozenset({"_format", "_pretty"})
"""Parameters of the answer's form, which the HTTP layer minds."""


def parse(resource_type: str, pairs: Iterable[tuple[str, str]], *, lenient: bool = False, base: str = "") -> Search:
    """
    The search of *resource_type* that *pairs* ask for.

    Args:
        resource_type: One of `meridian.fhir.types.TYPES`.
        pairs: Names and values, decoded, in their order.
        lenient: Ignore unknown parameters and list them in `Search.ignored`.
        base: This server's own FHIR address, so that references by URL to it are understood.

    Raises:
        Malformed: If a value cannot be read.
        Unsupported: If a parameter or modifier is unknown or not offered.
        TooCostly: If it asks more than the limits above allow.
    """
    if not supported(resource_type):
        raise Unsupported("Resources of this type are not kept here", what="type")
    reading = _Reading(resource_type, lenient=lenient, base=base, now=clock.now())
    for index, (name, value) in enumerate(pairs):
        if index == MOST_PARAMETERS:
            raise TooCostly(f"A search may have {MOST_PARAMETERS} parameters")
        _check(name, value)
        reading.take(name, value)
    return reading.search()


def _check(name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise Malformed("A search parameter's name has characters that none has")
    if not value:
        raise Malformed(f"Search parameter {name} has no value")
    if len(value) > MOST_LETTERS:
        raise TooCostly(f"Search parameter {name}: its value is longer than {MOST_LETTERS} characters")
    if "\x00" in value or _SURROGATE.search(value):
        raise Malformed(f"Search parameter {name}: its value has characters that no text has")


@dataclass(slots=True)
class _Reading:
    """A search being read."""

    type: str
    lenient: bool
    base: str
    now: int
    criteria: list[Criterion] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, value: str) -> None:
        """Read one parameter."""
        if name in _RESULTS:
            if name in self.options and name not in {"_sort", "_elements"}:
                raise Malformed(f"Search parameter {name} stands twice")
            self.options[name] = value
            _RESULTS[name](self, value)
        elif name.partition(":")[0] in {"_include", "_revinclude"}:
            self.asked.append((name, value))
            self.include(name, value)
        elif name not in _OURS:
            self.condition(name, value)

    def condition(self, name: str, value: str) -> None:
        """Read one that decides what matches."""
        try:
            criterion = self.criterion(self.type, name, value, DEEPEST)
        except _Unknown as unknown:
            if not self.lenient:
                raise Unsupported(str(unknown), what="parameter") from None
            self.ignored.append(name)
        else:
            self.asked.append((name, value))
            self.criteria.append(criterion)

    def search(self) -> Search:
        """What was read."""
        return Search(
            self.type,
            criteria=tuple(self.criteria),
            includes=tuple(self.includes),
            ignored=tuple(self.ignored),
            asked=tuple(self.asked),
            options=self.options,
            **self.results,
        )

    # Conditions.

    def criterion(self, resource_type: str, name: str, value: str, depth: int) -> Criterion:
        """One condition on a resource of *resource_type*, through at most *depth* references."""
        if name.startswith("_has:"):
            return self.has(resource_type, name, value, depth)
        head, dot, rest = name.partition(".")
        code, _, modifier = head.partition(":")
        parameter = _parameter(resource_type, code)
        if dot:
            return self.chain(parameter, modifier, rest, value, depth)
        if modifier == "missing":
            return Missing(parameter, _yes(parameter, value))
        if code == "_id":
            return _ids(parameter, modifier, value)
        if code == "_lastUpdated" and not modifier:
            return _updated(parameter, value, self.now)
        return self.match(parameter, modifier, value)

    def match(self, parameter: Parameter, modifier: str, value: str) -> Match:
        """A condition on the resource's own values."""
        alternatives = values.split(value, ",")
        if len(alternatives) > MOST_VALUES:
            raise TooCostly(f"Search parameter {parameter.code} may have {MOST_VALUES} values")
        if not all(alternatives):
            raise values.wrong(parameter, "one of its values is empty")
        if parameter.kind == "reference" and modifier != "identifier":
            _known_type(parameter, modifier)
            found: list[Value] = [self.link(parameter, one, modifier) for one in alternatives]
            return Match(parameter, parameter.stored, tuple(found))
        read = _reader(parameter, modifier)
        stored = parameter.answer(modifier) if modifier in {"text", "of-type", "identifier"} else parameter.stored
        found = [read(parameter, one, self.now) for one in alternatives]
        return Match(parameter, stored, tuple(found), negated=modifier == "not")

    def link(self, parameter: Parameter, text: str, wanted: str) -> Value:
        """A reference; one by URL to this server is one to the resource."""
        plain = values.unescape(text)
        if self.base:
            plain = plain.removeprefix(self.base).lstrip("/") if plain.startswith(self.base) else plain
        return values.reference(parameter, plain, wanted)

    def chain(self, parameter: Parameter, modifier: str, rest: str, value: str, depth: int) -> Criterion:
        """A condition on what a reference leads to."""
        if parameter.kind != "reference":
            raise Malformed(f"Search parameter {parameter.code} is no reference and cannot be followed")
        _deep(depth)
        _known_type(parameter, modifier)
        wanted = modifier or parameter.only_type
        types = (wanted,) if wanted else tuple(t for t in parameter.targets if supported(t))
        targets: list[tuple[str, Criterion]] = []
        unknown: _Unknown | None = None
        for target in types:
            try:
                targets.append((target, self.criterion(target, rest, value, depth - 1)))
            except _Unknown as one:
                unknown = one
        if not targets:
            raise unknown or _Unknown(f"Search parameter {parameter.code} leads to no type that is kept here")
        return Chain(parameter, tuple(targets))

    def has(self, resource_type: str, name: str, value: str, depth: int) -> Criterion:
        """`_has:Type:reference:condition`."""
        _deep(depth)
        parts = name.split(":", 3)
        if len(parts) != 4:  # noqa: PLR2004  # the four parts of the form
            raise Malformed("Search parameter _has is written _has:Type:reference:parameter")
        _, source, code, rest = parts
        if not supported(source):
            raise Unsupported("Search parameter _has names a type that is not kept here", what="type")
        parameter = _parameter(source, code)
        if parameter.kind != "reference" or resource_type not in (parameter.targets or (resource_type,)):
            raise Malformed(f"Search parameter _has: {source}.{code} does not refer to {resource_type}")
        return Has(source, parameter, self.criterion(source, rest, value, depth - 1))

    # How the answer looks.

    def include(self, name: str, value: str) -> None:
        """`_include` and `_revinclude`, also with `:iterate`."""
        base, _, modifier = name.partition(":")
        if modifier not in {"", "iterate"}:
            raise Unsupported(f"Search parameter {base} has no such modifier", what="parameter")
        if len(self.includes) == MOST_INCLUDES:
            raise TooCostly(f"A search may have {MOST_INCLUDES} _include and _revinclude parameters")
        self.includes.append(_include(base, value, iterate=bool(modifier)))

    def sort(self, value: str) -> None:
        """`_sort`, the first key first."""
        keys = [*self.results.get("sort", ()), *(_sort(self.type, key) for key in value.split(","))]
        if len(keys) > MOST_SORTS:
            raise TooCostly(f"Search parameter _sort may have {MOST_SORTS} keys")
        self.results["sort"] = tuple(keys)
        self.asked.append(("_sort", value))

    def count(self, value: str) -> None:
        """`_count`; a larger one than is given out is taken for the largest."""
        if not (value.isascii() and value.isdigit()) or len(value) > 9:  # noqa: PLR2004  # more digits are absurd
            raise Malformed("Search parameter _count takes a number from 0")
        self.results["count"] = min(int(value), LARGEST_COUNT)

    def cursor(self, value: str) -> None:
        """`_cursor`, from a `next` link; the store checks it."""
        self.results["cursor"] = value

    def elements(self, value: str) -> None:
        """`_elements`."""
        names = tuple(name.strip() for name in value.split(","))
        if not all(_ELEMENT.fullmatch(name) for name in names):
            raise Malformed("Search parameter _elements takes names of elements, joined by commas")
        self.results["elements"] = (*self.results.get("elements", ()), *names)


def _chosen(name: str, choices: tuple[str, ...]) -> Callable[[_Reading, str], None]:
    def take(reading: _Reading, value: str) -> None:
        if value not in choices:
            raise Malformed(f"Search parameter {name} is one of {', '.join(choices)}")
        reading.results[name.removeprefix("_")] = value

    return take


_RESULTS: dict[str, Callable[[_Reading, str], None]] = {
    "_sort": _Reading.sort,
    "_count": _Reading.count,
    "_cursor": _Reading.cursor,
    "_elements": _Reading.elements,
    "_total": _chosen("_total", ("none", "estimate", "accurate")),
    "_summary": _chosen("_summary", ("false", "true", "text", "data", "count")),
}


class _Unknown(Exception):
    """A parameter that the type has not; the text is for the client."""


def _parameter(resource_type: str, code: str) -> Parameter:
    found = parameters(resource_type).get(code)
    if found is None:
        if code in REFUSED:
            raise Unsupported(f"Search parameter {code} is not offered: {REFUSED[code]}", what="parameter")
        raise _Unknown(f"{resource_type} has no search parameter {code}")
    return found


def _reader(parameter: Parameter, modifier: str) -> values.Read:
    if not modifier:
        return values.READ[parameter.kind]
    found = values.MODIFIED.get((parameter.kind, modifier))
    if found and _sensible(parameter, modifier):
        return found
    if parameter.kind == "token" and modifier in TERMINOLOGY:
        why = "there is no terminology service that would answer it"
    else:
        why = f"parameters like it ({parameter.kind}) have no such modifier here"
    raise Unsupported(f"Search parameter {parameter.code}:{modifier} is not offered: {why}", what="parameter")


def _sensible(parameter: Parameter, modifier: str) -> bool:
    if modifier == "text":
        return bool(parameter.types & {"CodeableConcept", "Coding"})
    return modifier != "of-type" or "Identifier" in parameter.types


def _known_type(parameter: Parameter, modifier: str) -> None:
    if modifier and modifier not in (parameter.targets or (modifier,)):
        raise Unsupported(
            f"Search parameter {parameter.code}:{modifier} is not offered: "
            f"it refers to {', '.join(parameter.targets) or 'any type'}",
            what="parameter",
        )
    if modifier and not supported(modifier):
        raise Unsupported(f"Search parameter {parameter.code} names a type that is not kept here", what="parameter")


def _deep(depth: int) -> None:
    if depth == 0:
        raise TooCostly(f"A search may follow {DEEPEST} references, one behind the other")


def _yes(parameter: Parameter, value: str) -> bool:
    if value not in {"true", "false"}:
        raise values.wrong(parameter, ":missing is true or false")
    return value == "true"


def _ids(parameter: Parameter, modifier: str, value: str) -> Ids:
    if modifier not in {"", "not"}:
        raise Unsupported(f"Search parameter _id:{modifier} is not offered", what="parameter")
    found = tuple(value.split(","))
    if len(found) > MOST_VALUES:
        raise TooCostly(f"Search parameter _id may have {MOST_VALUES} values")
    if not all(_ID.fullmatch(one) for one in found):
        raise values.wrong(parameter, "takes ids, joined by commas")
    return Ids(found, negated=modifier == "not")


def _updated(parameter: Parameter, value: str, now: int) -> Criterion:
    return Updated(tuple(values.date(parameter, one, now) for one in values.split(value, ",")))


def _sort(resource_type: str, key: str) -> Sort:
    code = key.removeprefix("-")
    if code in REFUSED:
        raise Unsupported(f"Search parameter _sort={code} is not offered: {REFUSED[code]}", what="parameter")
    parameter = parameters(resource_type).get(code)
    if parameter is None:
        raise Unsupported(
            f"Search parameter _sort: {resource_type} has no search parameter of that name", what="parameter"
        )
    if parameter.kind in {"composite", "special"} or "Identifier" in parameter.types:
        raise Unsupported(f"Search parameter _sort={code} is not offered: its values have no order", what="parameter")
    return Sort(parameter, descending=key.startswith("-"))


def _include(name: str, value: str, *, iterate: bool) -> Include:
    reverse = name == "_revinclude"
    parts = value.split(":")
    if len(parts) not in {2, 3} or not all(parts):
        raise Malformed(f"Search parameter {name} is written Type:parameter or Type:parameter:Target")
    source, code, target = (*parts, "")[:3]
    if not supported(source) or (target and not supported(target)):
        raise Unsupported(f"Search parameter {name} names a type that is not kept here", what="parameter")
    return Include(source, _references(name, source, code, reverse=reverse), target, iterate, reverse)


def _references(name: str, source: str, code: str, *, reverse: bool) -> tuple[Parameter, ...]:
    if code == "*" and not reverse:
        return tuple(p for p in parameters(source).values() if p.kind == "reference" and p.owns)
    parameter = parameters(source).get(code)
    if parameter is None or parameter.kind != "reference":
        raise Unsupported(f"Search parameter {name}: {source} has no reference of that name", what="parameter")
    return (parameter,)
