"""
The book of appointments: made for a day at a time, so that a demo clinic of last week has patients today as well.

A day that has been made is left alone, since somebody may have booked or cancelled in it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from meridian.fhir import ours
from meridian.fhir.ours import extended, extension
from meridian.ops.demo.elements import HL7, Code, Resource, chance, concept, ident, moment, reference
from meridian.ops.demo.organisations import HARBOR, ORGANISATIONS, Member, Organisation, clinicians, seat
from meridian.ops.demo.problems import PROBLEMS
from meridian.ops.demo.roster import Life
from meridian.ops.demo.timetables import OFFERS, offer_for, room_for, video_offer, zone_of
from meridian.scheduling import zones

AHEAD = 14
"""Days for which the book is open."""
SLOT = timedelta(minutes=30)
OPENS, CLOSES, LUNCH = time(8, 30), time(17, 0), time(12, 30)
BUSY = 0.5
"""Share of slots that are taken."""
SATURDAY = 5
VIDEO = ("haddad", tuple(time(hour) for hour in range(9, 17)))
"""Whose visits at which times are held by video."""

ROUTINE = Code(f"{HL7}v2-0276", "ROUTINE", "Routine appointment")
FOLLOW_UP = Code(f"{HL7}v2-0276", "FOLLOWUP", "A follow up visit from a previous appointment")
CHECK_UP = Code(f"{HL7}v2-0276", "CHECKUP", "A routine check-up, such as an annual physical")


AMBULATORY = {"code": "AMB", "display": "ambulatory"}


def days(today: date) -> list[date]:
    """The days the book is open for: today, whatever day it is, and the working days of the next two weeks."""
    later = (today + timedelta(days=number) for number in range(1, AHEAD + 1))
    return [today, *(day for day in later if day.weekday() < SATURDAY)]


def book(organisation: Organisation, lives: list[Life], day: date, now: datetime) -> Iterator[Resource]:
    """Appointments of one *day* of one organisation: by *now* some are over, and some have arrived."""
    for member in clinicians(organisation):
        luck = chance("book", organisation.key, member.seat, day.isoformat())
        patients = [life for life in lives if life.doctor == member and life.organisation is organisation]
        luck.shuffle(patients)
        for begin in _times(day, now):
            taken = luck.random() < BUSY
            if taken and patients:
                life = patients.pop()
                appointment = _appointment(life, member, begin, now, luck)
                yield appointment
                if appointment["status"] in {"arrived", "checked-in"}:
                    yield _encounter(life, member, appointment, now)


def _times(day: date, now: datetime) -> Iterator[datetime]:
    begin = datetime.combine(day, OPENS, now.tzinfo)
    while begin.time() < CLOSES:
        if begin.time() != LUNCH:
            yield begin
        begin += SLOT


def _appointment(life: Life, member: Member, begin: datetime, now: datetime, luck: Random) -> Resource:
    state = _state(begin, now, luck)
    came = {"fulfilled": "accepted", "noshow": "accepted", "cancelled": "declined"}.get(state, "accepted")
    kind, reason = _reason(life, luck)
    video = member.seat == VIDEO[0] and begin.time() in VIDEO[1]
    offer = video_offer(member) if video else offer_for(member)
    service = reference("HealthcareService", offer.id, offer.name)
    room = [] if video else [{"actor": room_for(member).reference, "required": "required", "status": "accepted"}]
    return {
        "resourceType": "Appointment",
        "id": ident("appointment", member.organisation.key, member.seat, begin.date(), begin.time()),
        "extension": [zones.named(zone_of(now)), *([extension("video", valueBoolean=True)] if video else [])],
        "status": state,
        "serviceType": [{"text": offer.name}],
        "appointmentType": concept(kind.display, kind),
        "reasonCode": [concept(reason)],
        "description": reason,
        "start": moment(begin),
        "end": moment(begin + SLOT),
        "minutesDuration": 30,
        "created": moment(begin - timedelta(days=luck.randint(2, 30))),
        "participant": [
            {"actor": life.subject | {"display": life.name}, "required": "required", "status": came},
            {"actor": member.reference, "required": "required", "status": "accepted"},
            *room,
            {"actor": service, "required": "information-only", "status": "accepted"},
        ],
    } | ({"cancelationReason": concept("Patient: other appointment")} if state == "cancelled" else {})


def _state(begin: datetime, now: datetime, luck: Random) -> str:
    fate = luck.random()
    if fate < 0.05:  # noqa: PLR2004  # one in twenty
        return "cancelled"
    if begin + SLOT <= now:
        return "noshow" if fate < 0.1 else "fulfilled"  # noqa: PLR2004  # likewise
    if begin <= now:
        return "checked-in"
    if begin <= now + SLOT and fate < 0.7:  # noqa: PLR2004  # most come early
        return "arrived"
    return "booked"


def _encounter(life: Life, member: Member, appointment: Resource, now: datetime) -> Resource:
    """Of somebody who is there: waiting, or with the clinician."""
    waiting = appointment["status"] == "arrived"
    came = min(now, datetime.fromisoformat(appointment["start"])) - timedelta(minutes=8)
    state = "arrived" if waiting else "in-progress"
    room = {"location": room_for(member).reference, "status": "active"}
    video = extended(appointment, "video") is not None
    return {
        "resourceType": "Encounter",
        "id": ident("encounter", appointment["id"]),
        "status": state,
        "class": {"system": f"{HL7}v3-ActCode", **({"code": "VR", "display": "virtual"} if video else AMBULATORY)},
        "subject": life.subject,
        "appointment": [reference("Appointment", appointment["id"])],
        "participant": [{"individual": member.reference}],
        "period": {"start": moment(came)},
        "reasonCode": appointment["reasonCode"],
        "serviceProvider": life.organisation.reference,
    } | ({} if waiting or video else {"location": [room]})


def _reason(life: Life, luck: Random) -> tuple[Code, str]:
    if life.problems and luck.random() < 0.6:  # noqa: PLR2004  # more follow-ups than check-ups
        return FOLLOW_UP, f"Follow-up: {PROBLEMS[luck.choice(life.problems)].name.lower()}"
    if luck.random() < 0.5:  # noqa: PLR2004  # a coin
        return CHECK_UP, "Yearly check-up"
    return ROUTINE, luck.choice(("New complaint", "Results to discuss", "Prescription renewal"))


def books(lives: list[Life], now: datetime, but: Iterable[date] = ()) -> Iterator[tuple[Organisation, Resource]]:
    """The whole book of both organisations, without the days in *but*, for which it was made before."""
    made = set(but)
    for organisation in ORGANISATIONS:
        for day in days(now.date()):
            if day not in made:
                for resource in book(organisation, lives, day, now):
                    yield organisation, resource


def wanted(lives: list[Life], now: datetime) -> Iterator[tuple[Organisation, Resource]]:
    """What patients of the first clinic ask for: a place on the wait list each, and a visit to approve."""
    harbor = [life for life in lives if life.organisation is HARBOR and not life.is_child]
    luck = chance("wanted", now.date().isoformat())
    luck.shuffle(harbor)
    for number, life in enumerate(harbor[:3]):
        yield HARBOR, _waiting(life, now, number)
    for number, life in enumerate(harbor[3:5]):
        appointment = _asked(life, now, number)
        yield HARBOR, appointment
        task = ours.task(
            "appointment-request",
            patient=life.subject["reference"],
            focus=f"Appointment/{appointment['id']}",
            requester=life.subject["reference"],
            now=moment(now),
            due=appointment["start"],
            role="front-desk",
        )
        yield HARBOR, {"id": ident("task", appointment["id"]), **task}


def _waiting(life: Life, now: datetime, number: int) -> Resource:
    offer = OFFERS[0]
    part = ("morning", "afternoon", "morning")[number]
    since = extension("since", valueInstant=moment(now - timedelta(days=number + 1)))
    midnight = datetime.combine(now.date(), time(0), now.tzinfo)
    return {
        "resourceType": "Appointment",
        "id": ident("waiting", life.id),
        "extension": [extension("wait", extension=[extension("part", valueCode=part), since])],
        "status": "waitlist",
        "serviceType": [{"text": offer.name}],
        "minutesDuration": offer.minutes,
        "created": moment(now - timedelta(days=number + 1)),
        "requestedPeriod": [{"start": moment(midnight), "end": moment(midnight + timedelta(days=AHEAD))}],
        "participant": [
            {"actor": life.subject | {"display": life.name}, "required": "required", "status": "accepted"},
            {
                "actor": reference("HealthcareService", offer.id, offer.name),
                "required": "information-only",
                "status": "accepted",
            },
        ],
    }


def _asked(life: Life, now: datetime, number: int) -> Resource:
    """A visit to the nurse, on one of the next working days."""
    day = days(now.date())[3 + number]
    begin = datetime.combine(day, time(10), now.tzinfo)
    nurse, offer = seat(HARBOR, "nurse"), next(one for one in OFFERS if one.key == "nurse")
    return {
        "resourceType": "Appointment",
        "id": ident("asked", life.id),
        "extension": [zones.named(zone_of(now))],
        "status": "pending",
        "serviceType": [{"text": offer.name}],
        "description": ("Blood pressure", "Flu vaccination")[number],
        "start": moment(begin),
        "end": moment(begin + timedelta(minutes=offer.minutes)),
        "minutesDuration": offer.minutes,
        "created": moment(now - timedelta(hours=3)),
        "participant": [
            {"actor": life.subject | {"display": life.name}, "required": "required", "status": "accepted"},
            {"actor": nurse.reference, "required": "required", "status": "accepted"},
            {
                "actor": reference("HealthcareService", offer.id, offer.name),
                "required": "information-only",
                "status": "accepted",
            },
        ],
    }
