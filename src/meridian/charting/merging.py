"""
What the survivor of a merge says of itself: where two Patients differ, whoever merges chooses; pure.

Names, identifiers, telephones and addresses are gathered from both, since a person may have had all of them. What can
be only one thing (birth date, sex, …) is the survivor's unless the other's is chosen or is the only one.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from meridian.faults import Invalid, Issue

Json = dict[str, Any]

SINGLE: Final = ("birthDate", "gender", "deceasedBoolean", "deceasedDateTime", "maritalStatus", "multipleBirthBoolean",
                 "multipleBirthInteger", "managingOrganization")  # fmt: skip
"""Elements of which there is one."""
GATHERED: Final = ("identifier", "name", "telecom", "address", "contact", "communication", "generalPractitioner",
                   "photo", "extension", "link")  # fmt: skip
"""Elements of which both are kept; of a name the survivor's comes first, unless the other's is chosen."""


class Difference(NamedTuple):
    """An element that the two do not agree on."""

    element: str
    keep: Any
    drop: Any


def differences(keep: Json, drop: Json) -> list[Difference]:
    """What has to be chosen: single elements that both have and say differently, and the name to go by."""
    found = [
        Difference(name, keep[name], drop[name])
        for name in SINGLE
        if name in keep and name in drop and keep[name] != drop[name]
    ]
    names = [next(iter(one.get("name", ())), None) for one in (keep, drop)]
    if all(names) and names[0] != names[1]:
        found.insert(0, Difference("name", *names))
    return found


def survivor(keep: Json, drop: Json, choices: Mapping[str, str]) -> Json:
    """
    *keep* with what *drop* adds.

    Args:
        keep: The survivor.
        drop: The one that goes.
        choices: For elements that differ, `keep` or `drop`; `keep` where none is made.

    Raises:
        Invalid: If a choice is about something that cannot be chosen.
    """
    known = {*SINGLE, "name"}
    if wrong := sorted(choices.keys() - known):
        issues = tuple(Issue("value", "cannot be chosen", f"choices.{name}") for name in wrong)
        raise Invalid("That cannot be chosen", issues=issues)
    made = dict(keep)
    for name in SINGLE:
        if name in drop and (name not in keep or choices.get(name) == "drop"):
            made[name] = drop[name]
    for name in GATHERED:
        first, second = keep.get(name, []), drop.get(name, [])
        if name == "name" and choices.get("name") == "drop":
            first, second = second, first
        both = [*first, *(one for one in second if one not in first)]
        if name == "link":
            both = [one for one in both if one.get("other", {}).get("reference") not in _each(keep, drop)]
        if both:
            made[name] = both
        else:
            made.pop(name, None)
    return made


def _each(keep: Json, drop: Json) -> tuple[str, str]:
    return f"Patient/{keep['id']}", f"Patient/{drop['id']}"
