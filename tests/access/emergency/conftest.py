"""People of a clinic before `/api`, with records of one labelled and one open patient."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.access.chart import Chart
from meridian.access.signing_in import subject_of
from meridian.access.subject import Role, Subject
from meridian.audit.entry import Entry
from meridian.faults import Fault
from meridian.fhir.ours import RESTRICTED
from meridian.identity.facts import Caller
from meridian.identity.service import Service
from meridian.identity.verified import Verified
from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing.desk import Desk, opened
from meridian.testing.resources import minimal

LABELLED = {"meta": {"security": [dict(RESTRICTED)]}}
NUMBER = {"system": "urn:oid:1.2.3", "value": "MRN-77"}
WHY = "She is unconscious and nobody knows what she takes."
SECRET = "secret"
"""A Patient who is labelled, as is what is known of them."""


@dataclass
class Ward:
    """Anne treats, Nick nurses, Otto oversees; each has a browser."""

    desk: Desk
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)

    async def join(self, name: str, role: str, who: str, **more: Any) -> None:
        """Somebody with an account, signed in."""
        await self.desk.clinic.person(f"{name}@clinic.example", role, who=who, **more)
        self.browsers[name] = self.desk.another()
        await self.sign_in(name)

    async def sign_in(self, name: str) -> None:
        mine, self.desk.browser = self.desk.browser, self.browsers[name]
        self.desk.clinic.watch.pass_(seconds=30)
        await self.desk.sign_in(f"{name}@clinic.example")
        self.desk.browser = mine

    async def ask(self, by: str = "anne", *, later: float = 30, **order: Any) -> httpx.Response:
        """Ask for emergency access with a fresh code, some seconds *later*: a code is good once."""
        self.desk.clinic.watch.pass_(seconds=later)
        body = {"reason": "cannot-say", "explanation": WHY, "code": self.desk.clinic.code()}
        return await self.browsers[by].post("/api/emergency", json=body | (order or {"patient": SECRET}))

    def chart(self, subject: Subject | None = None) -> Chart:
        clinic = self.desk.clinic
        servant = Subject("meridian", clinic.org, "org-1", Role.SERVICE, purpose="HOPERAT")
        parts = self.desk.app.state.services
        made: Chart = parts.chart(subject or servant)
        return made

    async def chart_of(self, name: str, service: Service | None = None) -> Chart:
        """The chart of a signed-in person, as a process with *service* makes it of a request."""
        token = self.browsers[name].cookies["__Host-meridian"]
        identity = await (service or self.desk.clinic.service).authenticate(token)
        return self.chart(subject_of(identity, Caller("192.0.2.7", "tests", "request-1")))

    async def sees(self, what: str, name: str = "anne", service: Service | None = None) -> bool:
        """Whether somebody reads `Type/id` now."""
        try:
            await (await self.chart_of(name, service)).read(*what.split("/"))
        except Fault:
            return False
        return True

    def another_process(self) -> Service:
        """A second server before the same database, which remembers its own tokens."""
        return Service(replace(self.desk.clinic.service.tools, verified=Verified()))

    def entries(self, action: str) -> list[Entry]:
        return self.desk.clinic.recorded(action)


async def _opened(engine: Engine, folder: Path) -> AsyncIterator[Ward]:
    async with opened(engine, folder) as desk:
        ward = Ward(desk)
        chart = ward.chart()
        name, born = [{"family": "Hush", "given": ["Mary", "Ann"]}], "1950-05-05"
        for patient, more in ((SECRET, LABELLED | {"identifier": [NUMBER]}), ("open", {})):
            body = minimal("Patient", patient) | {"name": name, "birthDate": born} | more
            await chart.update("Patient", patient, body)
            await chart.update(
                "Observation", f"{patient}-hiv", minimal("Observation", f"{patient}-hiv", patient=patient) | LABELLED
            )
        await chart.update("Observation", "open-pulse", minimal("Observation", "open-pulse", patient="open"))
        await chart.update("Practitioner", "anne", minimal("Practitioner", "anne") | {"name": [{"family": "Hush"}]})
        await chart.update("Practitioner", "otto", minimal("Practitioner", "otto") | {"name": [{"text": "Otto Watch"}]})
        await ward.join("anne", "clinician", "Practitioner/anne")
        await ward.join("otto", "security-officer", "Practitioner/otto")
        yield ward
        for browser in ward.browsers.values():
            await browser.aclose()


@pytest.fixture
async def ward(sqlite_engine: Sqlite, tmp_path: Path) -> AsyncIterator[Ward]:
    async for made in _opened(sqlite_engine, tmp_path):
        yield made


@pytest.fixture
async def either(engine: Engine, tmp_path: Path) -> AsyncIterator[Ward]:
    """The same on each of the two databases."""
    async for made in _opened(engine, tmp_path):
        yield made
