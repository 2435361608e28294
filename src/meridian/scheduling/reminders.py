"""
Reminders before an appointment, and other letters about one: rows of the outbox, which look at it again when due.

A row carries when the appointment began at the time, so that one which was moved meanwhile is not announced for its
old time.
"""

from meridian.access.work import Plan, Resource, Work
from meridian.faults import Forbidden, Gone
from meridian.fhir.ours import EXTENSIONS
from meridian.scheduling import elements

HOUR = 3_600_000
BEFORE = (48, 2)
"""Hours before an appointment at which its patient is reminded, unless the organisation says others."""
REMINDER = "appointment-reminder"
BOOKED, CHANGED, OFFERED = "appointment-booked", "appointment-changed", "appointment-offer"
"""Kinds of letters; their words are `meridian.post.texts`, and who gets them by which way is `messaging`'s."""
NOTIFY = "notify"
FORMS = "forms-for-visit"
"""Whoever keeps forms sends those that the service asks before a visit."""
WATCH = "visit-watch"
"""Whoever keeps video visits looks whether somebody came."""
LATE = 5 * 60_000
"""Milliseconds after its beginning at which that is looked at first."""


def arrange(work: Work, appointment: Resource) -> Plan[None]:
    """Have the patient of a booked appointment reminded, at the hours before it that are still to come."""
    what, start = f"Appointment/{appointment['id']}", elements.start_of(appointment)
    yield from drop(work, appointment["id"])
    if appointment["status"] != "booked" or not elements.patient_of(appointment):
        return
    yield from work.emit(FORMS, what)
    if elements.is_video(appointment):
        yield from work.emit(WATCH, what, due=start + LATE, said={"start": start})
    for hours in (yield from _hours(work)):
        due = start - hours * HOUR
        if due > work.now:
            said = {"kind": REMINDER, "recipient": elements.patient_of(appointment), "start": start}
            yield from work.emit(NOTIFY, what, due=due, said=said)


def drop(work: Work, logical_id: str) -> Plan[None]:
    """Have nobody told any more what was to be said of it."""
    yield from work.withdraw(NOTIFY, f"Appointment/{logical_id}")
    yield from work.withdraw(WATCH, f"Appointment/{logical_id}")


def _hours(work: Work) -> Plan[tuple[int, ...]]:
    """By extensions `reminder-hours` of the Organization; `BEFORE` when it has none."""
    try:
        organisation = yield from work.find("Organization", work.subject.organisation)
    except (Forbidden, Gone):
        organisation = None
    found = [
        int(one.get("valuePositiveInt", 0))
        for one in (organisation or {}).get("extension", ())
        if one.get("url") == f"{EXTENSIONS}/reminder-hours"
    ]
    return tuple(found[:4]) or BEFORE


def tell(work: Work, appointment: Resource, kind: str) -> Plan[None]:
    """Have the patient told of something about the appointment, in words that say nothing of it but that it is so."""
    patient = elements.patient_of(appointment)
    if patient:
        said = {"kind": kind, "recipient": patient}
        yield from work.emit(NOTIFY, f"Appointment/{appointment['id']}", said=said)
