"""A thousand hands reach for one time through two servers, by operation and by hand: one of them gets it."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeAlias

import pytest

from meridian.scheduling import hours, services
from meridian.scheduling.hours import Hours, Weekly
from meridian.scheduling.services import Service
from meridian.testing.resources import minimal
from meridian.testing.served import FHIR, Answer, Line, Served, Site
from meridian.testing.standing import look

Start: TypeAlias = Callable[[Site], Served]

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(300)]

HANDS = 1000
EVERY_DAY = frozenset(range(7))
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
START, END = TOMORROW.isoformat(), (TOMORROW + timedelta(minutes=30)).isoformat()


def prepare(server: Served) -> None:
    """Ann sees one patient every half an hour, all day, in one room."""
    schedule = {"resourceType": "Schedule", "id": "ann", "actor": [{"reference": "Practitioner/ann"}]}
    always = Hours("UTC", (Weekly(EVERY_DAY, time(0), time(0)),))
    room = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/location-physical-type", "code": "ro"}]}
    service = Service("visit", "Visit", mode="instant", providers=("Practitioner/ann",), rooms=("Location/room",))
    for resource in (
        minimal("Practitioner", "ann"),
        minimal("Location", "room") | {"physicalType": room},
        minimal("Patient", "pat"),
        hours.written(schedule, always),
        services.written({"resourceType": "HealthcareService", "id": "visit"}, service),
    ):
        answer = server.fhir("PUT", f"/{resource['resourceType']}/{resource['id']}", resource)
        assert answer.status == 201, answer.body


def by_operation(number: int) -> tuple[str, dict[str, Any]]:
    asked = {"service": "HealthcareService/visit", "start": START, "patient": "Patient/pat", "reason": f"hand {number}"}
    parts = [{"name": name, "valueString": value} for name, value in asked.items()]
    return f"{FHIR}/Appointment/$book", {"resourceType": "Parameters", "parameter": parts}


def by_hand(number: int) -> tuple[str, dict[str, Any]]:
    people = [{"actor": {"reference": one}, "status": "accepted"} for one in ("Patient/pat", "Practitioner/ann")]
    appointment = {
        "resourceType": "Appointment", "status": "booked", "start": START, "end": END, "participant": people,
        "description": f"hand {number}",
    }  # fmt: skip
    return f"{FHIR}/Appointment", appointment


async def reach(line: Line, number: int) -> Answer:
    path, body = by_hand(number) if number % 10 == 0 else by_operation(number)
    answer = await line.ask("POST", path, json.dumps(body).encode())
    line.close()
    return answer


async def test_of_a_thousand_hands_one_gets_the_time(site: Site, start: Start) -> None:
    servers = [start(site), start(site)]
    prepare(servers[0])

    lines = [Line(servers[number % 2]) for number in range(HANDS)]
    answers = await asyncio.gather(*(reach(line, number) for number, line in enumerate(lines)))
    for server in servers:
        server.stop()

    counted = Counter(answer.status for answer in answers)
    assert counted[200] + counted[201] == 1, counted
    assert counted[409] == HANDS - 1, counted
    told = [answer for number, answer in enumerate(answers) if answer.status == 409 and number % 10]
    free = {
        tuple(
            issue["diagnostics"] for issue in answer.json["issue"] if issue.get("expression") == ["Appointment.start"]
        )
        for answer in told
    }
    [next_free] = free
    assert next_free[0] == (TOMORROW + timedelta(minutes=30)).isoformat()
    standing = await look(site)
    assert [one for one in standing.wrong if "is recorded" not in one] == []  # by operation it is another entry
    assert sum(what.startswith("Appointment/") for what in standing.bodies) == 1
