"""
Who cares for a patient: rows that policy asks when it speaks of the care team.

A general practitioner, a member of a care team and a participant of an encounter care for its patient, for as long as a
resource that is not withdrawn says so.
"""

from collections.abc import Iterator
from typing import Any

from meridian.fhir.references import local
from meridian.store.plan import Plan, Query
from meridian.store.visible import places

MEMBERS = frozenset({"Practitioner", "PractitionerRole"})
_WITHDRAWN = {
    "CareTeam": frozenset({"inactive", "suspended", "entered-in-error"}),
    "Encounter": frozenset({"cancelled", "entered-in-error"}),
}
SAYS = frozenset({"Patient", *_WITHDRAWN})
"""Types that say who cares."""


def members(resource: dict[str, Any]) -> set[str]:
    """Who cares for the resource's patient because of it, as `Practitioner/x`."""
    kind = resource["resourceType"]
    if kind not in SAYS or resource.get("status") in _WITHDRAWN.get(kind, ()):
        return set()
    found = (local(reference.get("reference", "")) for reference in _references(kind, resource))
    return {f"{one.type}/{one.id}" for one in found if one is not None and one.type in MEMBERS}


def _references(kind: str, resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if kind == "Patient":
        yield from resource.get("generalPractitioner", ())
    else:
        element = "member" if kind == "CareTeam" else "individual"
        for participant in resource.get("participant", ()):
            yield participant.get(element, {})


def cares(org: int, member: str, patients: tuple[int, ...]) -> Plan[bool]:
    """Whether *member* cares for one of *patients*."""
    if not patients:
        return False
    rows = yield Query(
        f"SELECT 1 FROM care WHERE org = ? AND member = ? AND pat IN ({places(patients)}) LIMIT 1",
        (org, member, *patients),
    )
    return bool(rows)
