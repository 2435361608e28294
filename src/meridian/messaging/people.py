"""Names for references: of everybody a list speaks of, in one search for each type."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeAlias

from meridian.access.listing import some
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden

Resource: TypeAlias = dict[str, Any]
MOST = 200
"""People of one type that are named at once."""
_PERSONS = ("Patient", "Practitioner", "RelatedPerson")


def names(work: Work, references: Iterable[str]) -> Plan[dict[str, str]]:
    """`FAMILY, Given` of each reference; those the subject may not look at are left out."""
    ids: dict[str, set[str]] = defaultdict(set)
    for reference in references:
        kind, _, logical_id = reference.partition("/")
        if kind in _PERSONS and logical_id:
            ids[kind].add(logical_id)
    found: dict[str, str] = {}
    for kind, wanted in ids.items():
        try:
            people = yield from some(work, kind, [("_id", ",".join(sorted(wanted)[:MOST]))], MOST)
        except Forbidden:
            continue
        found.update({f"{kind}/{one['id']}": name(one) for one in people.resources})
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


_PREFERENCE = {"official": 0, "usual": 1, "old": 4, "maiden": 4}
