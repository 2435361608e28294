"""`Appointment/$find`, `$hold`, `$book`, `$reschedule` and `$cancel` as FHIR calls them, and what they are given."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from meridian.access.chart import Chart
from meridian.access.diary import milliseconds
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Invalid, Issue
from meridian.fhir import validation
from meridian.fhir.ours import BASE
from meridian.fhir.parameters import Parameters
from meridian.scheduling import availability, booking, cancelling, elements, moving, services, zones
from meridian.scheduling.availability import Opening, Question, Wish
from meridian.scheduling.booking import Wanted
from meridian.scheduling.cancelling import Cancellation
from meridian.scheduling.elements import Times
from meridian.scheduling.moving import Move
from meridian.scheduling.naming import names

Run: TypeAlias = Callable[[Chart, str, Parameters], Awaitable[Resource]]


async def find(chart: Chart, _: str, given: Parameters) -> Resource:
    """
    `$find`: a Bundle of Appointments `proposed`, one for each time, with everybody and everything it would take.

    Parameters: service, start, end; actor (any number); duration in minutes, count, each (a time for every provider);
    moving (reference of an Appointment whose own time is no hindrance).
    """
    service, start, end = given.text("service"), moment(given, "start"), moment(given, "end")
    actors, minutes, count = tuple(given.texts("actor")), given.number("duration", 0), given.number("count", 500)
    each, moved = given.flag("each"), given.text("moving", "").removeprefix("Appointment/")

    def plan(work: Work) -> Plan[tuple[Question, dict[str, str]]]:
        wanted = yield from services.of(work, service)
        if moved:
            yield from work.read("Appointment", moved)
        length = 0 if services.by_patient(work) else minutes
        question = yield from availability.ask(work, Wish(wanted, start, end, length, actors, count, each, moved))
        return question, (yield from names(work, question.actors))

    question, known = await chart.consult("Appointment/$find", plan, what=service)
    bundle: Resource = {"resourceType": "Bundle", "type": "collection"}
    found = question.answer()
    return bundle | {"entry": _proposals(question, found, known)} if found else bundle


def _proposals(question: Question, found: list[Opening], known: dict[str, str]) -> list[Resource]:
    """Entries with an Appointment for each time; what is the same for the same people is made once."""
    alike: dict[tuple[str, ...], Resource] = {}
    entries = []
    for start, end, actors, zone in found:
        if actors not in alike:
            times = Times(start, end, zone)
            alike[actors] = elements.made(question.wish.service, times, actors, status="proposed", names=known)
        said = {"start": zones.stamp(zone, start), "end": zones.stamp(zone, end)}
        entries.append({"resource": {**alike[actors], **said}})
    return entries


async def hold(chart: Chart, _: str, given: Parameters) -> Resource:
    """`$hold`: the Appointment `pending` for some minutes. Parameters as `$book`'s."""
    wanted = wanted_of(given)
    return await chart.work("Appointment/$hold", lambda work: booking.hold(work, wanted), what=wanted.service)


async def book(chart: Chart, _: str, given: Parameters) -> Resource:
    """
    `$book`: the Appointment, booked; or pending, where the clinic is to approve it.

    Parameters: held (reference), or appointment (as `$find` gives it), or service and start with end and actor;
    patient, reason, comment.
    """
    held = given.text("held", "")
    if held:
        reason, comment = given.text("reason", ""), given.text("comment", "")
        return await chart.work(
            "Appointment/$book", lambda work: booking.book_held(work, held, reason, comment), what=held
        )
    wanted = wanted_of(given)
    return await chart.work("Appointment/$book", lambda work: booking.book(work, wanted), what=wanted.service)


