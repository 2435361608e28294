"""Keeping hours: the Schedule of one actor, its weekly hours, its exceptions, and who is booked outside of them."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue, NotFound
from meridian.scheduling import elements, hours, zones
from meridian.scheduling.hours import Change, Hours, Weekly
from meridian.scheduling.naming import names
from meridian.scheduling.services import DAY, by_patient
from meridian.scheduling.spans import covers

AHEAD = 180 * DAY
"""How far ahead is looked for appointments that new hours leave outside."""
MOST_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Timetable:
    """
    One actor's hours as they stand.

    Args:
        schedule: The Schedule.
        actor: Reference of whose they are.
        name: What they are called.
        hours: The hours.
        affected: How many appointments to come lie outside them.
    """

    schedule: Resource
    actor: str
    name: str
    hours: Hours
    affected: int = 0


def of(work: Work, logical_id: str) -> Plan[Timetable]:
    """The hours of a Schedule."""
    if by_patient(work):
        raise Forbidden("Hours are the clinic's")
    schedule = yield from work.read("Schedule", logical_id)
    return (yield from _timetable(work, schedule))


def _timetable(work: Work, schedule: Resource) -> Plan[Timetable]:
    actor = schedule["actor"][0].get("reference", "")
    known = yield from names(work, [actor])
    default = yield from zones.of_organisation(work)
    name = known.get(actor) or schedule["actor"][0].get("display", "")
    return Timetable(schedule, actor, name, hours.read(schedule, default))


def keep_weekly(
    work: Work, logical_id: str, zone: str, weekly: Sequence[Weekly], if_match: int | None = None
) -> Plan[Timetable]:
    """Other weekly hours, and zone; exceptions stay as they are."""
    zones.zone(zone)

    def changed(present: Hours) -> Hours:
        return replace(present, zone=zone, weekly=tuple(weekly))

    return (yield from _changed(work, logical_id, changed, if_match))


def add_change(work: Work, logical_id: str, change: Change) -> Plan[Timetable]:
    """One more exception."""
    if change.end <= change.start:
        raise Invalid("It ends before it begins", issues=(Issue("value", "is not after the start", "end"),))
    named = replace(change, id=change.id or str(uuid.uuid4()))

    def changed(present: Hours) -> Hours:
        if len(present.changes) >= MOST_CHANGES:
            raise Conflict("There are too many exceptions: take out those that are over")
        others = [one for one in present.changes if one.id != named.id]
        return replace(present, changes=tuple(sorted((*others, named), key=lambda one: (one.start, one.id))))

    return (yield from _changed(work, logical_id, changed))


def take_out(work: Work, logical_id: str, change: str) -> Plan[Timetable]:
    """One exception less."""

    def changed(present: Hours) -> Hours:
        left = tuple(one for one in present.changes if one.id != change)
        if len(left) == len(present.changes):
            raise NotFound("No exception with that id")
        return replace(present, changes=left)

    return (yield from _changed(work, logical_id, changed))


def _changed(
    work: Work, logical_id: str, change: Callable[[Hours], Hours], if_match: int | None = None
) -> Plan[Timetable]:
    if by_patient(work):
        raise Forbidden("Hours are the clinic's")
    default = yield from zones.of_organisation(work)

    def written(schedule: Resource) -> Resource:
        return hours.written(schedule, change(hours.read({**schedule, "active": True}, default)))

    schedule = yield from work.change("Schedule", logical_id, written, if_match=if_match)
    found = yield from _timetable(work, schedule)
    return replace(found, affected=(yield from _outside(work, found)))


def _outside(work: Work, timetable: Timetable) -> Plan[int]:
    """How many appointments to come are outside the hours; 0 to those who may not see appointments."""
    until = work.now + AHEAD
    asked = [("actor", timetable.actor), ("status", "pending,booked")]
    asked += [("date", f"ge{instant(work.now)}"), ("date", f"lt{instant(until)}")]
    try:
        found = yield from work.search("Appointment", asked)
    except Forbidden:
        return 0
    opened = timetable.hours.open(work.now, until + DAY)
    return sum(not covers(opened, elements.start_of(one), elements.end_of(one)) for one in found)


def create(work: Work, actor: str, zone: str = "", called: str = "") -> Plan[Timetable]:
    """A Schedule for somebody or something, or the one there is; *called* is its name where that may not be seen."""
    if by_patient(work):
        raise Forbidden("Hours are the clinic's")
    kind, _, logical_id = actor.partition("/")
    if kind != "Device":
        yield from work.read(kind, logical_id)
    known = {actor: called} | (yield from names(work, [actor]))
    zone = zone or (yield from zones.of_organisation(work))
    schedule: Resource = {
        "resourceType": "Schedule",
        "active": True,
        "actor": [{"reference": actor} | ({"display": known[actor]} if known.get(actor) else {})],
    }
    wanted = hours.written(schedule, Hours(zone))
    made = yield from work.create("Schedule", wanted, if_none_exist=[("actor", actor)])
    return (yield from _timetable(work, made))


def apparatus(work: Work, name: str, zone: str = "") -> Plan[Timetable]:
    """One more device of the clinic's, with a Schedule without hours; nobody's own, so no part of a record."""
    if by_patient(work):
        raise Forbidden("Hours are the clinic's")
    device: Resource = {
        "resourceType": "Device",
        "status": "active",
        "deviceName": [{"name": name, "type": "user-friendly-name"}],
        "owner": {"reference": f"Organization/{work.subject.organisation}"},
    }
    made = yield from work.create("Device", device)
    return (yield from create(work, f"Device/{made['id']}", zone, name))
