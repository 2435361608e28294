"""
The bodies of `/api/scheduling`.

Times are FHIR instants with an offset, those going out in the zone of the clinic or the actor. References are
`Type/id`.
"""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from meridian.web.api.models import Body

Actor = Annotated[
    str, StringConstraints(pattern=r"^(Practitioner|PractitionerRole|Location|Device)/[A-Za-z0-9.-]{1,64}$")
]
ServiceReference = Annotated[str, StringConstraints(pattern=r"^HealthcareService/[A-Za-z0-9.-]{1,64}$")]
FormReference = Annotated[str, StringConstraints(pattern=r"^Questionnaire/[A-Za-z0-9.-]{1,64}$")]
PatientReference = Annotated[str, StringConstraints(pattern=r"^Patient/[A-Za-z0-9.-]{1,64}$")]
Instant = Annotated[
    str, StringConstraints(max_length=40, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$")
]
Text = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]
Zone = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Mode = Literal["hidden", "view", "request", "instant"]
Part = Literal["morning", "afternoon", "evening", ""]
State = Literal["booked", "arrived", "in-room", "with-provider", "done", "no-show", "cancelled"]


class ServiceSettings(Body):
    """What the clinic says of a service; numbers are minutes unless they say otherwise."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    active: bool = True
    mode: Mode = "hidden"
    minutes: Annotated[int, Field(ge=5, le=720)] = 30
    step: Annotated[int, Field(ge=0, le=720, description="Between offered times; 0 is the length of a visit")] = 0
    before: Annotated[int, Field(ge=0, le=240)] = 0
    after: Annotated[int, Field(ge=0, le=240)] = 0
    lead: Annotated[int, Field(ge=0, le=60 * 24 * 60)] = 120
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 60
    notice: Annotated[int, Field(ge=0, le=60 * 24 * 60)] = 1440
    most_open: Annotated[int, Field(ge=1, le=50)] = 4
    video: bool = False
    providers: Annotated[list[Actor], Field(max_length=200)] = Field([])
    rooms: Annotated[list[Actor], Field(max_length=200)] = Field([])
    room_kind: Annotated[str, StringConstraints(max_length=60)] = ""
    devices: Annotated[list[Actor], Field(max_length=200)] = Field([])
    forms: Annotated[list[FormReference], Field(max_length=20, description="Sent before a visit")] = Field([])


class Service(ServiceSettings):
    """A service as it stands."""

    id: str
    reference: str
    version: int


class Services(Body):
    """Services by name; to patients those that are not hidden."""

    services: list[Service]
    names: dict[str, str] = Field(description="What the references are called")


class CalendarActor(Body):
    """Somebody, or something, with a column."""

    reference: str
    name: str
    kind: Literal["practitioner", "room", "device"]
    zone: str
    schedule: str


class PatientName(Body):
    """Whose appointment it is."""

    id: str
    name: str


class CalendarEntry(Body):
    """One appointment of the calendar."""

    id: str
    version: int
    status: str
    start: str
    end: str
    zone: str
    patient: PatientName | None
    service: str | None
    service_name: str
    actors: list[str] = Field(description="Whose time it takes")
    informed: list[str] = Field(description="Who takes part without their time being taken")
    series: str | None
    video: bool
    confirmed: bool
    state: State
    reason: str = ""
    comment: str = ""
    moved_because: str = ""


class CalendarBand(Body):
    """A stretch of a column; `exception` is open besides the usual hours."""

    actor: str
    start: str
    end: str
    kind: Literal["open", "exception", "time-off", "hold"]
    reason: str = ""
    id: str = ""


class Calendar(Body):
    """What stands between two instants."""

    zone: str
    actors: list[CalendarActor]
    appointments: list[CalendarEntry]
    bands: list[CalendarBand]
    names: dict[str, str]


class BoardLine(Body):
    """One visit of the day."""

    appointment: str
    version: int
    encounter: str | None
    patient: PatientName
    start: str
    end: str
    service_name: str
    providers: list[str]
    room: str | None
    state: State
    video: bool
    walk_in: bool
    confirmed: bool
    waiting_since: str | None
    missing: bool = Field(description="It is over and nobody came: mark it as a no-show?")
    reason: str = ""


class Board(Body):
    """One day."""

    zone: str
    day: date
    lines: list[BoardLine]
    names: dict[str, str]


class StateChange(Body):
    """Where a visit stands now; `booked` takes an arrival or an absence back."""

    state: Literal["arrived", "in-room", "no-show", "booked"]
    room: Actor | None = None


class WalkInWanted(Body):
    """Somebody who came without an appointment."""

    patient: PatientReference
    service: ServiceReference
    provider: Actor | None = None
    reason: Text = ""


class MadeAppointment(Body):
    """An appointment, as far as its caller needs it."""

    id: str
    version: int
    status: str
    start: str | None
    end: str | None


class Series(Body):
    """A series: all of it was booked."""

    series: str
    appointments: list[MadeAppointment]


class RuleBody(Body):
    """How a series recurs (RFC 5545), on the clinic's clock; either a count or a last day."""

    freq: Literal["daily", "weekly", "monthly"]
    interval: Annotated[int, Field(ge=1, le=52)] = 1
    count: Annotated[int, Field(ge=1, le=104)] | None = None
    until: date | None = None
    days: list[Day] = Field([])


