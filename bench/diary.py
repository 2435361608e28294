"""The diary to measure: ten providers with hours of their own in twelve rooms, each with some visits a day."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from bench.load import Call
from meridian.scheduling import hours, services
from meridian.scheduling.hours import Hours, Weekly
from meridian.scheduling.services import Service

FHIR = "/fhir/R4"
PROVIDERS, ROOMS, DAYS, TAKEN = 10, 12, 30, 8
SERVICE = "HealthcareService/bench"
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
_turns = itertools.count()
"""So that no run books what another has booked."""

Put = Callable[[str, dict[str, Any]], None]
"""Given a path below the FHIR base and a resource."""


def prepare(put: Put, patient: str) -> None:
    """Everybody, their hours, and visits of *patient* (a reference) in the next thirty days."""
    always = frozenset(range(7))
    week = (Weekly(always, time(9), time(12)), Weekly(always, time(13), time(17)))
    room_kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/location-physical-type", "code": "ro"}]}
    for number in range(PROVIDERS):
        who = f"bench-{number}"
        put(f"Practitioner/{who}", {"resourceType": "Practitioner", "id": who, "name": [{"family": f"Bench {number}"}]})
        blank = {"resourceType": "Schedule", "id": who, "actor": [{"reference": f"Practitioner/{who}"}]}
        put(f"Schedule/{who}", hours.written(blank, Hours("America/New_York", week)))
    for number in range(ROOMS):
        room = {
            "resourceType": "Location",
            "id": f"bench-{number}",
            "name": f"Room {number}",
            "physicalType": room_kind,
        }
        put(f"Location/bench-{number}", room)
    service = Service(
        "bench",
        "Bench visit",
        mode="instant",
        providers=tuple(f"Practitioner/bench-{number}" for number in range(PROVIDERS)),
        rooms=tuple(f"Location/bench-{number}" for number in range(ROOMS)),
    )
    put("HealthcareService/bench", services.written({"resourceType": "HealthcareService", "id": "bench"}, service))
    for day, number, turn in itertools.product(range(DAYS), range(PROVIDERS), range(TAKEN)):
        logical_id = f"bench-{day}-{number}-{turn}"
        put(f"Appointment/{logical_id}", _visit(logical_id, patient, number, TODAY + timedelta(days=day), turn))


def _visit(logical_id: str, patient: str, number: int, day: datetime, turn: int) -> dict[str, Any]:
    begin = day + timedelta(hours=14, minutes=30 * (turn * 2 + number % 2))
    people = [{"actor": {"reference": one}, "status": "accepted"} for one in (patient, f"Practitioner/bench-{number}")]
    return {
        "resourceType": "Appointment",
        "id": logical_id,
        "status": "booked",
        "start": begin.isoformat(),
        "end": (begin + timedelta(minutes=30)).isoformat(),
        "participant": people,
    }


def find() -> Iterator[Call]:
    """Thirty days of ten providers and twelve rooms."""
    end = TODAY + timedelta(days=DAYS)
    asked = f"service={quote(SERVICE)}&start={quote(TODAY.isoformat())}&end={quote(end.isoformat())}"
    while True:
        yield Call("GET", f"{FHIR}/Appointment/$find?{asked}")


def book(patient: str) -> Iterator[Call]:
    """A free time beyond those, with whoever is least busy and a room."""
    for turn in _turns:
        day, slot = divmod(turn // PROVIDERS, 14)
        hour, half = divmod(slot, 2)
        begin = TODAY + timedelta(days=DAYS + 60 + day, hours=14 + hour + (hour > 2), minutes=30 * half)  # noqa: PLR2004  # noon
        said = {"service": SERVICE, "start": begin.isoformat(), "patient": patient}
        parts = [{"name": name, "valueString": value} for name, value in said.items()]
        body = {"resourceType": "Parameters", "parameter": parts}
        yield Call("POST", f"{FHIR}/Appointment/$book", json.dumps(body).encode(), expect=(200, 409))
