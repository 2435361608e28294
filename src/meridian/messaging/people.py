"""Names for references, and birth dates of patients: of everybody a list speaks of, in one search for each type."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from meridian.access.listing import some
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden

Resource: TypeAlias = dict[str, Any]
MOST = 200
"""People of one type that are named at once."""
_PERSONS = ("Patient", "Practitioner", "RelatedPerson")


class Named(NamedTuple):
    """By which somebody goes, and the day of a patient's birth, which tells two of one name apart."""

    name: str
    born: str = ""


Names: TypeAlias = dict[str, Named]
"""By reference."""


def names(work: Work, references: Iterable[str]) -> Plan[Names]:
    """Who each reference is; those the subject may not look at are left out."""
    ids: dict[str, set[str]] = defaultdict(set)
    for reference in references:
        kind, _, logical_id = reference.partition("/")
        if kind in _PERSONS and logical_id:
            ids[kind].add(logical_id)
    found: Names = {}
    for kind, wanted in ids.items():
        try:
            people = yield from some(work, kind, [("_id", ",".join(sorted(wanted)[:MOST]))], MOST)
        except Forbidden:
            continue
        found.update({f"{kind}/{one['id']}": Named(name(one), _born(one)) for one in people.resources})
    return found


def name(person: Resource) -> str:
    """
    By which somebody goes: FAMILY, Given for a patient, as it is written for others.

    >>> name({"resourceType": "Patient", "name": [{"family": "Müller", "given": ["Anna"]}]})
    'MÜLLER, Anna'
    """
    names = sorted(person.get("name", ()), key=lambda one: _PREFERENCE.get(one.get("use", ""), 2))
    if not names:
        return ""
    best = names[0]
    given, family = " ".join(best.get("given", ())), best.get("family", "")
    if person["resourceType"] == "Patient":
        return ", ".join(part for part in (family.upper(), given) if part) or best.get("text", "")
    return str(best.get("text", "")) or " ".join(part for part in (given, family) if part)


def _born(person: Resource) -> str:
    return str(person.get("birthDate", "")) if person["resourceType"] == "Patient" else ""


_PREFERENCE = {"official": 0, "usual": 1, "old": 4, "maiden": 4}
