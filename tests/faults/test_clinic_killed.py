"""A server that is killed while people book: what it acknowledged stands, no time is given twice, and mail goes out."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from email import message_from_bytes
from sqlite3 import connect
from typing import Any, TypeAlias

import pytest

from meridian.scheduling import hours, services
from meridian.scheduling.hours import Hours, Weekly
from meridian.scheduling.services import Service
from meridian.testing.resources import minimal
from meridian.testing.served import FHIR, Served, Site

Start: TypeAlias = Callable[[Site], Served]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

FIRST = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def prepare(server: Served) -> None:
    """Ann sees somebody every ten minutes, day and night; Pat is told of everything by mail."""
    always = Hours("UTC", (Weekly(frozenset(range(7)), clock(0), clock(0)),))
    service = Service("visit", "Visit", mode="instant", minutes=10, providers=("Practitioner/ann",))
    schedule = {"resourceType": "Schedule", "id": "ann", "actor": [{"reference": "Practitioner/ann"}]}
    telecom = [{"system": "email", "value": "pat@example.org"}]
    for resource in (
        minimal("Practitioner", "ann"),
        minimal("Patient", "pat") | {"telecom": telecom, "name": [{"family": "Zyxquatl"}]},
        hours.written(schedule, always),
        services.written({"resourceType": "HealthcareService", "id": "visit"}, service),
    ):
        answer = server.fhir("PUT", f"/{resource['resourceType']}/{resource['id']}", resource)
        assert answer.status == 201, answer.body


def asked(number: int) -> dict[str, Any]:
    start = (FIRST + timedelta(minutes=10 * number)).isoformat()
    said = {"service": "HealthcareService/visit", "start": start, "patient": "Patient/pat", "reason": "wyvernitis"}
    parts = [{"name": name, "valueString": value} for name, value in said.items()]
    return {"resourceType": "Parameters", "parameter": parts}


def test_what_was_booked_when_the_server_was_killed_stands_and_is_told(sqlite_site: Site, start: Start) -> None:
    server = start(sqlite_site)
    prepare(server)
    booked: dict[int, str] = {}

    def book(number: int) -> None:
        try:
            answer = server.ask("POST", f"{FHIR}/Appointment/$book", asked(number))
        except OSError:
            return
        if answer.status == 200:
            booked[number] = answer.json["id"]

    with ThreadPoolExecutor(8) as hands:
        work = [hands.submit(book, number) for number in range(400)]
        until = time.monotonic() + 30
        while len(booked) < 60 and time.monotonic() < until:
            time.sleep(0.005)
        server.kill()
        for one in work:
            one.cancel()

    assert len(booked) >= 60
    with closing(connect(sqlite_site.data / "meridian.db")) as database:  # two minutes have passed
        database.execute("UPDATE outbox SET leased = 0")
        database.commit()
    server = start(sqlite_site)
    for number, name in booked.items():
        assert server.fhir("GET", f"/Appointment/{name}").json["status"] == "booked", number
        assert server.ask("POST", f"{FHIR}/Appointment/$book", asked(number)).status == 409, number
    kept = server.fhir("GET", "/Appointment?status=booked&_count=1000").json["entry"]
    starts = [one["resource"]["start"] for one in kept]
    assert len(starts) == len(set(starts)), "and no time twice"
    assert set(booked.values()) <= {one["resource"]["id"] for one in kept}

    until = time.monotonic() + 60
    while len(mails := list((sqlite_site.data / "outbox").rglob("*.eml"))) < len(booked) and time.monotonic() < until:
        time.sleep(0.2)
    assert len(mails) >= len(booked), "at least once each"
    for mail in mails:
        said = mail.read_bytes()
        assert message_from_bytes(said)["to"] == "pat@example.org"
        assert b"wyvernitis" not in said
        assert b"Zyxquatl" not in said
    server.stop()
    assert "wyvernitis" not in server.said()
    assert "Zyxquatl" not in server.said()
