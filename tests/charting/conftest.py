"""A clinic on each engine with a patient, and people of each role who work and are seen there."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic

Json = dict[str, Any]

PEOPLE = {
    "doctor": ("clinician", "Practitioner/ada"),
    "other": ("clinician", "Practitioner/ben"),
    "nurse": ("nurse", "Practitioner/nora"),
    "desk": ("front-desk", "Practitioner/dan"),
    "admin": ("administrator", "Practitioner/amy"),
    "importer": ("service", "Device/importer"),
    "lab": ("lab", "Practitioner/lea"),
}


@dataclass
class Team:
    """HTTP clients of everybody; `ann` is the patient."""

    clinic: Clinic
    doctor: httpx.AsyncClient
    other: httpx.AsyncClient
    nurse: httpx.AsyncClient
    desk: httpx.AsyncClient
    admin: httpx.AsyncClient
    importer: httpx.AsyncClient
    lab: httpx.AsyncClient
    patient: httpx.AsyncClient

    async def keep(self, *resources: Json) -> None:
        """Have the importer write *resources* under their own ids."""
        for one in resources:
            answer = await self.importer.put(f"/fhir/R4/{one['resourceType']}/{one['id']}", json=one)
            assert answer.status_code in (200, 201), answer.text

    async def fhir(self, reference: str) -> Json:
        """A resource as the importer reads it."""
        answer = await self.importer.get(f"/fhir/R4/{reference}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def found(self, query: str) -> list[Json]:
        """Resources as the importer finds them."""
        answer = await self.importer.get(f"/fhir/R4/{query}")
        assert answer.status_code == 200, answer.text
        return [entry["resource"] for entry in answer.json().get("entry", ())]


@pytest.fixture
async def team(engine: Engine) -> AsyncIterator[Team]:
    clinic = Clinic(engine)
    async with AsyncExitStack() as stack:

        async def client(role: str, who: str, **more: Any) -> httpx.AsyncClient:
            return await stack.enter_async_context(clinic.client(clinic.sign_in(role, who, **more)))

        clients = {name: await client(*one) for name, one in PEOPLE.items()}
        team = Team(clinic, **clients, patient=await client("patient", "Patient/ann", patients=["ann"]))
        await team.keep(
            {"resourceType": "Patient", "id": "ann", "name": [{"family": "Baker", "given": ["Ann"]}],
             "birthDate": "1970-06-01", "gender": "female"},
            {"resourceType": "Practitioner", "id": "ada",
             "name": [{"prefix": ["Dr"], "given": ["Ada"], "family": "Okafor"}]},
            {"resourceType": "Practitioner", "id": "nora", "name": [{"given": ["Nora"], "family": "Lind"}]},
            {"resourceType": "Organization", "id": "org1", "name": "Harbor Family Practice"},
        )  # fmt: skip
        yield team


def appointment(logical_id: str = "visit", status: str = "booked", patient: str = "ann") -> Json:
    return {
        "resourceType": "Appointment",
        "id": logical_id,
        "status": status,
        "start": "2026-11-23T10:00:00-05:00",
        "end": "2026-11-23T10:20:00-05:00",
        "participant": [
            {"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/ada"}, "status": "accepted"},
        ],
    }


async def visit(team: Team, patient: str = "ann", **more: Any) -> str:
    """An open visit of the doctor's; its logical id."""
    answer = await team.doctor.post("/api/charting/encounters", json={"patient": patient, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def note(team: Team, encounter: str, text: str = "## Plan\n\nRest.", **more: Any) -> Json:
    """A note of the doctor's."""
    answer = await team.doctor.post("/api/charting/notes", json={"encounter": encounter, "text": text, **more})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made
