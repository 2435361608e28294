"""What those who take part are called, as far as the asker may know them."""

from collections.abc import Iterable

from meridian.access.work import Plan, Resource, Work
from meridian.faults import Forbidden

AT_ONCE = 80
"""Ids that one search takes."""


def names(work: Work, references: Iterable[str]) -> Plan[dict[str, str]]:
    """What each reference is called; those that may not be seen are left out."""
    found: dict[str, str] = {}
    for reference, resource in (yield from resources(work, references)).items():
        found[reference] = called(resource)
    return found


def resources(work: Work, references: Iterable[str]) -> Plan[dict[str, Resource]]:
    """The resources behind references as `Type/id`; those that may not be seen are left out."""
    wanted: dict[str, list[str]] = {}
    for reference in dict.fromkeys(references):
        kind, _, logical_id = reference.partition("/")
        wanted.setdefault(kind, []).append(logical_id)
    found: dict[str, Resource] = {}
    for kind, ids in wanted.items():
        for start in range(0, len(ids), AT_ONCE):
            try:
                some = yield from work.search(kind, [("_id", ",".join(ids[start : start + AT_ONCE]))])
            except Forbidden:
                break
            found.update({f"{kind}/{one['id']}": one for one in some})
    return found


def expected(work: Work, references: Iterable[str]) -> Plan[None]:
    """
    Pass if all that is named is there; what the role never sees, as devices for some, cannot be asked for.

    Raises:
        NotFound: If something is not, or is not the subject's to see.
    """
    for reference in dict.fromkeys(references):
        kind, _, logical_id = reference.partition("/")
        try:
            yield from work.read(kind, logical_id)
        except Forbidden:
            continue


def called(resource: Resource) -> str:
    """
    What a person, a place or a thing is called.

    >>> called({"resourceType": "Patient", "name": [{"family": "Müller", "given": ["Anna"]}]})
    'MÜLLER, Anna'
    """
    kind = resource["resourceType"]
    if kind == "Patient":
        return _patient(resource)
    if kind in {"Practitioner", "RelatedPerson"}:
        name: Resource = next(iter(resource.get("name", ())), {})
        return name.get("text") or " ".join([*name.get("given", ()), name.get("family", "")]).strip()
    if kind == "Device":
        return next((one["name"] for one in resource.get("deviceName", ())), "")
    return str(resource.get("name", ""))


def _patient(patient: Resource) -> str:
    names_known = patient.get("name", ())
    best: Resource = min(names_known, key=lambda one: _PREFERENCE.get(one.get("use", ""), 2), default={})
    parts = [best.get("family", "").upper(), " ".join(best.get("given", ()))]
    return ", ".join(part for part in parts if part) or best.get("text", "")


_PREFERENCE = {"official": 0, "usual": 1, "old": 4, "maiden": 4}
