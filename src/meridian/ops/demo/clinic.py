"""The whole clinic as FHIR resources, each with the organisation it belongs to; nothing of accounts or databases."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from meridian.ops.demo import (
    allergies,
    appointments,
    care,
    documents,
    forms,
    immunizations,
    labs,
    medicines,
    notes,
    organisations,
    people,
    prescriptions,
    problems,
    procedures,
    timetables,
    visits,
    vitals,
    wishes,
)
from meridian.ops.demo.elements import Resource
from meridian.ops.demo.organisations import ORGANISATIONS, Organisation
from meridian.ops.demo.roster import Life, roster

Belonging = tuple[Organisation, Resource]


def clinic(now: datetime) -> Iterator[Belonging]:
    """
    Everything, what is referred to before what refers to it.

    Args:
        now: When the clinic is made, with its zone; today's book and everybody's history end here.
    """
    lives = roster(now.date())
    for organisation in ORGANISATIONS:
        for resource in chain(organisations.resources(organisation), timetables.resources(organisation, now)):
            yield organisation, timetables.placed(resource, now)
        for resource in forms.resources(organisation):
            yield organisation, resource
        for resource in prescriptions.listed(organisation):
            yield organisation, resource
    for number, life in enumerate(lives):
        for resource in record(life, number, now):
            yield life.organisation, resource
    for organisation in ORGANISATIONS:
        own = {life.key: life for life in lives if life.organisation is organisation}
        for resource in chain(people.related(own), people.persons()):
            yield organisation, resource
    yield from appointments.books(lives, now)
    yield from appointments.wanted(lives, now)


def record(life: Life, number: int, now: datetime) -> Iterator[Resource]:
    """The record of one patient; *number* makes the record number."""
    assert now.tzinfo is not None  # noqa: S101  # a moment without a zone would make dateTimes that FHIR refuses
    timeline = visits.timeline(life, now.tzinfo)
    yield people.patient(life, number)
    yield people.coverage(life)
    yield from problems.of(life)
    yield from allergies.of(life)
    yield from care.of(life)
    yield from visits.of(life, timeline)
    yield from vitals.of(life, timeline)
    yield from labs.of(life, timeline)
    yield from medicines.of(life, timeline)
    yield from prescriptions.of(life, now)
    yield from immunizations.of(life, timeline)
    yield from procedures.of(life, timeline)
    yield from documents.of(life, timeline)
    yield from notes.of(life, timeline)
    yield from forms.of(life, now)
    yield from wishes.of(life, now)
