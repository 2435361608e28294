"""What scheduling finds, as the bodies of `/api/scheduling`."""

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from meridian.clock import instant
from meridian.fhir.ours import extended
from meridian.scheduling import calendar, elements, links, mine, services, timetable, visits, waiting, zones
from meridian.scheduling.hours import Change, Weekly
from meridian.scheduling.operations import instant_of
from meridian.web.api.scheduling import models

Resource: TypeAlias = dict[str, Any]
Names: TypeAlias = Mapping[str, str]


def service(resource: Resource) -> models.Service:
    """A HealthcareService."""
    one = services.read(resource)
    return models.Service(
        id=one.id,
        reference=one.reference,
        version=version(resource),
        name=one.name or "-",
        active=one.active,
        mode=cast("models.Mode", one.mode),
        minutes=one.minutes,
        step=one.step,
        before=one.before,
        after=one.after,
        lead=one.lead,
        horizon_days=one.horizon,
        notice=one.notice,
        most_open=one.most_open,
        video=one.video,
        providers=list(one.providers),
        rooms=list(one.rooms),
        room_kind=one.room_kind,
        devices=list(one.devices),
        forms=list(one.forms),
    )


def settings(body: models.ServiceSettings, logical_id: str) -> services.Service:
    """What a service is to be."""
    return services.Service(
        id=logical_id,
        name=body.name,
        active=body.active,
        mode=body.mode,
        minutes=body.minutes,
        step=body.step,
        before=body.before,
        after=body.after,
        lead=body.lead,
        horizon=body.horizon_days,
        notice=body.notice,
        most_open=body.most_open,
        video=body.video,
        providers=tuple(body.providers),
        rooms=tuple(body.rooms),
        room_kind=body.room_kind,
        devices=tuple(body.devices),
        forms=tuple(body.forms),
    )


def version(resource: Resource) -> int:
    """Of a resource."""
    return int(resource["meta"]["versionId"])


def made(appointment: Resource) -> models.MadeAppointment:
    """An Appointment that was made or changed."""
    return models.MadeAppointment(
        id=appointment["id"],
        version=version(appointment),
        status=appointment["status"],
        start=appointment.get("start"),
        end=appointment.get("end"),
    )


def patient(appointment: Resource, names: Names) -> models.PatientName | None:
    """Whose it is."""
    reference = elements.patient_of(appointment)
    if not reference:
        return None
    return models.PatientName(id=reference.removeprefix("Patient/"), name=names.get(reference, ""))


def _reason(appointment: Resource) -> str:
    return str(appointment.get("description", ""))


def _said(appointment: Resource, name: str) -> str:
    return str((extended(appointment, name) or {}).get("valueString", ""))


def confirmed(appointment: Resource) -> bool:
    """Whether its patient has said that they come."""
    return bool((extended(appointment, "confirmed") or {}).get("valueBoolean"))


def entry(appointment: Resource, names: Names, zone: str) -> models.CalendarEntry:
    """An Appointment of the calendar."""
    claimed = elements.actors_of(appointment)
    offered = elements.service_of(appointment)
    return models.CalendarEntry(
        id=appointment["id"],
        version=version(appointment),
        status=appointment["status"],
        start=appointment["start"],
        end=appointment["end"],
        zone=elements.zone_of(appointment, zone),
        patient=patient(appointment, names),
        service=offered or None,
        service_name=names.get(offered, ""),
        actors=list(claimed),
        informed=[one for one in elements.actors_of(appointment, all_of_them=True) if one not in claimed],
        series=elements.series_of(appointment) or None,
        video=elements.is_video(appointment),
        confirmed=confirmed(appointment),
        state=cast("models.State", visits.state_of(appointment, None)),
        reason=_reason(appointment),
        comment=appointment.get("comment", ""),
        moved_because=_said(appointment, "reschedule-reason"),
    )


def of_calendar(found: calendar.Calendar) -> models.Calendar:
    """A calendar."""
    return models.Calendar(
        zone=found.zone,
        actors=[
            models.CalendarActor(
                reference=one.reference,
                name=one.name,
                kind=cast("Any", one.kind),
                zone=one.hours.zone,
                schedule=one.schedule,
            )
            for one in found.actors
        ],
        appointments=[entry(one, found.names, found.zone) for one in found.appointments],
        bands=[
            models.CalendarBand(
                actor=one.actor,
                start=zones.stamp(found.zone, one.start),
                end=zones.stamp(found.zone, one.end),
                kind=cast("Any", one.kind),
                reason=one.reason,
                id=one.id,
            )
            for one in found.bands
        ],
        names=dict(found.names),
    )


def of_board(found: calendar.Board) -> models.Board:
    """The day."""
    lines = [_line(one, found.names) for one in found.lines]
    return models.Board(zone=found.zone, day=found.day, lines=lines, names=dict(found.names))


def _line(line: calendar.Line, names: Names) -> models.BoardLine:
    appointment, encounter = line.appointment, line.encounter
    rooms = calendar.rooms_of(encounter) if encounter else []
    everyone = elements.actors_of(appointment, all_of_them=True)
    kinds = appointment.get("appointmentType", {}).get("coding", ())
    return models.BoardLine(
        appointment=appointment["id"],
        version=version(appointment),
        encounter=encounter["id"] if encounter else None,
        patient=patient(appointment, names) or models.PatientName(id="", name=""),
        start=appointment["start"],
        end=appointment["end"],
        service_name=names.get(elements.service_of(appointment), ""),
        providers=[one for one in everyone if one.startswith("Practitioner")],
        room=next(iter(rooms), None),
        state=cast("models.State", line.state),
        video=elements.is_video(appointment),
        walk_in=any(one.get("code") == "WALKIN" for one in kinds),
        confirmed=confirmed(appointment),
        waiting_since=encounter["period"].get("start") if encounter and line.state == "arrived" else None,
        missing=line.missing,
        reason=_reason(appointment),
    )


