"""
A visit by video whose doors are open: one is always there when the demo clinic starts, for two browser windows.

One that was not held stays; once it has ended, or its doors are about to close, the next start gives another.
"""

from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Final, NamedTuple

from meridian.access.video_visits import Calls
from meridian.access.work import Plan, Work
from meridian.fhir.ours import extension
from meridian.ops.demo.elements import Resource, ident, moment, reference
from meridian.ops.demo.messages import ChartOf
from meridian.ops.demo.organisations import HARBOR, seat
from meridian.ops.demo.timetables import video_offer, zone_of
from meridian.ops.intake.doors import importer
from meridian.scheduling import zones
from meridian.telehealth import appointments

HOST, PATIENT = "okafor", "margaret-obrien"
"""Whose visit it is, by their keys."""
LEFT: Final = timedelta(hours=2)
"""For which the doors are to be open at least."""
SOON: Final = timedelta(minutes=5)
_LOOK: Final = "import/$run"


class Joinable(NamedTuple):
    """The visit, and by what addresses its two people sign in."""

    visit: str
    host: str = f"{HOST}@{HARBOR.domain}"
    patient: str = f"{PATIENT}@mail.example"


async def joinable(chart_of: ChartOf, calls: Calls, number: int, now: datetime) -> Joinable:
    """
    The visit that can be joined, made if there is none.

    Args:
        chart_of: The door.
        calls: Where visits stand.
        number: Of the first organisation.
        now: What time it is, with its zone.
    """
    chart = chart_of(importer(number, HARBOR.id))
    for one in count():
        visit = ident("call", one)
        present = await chart.work(_LOOK, partial(_found, visit=visit), what=f"Appointment/{visit}")
        if present is None:
            await chart.update("Appointment", visit, appointment(visit, now))
            return Joinable(visit)
        if await _is_open(calls, number, present, now):
            return Joinable(visit)
    raise AssertionError("numbers do not end")


def _found(work: Work, *, visit: str) -> Plan[Resource | None]:
    return (yield from work.find("Appointment", visit))


async def _is_open(calls: Calls, number: int, present: Resource, now: datetime) -> bool:
    moment_now, start = round(now.timestamp() * 1000), appointments.starts(present)
    until = start + appointments.CLOSES - round(LEFT.total_seconds() * 1000)
    visit = await calls.visit(number, present["id"])
    is_over = visit is not None and bool(visit.ended)
    in_time = start - appointments.OPENS <= moment_now < until
    return in_time and not is_over and present["status"] in appointments.COMING


def appointment(visit: str, now: datetime) -> Resource:
    """The visit's Appointment, which begins in a few minutes and takes no time that the book has given to others."""
    begin, member = now.replace(second=0, microsecond=0) + SOON, seat(HARBOR, HOST)
    offer = video_offer(member)
    patient = reference("Patient", ident("patient", HARBOR.key, PATIENT))
    service = reference("HealthcareService", offer.id, offer.name)
    told = [{"actor": one, "required": "information-only", "status": "accepted"} for one in (member.reference, service)]
    return {
        "resourceType": "Appointment",
        "id": visit,
        "extension": [zones.named(zone_of(now)), extension("video", valueBoolean=True)],
        "status": "booked",
        "serviceType": [{"text": offer.name}],
        "description": "To try a visit by video",
        "start": moment(begin),
        "end": moment(begin + timedelta(minutes=offer.minutes)),
        "minutesDuration": offer.minutes,
        "created": moment(now - timedelta(days=1)),
        "participant": [{"actor": patient, "required": "required", "status": "accepted"}, *told],
    }
