"""A clinic with two patients, whose documents and results are its tests' matter."""

from typing import Any

import pytest

from meridian import clock
from meridian.documents import release, scanning, uploads
from meridian.documents.checking.scanning import Scanner
from meridian.jobs.worker import Worker
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic

ANNA, BORIS = "anna", "boris"


class Ward:
    """The clinic, who works there, and the worker that scans and releases."""

    def __init__(self, engine: Engine) -> None:
        self.passed = 0
        self.clinic = clinic = Clinic(engine, clock=self.now)
        self.scanner = Scanner()
        self.doctor = clinic.sign_in("clinician", "Practitioner/doc")
        self.nurse = clinic.sign_in("nurse", "Practitioner/nurse")
        self.desk = clinic.sign_in("front-desk", "Practitioner/desk")
        self.lab = clinic.sign_in("lab", "Practitioner/lab")
        self.anna = clinic.sign_in("patient", f"Patient/{ANNA}", patients=[ANNA])
        self.boris = clinic.sign_in("patient", f"Patient/{BORIS}", patients=[BORIS])

    async def settle(self) -> None:
        """Do everything that waits in the outbox."""

        async def servant(org: int) -> Any:
            return self.clinic.servant(org)

        handlers = {
            uploads.SCAN: scanning.handler(servant, self.clinic.files, self.scanner),
            release.RELEASE: release.handler(servant),
        }
        await Worker(self.clinic.engine, handlers, clock=self.clinic.clock).until_idle()

    async def send(self, token: str, body: bytes, name: str, **said: Any) -> dict[str, Any]:
        """Send a file in one piece; what the last answer said."""
        async with self.clinic.client(token) as client:
            begun = await client.post(
                "/api/documents/uploads", json={"name": name, "size": len(body), "patient": ANNA, **said}
            )
            assert begun.status_code == 201, begun.text
            sent = await client.patch(
                f"/api/documents/uploads/{begun.json()['id']}", content=body, headers={"Upload-Offset": "0"}
            )
        return {"status": sent.status_code, **sent.json()}

    async def scanned(self, token: str, body: bytes, name: str, **said: Any) -> str:
        """Send a file and have it scanned; the document's id."""
        sent = await self.send(token, body, name, **said)
        assert sent["status"] == 200, sent
        await self.settle()
        return str(sent["document"])

    async def bytes(self, token: str, document: str) -> bytes:
        """A document's bytes, by a link."""
        status, link = await self.call(token, "POST", f"/api/documents/{document}/link")
        assert status == 201, link
        async with self.clinic.client(token) as client:
            answer = await client.get(link["url"])
        assert answer.status_code == 200, answer.text
        return answer.content

    def later(self, milliseconds: int) -> None:
        """Let time pass."""
        self.passed += milliseconds

    def now(self) -> int:
        """The time, as the clinic has it."""
        return clock.now() + self.passed

    async def call(self, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of one request."""
        async with self.clinic.client(token) as client:
            answer = await client.request(method, path, json=body)
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
async def ward(engine: Engine) -> Ward:
    """With Anna and Boris registered, on both engines."""
    ward = Ward(engine)
    chart = ward.clinic.servant()
    await chart.update("Organization", "org1", {"resourceType": "Organization", "id": "org1", "name": "Clinic"})
    for who, family, born in ((ANNA, "Anders", "1980-02-01"), (BORIS, "Borg", "1971-05-09")):
        patient = {
            "resourceType": "Patient",
            "id": who,
            "identifier": [{"system": "urn:mrn", "value": f"MRN-{who}"}],
            "name": [{"family": family, "given": [who.title()]}],
            "birthDate": born,
        }
        await chart.update("Patient", who, patient)
    return ward