class SeriesWanted(Body):
    """A series to be booked; its first appointment is `start`."""

    service: ServiceReference
    patient: PatientReference
    start: Instant
    end: Instant | None = None
    actors: Annotated[list[Actor], Field(max_length=20)] = Field([])
    reason: Text = ""
    comment: Text = ""
    rule: RuleBody


class WeeklyHours(Body):
    """Hours that recur, on the local clock; an end that is not after the start is on the next day."""

    days: Annotated[list[Day], Field(min_length=1, max_length=7)]
    start: time
    end: time
    services: Annotated[list[ServiceReference], Field(max_length=50)] = Field([])


class HoursChange(Body):
    """An exception: closed, time off, or open besides."""

    id: str = ""
    start: Instant
    end: Instant
    kind: Literal["closed", "time-off", "extra"]
    reason: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""


class HoursWanted(Body):
    """Weekly hours and zone of one schedule; exceptions are added and taken out one by one."""

    zone: Zone
    weekly: Annotated[list[WeeklyHours], Field(max_length=60)]
    version: int | None = None


class Hours(Body):
    """When somebody may be booked."""

    schedule: str
    version: int
    actor: str
    name: str
    zone: str
    active: bool
    weekly: list[WeeklyHours]
    exceptions: list[HoursChange]
    affected: int = Field(0, description="Appointments to come that now lie outside these hours")


class ScheduleWanted(Body):
    """A schedule for somebody or something that has none."""

    actor: Actor
    zone: Zone | None = None


class DeviceWanted(Body):
    """A device of the clinic's, which one visit at a time can have."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    zone: Zone | None = None


class WaitWanted(Body):
    """What would suit."""

    service: ServiceReference
    patient: PatientReference | None = None
    start: Instant
    end: Instant
    days: list[Day] = Field([])
    part_of_day: Part = ""
    actor: Actor | None = None


class Waiting(Body):
    """A place on the wait list, or an offer to whoever has it."""

    id: str
    version: int
    patient: PatientName
    service: str
    service_name: str
    start: str = Field(description="Of the days that suit")
    end: str
    days: list[Day]
    part_of_day: Part
    actor: str | None
    since: str
    offer: "WaitOffer | None"


class WaitOffer(Body):
    """A time that is kept for somebody until `expires`."""

    start: str
    end: str
    zone: str
    actors: list[str]
    expires: str


class WaitList(Body):
    """Places on the list, the longest waiting first; a patient's own only, where a patient asks."""

    waiting: list[Waiting]
    names: dict[str, str]


class AppointmentRequest(Body):
    """What a patient asks for."""

    appointment: str
    version: int
    task: str
    patient: PatientName
    start: str
    end: str
    zone: str
    service_name: str
    actors: list[str]
    reason: str
    asked: str


class AppointmentRequests(Body):
    """Open requests, the first to take place first."""

    requests: list[AppointmentRequest]
    names: dict[str, str]


class RequestRefusal(Body):
    """Why not; the patient reads it."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class OwnVisit(Body):
    """One of a patient's own visits, and what they may do with it by themselves now."""

    id: str
    version: int
    status: str
    state: State
    patient: str
    start: str
    end: str
    zone: str
    service: str | None
    service_name: str
    providers: list[str]
    place: str | None
    video: bool
    confirmed: bool
    asked: bool = Field(description="It waits for the clinic's approval")
    can_move: bool
    can_cancel: bool
    can_check_in: bool
    change_until: str | None
    cancelled_because: str = ""
    moved_because: str = ""


class OwnVisits(Body):
    """A patient's visits: those to come first, then those that were."""

    zone: str
    visits: list[OwnVisit]


class LinkSeen(Body):
    """What a link of a reminder shows to whoever has it: nothing of the patient."""

    start: str
    end: str
    zone: str
    clinic: str
    state: Literal["booked", "confirmed", "cancelled", "changed"]
    actions: list[Literal["confirm", "cancel"]]


class LinkAction(Body):
    """What to do by a link; each works once."""

    action: Literal["confirm", "cancel"]
