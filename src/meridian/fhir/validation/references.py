"""
What a `Reference.reference` may say, and whether it points at a type that is wanted there.

Whether the thing pointed at exists is the store's question. Source: hl7.org/fhir/R4/references.html#literal.
"""

import re
from typing import Any

from meridian.fhir import definitions

from .findings import Checker, Context, Finding, Findings, one, under

_id = re.compile(r"[A-Za-z0-9.\-]{1,64}").fullmatch
_relative = re.compile(r"([A-Za-z]+)/[A-Za-z0-9.\-]{1,64}(?:/_history/[A-Za-z0-9.\-]{1,64})?").fullmatch
_absolute = re.compile(r"https?://\S*/([A-Za-z]+)/[A-Za-z0-9.\-]{1,64}(?:/_history/[A-Za-z0-9.\-]{1,64})?").fullmatch
_any_uri = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+").fullmatch
_conditional = re.compile(r"([A-Za-z]+)\?\S+").fullmatch

_NOT_A_REFERENCE = under(
    ".reference", one("value", "is not a reference: Type/id, #id of a contained resource, or an absolute URI")
)
_DANGLING = under(".reference", one("invariant", "names no resource contained here (ref-1)"))
_UNRESOLVED = under(".reference", one("value", "is a search, which only an entry of a transaction may refer by"))
_OTHER_TYPE = under(".type", one("value", "is not the type of the reference"))


def reference(structure: Checker, targets: tuple[str, ...]) -> Checker:
    """A check of a Reference that may point at *targets*, or at anything when there are none."""
    wanted = frozenset(targets) or definitions.resource_types()
    other = _Other(wanted, _wrong_target(targets)).check

    def check(value: Any, context: Context) -> Findings:
        found = structure(value, context)
        if found is not None:
            return found
        text = value.get("reference")
        if text is None:
            return None
        kind, _, name = text.partition("/")
        if kind in wanted and _id(name):
            return _other_type(value, kind) if "type" in value else None
        return other(text, context)

    return check


class _Other:
    """References that are not simply `Type/id` of a wanted type."""

    def __init__(self, wanted: frozenset[str], wrong: list[Finding]) -> None:
        self.wanted = wanted
        self.wrong = wrong

    def check(self, text: str, context: Context) -> Findings:
        if text[0] == "#":
            return self.contained(text[1:], context)
        match = _relative(text) or _absolute(text)
        if match and definitions.is_resource(match[1]):
            return self.typed(match[1])
        if match := _conditional(text):
            return self.typed(match[1]) if context.conditional else _UNRESOLVED
        return None if _any_uri(text) else _NOT_A_REFERENCE

    def typed(self, kind: str) -> Findings:
        return None if kind in self.wanted else self.wrong

    def contained(self, name: str, context: Context) -> Findings:
        """A bare `#` is the resource that contains this one."""
        context.used.add(name)
        if name not in context.contained:
            return _DANGLING if name else None
        return self.typed(context.contained[name])


def _wrong_target(targets: tuple[str, ...]) -> list[Finding]:
    """The finding for a reference to another type."""
    names = " or ".join(targets) or "a resource type of FHIR R4"
    return under(".reference", one("value", f"must point at {names}"))


def _other_type(value: dict[str, Any], kind: str) -> Findings:
    """`type`, where it is given beside a relative reference, must agree with it."""
    given = value.get("type", kind)
    return None if str(given).rpartition("/")[2] == kind else _OTHER_TYPE
