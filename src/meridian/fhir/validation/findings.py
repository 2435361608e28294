"""
What a check gives: nothing, or findings whose place is relative to the value looked at.

A place is only put together on the way back from something wrong, so that a good resource costs no text at all.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from meridian.faults import Issue

MOST = 50
"""Findings of one check; house policy. More would help nobody, and a hostile body could hold millions."""


class Finding(NamedTuple):
    """One thing wrong at *place*, which is empty or begins with a dot or a bracket; *code* is FHIR's issue type."""

    place: str
    code: str
    text: str


Findings: TypeAlias = list[Finding] | None


class Context:
    """What checks deep in a resource must know of the whole; one for each resource checked."""

    __slots__ = ("conditional", "contained", "used")

    def __init__(self, resource: dict[str, Any], *, conditional: bool) -> None:
        self.conditional = conditional
        self.contained: dict[str, str] = {}
        self.used: set[str] = set()
        if "contained" in resource:
            self.contained = _contained_types(resource["contained"])


Checker: TypeAlias = Callable[[Any, Context], Findings]


def one(code: str, text: str) -> list[Finding]:
    """A single finding about the value itself."""
    return [Finding("", code, text)]


def under(place: str, findings: list[Finding]) -> list[Finding]:
    """The same findings, as seen from one level up."""
    return [Finding(place + f.place, f.code, f.text) for f in findings]


def joined(first: Findings, second: list[Finding]) -> list[Finding]:
    """Both, up to `MOST`."""
    return (first + second)[:MOST] if first else second[:MOST]


def issues(root: str, findings: list[Finding]) -> tuple[Issue, ...]:
    """Findings as what a fault carries, with *root* (a resource type) before each place."""
    return tuple(Issue(f.code, f.text, root + f.place) for f in findings[:MOST])


def _contained_types(contained: Any) -> dict[str, str]:
    """Types of contained resources by id; what is not well formed is left out, and refused where it stands."""
    if not isinstance(contained, list):
        return {}
    return {
        item["id"]: item["resourceType"]
        for item in contained
        if isinstance(item, dict) and isinstance(item.get("id"), str) and isinstance(item.get("resourceType"), str)
    }
