"""
What can be booked: a HealthcareService, and what the clinic has said of booking it in one extension.

A service needs one of each of its groups at once: one of its providers, one of its rooms, one of its devices. A group
that is empty is not needed.
"""

from dataclasses import dataclass
from typing import Any, Final

from meridian.access.diary import is_room
from meridian.access.rules import BOOKERS
from meridian.access.work import Plan, Resource, Work
from meridian.faults import NotFound
from meridian.fhir.ours import EXTENSIONS, extended, extension

BOOKING: Final = "booking"
FORM: Final = "pre-visit-form"
"""Our extension beside it, once for each form; whoever keeps forms reads it too."""
MODES: Final = ("hidden", "view", "request", "instant")
"""What patients may do with a service by themselves: nothing, see its times, ask for one, take one."""
MINUTE: Final = 60_000
DAY: Final = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Service:
    """
    One service.

    Args:
        id: Logical id of the HealthcareService.
        name: As people say it.
        active: Whether it can be booked at all.
        mode: One of `MODES`.
        minutes: How long a visit takes.
        step: Minutes between the times that are offered.
        before, after: Minutes to be kept free around it.
        lead: Minutes that patients book ahead at least.
        horizon: Days that patients book ahead at most.
        notice: Minutes before it until which patients may cancel or move it by themselves.
        most_open: Visits to come that a patient may have booked by themselves at one time.
        video: Whether it is held by video.
        providers: References of those who give it.
        rooms: References of rooms it can be given in.
        room_kind: Code of `Location.type`: any such room will do, besides *rooms*.
        devices: References of devices, one of which it needs.
        forms: References of forms that its patients are sent before a visit.
        type: Its CodeableConcept, for `Appointment.serviceType`.
    """

    id: str
    name: str = ""
    active: bool = True
    mode: str = "hidden"
    minutes: int = 30
    step: int = 0
    before: int = 0
    after: int = 0
    lead: int = 120
    horizon: int = 60
    notice: int = 24 * 60
    most_open: int = 4
    video: bool = False
    providers: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    room_kind: str = ""
    devices: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    type: tuple[Resource, ...] = ()

    @property
    def reference(self) -> str:
        """As `HealthcareService/x`."""
        return f"HealthcareService/{self.id}"

    @property
    def stride(self) -> int:
        """Milliseconds between the times that are offered."""
        return (self.step or self.minutes) * MINUTE


_NUMBERS = {
    "minutes": ("minutes", "valuePositiveInt"),
    "step": ("step", "valueUnsignedInt"),
    "before": ("before", "valueUnsignedInt"),
    "after": ("after", "valueUnsignedInt"),
    "lead": ("lead", "valueUnsignedInt"),
    "horizon": ("horizon", "valuePositiveInt"),
    "notice": ("notice", "valueUnsignedInt"),
    "most-open": ("most_open", "valuePositiveInt"),
}
_GROUPS = {"provider": "providers", "room": "rooms", "device": "devices"}


def read(resource: Resource) -> Service:
    """What a HealthcareService says; one without the extension is hidden and takes half an hour."""
    said: dict[str, Any] = {}
    for part in (extended(resource, BOOKING) or {}).get("extension", ()):
        name = part["url"].removeprefix(f"{EXTENSIONS}/")
        if name in _NUMBERS:
            field, kind = _NUMBERS[name]
            said[field] = int(part.get(kind, 0))
        elif name in _GROUPS:
            said[_GROUPS[name]] = (*said.get(_GROUPS[name], ()), part["valueReference"]["reference"])
        elif name == "mode" and part.get("valueCode") in MODES:
            said["mode"] = part["valueCode"]
        elif name == "room-kind":
            said["room_kind"] = part["valueCode"]
        elif name == "video":
            said["video"] = part["valueBoolean"]
    return Service(
        id=resource["id"],
        name=resource.get("name", ""),
        active=resource.get("active", True),
        forms=tuple(one["valueReference"]["reference"] for one in _asked(resource)),
        type=tuple(resource.get("type", ())),
        **said,
    )


def written(resource: Resource, service: Service) -> Resource:
    """*resource* with what *service* says of booking, and its name; everything else in it stays."""
    parts = [extension("mode", valueCode=service.mode), extension("video", valueBoolean=service.video)]
    parts += [extension(name, **{kind: getattr(service, field)}) for name, (field, kind) in _NUMBERS.items()]
    for name, field in _GROUPS.items():
        parts += [extension(name, valueReference={"reference": one}) for one in getattr(service, field)]
    if service.room_kind:
        parts.append(extension("room-kind", valueCode=service.room_kind))
    own = [extended(resource, BOOKING), *_asked(resource)]
    others = [one for one in resource.get("extension", ()) if one not in own]
    forms = [extension(FORM, valueReference={"reference": one}) for one in service.forms]
    return {
        **resource,
        "active": service.active,
        "name": service.name,
        "extension": [*others, *forms, extension(BOOKING, extension=parts)],
    }


def _asked(resource: Resource) -> list[Resource]:
    """The extensions that name forms."""
    url = f"{EXTENSIONS}/{FORM}"
    return [one for one in resource.get("extension", ()) if one.get("url") == url and "valueReference" in one]


def of(work: Work, reference: str) -> Plan[Service]:
    """
    The service of that reference; for patients, those that are hidden do not exist.

    Raises:
        NotFound: If there is none, or none for them.
    """
    found = yield from work.find("HealthcareService", reference.removeprefix("HealthcareService/"))
    service = read(found) if found is not None else None
    if service is None or not service.active or (service.mode == "hidden" and by_patient(work)):
        raise NotFound("No HealthcareService with that id")
    return service


def by_patient(work: Work) -> bool:
    """Whether a patient, or somebody in their place, is asking: the clinic's conditions then hold."""
    return work.subject.role in BOOKERS


def groups(work: Work, service: Service) -> Plan[list[tuple[str, ...]]]:
    """Who and what the service needs: one of each."""
    rooms = service.rooms
    if service.room_kind:
        found = yield from work.search("Location", [("type", service.room_kind), ("status", "active")])
        alike = [f"Location/{one['id']}" for one in found if is_room(one)]
        rooms = tuple(dict.fromkeys((*rooms, *sorted(alike))))
    return [one for one in (service.providers, rooms, service.devices) if one]
