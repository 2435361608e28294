"""
The book of appointments: made for a day at a time, so that a demo clinic of last week has patients today as well.

A day that has been made is left alone, since somebody may have booked or cancelled in it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from meridian.ops.demo.elements import HL7, Code, Resource, chance, concept, ident, moment, reference
from meridian.ops.demo.organisations import ORGANISATIONS, Member, Organisation, clinicians
from meridian.ops.demo.problems import PROBLEMS
from meridian.ops.demo.roster import Life

AHEAD = 14
"""Days for which the book is open."""
SLOT = timedelta(minutes=30)
OPENS, CLOSES, LUNCH = time(8, 30), time(17, 0), time(12, 30)
BUSY = 0.5
"""Share of slots that are taken."""
SATURDAY = 5

ROUTINE = Code(f"{HL7}v2-0276", "ROUTINE", "Routine appointment")
FOLLOW_UP = Code(f"{HL7}v2-0276", "FOLLOWUP", "A follow up visit from a previous appointment")
CHECK_UP = Code(f"{HL7}v2-0276", "CHECKUP", "A routine check-up, such as an annual physical")


def schedules(organisation: Organisation) -> Iterator[Resource]:
    """One Schedule for each clinician."""
    for member in clinicians(organisation):
        yield {
            "resourceType": "Schedule",
            "id": _schedule(member),
            "active": True,
            "actor": [member.reference, reference("Location", organisation.site, organisation.name)],
            "comment": "Half-hour visits, Monday to Friday",
        }


def _schedule(member: Member) -> str:
    return ident("schedule", member.organisation.key, member.seat)


def days(today: date) -> list[date]:
    """The days the book is open for: today, whatever day it is, and the working days of the next two weeks."""
    later = (today + timedelta(days=number) for number in range(1, AHEAD + 1))
    return [today, *(day for day in later if day.weekday() < SATURDAY)]


def book(organisation: Organisation, lives: list[Life], day: date, now: datetime) -> Iterator[Resource]:
    """Slots and appointments of one *day* of one organisation; what is over by *now* has taken place."""
    for member in clinicians(organisation):
        luck = chance("book", organisation.key, member.seat, day.isoformat())
        patients = [life for life in lives if life.doctor == member and life.organisation is organisation]
        luck.shuffle(patients)
        for begin in _times(day, now):
            taken = luck.random() < BUSY
            if taken and patients:
                life = patients.pop()
                yield _slot(member, begin, "busy")
                yield _appointment(life, member, begin, now, luck)
            else:
                yield _slot(member, begin, "free")


def _times(day: date, now: datetime) -> Iterator[datetime]:
    begin = datetime.combine(day, OPENS, now.tzinfo)
    while begin.time() < CLOSES:
        if begin.time() != LUNCH:
            yield begin
        begin += SLOT


def _slot(member: Member, begin: datetime, state: str) -> Resource:
    return {
        "resourceType": "Slot",
        "id": ident("slot", member.organisation.key, member.seat, begin.date(), begin.time()),
        "schedule": reference("Schedule", _schedule(member)),
        "status": state,
        "start": moment(begin),
        "end": moment(begin + SLOT),
    }


def _appointment(life: Life, member: Member, begin: datetime, now: datetime, luck: Random) -> Resource:
    state = _state(begin, now, luck)
    came = {"fulfilled": "accepted", "noshow": "accepted", "cancelled": "declined"}.get(state, "accepted")
    kind, reason = _reason(life, luck)
    place = reference("Location", life.organisation.site, life.organisation.name)
    return {
        "resourceType": "Appointment",
        "id": ident("appointment", member.organisation.key, member.seat, begin.date(), begin.time()),
        "status": state,
        "appointmentType": concept(kind.display, kind),
        "reasonCode": [concept(reason)],
        "description": reason,
        "start": moment(begin),
        "end": moment(begin + SLOT),
        "minutesDuration": 30,
        "slot": [reference("Slot", ident("slot", member.organisation.key, member.seat, begin.date(), begin.time()))],
        "created": moment(begin - timedelta(days=luck.randint(2, 30))),
        "participant": [
            {"actor": life.subject | {"display": life.name}, "required": "required", "status": came},
            {"actor": member.reference, "required": "required", "status": "accepted"},
            {"actor": place, "required": "information-only", "status": "accepted"},
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
    if begin <= now + SLOT:
        return "arrived"
    return "booked"


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