def of_timetable(found: timetable.Timetable) -> models.Hours:
    """Somebody's hours."""
    zone = found.hours.zone
    return models.Hours(
        schedule=found.schedule["id"],
        version=version(found.schedule),
        actor=found.actor,
        name=found.name,
        zone=zone,
        active=found.schedule.get("active", True),
        weekly=[
            models.WeeklyHours(
                days=[cast("models.Day", zones.DAYS[day]) for day in sorted(one.days)],
                start=one.start,
                end=one.end,
                services=list(one.services),
            )
            for one in found.hours.weekly
            if one.days
        ],
        exceptions=[
            models.HoursChange(
                id=one.id,
                start=zones.stamp(zone, one.start),
                end=zones.stamp(zone, one.end),
                kind=cast("Any", one.kind),
                reason=one.reason,
            )
            for one in found.hours.changes
        ],
        affected=found.affected,
    )


def weekly(body: models.WeeklyHours) -> Weekly:
    """Hours that recur, as they are kept."""
    days = frozenset(zones.DAYS.index(day) for day in body.days)
    return Weekly(days, body.start.replace(tzinfo=None), body.end.replace(tzinfo=None), tuple(body.services))


def change(body: models.HoursChange) -> Change:
    """An exception, as it is kept."""
    return Change(body.id, body.kind, instant_of(body.start, "start"), instant_of(body.end, "end"), body.reason)


def place_on_list(appointment: Resource, names: Names, zone: str) -> models.Waiting:
    """A place on the wait list."""
    wait = extended(appointment, "wait") or {}
    period = appointment.get("requestedPeriod", [{}])[0]
    days = [one["valueCode"] for one in wait.get("extension", ()) if one["url"].endswith("/day")]
    since = extended(wait, "since") or {}
    offer = None
    if waiting.is_offer(appointment):
        offer = models.WaitOffer(
            start=appointment["start"],
            end=appointment["end"],
            zone=elements.zone_of(appointment, zone),
            actors=list(elements.actors_of(appointment)),
            expires=instant(elements.held_until(appointment)),
        )
    return models.Waiting(
        id=appointment["id"],
        version=version(appointment),
        patient=patient(appointment, names) or models.PatientName(id="", name=""),
        service=elements.service_of(appointment),
        service_name=names.get(elements.service_of(appointment), ""),
        start=period.get("start", ""),
        end=period.get("end", ""),
        days=days,
        part_of_day=(extended(wait, "part") or {}).get("valueCode", ""),
        actor=(extended(wait, "actor") or {}).get("valueReference", {}).get("reference"),
        since=str(since.get("valueInstant", appointment.get("created", ""))),
        offer=offer,
    )


def request(task: Resource, appointment: Resource, names: Names, zone: str) -> models.AppointmentRequest:
    """What a patient asks for."""
    return models.AppointmentRequest(
        appointment=appointment["id"],
        version=version(appointment),
        task=task["id"],
        patient=patient(appointment, names) or models.PatientName(id="", name=""),
        start=appointment["start"],
        end=appointment["end"],
        zone=elements.zone_of(appointment, zone),
        service_name=names.get(elements.service_of(appointment), ""),
        actors=list(elements.actors_of(appointment)),
        reason=_reason(appointment),
        asked=task.get("authoredOn", ""),
    )


def own(found: mine.Visits) -> models.OwnVisits:
    """A patient's visits."""
    return models.OwnVisits(zone=found.zone, visits=[_own(one, found) for one in found.visits])


def _own(one: mine.Own, found: mine.Visits) -> models.OwnVisit:
    appointment, zone = one.appointment, elements.zone_of(one.appointment, found.zone)
    everyone = elements.actors_of(appointment, all_of_them=True)
    place = next((who for who in everyone if who.startswith("Location/")), "")
    offered = elements.service_of(appointment)
    ended = appointment.get("cancelationReason", {})
    return models.OwnVisit(
        id=appointment["id"],
        version=version(appointment),
        status=appointment["status"],
        state=cast("models.State", visits.state_of(appointment, None)),
        patient=elements.patient_of(appointment).removeprefix("Patient/"),
        start=appointment["start"],
        end=appointment["end"],
        zone=zone,
        service=offered or None,
        service_name=found.names.get(offered, "") or appointment.get("appointmentType", {}).get("text", ""),
        providers=[found.names.get(who, "") for who in everyone if who.startswith("Practitioner")],
        place=found.names.get(place) or None,
        video=elements.is_video(appointment),
        confirmed=confirmed(appointment),
        asked=appointment["status"] == "pending",
        can_move=one.can_move,
        can_cancel=one.can_cancel,
        can_check_in=one.can_check_in,
        change_until=zones.stamp(zone, one.change_until) if one.change_until else None,
        cancelled_because=ended.get("text", ""),
        moved_because=_said(appointment, "reschedule-reason"),
    )


def link(seen: links.Seen) -> models.LinkSeen:
    """What a link shows."""
    return models.LinkSeen(
        start=seen.start,
        end=seen.end,
        zone=seen.zone,
        clinic=seen.clinic,
        state=cast("Any", seen.state),
        actions=cast("Any", list(seen.actions)),
    )
