"""
The check of a type, compiled from the table of its elements the first time each property is met.

One pass over the properties that are there: each has a checker found by its name. What is rare (a property not met
before, a choice, the `_name` beside a primitive, anything wrong) goes the long way round in `_Structure.special`.

Source: hl7.org/fhir/R4/json.html; hl7.org/fhir/R4/element.html (ele-1).
"""

from functools import cache
from typing import Any, Final

from meridian.fhir import definitions
from meridian.fhir.definitions import Element, Type

from . import bindings, invariants
from .findings import MOST, Checker, Context, Finding, Findings, joined, one, under
from .primitives import CHECKS
from .references import reference

MOST_ITEMS: Final = 10_000
"""Items of one array; house policy."""

_NOT_OBJECT = one("structure", "must be an object")
_NOT_ARRAY = one("structure", "must be an array")
_NOT_REPEATED = one("structure", "must not be an array")
_EMPTY_ARRAY = one("structure", "must not be an empty array")
_TOO_MANY = one("too-long", f"must not have more than {MOST_ITEMS} items")
_EMPTY = one("invariant", "must have a value or elements (ele-1)")
_UNKNOWN = one("structure", "is not an element of this type")
_NULL = one("structure", "must not be null")
_TWICE = one("structure", "is one of two values of a choice that takes one")
_ALONE = one("structure", "must be an array with an item or null for each value")


@cache
def structure(name: str) -> Checker:
    """The check of a complex type, or of an element such as `Patient.contact`."""
    return _Structure(name).check


@cache
def resource(name: str) -> Checker:
    """The check of a resource type, which also knows `resourceType`."""
    made = _Structure(name)
    wrong = one("value", f"must be {name}")
    made.plain["resourceType"] = lambda value, _: None if value == name else wrong
    return made.check


