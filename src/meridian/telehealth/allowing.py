"""
Whether visits may be recorded at all: the organisation says so, and unless it does they are not.

An extension of its Organization, which administrators set. It decides what may be asked; what was agreed to before
goes on until somebody ends it.
"""

from typing import Final

from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.video_visits import Visit
from meridian.access.work import Plan, Resource, Work
from meridian.fhir.ours import EXTENSIONS, extended, extension
from meridian.telehealth.ways import Parts

POLICY: Final = "video/$policy"
ALLOWED: Final = "visit-recording"
"""Extension of the Organization: whether visits may be recorded."""


async def policy(chart: Chart) -> bool:
    """Whether the organisation records visits."""
    return await chart.consult(POLICY, allowed)


async def set_policy(chart: Chart, *, on: bool) -> bool:
    """
    Let visits be recorded from now on, or let nobody ask for it any more.

    Raises:
        Forbidden: If the subject may not change the organisation.
    """

    def plan(work: Work) -> Plan[bool]:
        yield from work.change("Organization", work.subject.organisation, lambda one: _with_policy(one, on=on))
        return (yield from allowed(work))

    return await chart.work(POLICY, plan, what=f"Organization/{chart.subject.organisation}")


def allowed(work: Work) -> Plan[bool]:
    """Whether the organisation records visits; not unless it says so."""
    organisation = yield from work.find("Organization", work.subject.organisation)
    return bool((extended(organisation or {}, ALLOWED) or {}).get("valueBoolean"))


def recordable(parts: Parts, work: Work, visit: Visit) -> Plan[bool]:
    """Whether the subject may ask for a recording of the visit as it is carried now: clinicians, where one is made."""
    if work.subject.role is not Role.CLINICIAN or not carried(parts, visit):
        return False
    return (yield from allowed(work))


def carried(parts: Parts, visit: Visit) -> bool:
    """Whether what carries the visit can record it: of more than two only a gateway that does."""
    return visit.mode != "sfu" or bool(parts.gateway and parts.gateway.records)


def _with_policy(organisation: Resource, *, on: bool) -> Resource:
    others = [one for one in organisation.get("extension", ()) if one.get("url") != f"{EXTENSIONS}/{ALLOWED}"]
    return {**organisation, "extension": [*others, extension(ALLOWED, valueBoolean=on)]}
