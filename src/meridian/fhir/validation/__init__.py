"""
Whether a resource is good FHIR R4, and where it is not.

`check` is what every write passes. `primitives`, `bindings`, `references`, `narrative` and `invariants` each hold one
kind of rule; `structures` compiles them for a type from the tables of `meridian.fhir.definitions`. Profiles and
extensions' own definitions are not looked at.
"""

from typing import Any

from meridian.faults import Invalid, Issue, TooLarge
from meridian.fhir import definitions
from meridian.fhir.types import SUPPORTED

from . import structures
from .findings import Context, issues

__all__ = ["check"]


def check(resource: dict[str, Any], *, expect: str | None = None, conditional: bool = False) -> None:
    """
    Refuse what is not a good resource of a kept type.

    Args:
        resource: As `codec.decode` gives it.
        expect: The type it must have; any kept type if not given.
        conditional: Whether references may be searches (`Patient?identifier=...`), as in a transaction's entries.

    Raises:
        Invalid: With an issue for each thing wrong, at most `findings.MOST`.
        TooLarge: If it is nested too deep to be looked at.
    """
    name = resource.get("resourceType")
    if type(name) is not str or name not in (SUPPORTED if expect is None else (expect,)):
        raise _wrong_type(name, expect)
    context = Context(resource, conditional=conditional)
    try:
        found = structures.resource(name)(resource, context)
        if found is None and "contained" in resource:
            found = structures.unused(resource, context)
    except RecursionError:
        raise TooLarge(f"{name} is nested too deep") from None
    if found is not None:
        raise _invalid(name, found)


def _wrong_type(name: Any, expect: str | None) -> Invalid:
    if expect is not None:
        text = f"must be {expect}"
    elif isinstance(name, str) and definitions.is_resource(name):
        text = f"{name} is a FHIR R4 type that is not kept here"
    else:
        text = "must name a resource type"
    return Invalid(f"resourceType {text}", issues=(Issue("structure", text, "resourceType"),))


def _invalid(name: str, found: list[Any]) -> Invalid:
    listed = issues(name, found)
    more = "" if len(listed) == 1 else f" and {len(listed) - 1} more"
    return Invalid(f"{listed[0].place} {listed[0].text}{more}", issues=listed)
