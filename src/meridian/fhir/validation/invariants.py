"""
Invariants of severity error, ready to run on the objects of a structure.

Most are compiled from HL7's FHIRPath by `fhirpath`. The hot ones, and those that need more than their own object, are
written here. `ELSEWHERE` are enforced by the shape of other checks; `NOT_STATED` are not: each says why. Only what is
certainly false is refused: an order between `2012` and `2012-05`, say, is unknown and passes.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from meridian.fhir import definitions

from .fhirpath import NotStated, holds
from .findings import Checker, Context, Finding, Findings, one
from .times import compare

Rule: TypeAlias = Callable[[Any], Findings]
Test: TypeAlias = Callable[[Any], bool | None]

ELSEWHERE: Final = {
    "dom-2": "structures.contained",
    "dom-3": "structures.unused",
    "dom-4": "structures.contained",
    "dom-5": "structures.contained",
    "ele-1": "structures: an object must not be empty",
    "ref-1": "references: #id must name a contained resource",
    "txt-1": "narrative",
    "txt-2": "narrative",
}

NOT_STATED: Final = {
    "bdl-3": "Bundle is not kept; request bundles are read by meridian.fhir.bundles",
    "bdl-4": "as bdl-3",
    "bdl-7": "as bdl-3",
    "bdl-11": "as bdl-3",
    "bdl-12": "as bdl-3",
    "cpb-7": "CapabilityStatement is not kept",
    "csd-1": "CodeSystem is not kept",
    "eld-2": "ElementDefinition stands in no type that is kept",
    "ig-1": "ImplementationGuide is not kept",
    "ig-2": "as ig-1",
    "sdf-8": "StructureDefinition is not kept",
    "sdf-8a": "as sdf-8",
    "sdf-9": "as sdf-8",
}
"""Invariants that `fhirpath` does not compile; every one of a kept type it does."""


def of(structure: str) -> tuple[Rule, ...]:
    """The rules of a structure and of what it extends."""
    found: list[Rule] = []
    for line in definitions.structures()[structure]:
        if line.startswith("< "):
            found += of(line[2:])
    return (*found, *(_rule(key, text, test) for key, text, test in _tests(structure, structure)))


def on_element(path: str, focus: str, checker: Checker) -> Checker:
    """*checker* of a *focus*, and the rules on an element that is no structure itself, as `Organization.telecom`."""
    if path not in definitions.invariants() or definitions.exists(path):
        return checker
    rules = tuple(_rule(key, text, test) for key, text, test in _tests(path, focus))
    return _followed(checker, rules) if rules else checker


def _followed(checker: Checker, rules: tuple[Rule, ...]) -> Checker:
    def check(value: Any, context: Context) -> Findings:
        found = checker(value, context)
        for rule in rules:
            found = found or rule(value)
        return found

    return check


def _tests(path: str, focus: str) -> Iterator[tuple[str, str, Test]]:
    """Key, meaning and test of each invariant at *path* that can be stated."""
    for key, (expression, human) in definitions.invariants().get(path, {}).items():
        if key in ELSEWHERE:
            continue
        test = _WRITTEN.get(key) or _compiled(expression, focus)
        if test is not None:
            yield key, human, test


def _compiled(expression: str, focus: str) -> Test | None:
    try:
        return holds(expression, focus)
    except NotStated:
        return None


def _rule(key: str, human: str, test: Test) -> Rule:
    wrong: list[Finding] = one("invariant", f"{human} ({key})")

    def rule(value: Any) -> Findings:
        return wrong if test(value) is False else None

    return rule


# Written by hand.


def _period(value: dict[str, Any]) -> bool | None:
    start, end = value.get("start"), value.get("end")
    if start is None or end is None:
        return True
    sign = compare(start, end)
    return None if sign is None else sign <= 0


def _extension(value: dict[str, Any]) -> bool:
    """Either extensions or a value: beside `url` and `id` stands exactly one kind of thing."""
    has_value = False
    for key in value:
        if key[:5] == "value" or key[:6] == "_value":
            has_value = True
    return ("extension" in value) is not has_value


def _code_apart(value: dict[str, Any]) -> bool:
    """obs-7: where the observation has a value, no component repeats its code."""
    if not any(key.startswith("value") for key in value) or "component" not in value:
        return True
    own = value.get("code", {}).get("coding", [])
    return not any(c in own for part in value["component"] for c in part.get("code", {}).get("coding", ()))


def _links_once(value: dict[str, Any]) -> bool:
    """que-2: no linkId twice, at any depth."""
    ids = list(_link_ids(value))
    return len(ids) == len(set(ids))


def _link_ids(value: dict[str, Any]) -> Iterator[str]:
    for item in value.get("item", ()):
        if "linkId" in item:
            yield item["linkId"]
        yield from _link_ids(item)


def _on_behalf(value: dict[str, Any]) -> bool | None:
    """ctm-1: only a practitioner acts for an organization; told from the reference's own text."""
    text = value.get("member", {}).get("reference", "")
    kind = text.split("/")[-2] if "/" in text else ""
    if "onBehalfOf" not in value or not definitions.is_resource(kind):
        return None
    return bool(kind == "Practitioner")


_WRITTEN: Final[dict[str, Test]] = {
    "ctm-1": _on_behalf,
    "ext-1": _extension,
    "obs-7": _code_apart,
    "per-1": _period,
    "que-2": _links_once,
}
