"""References to people with the name they go by, so that a note names its author even when read elsewhere."""

from typing import Any

from meridian.access.work import Plan, Resource, Work
from meridian.faults import Forbidden, Invalid, Issue

PERSONS = frozenset({"Practitioner", "Patient", "RelatedPerson"})


def myself(work: Work) -> Plan[Resource]:
    """
    A reference to whoever is signed in.

    Raises:
        Forbidden: If the session stands for nobody in the records.
    """
    if not work.subject.who:
        raise Forbidden("Your account stands for no person in the records")
    return (yield from named(work, work.subject.who))


def named(work: Work, reference: str) -> Plan[Resource]:
    """*reference* with the name of whom it names, as far as that can be read."""
    kind, _, logical_id = reference.partition("/")
    if kind not in PERSONS:
        return {"reference": reference}
    found = yield from work.find(kind, logical_id)
    name = name_of(found) if found else ""
    return {"reference": reference} | ({"display": name} if name else {})


def name_of(person: Resource) -> str:
    """
    The name somebody goes by.

    >>> name_of({"name": [{"use": "old", "text": "A"}, {"prefix": ["Dr"], "given": ["Ada"], "family": "Okafor"}]})
    'Dr Ada Okafor'
    """
    names: list[dict[str, Any]] = person.get("name", [])
    if not names:
        return ""
    best = min(names, key=lambda name: {"official": 0, "usual": 1, "old": 4, "maiden": 4}.get(name.get("use", ""), 2))
    parts = [*best.get("prefix", ()), *best.get("given", ()), best.get("family", "")]
    return " ".join(part for part in parts if part) or str(best.get("text", ""))


def patient_of(resource: Resource) -> str:
    """
    Logical id of the patient it is about.

    Raises:
        Invalid: If it is about none.
    """
    reference = str((resource.get("subject") or resource.get("patient") or {}).get("reference", ""))
    kind, _, logical_id = reference.partition("/")
    if kind != "Patient":
        text = "It is about no patient"
        raise Invalid(text, issues=(Issue("required", text, "patient"),))
    return logical_id
