"""
When patients came, and why: the time line on which everything that was measured or given is hung.

Three kinds of visit: check-ups once a year (by age for small children), follow-ups of chronic problems, and short
illnesses. Records go back `YEARS`, or to birth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from meridian.ops.demo.elements import (
    HL7,
    SNOMED,
    Code,
    Resource,
    chance,
    concept,
    ident,
    moment,
    reference,
    years_before,
)
from meridian.ops.demo.organisations import Member
from meridian.ops.demo.problems import (
    ADULT_ILLNESSES,
    CHILDHOOD_ILLNESSES,
    ILLNESSES,
    PROBLEMS,
    condition,
    onset,
)
from meridian.ops.demo.roster import Life

YEARS = 5
WELL_CHILD_MONTHS = (2, 4, 6, 12, 15, 18, 24)
MOST_FOLLOW_UPS = 10
"""Of one patient; older ones are in the paper archive."""
DOORS_OPEN, DOORS_CLOSE = 8, 16
"""First and last hour at which a visit begins."""

CHECK_UP = Code(SNOMED, "185349003", "Encounter for check up (procedure)")
FOLLOW_UP = Code(SNOMED, "390906007", "Follow-up encounter")
SYMPTOM = Code(SNOMED, "185345009", "Encounter for symptom")
KINDS = {CHECK_UP: "Check-up", FOLLOW_UP: "Follow-up", SYMPTOM: "New complaint"}
"""Kinds of visit as people say them."""


@dataclass(frozen=True)
class Visit:
    """One visit; *problems* are the chronic ones it was about, *illness* the short one that was found."""

    id: str
    begin: datetime
    minutes: int
    kind: Code
    doctor: Member
    problems: tuple[str, ...] = ()
    illness: str = ""

    @property
    def day(self) -> date:
        """The day, at the clinic."""
        return self.begin.date()

    @property
    def at(self) -> str:
        """A FHIR dateTime of things measured."""
        return moment(self.begin + timedelta(minutes=6))

    @property
    def encounter(self) -> Resource:
        """The Encounter, to point at."""
        return reference("Encounter", self.id)

    @property
    def illness_id(self) -> str:
        """Logical id of the Condition that was found."""
        return ident("illness", self.id)


@dataclass(frozen=True)
class Plan:
    """A visit before it has a time of day."""

    day: date
    kind: Code
    problems: tuple[str, ...] = ()
    illness: str = ""


def timeline(life: Life, zone: tzinfo) -> list[Visit]:
    """All visits up to yesterday, the oldest first; one a day at most."""
    planned: dict[date, Plan] = {}
    for plan in [*_illnesses(life), *_check_ups(life), *_follow_ups(life)]:
        weekday = _weekday(plan.day)
        if life.born < weekday < life.today:
            planned[weekday] = plan
    return [_visit(life, day, planned[day], zone) for day in sorted(planned)]


def _weekday(day: date) -> date:
    """The Friday before, for a day at the week-end."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _visit(life: Life, day: date, plan: Plan, zone: tzinfo) -> Visit:
    luck = chance("visit", life.id, day.isoformat())
    begin = time(luck.randint(DOORS_OPEN, DOORS_CLOSE), luck.choice((0, 20, 40)), tzinfo=zone)
    minutes = luck.choice((15, 20, 20, 30))
    identity = ident("visit", life.id, day.isoformat())
    start = datetime.combine(day, begin)
    return Visit(identity, start, minutes, plan.kind, life.doctor, plan.problems, plan.illness)


def _check_ups(life: Life) -> Iterator[Plan]:
    luck = chance("check-ups", life.key)
    earliest = years_before(life.today, YEARS)
    for months in WELL_CHILD_MONTHS:
        day = life.born + timedelta(days=round(months * 30.44))
        if earliest < day:
            yield Plan(day, CHECK_UP)
    first = luck.randint(20, 300)
    for year in range(YEARS):
        day = life.today - timedelta(days=first + year * 365 + luck.randint(-20, 20))
        if life.age_on(day) > WELL_CHILD_MONTHS[-1] / 12:
            yield Plan(day, CHECK_UP)


def _follow_ups(life: Life) -> Iterator[Plan]:
    regular = [key for key in life.problems if PROBLEMS[key].visits]
    for key in life.problems:
        yield Plan(onset(life, key), SYMPTOM, (key,))
    if not regular:
        return
    months = min(PROBLEMS[key].visits for key in regular)
    earliest = years_before(life.today, YEARS)
    luck = chance("follow-ups", life.key)
    day = life.today - timedelta(days=luck.randint(8, 15 + months * 20))
    for _ in range(MOST_FOLLOW_UPS):
        known = tuple(key for key in regular if onset(life, key) < day)
        if day < earliest or not known:
            break
        yield Plan(day, FOLLOW_UP, known)
        day -= timedelta(days=round(months * 30.44) + luck.randint(-9, 9))


def _illnesses(life: Life) -> Iterator[Plan]:
    luck = chance("illnesses", life.key)
    kinds = CHILDHOOD_ILLNESSES if life.is_child else ADULT_ILLNESSES
    for year in range(YEARS):
        if luck.random() < (0.8 if life.is_child else 0.35):
            day = life.today - timedelta(days=year * 365 + luck.randint(40, 360))
            yield Plan(day, SYMPTOM, illness=luck.choice(kinds))


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """Encounters, and a resolved Condition for each short illness."""
    for visit in visits:
        yield _encounter(life, visit)
        if visit.illness:
            illness = ILLNESSES[visit.illness]
            ended = min(visit.day + timedelta(days=illness.days), life.today)
            resource = condition(life, visit.illness_id, illness.concept, visit.day - timedelta(days=2), ended)
            yield resource | {"encounter": visit.encounter}


def _encounter(life: Life, visit: Visit) -> Resource:
    end = visit.begin + timedelta(minutes=visit.minutes)
    resource: Resource = {
        "resourceType": "Encounter",
        "id": visit.id,
        "status": "finished",
        "class": {"system": f"{HL7}v3-ActCode", "code": "AMB", "display": "ambulatory"},
        "type": [concept(KINDS[visit.kind], visit.kind)],
        "subject": life.subject,
        "participant": [{"individual": visit.doctor.reference}],
        "period": {"start": moment(visit.begin), "end": moment(end)},
        "serviceProvider": life.organisation.reference,
        "location": [{"location": reference("Location", life.organisation.site, life.organisation.name)}],
    }
    found = list(_found(life, visit))
    if found:
        resource |= {"reasonReference": found, "diagnosis": [{"condition": one} for one in found]}
    return resource


def _found(life: Life, visit: Visit) -> Iterator[Resource]:
    if visit.illness:
        yield reference("Condition", visit.illness_id, ILLNESSES[visit.illness].name)
    for key in visit.problems:
        yield reference("Condition", ident("problem", life.id, key), PROBLEMS[key].name)
