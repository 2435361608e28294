"""A browser in front of `/api`, with a clinic behind it and nothing between."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from meridian.access.chart import Chart
from meridian.access.diary import Diary
from meridian.access.files import Files
from meridian.access.overseeing import Overseer
from meridian.access.shredding import Shredding
from meridian.access.signing_in import rights
from meridian.access.subject import Subject
from meridian.app.video import video_visits
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Ed25519
from meridian.audit.shredded import Ledger
from meridian.files.archive import FolderArchive
from meridian.files.folder import Folder
from meridian.identity.facts import Caller, Identity
from meridian.medications.service import Medications
from meridian.settings import Settings, edition
from meridian.settings.retention import Retention
from meridian.store.engine import Engine
from meridian.telehealth.turn import Relays
from meridian.testing.evidence import Kept
from meridian.testing.identity import PASSWORD, Clinic, clinic
from meridian.vault.keyring import Keyring
from meridian.vault.master import FileMaster
from meridian.vault.secrets import Secrets
from meridian.web.api import build
from meridian.web.api.services import Services


@dataclass
class Names:
    """A finder of patients that knows two, and keeps what it was asked."""

    asked: list[Any] = field(default_factory=list)

    async def search(self, identity: Identity, caller: Caller, text: str) -> Sequence[Mapping[str, Any]]:
        """Anna, whatever is asked."""
        self.asked.append((identity.account, caller.request, text))
        return [{"id": "p1", "name": "MÜLLER, Anna", "birth_date": "1958-03-12", "gender": "female"}]

    async def recent(self, identity: Identity, caller: Caller) -> Sequence[Mapping[str, Any]]:
        """Nobody."""
        del identity, caller
        return []

    async def duplicates(
        self, identity: Identity, caller: Caller, family: str, given: str, birth_date: str
    ) -> Sequence[Mapping[str, Any]]:
        """Anna again."""
        self.asked.append((family, given, birth_date))
        return await self.search(identity, caller, family)

    async def names(self, identity: Identity, caller: Caller, ids: Sequence[str]) -> Mapping[str, str]:
        """A name for each."""
        del identity, caller
        return {one: f"NAME, {one}" for one in ids}


@dataclass
class Desk:
    """A browser in front of the API of a clinic."""

    clinic: Clinic
    browser: httpx.AsyncClient
    names: Names
    app: Any

    def another(self) -> httpx.AsyncClient:
        """A browser without cookies."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="https://localhost:8360")

    async def sign_in(self, email: str = "anne@clinic.example") -> None:
        """Sign in with both factors."""
        said = await self.browser.post("/api/session", json={"email": email, "password": PASSWORD})
        if said.json()["step"] != "done":
            self.clinic.watch.pass_(seconds=30)
            said = await self.browser.post("/api/session/totp", json={"code": self.clinic.code()})
        if said.json()["step"] != "done":
            raise AssertionError(said.text)


def no_import(chart: Chart, name: str, body: bytes, *, dry_run: bool) -> AsyncIterator[Any]:
    """Likewise for records."""
    raise NotImplementedError(chart, name, body, dry_run)


async def no_servant(org: int) -> Chart:
    """Likewise for the platform itself."""
    raise NotImplementedError(org)


@asynccontextmanager
async def opened(engine: Engine, folder: Path) -> AsyncIterator[Desk]:
    """A desk on an empty database."""
    made, names = await clinic(engine, folder), Names()
    settings = Settings(edition=edition("meridian-pms"), data=folder, demo=True)
    keyring = Keyring(FileMaster({1: bytes(range(32))}))

    def chart(subject: Subject) -> Chart:
        return Chart(subject, engine, keyring, made.watch)

    def overseer(subject: Subject) -> Overseer:
        anchors, archive = Anchors(folder / "anchors"), FolderArchive(folder / "archive")
        return Overseer(subject, engine, keyring, made.watch, Ed25519(bytes(32)), anchors, lambda: archive)

    relays = Relays(None, Secrets(folder / "secrets.sealed", keyring.master))
    services = Services(
        made.service,
        settings,
        rights,
        names,
        chart,
        no_import,
        servant=no_servant,
        diary=Diary(engine, made.watch),
        medications=Medications(),
        files=Files(Folder(folder / "files"), engine, keyring, made.watch),
        telehealth=video_visits(engine, relays, clock=made.watch),
        shredding=Shredding(
            engine,
            keyring,
            made.service,
            Ledger(folder / "anchors"),
            Ed25519(bytes(32)),
            Folder(folder / "files"),
            Retention(cooling=0),
        ),
        evidence=Kept(),
        overseer=overseer,
    )
    app = build(services)
    desk = Desk(made, httpx.AsyncClient(), names, app)
    async with desk.another() as browser:
        desk.browser = browser
        yield desk
    made.service.close()