class _Structure:
    """The checkers of one structure; `plain` fills as properties are met."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.plain: dict[str, Checker] = {}
        self.choices: dict[str, tuple[Checker, frozenset[str]]] = {}
        self.elements = definitions.elements(name)
        self.spelled = {key: element for element in self.elements.values() for key in element.spellings()}
        self.required = tuple(e.name for e in self.elements.values() if e.least and not e.choice)
        self.required_choices = tuple(frozenset(e.spellings()) for e in self.elements.values() if e.least and e.choice)
        self.check = self._compile()

    def _compile(self) -> Checker:  # noqa: C901 - it is only the loop within
        """The hot function, with everything it needs in its own scope."""
        checker_of, special, missing = self.plain.get, self.special, self.missing
        required, required_choices = self.required, self.required_choices
        rules = invariants.of(self.name)

        def check(value: Any, context: Context) -> Findings:  # noqa: C901 - the hot loop, in one piece
            if type(value) is not dict:
                return _NOT_REPEATED if type(value) is list else _NOT_OBJECT
            if len(value) < 2 and (not value or "id" in value or "resourceType" in value):  # noqa: PLR2004 - alone
                return _EMPTY
            found: Findings = None
            for key, item in value.items():
                checker = checker_of(key)
                problem = checker(item, context) if checker else special(key, value, context)
                if problem is not None:
                    found = joined(found, self.located(key, value, context, problem))
            for name in required:
                if name not in value:
                    found = missing(value, found)
                    break
            for spellings in required_choices:
                if spellings.isdisjoint(value):
                    found = missing(value, found)
                    break
            if found is None:
                for rule in rules:
                    if (problem := rule(value)) is not None:
                        found = joined(found, problem)
            return found

        return check

    def special(self, key: str, value: dict[str, Any], context: Context) -> Findings:
        """A property that is not in `plain`: met for the first time, a choice, a companion, or unknown."""
        if key in self.choices:
            return self.chosen(key, value, context)
        element = self.spelled.get(key)
        if element is not None:
            self.learn(key, element)
            return self.special(key, value, context) if element.choice else self.plain[key](value[key], context)
        companion = self.spelled.get(key[1:]) if key[:1] == "_" else None
        if companion is None or not _is_primitive(companion.spellings()[key[1:]]):
            return _UNKNOWN
        return self.companion(key, companion, value, context)

    def learn(self, key: str, element: Element) -> None:
        """Compile the checker of a property."""
        kind = element.spellings()[key]
        checker = invariants.on_element(f"{self.name}.{element.name}", kind.spelled, _checker(element, kind))
        if element.choice:
            self.choices[key] = (checker, frozenset(element.spellings()))
        else:
            self.plain[key] = _repeated(checker) if element.repeats else checker

    def chosen(self, key: str, value: dict[str, Any], context: Context) -> Findings:
        """One spelling of a choice; another beside it, or beside its companion, is one too many."""
        checker, group = self.choices[key]
        return _TWICE if _another(key, group, value) else checker(value[key], context)

    def companion(self, key: str, element: Element, value: dict[str, Any], context: Context) -> Findings:
        """`_name`: the id and extensions of a primitive, or an array of them beside an array of primitives."""
        item, primitive = value[key], value.get(key[1:])
        if element.choice and primitive is None and _another(key[1:], frozenset(element.spellings()), value):
            return _TWICE
        if not element.repeats:
            return _beside(item, primitive, context)
        if type(item) is not list or not any(item) or len(item) > MOST_ITEMS:
            return _ALONE
        values = [None] * len(item) if primitive is None else primitive
        if type(values) is not list or len(values) != len(item):
            return _ALONE
        for index, (beside, of) in enumerate(zip(item, values, strict=True)):
            if beside is not None and (problem := _beside(beside, of, context)) is not None:
                return under(f"[{index}]", problem)
        return None

    def located(self, key: str, value: dict[str, Any], context: Context, problem: list[Finding]) -> list[Finding]:
        """What is wrong with a property, with its place; a null is right where `_name` has the rest."""
        companions, element = value.get(f"_{key}"), self.spelled.get(key)
        if element is None or type(value[key]) is not list or type(companions) is not list:
            return under(f".{key}", problem)
        checker = _checker(element, element.types[0])
        nulls = {n for n, pair in enumerate(zip(value[key], companions, strict=False)) if pair[0] is None and pair[1]}
        wrong = _located(value[key], checker, context, skip=nulls) if len(value[key]) <= MOST_ITEMS else _TOO_MANY
        return under(f".{key}", wrong or [])

    def missing(self, value: dict[str, Any], found: Findings) -> Findings:
        """With a finding for each required element that is not there, not even as an extension that says why."""
        for element in self.elements.values():
            if element.least and not any(key in value or f"_{key}" in value for key in element.spellings()):
                finding = Finding(f".{element.name}", "required", "is required")
                found = found if found and finding in found else joined(found, [finding])
        return found


def _another(key: str, group: frozenset[str], value: dict[str, Any]) -> bool:
    """Whether *value* has another spelling of a choice than *key*, or the companion of one."""
    for other in value:
        if other != key and (other in group or (other[:1] == "_" and other[1:] in group and other[1:] != key)):
            return True
    return False


def _beside(item: Any, primitive: Any, context: Context) -> Findings:
    """An object beside a primitive; an id is enough for one where there is a value (ele-1)."""
    if primitive is not None and type(item) is dict and item.keys() == {"id"}:
        return under(".id", CHECKS["string"](item["id"], context) or []) or None
    return structure("Element")(item, context)


def _repeated(checker: Checker) -> Checker:
    """The check of an array, which tells places only when something is wrong."""

    def check(items: Any, context: Context) -> Findings:
        if type(items) is not list:
            return _NOT_ARRAY
        if not 0 < len(items) <= MOST_ITEMS:
            return _TOO_MANY if items else _EMPTY_ARRAY
        for item in items:
            if checker(item, context) is not None:
                return _located(items, checker, context)
        return None

    return check


def _located(
    items: list[Any], checker: Checker, context: Context, skip: set[int] | frozenset[int] = frozenset()
) -> Findings:
    """Findings of each item with its place, up to `MOST`."""
    found: list[Finding] = []
    for index, item in enumerate(items):
        problem = None if index in skip else checker(item, context)
        if problem:
            found += under(f"[{index}]", _NULL if item is None else problem)
        if len(found) >= MOST:
            break
    return found or None


def _is_primitive(kind: Type) -> bool:
    return kind.code in CHECKS and kind.code != "xhtml"


def _checker(element: Element, kind: Type) -> Checker:
    """The check of one value of an element."""
    if kind.code == "Resource":
        return contained if element.name == "contained" else any_resource
    if kind.code == "Reference":
        return reference(structure("Reference"), kind.targets)
    if element.codes:
        return bindings.bound(element.codes, kind.code, structure)
    return CHECKS.get(kind.code) or structure(kind.code)


def any_resource(value: Any, context: Context) -> Findings:
    """A resource within another; its own type says how it is checked."""
    if type(value) is not dict:
        return _NOT_OBJECT
    name = value.get("resourceType")
    if type(name) is not str or not definitions.is_resource(name):
        return under(".resourceType", one("structure", "must name a resource type of FHIR R4"))
    return resource(name)(value, context)


def contained(value: Any, context: Context) -> Findings:
    """
    A contained resource: typed, named, with none inside it, and without what only a resource of its own can have.

    Source: hl7.org/fhir/R4/domainresource.html (dom-2, dom-4, dom-5).
    """
    found = any_resource(value, context)
    if found is not None:
        return found
    if "id" not in value:
        return under(".id", one("required", "is required: a contained resource is referred to by it"))
    if "contained" in value:
        return under(".contained", one("invariant", "must not be in a contained resource (dom-2)"))
    for name, key in (("versionId", "dom-4"), ("lastUpdated", "dom-4"), ("security", "dom-5")):
        if name in value.get("meta", ()):
            return under(f".meta.{name}", one("invariant", f"must not be in a contained resource ({key})"))
    return None


def unused(value: dict[str, Any], context: Context) -> Findings:
    """Contained resources that nothing refers to and that do not refer to their container (dom-3), or share an id."""
    found: Findings = None
    seen: set[str] = set()
    for index, item in enumerate(value.get("contained", ())):
        place = f".contained[{index}]"
        if item["id"] in seen:
            found = joined(found, [Finding(f"{place}.id", "duplicate", "is the id of another contained resource")])
        seen.add(item["id"])
        if item["id"] not in context.used and not _mentions_container(item):
            found = joined(found, [Finding(place, "invariant", "must be referred to by the resource (dom-3)")])
    return found


def _mentions_container(item: Any) -> bool:
    """Whether `#` alone, which is the containing resource, is referred to."""
    if isinstance(item, dict):
        return item.get("reference") == "#" or any(_mentions_container(inner) for inner in item.values())
    return isinstance(item, list) and any(_mentions_container(inner) for inner in item)
