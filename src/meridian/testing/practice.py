"""A clinic whose clock stands still, with a service that two providers give in two rooms: for tests of scheduling."""

import json
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import httpx

from meridian.access.diary import Diary
from meridian.fhir.ours import extension
from meridian.jobs.worker import Handler, Job, Worker
from meridian.scheduling import hours, services
from meridian.scheduling.hours import Hours, Weekly
from meridian.scheduling.jobs import UNCLAIMED, Jobs
from meridian.scheduling.services import Service
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

Resource = dict[str, Any]
ZONE = "America/New_York"
MONDAY = "2026-03-02"
WEEKDAYS = frozenset(range(5))
HALF = 30 * 60_000
FHIR = "/fhir/R4"


def at(clock: str, day: str = MONDAY, offset: str = "-05:00") -> str:
    """An instant in New York, in winter unless another *offset* is said."""
    return f"{day}T{clock}:00{offset}"


def ms(instant: str) -> int:
    """An instant in ms since the epoch."""
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


@dataclass(eq=False)
class Watch:
    """A clock that stands until it is set."""

    now: int = ms(at("08:00"))

    def __call__(self) -> int:
        """What time it is."""
        return self.now

    def set(self, instant: str) -> None:
        """It is that late now."""
        self.now = ms(instant)


@dataclass
class Told:
    """Stands for the notifier: keeps what it was to tell."""

    jobs: list[Job] = field(default_factory=list)

    async def __call__(self, job: Job) -> None:
        """A handler of the worker's."""
        self.jobs.append(job)

    @property
    def kinds(self) -> list[str]:
        """What about, in turn."""
        return [str(job.said["kind"]) for job in self.jobs]


@dataclass
class Practice:
    """The clinic, its clock, its worker, and people at its door."""

    clinic: Clinic
    watch: Watch
    told: Told
    worker: Worker
    jobs: Jobs

    async def put(self, kind: str, logical_id: str, **more: Any) -> Resource:
        """A resource with an id of our choice."""
        resource = minimal(kind, logical_id) | more
        await self.clinic.servant().update(kind, logical_id, resource)
        return resource

    async def read(self, kind: str, logical_id: str) -> Resource:
        """As it stands, whoever may see it."""
        found: Resource = json.loads((await self.clinic.servant().read(kind, logical_id)).body)
        return found

    async def search(self, kind: str, **asked: str) -> list[Resource]:
        """Likewise of all that are found."""
        page = await self.clinic.servant().search(kind, list(asked.items()))
        return [json.loads(one.body) for one in page.matches]

    async def schedule(self, actor: str, timetable: Hours, logical_id: str = "") -> None:
        """Hours for somebody."""
        blank = {"resourceType": "Schedule", "active": True, "actor": [{"reference": actor}]}
        name = logical_id or actor.replace("/", "-")
        await self.put("Schedule", name, **hours.written(blank, timetable))

    async def service(self, logical_id: str = "check-up", **said: Any) -> None:
        """A service; half an hour with Ann or Ben in room 1 or 2 that patients book at once, unless it is *said*."""
        asked: dict[str, Any] = {
            "name": "Check-up", "mode": "instant", "providers": ("Practitioner/ann", "Practitioner/ben"),
            "rooms": ("Location/room1", "Location/room2"), "lead": 60, "notice": 60,
        }  # fmt: skip
        one = Service(id=logical_id, **asked | said)
        await self.put("HealthcareService", logical_id, **services.written({}, one))

    def desk(self) -> httpx.AsyncClient:
        """Dan of the front desk."""
        return self.clinic.client(self.clinic.sign_in("front-desk", "Practitioner/dan"))

    def patient(self, logical_id: str = "pat", role: str = "patient") -> httpx.AsyncClient:
        """A patient, or somebody who looks after them."""
        who = f"Patient/{logical_id}" if role == "patient" else "RelatedPerson/rel"
        return self.clinic.client(self.clinic.sign_in(role, who, patients=[logical_id]))

    async def later(self) -> None:
        """Everything that is due is done."""
        await self.worker.until_idle()


async def operate(client: httpx.AsyncClient, path: str, **given: Any) -> httpx.Response:
    """A FHIR operation; lists are given as several parameters, resources as such."""
    parts = []
    for name, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            kind = {bool: "valueBoolean", int: "valueInteger", str: "valueString"}.get(type(one), "resource")
            parts.append({"name": name, kind: one})
    body = {"resourceType": "Parameters", "parameter": parts}
    headers = {"content-type": "application/fhir+json"}
    return await client.post(f"{FHIR}/Appointment/{path}", json=body, headers=headers)


def starts_of(bundle: Resource) -> list[str]:
    """When what `$find` offers begins."""
    return [one["resource"]["start"] for one in bundle.get("entry", ())]


def next_free(refused: httpx.Response) -> list[str]:
    """The free times that a refusal names."""
    return [one["diagnostics"] for one in refused.json()["issue"] if one.get("expression") == ["Appointment.start"]]


def participants(appointment: Resource, kind: str) -> list[str]:
    """References of the participants of that *kind*."""
    return [
        one["actor"]["reference"] for one in appointment["participant"] if one["actor"]["reference"].startswith(kind)
    ]


def joined(engine: Engine, watch: Watch) -> Practice:
    """A practice that is there already, served by one more process."""
    told = Told()
    clinic = Clinic(engine, clock=watch)
    jobs = Jobs(clinic.serve, Diary(engine, watch))
    handlers: dict[str, Handler] = {"notify": told, "appointment-freed": jobs.freed, UNCLAIMED: jobs.claim}
    return Practice(clinic, watch, told, Worker(engine, handlers, clock=watch), jobs)


async def opened(engine: Engine) -> Practice:
    """Ann and Ben work Mondays to Fridays from nine to twelve and from one to five, in rooms 1 and 2."""
    made = joined(engine, Watch())
    usual = Hours(ZONE, (Weekly(WEEKDAYS, time(9), time(12)), Weekly(WEEKDAYS, time(13), time(17))))
    await made.put("Organization", "org1", name="Test Clinic", extension=[extension("timezone", valueCode=ZONE)])
    for who in ("ann", "ben"):
        await made.put("Practitioner", who, name=[{"family": who.title()}])
        await made.schedule(f"Practitioner/{who}", usual)
    for room in ("room1", "room2"):
        kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/location-physical-type", "code": "ro"}]}
        await made.put("Location", room, name=room, physicalType=kind, status="active")
    for patient in ("pat", "pia", "pol"):
        await made.put("Patient", patient, name=[{"family": patient.title(), "given": ["X"]}])
    await made.service()
    return made
