"""What can be booked in the two clinics, where and when: rooms, devices, services, and hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from meridian.ops.demo.elements import HL7, Resource, ident, reference
from meridian.ops.demo.organisations import HARBOR, LAKESIDE, Member, Organisation, clinicians, seat
from meridian.scheduling import hours, services, zones
from meridian.scheduling.hours import Hours, Weekly
from meridian.scheduling.services import Service

WEEKDAYS = frozenset(range(5))
MORNING, AFTERNOON = (time(8, 30), time(12, 30)), (time(13), time(17))
LOCALTIME = Path("/etc/localtime")
"""Where most systems say which zone they are in."""


@dataclass(frozen=True)
class Room:
    """A place for one visit at a time."""

    organisation: Organisation
    key: str
    name: str

    @property
    def id(self) -> str:
        """Logical id of the Location."""
        return ident("room", self.organisation.key, self.key)

    @property
    def reference(self) -> Resource:
        """The Location, to point at."""
        return reference("Location", self.id, self.name)


@dataclass(frozen=True)
class Apparatus:
    """A device that one visit at a time can have."""

    organisation: Organisation
    key: str
    name: str

    @property
    def id(self) -> str:
        """Logical id of the Device."""
        return ident("device", self.organisation.key, self.key)


ROOMS = (
    *(Room(HARBOR, f"exam-{number}", f"Exam room {number}") for number in range(1, 6)),
    Room(HARBOR, "procedures", "Procedure room"),
    *(Room(LAKESIDE, f"exam-{number}", f"Exam room {number}") for number in range(1, 3)),
    Room(LAKESIDE, "echo", "Echo room"),
)
SPIROMETER = Apparatus(HARBOR, "spirometer", "Spirometer")
ULTRASOUND = Apparatus(LAKESIDE, "ultrasound", "Ultrasound scanner")
DEVICES = (SPIROMETER, ULTRASOUND)


@dataclass(frozen=True)
class Offer:
    """One service: who gives it, in which rooms, with what."""

    organisation: Organisation
    key: str
    name: str
    mode: str
    minutes: int
    seats: tuple[str, ...]
    rooms: tuple[str, ...] = ()
    devices: tuple[Apparatus, ...] = ()
    video: bool = False
    after: int = 0

    @property
    def id(self) -> str:
        """Logical id of the HealthcareService."""
        return ident("service", self.organisation.key, self.key)


_EXAMS = tuple(f"exam-{number}" for number in range(1, 6))
OFFERS = (
    Offer(HARBOR, "visit", "Family medicine visit", "instant", 30, ("okafor", "lindqvist", "haddad"), _EXAMS),
    Offer(HARBOR, "child", "Child health visit", "instant", 30, ("castillo",), _EXAMS),
    Offer(HARBOR, "video", "Video visit", "instant", 20, ("okafor", "haddad"), video=True),
    Offer(HARBOR, "nurse", "Nurse visit", "request", 15, ("nurse", "nurse2"), _EXAMS),
    Offer(HARBOR, "lungs", "Lung function test", "request", 45, ("adeyemi",), _EXAMS, (SPIROMETER,), after=15),
    Offer(HARBOR, "minor", "Minor procedure", "view", 60, ("lindqvist", "haddad"), ("procedures",), after=15),
    Offer(HARBOR, "staff", "Staff health check", "hidden", 30, ("okafor",), _EXAMS),
    Offer(LAKESIDE, "heart", "Heart clinic visit", "request", 30, ("sorensen",), ("exam-1", "exam-2")),
    Offer(LAKESIDE, "lungs", "Lung clinic visit", "instant", 30, ("adeyemi",), ("exam-1", "exam-2")),
    Offer(LAKESIDE, "echo", "Echocardiography", "view", 45, ("sorensen",), ("echo",), (ULTRASOUND,), after=15),
)


def zone_of(now: datetime) -> str:
    """
    The zone of the machine the demo clinic is shown on, so that its day is today; the offset's own if it is not known.

    >>> from datetime import timedelta, timezone
    >>> zone_of(datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=-12))))
    'Etc/GMT+12'
    """
    if isinstance(now.tzinfo, ZoneInfo):
        return now.tzinfo.key
    offset = now.utcoffset()
    _, _, name = str(LOCALTIME.resolve()).partition("/zoneinfo/")
    if name in zones_known() and now.astimezone(ZoneInfo(name)).utcoffset() == offset:
        return name
    whole = round(offset.total_seconds() / 3600) if offset else 0
    return f"Etc/GMT{-whole:+d}" if whole else "UTC"


def zones_known() -> set[str]:
    """Names of zones."""
    from zoneinfo import available_timezones  # noqa: PLC0415  # reads a folder

    return available_timezones()


def placed(resource: Resource, now: datetime) -> Resource:
    """An organisation with its zone, and its site marked as one; other resources as they are."""
    if resource["resourceType"] == "Organization" and "telecom" in resource:
        return {**resource, "extension": [zones.named(zone_of(now))]}
    if resource["resourceType"] == "Location" and "physicalType" not in resource:
        return {**resource, "physicalType": _physical("si", "Site")}
    return resource


def _physical(code: str, display: str) -> Resource:
    return {"coding": [{"system": f"{HL7}location-physical-type", "code": code, "display": display}], "text": display}


def resources(organisation: Organisation, now: datetime) -> Iterator[Resource]:
    """Rooms, devices, services, and a Schedule for everybody and everything that can be booked."""
    zone = zone_of(now)
    for room in ROOMS:
        if room.organisation is organisation:
            yield _room(room)
            yield _schedule(organisation, room.reference, Hours(zone, _weekly(time(8), time(18))))
    for device in DEVICES:
        if device.organisation is organisation:
            named = reference("Device", device.id, device.name)
            yield _device(device)
            yield _schedule(organisation, named, Hours(zone, _weekly(time(8), time(18))))
    for member in booked(organisation):
        yield _schedule(organisation, member.reference, Hours(zone, (*_weekly(*MORNING), *_weekly(*AFTERNOON))))
    for offer in OFFERS:
        if offer.organisation is organisation:
            yield _service(offer)


def booked(organisation: Organisation) -> list[Member]:
    """Those with a timetable: clinicians, and nurses who give a service."""
    nurses = dict.fromkeys(one for offer in OFFERS if offer.organisation is organisation for one in offer.seats)
    return list(dict.fromkeys([*clinicians(organisation), *(seat(organisation, one) for one in nurses)]))


def _weekly(start: time, end: time) -> tuple[Weekly, ...]:
    return (Weekly(WEEKDAYS, start, end),)


def _room(room: Room) -> Resource:
    return {
        "resourceType": "Location",
        "id": room.id,
        "status": "active",
        "name": room.name,
        "mode": "instance",
        "physicalType": _physical("ro", "Room"),
        "managingOrganization": room.organisation.reference,
        "partOf": reference("Location", room.organisation.site, room.organisation.name),
    }


def _device(device: Apparatus) -> Resource:
    return {
        "resourceType": "Device",
        "id": device.id,
        "status": "active",
        "deviceName": [{"name": device.name, "type": "user-friendly-name"}],
        "owner": device.organisation.reference,
    }


def _schedule(organisation: Organisation, actor: Resource, timetable: Hours) -> Resource:
    blank = {
        "resourceType": "Schedule",
        "id": ident("schedule", organisation.key, actor["reference"]),
        "active": True,
        "actor": [actor],
    }
    return hours.written(blank, timetable)


def _service(offer: Offer) -> Resource:
    organisation = offer.organisation
    rooms = {room.key: room for room in ROOMS if room.organisation is organisation}
    one = Service(
        id=offer.id,
        name=offer.name,
        mode=offer.mode,
        minutes=offer.minutes,
        after=offer.after,
        video=offer.video,
        providers=tuple(seat(organisation, name).reference["reference"] for name in offer.seats),
        rooms=tuple(rooms[key].reference["reference"] for key in offer.rooms),
        devices=tuple(f"Device/{device.id}" for device in offer.devices),
    )
    blank = {
        "resourceType": "HealthcareService",
        "id": offer.id,
        "providedBy": organisation.reference,
        "location": [reference("Location", organisation.site, organisation.name)],
        "type": [{"text": offer.name}],
    }
    return services.written(blank, one)


def room_for(member: Member) -> Room:
    """The room that a clinician sees patients in, unless they book another."""
    rooms = [room for room in ROOMS if room.organisation is member.organisation and room.key.startswith("exam")]
    return rooms[clinicians(member.organisation).index(member) % len(rooms)]


def video_offer(member: Member) -> Offer:
    """Likewise by video."""
    return next(one for one in OFFERS if one.organisation is member.organisation and one.video)


def offer_for(member: Member) -> Offer:
    """What patients come to a clinician for."""
    return next(one for one in OFFERS if one.organisation is member.organisation and member.seat in one.seats)
