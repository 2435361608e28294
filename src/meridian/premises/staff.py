"""
Staff as the records know them: a Practitioner who is a person, and a PractitionerRole that says as what they work here.

Whoever is invited gets both, so that notes have an author, appointments a provider, and recent patients an owner. Who
leaves stays in the records they wrote, as no longer active.
"""

from typing import Final

from meridian.access.chart import Chart
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.fhir.ours import CODES

EMPLOY, LEAVE = "Practitioner/$employ", "Practitioner/$leave"

EMPLOYED: Final = {
    "clinician": "Clinician",
    "nurse": "Nurse",
    "front-desk": "Front desk",
    "lab": "Laboratory",
    "pharmacist": "Pharmacist",
    "security-officer": "Security officer",
    "administrator": "Administrator",
}
"""Roles of people who work here, as a PractitionerRole names them."""


async def employ(chart: Chart, name: str, role: str) -> str:
    """
    A new Practitioner with that name and role; gives its reference, as `Practitioner/17`.

    Raises:
        Forbidden: If the caller is no administrator.
    """

    def plan(work: Work) -> Plan[str]:
        person = yield from work.create(
            "Practitioner", {"resourceType": "Practitioner", "active": True, "name": [{"text": name}]}
        )
        who = f"Practitioner/{person['id']}"
        yield from work.create("PractitionerRole", _role(work, who, role))
        return who

    return await chart.work(EMPLOY, plan)


def _role(work: Work, who: str, role: str) -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "active": True,
        "period": {"start": instant(work.now)},
        "practitioner": {"reference": who},
        "organization": {"reference": f"Organization/{work.subject.organisation}"},
        "code": [{"coding": [{"system": f"{CODES}/role", "code": role, "display": EMPLOYED[role]}]}],
    }


async def leave(chart: Chart, who: str) -> None:
    """
    They no longer work here; their records stay, their roles end.

    Raises:
        NotFound: If there is no such Practitioner here.
    """
    _, _, logical_id = who.partition("/")

    def plan(work: Work) -> Plan[None]:
        yield from work.change("Practitioner", logical_id, lambda one: one | {"active": False})
        roles = yield from work.search("PractitionerRole", [("practitioner", who), ("active", "true")])
        end = instant(work.now)
        for role in roles:
            yield from work.change("PractitionerRole", role["id"], lambda one: _ended(one, end))

    await chart.work(LEAVE, plan, what=who)


def _ended(role: Resource, end: str) -> Resource:
    return role | {"active": False, "period": role.get("period", {}) | {"end": end}}
