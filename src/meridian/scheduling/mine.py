"""A patient's own visits, and what they may do with each by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.fhir.ours import extended
from meridian.scheduling import elements, services, zones
from meridian.scheduling.calendar import taking_part
from meridian.scheduling.naming import names, resources
from meridian.scheduling.services import DAY, MINUTE, Service

BACK = 2 * 365 * DAY
"""How far back visits are listed; the record has all of them."""


@dataclass(frozen=True, slots=True)
class Own:
    """
    One visit.

    Args:
        appointment: The Appointment.
        change_until: Until when (ms since the epoch) it may be moved and cancelled; 0 where that is over, or never was.
        can_move, can_cancel, can_check_in: What its patient may do by themselves now.
    """

    appointment: Resource
    change_until: int
    can_move: bool
    can_cancel: bool
    can_check_in: bool


@dataclass(frozen=True, slots=True)
class Visits:
    """Those to come in their order, then those that were, the last one first."""

    zone: str
    visits: Sequence[Own]
    names: Mapping[str, str]


def visits(work: Work, patient: str) -> Plan[Visits]:
    """The visits of a patient in reach."""
    zone = yield from zones.of_organisation(work)
    asked = [("patient", patient), ("date", f"ge{instant(work.now - BACK)}")]
    found = [one for one in (yield from work.search("Appointment", asked)) if _shown(one)]
    offered = yield from resources(work, {elements.service_of(one) for one in found} - {""})
    known = yield from names(work, taking_part(found))
    own = [_own(one, offered.get(elements.service_of(one)), work.now, zone) for one in found]
    to_come = [one for one in own if elements.end_of(one.appointment) > work.now]
    over = [one for one in own if elements.end_of(one.appointment) <= work.now]
    to_come.sort(key=lambda one: elements.start_of(one.appointment))
    over.sort(key=lambda one: -elements.start_of(one.appointment))
    return Visits(zone, [*to_come, *over], known)


def _shown(appointment: Resource) -> bool:
    """Holds and offers are not visits yet; those that ended have never been one."""
    if appointment["status"] in {"proposed", "waitlist", "entered-in-error"} or "start" not in appointment:
        return False
    return extended(appointment, "hold-expires") is None and extended(appointment, "wait") is None


def _own(appointment: Resource, service: Resource | None, now: int, zone: str) -> Own:
    read = services.read(service) if service is not None else None
    start = elements.start_of(appointment)
    until = _until(appointment, read)
    may = until > now and start > now
    there = elements.zone_of(appointment, zone)
    today = zones.day_of(there, start) == zones.day_of(there, now)
    settled = read is not None and (read.mode == "instant" or appointment["status"] == "pending")
    return Own(
        appointment,
        until if may else 0,
        can_move=may and settled,
        can_cancel=may,
        can_check_in=appointment["status"] == "booked" and today,
    )


def _until(appointment: Resource, service: Service | None) -> int:
    if service is None or service.mode not in {"request", "instant"}:
        return 0
    if appointment["status"] == "pending":
        return elements.start_of(appointment)
    return elements.start_of(appointment) - service.notice * MINUTE if appointment["status"] == "booked" else 0
