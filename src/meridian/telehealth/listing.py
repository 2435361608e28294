"""Video visits as lists: today's of a clinic, and those that somebody has before them."""

from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from meridian.access import video_visits
from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.fhir.ours import extended
from meridian.telehealth import appointments, view
from meridian.telehealth.appointments import CLOSES, OPENS

LIST: Final = "video/$list"
AHEAD: Final = 90 * 24 * 3600 * 1000
"""How far one's own visits are looked for, ms."""
PERSONAL: Final = frozenset({Role.PATIENT, Role.PROXY})
_OFF: Final = frozenset({"cancelled", "entered-in-error", "proposed", "pending", "waitlist"})


class Listed(NamedTuple):
    """
    A visit in a list.

    Args:
        visit: Its id.
        start, end: Of the appointment, as its record says.
        opens, closes: When it can be entered, as instants.
        open: Whether it can be entered now.
        state: Of the visit.
        waiting: Since when somebody waits to be let in, ms since the epoch; 0 when nobody does.
        status: Of the appointment.
        patient: Logical id.
        patient_name, hosts: What they are called.
    """

    visit: str
    start: str
    end: str
    opens: str
    closes: str
    open: bool
    state: str
    waiting: int
    status: str
    patient: str
    patient_name: str
    hosts: tuple[str, ...]


async def listed(chart: Chart, *, every: bool = False) -> list[Listed]:
    """
    Today's visits on the clinic's clock for staff; for a patient those to come.

    Args:
        chart: Whose.
        every: Colleagues' too; the front desk sees every one anyway.
    """

    def plan(work: Work) -> Plan[list[Listed]]:
        start, end = yield from _span(work)
        pairs = [("date", f"ge{instant(start)}"), ("date", f"lt{instant(end)}")]
        if work.subject.role in appointments.HOSTS and not every:
            pairs.append(("actor", work.subject.who))
        found = yield from work.search("Appointment", pairs)
        ours = [one for one in found if appointments.is_video(one) and one["status"] not in _OFF and one.get("start")]
        ids = [one["id"] for one in ours]
        states, since = (yield from video_visits.standing(work, ids)), (yield from video_visits.waiting(work, ids))
        lines = []
        for one in sorted(ours, key=appointments.starts):
            line = yield from _line(work, one, states.get(one["id"], "scheduled"), since.get(one["id"], 0))
            lines.append(line)
        return lines

    return await chart.consult(LIST, plan, what="Appointment")


def _span(work: Work) -> Plan[tuple[int, int]]:
    """From when till when, ms since the epoch: the clinic's day, or what is open and to come."""
    if work.subject.role in PERSONAL:
        return work.now - CLOSES, work.now + AHEAD
    organisation = yield from work.find("Organization", work.subject.organisation)
    zone = _zone(organisation or {})
    day = datetime.fromtimestamp(work.now / 1000, zone).date()
    first, last = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return round(first.timestamp() * 1000), round(last.timestamp() * 1000)


def _zone(organisation: Resource) -> ZoneInfo:
    try:
        return ZoneInfo((extended(organisation, "timezone") or {}).get("valueCode", "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _line(work: Work, appointment: Resource, state: str, waiting: int) -> Plan[Listed]:
    start, patients = appointments.starts(appointment), appointments.patients(appointment)
    patient = patients[0] if patients else ""
    name = (yield from view.called(work, patient)) if patient else ""
    hosts = []
    for who in appointments.practitioners(appointment):
        host = yield from view.called(work, who)
        hosts.append(host)
    takes_place = appointment["status"] in appointments.COMING and state != "ended"
    return Listed(
        appointment["id"], appointment["start"], appointment.get("end", ""), instant(start - OPENS),
        instant(start + CLOSES), takes_place and start - OPENS <= work.now < start + CLOSES, state,
        waiting, appointment["status"], patient.removeprefix("Patient/"), name, tuple(filter(None, hosts)),
    )  # fmt: skip