async def reschedule(chart: Chart, logical_id: str, given: Parameters) -> Resource:
    """`$reschedule`: the same Appointment at another time. Parameters: start, end, actor, reason, scope, version."""
    move = Move(
        start=moment(given, "start"),
        end=moment(given, "end") if given.some("end") else 0,
        actors=tuple(given.texts("actor")),
        reason=given.text("reason", ""),
        following=_following(given),
        version=given.number("version", 0) or None,
    )
    return await chart.work(
        "Appointment/$reschedule",
        lambda work: moving.reschedule(work, logical_id, move),
        what=f"Appointment/{logical_id}",
    )


async def cancel(chart: Chart, logical_id: str, given: Parameters) -> Resource:
    """`$cancel`: the Appointment, cancelled. Parameters: reason (a code), comment, scope."""
    why = Cancellation(given.text("reason", "other"), given.text("comment", ""), _following(given))
    return await chart.work(
        "Appointment/$cancel", lambda work: cancelling.cancel(work, logical_id, why), what=f"Appointment/{logical_id}"
    )


def _following(given: Parameters) -> bool:
    scope = given.text("scope", "this")
    if scope not in {"this", "following"}:
        raise _wrong("scope", "is this or following")
    return scope == "following"


def moment(given: Parameters, name: str) -> int:
    """An instant with its offset, in ms since the epoch; a local time would be somebody's guess."""
    return instant_of(given.text(name), name)


def instant_of(text: str, name: str) -> int:
    """Likewise, of a text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise _wrong(name, "is to be an instant, as 2026-03-12T09:00:00-04:00") from wrong
    if found.tzinfo is None or not 1970 <= found.year < 2200:  # noqa: PLR2004  # what a clinic's book may hold
        raise _wrong(name, "is to be an instant with its offset, as 2026-03-12T09:00:00-04:00")
    return milliseconds(text)


def wanted_of(given: Parameters) -> Wanted:
    """What `$hold` and `$book` are asked for: of an Appointment only its service, time, people and words are minded."""
    if not given.some("appointment"):
        return Wanted(
            service=given.text("service"),
            start=moment(given, "start"),
            end=moment(given, "end") if given.some("end") else 0,
            actors=tuple(given.texts("actor")),
            patient=given.text("patient", ""),
            reason=given.text("reason", ""),
            comment=given.text("comment", ""),
        )
    appointment = given.resource("appointment")
    validation.check(
        {"end": appointment.get("start"), **appointment}, expect="Appointment"
    )  # it may leave the end open
    service = elements.service_of(appointment)
    if not service or "start" not in appointment:
        raise _wrong("appointment", "is to have a start and a HealthcareService among its participants")
    return Wanted(
        service=service,
        start=elements.start_of(appointment),
        end=elements.end_of(appointment),
        actors=elements.actors_of(appointment),
        patient=given.text("patient", "") or elements.patient_of(appointment),
        reason=given.text("reason", "") or _reason(appointment),
        comment=given.text("comment", "") or appointment.get("comment", ""),
    )


def _reason(appointment: Resource) -> str:
    """What it is for, in words."""
    texts = (one.get("text", "") for one in appointment.get("reasonCode", ()))
    return str(appointment.get("description", "")) or next((one for one in texts if one), "")


def _wrong(name: str, text: str) -> Invalid:
    return Invalid(f"The parameter {name} {text}", issues=(Issue("value", text, f"Parameters.parameter('{name}')"),))


_DEFINITIONS = f"{BASE}/OperationDefinition/Appointment"
OFFERED: dict[tuple[str, str], tuple[Run, str, bool, bool]] = {
    ("Appointment", "$find"): (find, f"{_DEFINITIONS}-find", False, False),
    ("Appointment", "$hold"): (hold, f"{_DEFINITIONS}-hold", True, False),
    ("Appointment", "$book"): (book, f"{_DEFINITIONS}-book", True, False),
    ("Appointment", "$reschedule"): (reschedule, f"{_DEFINITIONS}-reschedule", True, True),
    ("Appointment", "$cancel"): (cancel, f"{_DEFINITIONS}-cancel", True, True),
}
"""By type and name: what does it, its definition, whether it changes anything, whether it is called on an instance."""
