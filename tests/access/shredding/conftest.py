"""An administrator and a security officer, each in front of a browser, and records that they may destroy together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.access.chart import Chart
from meridian.access.shredding import Shredding
from meridian.access.subject import Role, Subject
from meridian.store.engine import Engine
from meridian.testing.desk import Desk, opened
from meridian.testing.identity import PASSWORD

Json = dict[str, Any]
WHY = "The court of the county ordered it on the second of March."


@dataclass
class Two:
    """
    The two of them, and whoever else has a part.

    Args:
        desk: The clinic's API.
        shredding: The desk behind it.
        stack: Closes the browsers.
        browsers: By mail address.
    """

    desk: Desk
    shredding: Shredding
    stack: AsyncExitStack
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def admin(self) -> httpx.AsyncClient:
        return self.browsers["admin"]

    @property
    def officer(self) -> httpx.AsyncClient:
        return self.browsers["officer"]

    async def join(self, name: str, role: str, who: str, patients: tuple[str, ...] = ()) -> str:
        """Somebody new, signed in; their account."""
        clinic = self.desk.clinic
        account = await clinic.person(f"{name}@clinic.example", role, who=who, patients=patients)
        await self.sign_in(name)
        return account

    async def sign_in(self, name: str) -> None:
        browser = await self.stack.enter_async_context(self.desk.another())
        present, self.desk.browser = self.desk.browser, browser
        await self.desk.sign_in(f"{name}@clinic.example")
        self.desk.browser = present
        self.browsers[name] = browser

    def chart(self, role: Role = Role.SERVICE, purpose: str = "HOPERAT") -> Chart:
        clinic = self.desk.clinic
        subject = Subject(account="importer", org=clinic.org, organisation="org-1", role=role, purpose=purpose)
        return Chart(subject, clinic.engine, self.shredding.keyring, clinic.watch)

    async def add(self, resource: Json) -> str:
        return str((await self.chart().create(resource["resourceType"], resource)).stored.id)

    async def patient(self, **more: Any) -> str:
        """Somebody who was seen last long ago; the logical id."""
        made = await self.add(
            {"resourceType": "Patient", "name": [{"family": "Baker", "given": ["Ann"]}], "birthDate": "1930-06-01"}
            | more
        )
        await self.visit(made, "1990-05-05")
        return made

    async def visit(self, patient: str, day: str, status: str = "finished") -> str:
        return await self.add(
            {
                "resourceType": "Encounter",
                "status": status,
                "class": {"code": "AMB"},
                "subject": {"reference": f"Patient/{patient}"},
                "period": {"start": day} | ({"end": day} if status == "finished" else {}),
            }
        )

    async def ask(self, patient: str, by: str = "admin", reason: str = "retention-ended") -> httpx.Response:
        return await self.browsers[by].post("/api/destructions", json={"patient": patient, "reason": reason})

    async def asked(self, patient: str, by: str = "admin") -> str:
        answer = await self.ask(patient, by)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def see(self, patient: str, by: str = "officer") -> Json:
        answer = await self.browsers[by].post("/api/destructions/preview", json={"patient": patient})
        assert answer.status_code == 200, answer.text
        seen: Json = answer.json()
        return seen

    async def approve(self, request: str, patient: str, by: str = "officer", **said: Any) -> httpx.Response:
        """Approve it as one is to, but for what is *said*."""
        seen = said.pop("picture", None) or await self.see(patient, by)
        told = {"seen": seen["seen"], "typed": seen["name"], "password": PASSWORD} | said
        return await self.browsers[by].post(f"/api/destructions/{request}/approve", json=told)

    async def state(self, request: str) -> str:
        found = (await self.admin.get("/api/destructions")).json()["requests"]
        return next(str(one["state"]) for one in found if one["id"] == request)


@pytest.fixture
async def two(engine: Engine, tmp_path: Path) -> AsyncIterator[Two]:
    async with _two(engine, tmp_path) as made:
        yield made


@pytest.fixture
async def pair(sqlite_engine: Engine, tmp_path: Path) -> AsyncIterator[Two]:
    """The same, for what no engine changes."""
    async with _two(sqlite_engine, tmp_path) as made:
        yield made


class _two:  # noqa: N801  # stands where a context manager's function would
    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder, self._stack = engine, folder, AsyncExitStack()

    async def __aenter__(self) -> Two:
        desk = await self._stack.enter_async_context(opened(self._engine, self._folder))
        made = Two(desk, desk.app.state.services.shredding, self._stack)
        await made.join("admin", "administrator", "Practitioner/amy")
        await made.join("officer", "security-officer", "Practitioner/olu")
        desk.clinic.watch.pass_(minutes=1)
        return made

    async def __aexit__(self, *left: object) -> None:
        await self._stack.aclose()
