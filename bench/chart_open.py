"""
`python -m bench chart`: opening the chart of a patient with 1,000 encounters, as the portal opens it.

One FHIR batch of the fourteen searches of `portal/src/features/chart/parts.ts`, by a clinician's way through the door,
on a server of its own. The record is written through the server: 14,000 resources.
"""

import argparse
import itertools
import json
import tempfile
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from rich.console import Console

from bench.clinic import Server, clinic
from bench.data import DISK
from bench.load import cpu_seconds
from meridian.charting.vitals import signs
from meridian.testing.mariadb import missing

ENCOUNTERS = 1_000
PATIENT = "bench-thousand"
TARGET = 1.0
"""Seconds, p95, on either engine. Source: field.md section 4.7."""
UNIT = 400
OPENED = 40
NOTE = b64encode(b"Rest and plenty to drink. " * 12).decode()
SINCE = datetime(2016, 1, 4, 9, tzinfo=UTC)

Json = dict[str, Any]

PARTS: tuple[tuple[str, Json], ...] = (
    ("Condition", {"_count": 200}),
    ("AllergyIntolerance", {"_count": 200}),
    ("MedicationRequest", {"_sort": "-authoredon", "_count": 200}),
    ("Observation", {"category": "vital-signs", "_sort": "-date", "_count": 400}),
    ("Observation", {"category": "laboratory", "_sort": "-date", "_count": 400}),
    ("Encounter", {"_sort": "-date", "_count": 50}),
    ("Immunization", {"_sort": "-date", "_count": 200}),
    ("DocumentReference", {"_sort": "-date", "_count": 100}),
    ("Procedure", {"_sort": "-date", "_count": 100}),
    ("Appointment", {"date": "ge2026-01-01", "_sort": "date", "_count": 10}),
    ("CareTeam", {"_count": 20}),
    ("Goal", {"_count": 50}),
    ("Coverage", {"_count": 20}),
)


def main(words: list[str]) -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("engines", nargs="*", default=["sqlite", "mariadb"])
    console = Console(width=150)
    for engine in asked.parse_args(words).engines:
        if engine == "mariadb" and (reason := missing()):
            console.print(f"NOT MEASURED on mariadb: {reason}")
            continue
        with tempfile.TemporaryDirectory(dir=DISK) as name, clinic(engine, Path(name)) as server:
            console.print(f"{engine}: {measured(server)}")


def measured(server: Server) -> str:
    """How long it takes, as a line to print."""
    written = _write(server)
    before, database = cpu_seconds([server.process.pid]), cpu_seconds(server.database)
    seconds = sorted(_open(server) for _ in range(OPENED))
    spent = (cpu_seconds([server.process.pid]) - before, cpu_seconds(server.database) - database)
    cpu = [1000 * one / OPENED for one in spent]
    middle, late = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    colour = "green" if late < TARGET else "red"
    return (
        f"a chart of {ENCOUNTERS:,} encounters ({written:,} resources) opens in p50 {1000 * middle:.0f} ms,"
        f" p95 [{colour}]{1000 * late:.0f} ms[/] (target {1000 * TARGET:.0f}); CPU ms {cpu[0]:.0f} + {cpu[1]:.0f}"
    )


def batch(patient: str) -> Json:
    """What the portal asks when a chart is opened."""
    urls = [f"Patient/{patient}", *(f"{kind}?{urlencode({'patient': patient, **rest})}" for kind, rest in PARTS)]
    return {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"request": {"method": "GET", "url": url}} for url in urls],
    }


def record(patient: str, encounters: int) -> Iterator[Json]:
    """The record of somebody who came often: at each visit five vital signs, three results and more."""
    subject = {"reference": f"Patient/{patient}"}
    yield {"resourceType": "Patient", "id": patient, "name": [{"family": "Thousand"}], "birthDate": "1950-01-01"}
    for number in range(encounters):
        at = (SINCE + timedelta(days=3 * number)).isoformat()
        visit = f"{patient}-{number}"
        about = {"subject": subject, "encounter": {"reference": f"Encounter/{visit}"}}
        yield {
            "resourceType": "Encounter", "id": visit, "status": "finished", "class": {"code": "AMB"},
            "subject": subject, "period": {"start": at, "end": at},
        }  # fmt: skip
        yield from _measured(visit, number, at, about)
        yield {
            "resourceType": "DocumentReference", "id": f"{visit}-n", "status": "current", "docStatus": "final",
            "subject": subject, "date": at, "category": [{"text": "Clinical note"}],
            "content": [{"attachment": {"contentType": "text/markdown", "data": NOTE}}],
            "context": {"encounter": [about["encounter"]]},
        }  # fmt: skip
        if number % 4 == 0:
            yield {
                "resourceType": "MedicationRequest", "id": f"{visit}-m", "status": "completed", "intent": "order",
                "medicationCodeableConcept": {"text": f"Medicine {number}"}, "authoredOn": at, **about,
            }  # fmt: skip
        if number % 10 == 0:
            yield {"resourceType": "Condition", "id": f"{visit}-c", "code": {"text": f"Illness {number}"}, **about}
            yield {
                "resourceType": "Procedure", "id": f"{visit}-p", "status": "completed",
                "code": {"text": "Procedure"}, "performedDateTime": at, **about,
            }  # fmt: skip


def _measured(visit: str, number: int, at: str, about: Json) -> Iterator[Json]:
    vitals = (signs.HEART_RATE, signs.TEMPERATURE, signs.WEIGHT, signs.RESPIRATION, signs.SATURATION)
    for turn, sign in enumerate(vitals):
        yield _observation(f"{visit}-v{turn}", "vital-signs", sign.code.coding(), 60 + number % 30, at=at, about=about)
    for turn in range(3):
        code = {"system": "http://loinc.org", "code": f"bench-{turn}"}
        yield _observation(f"{visit}-l{turn}", "laboratory", code, number % 90, at=at, about=about)


def _observation(logical_id: str, category: str, code: Json, value: int, *, at: str, about: Json) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation", "id": logical_id, "status": "final",
        "category": [{"coding": [{"system": system, "code": category}]}], "code": {"coding": [code]},
        "effectiveDateTime": at, "valueQuantity": {"value": value, "unit": "x"}, **about,
    }  # fmt: skip


def _write(server: Server) -> int:
    resources, count = record(PATIENT, ENCOUNTERS), 0
    while some := list(itertools.islice(resources, UNIT)):
        entries = [
            {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}} for one in some
        ]
        _post(server, {"resourceType": "Bundle", "type": "transaction", "entry": entries})
        count += len(some)
    return count


def _open(server: Server) -> float:
    begun = time.perf_counter()
    answer = _post(server, batch(PATIENT))
    seconds = time.perf_counter() - begun
    statuses = [entry["response"]["status"][:3] for entry in answer["entry"]]
    assert set(statuses) == {"200"}, statuses
    return seconds


def _post(server: Server, bundle: Json) -> Any:
    request = urllib.request.Request(  # our own server
        f"http://localhost:{server.port}/fhir/R4",
        json.dumps(bundle).encode(),
        {"Authorization": f"Bearer {server.token}", "Content-Type": "application/fhir+json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # as above
        return json.load(answer)
