"""
A whole clinic for tests of the door and of HTTP: an engine, keys, an audit log, and people who are signed in.

Signing in itself is `identity`'s: here a token is a name that stands for an `Identity`.
"""

import json
import shutil
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, cast

import httpx

from meridian import clock as clocks
from meridian.access.chart import Chart
from meridian.access.diary import Diary
from meridian.access.exports import Exports
from meridian.access.files import Files
from meridian.access.overseeing import Overseer
from meridian.access.shredding import Shredding
from meridian.access.signing_in import rights, subject_of
from meridian.access.subject import Role, Subject
from meridian.app.offers import OPERATIONS
from meridian.app.video import video_visits
from meridian.audit.anchors import Anchors
from meridian.audit.checkpoint import Checkpointer, Ed25519
from meridian.audit.entry import Entry
from meridian.audit.leaf import open_body
from meridian.audit.log import sequence
from meridian.audit.shredded import Ledger
from meridian.clock import Clock
from meridian.faults import Unauthenticated
from meridian.files.archive import FolderArchive
from meridian.files.folder import Folder
from meridian.identity import emergencies, sessions
from meridian.identity.facts import NOBODY, Caller, Identity
from meridian.identity.opaque import new_id
from meridian.medications.service import Medications
from meridian.ops.intake import desk
from meridian.settings import Settings, edition
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan, Query
from meridian.telehealth.turn import Relays
from meridian.testing.evidence import Kept
from meridian.vault.keyring import Keyring
from meridian.vault.master import FileMaster
from meridian.vault.secrets import Secrets
from meridian.web.api import build
from meridian.web.api.services import Services
from meridian.web.asgi import App, Parts
from meridian.web.patients import Patients

if TYPE_CHECKING:
    from meridian.identity.service import Service

ORIGIN = "http://localhost:8360"
MASTER = FileMaster({1: bytes(range(32))})
PERSONAL = {"patient", "proxy", "helper"}


@dataclass
class Clinic:
    """
    The parts of a running server around one engine.

    Args:
        engine: Open, and empty; its log is set here.
        people: Who stands behind each token.
        settings: `Parts` of the application that are to be others than here.
        clock: What time it is at the door.
        medications: Prescribing and checks; of itself it has no partner to ask.
    """

    engine: Engine
    people: dict[str, Identity] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    clock: Clock = clocks.now
    medications: Medications = field(default_factory=Medications)

    def __post_init__(self) -> None:
        self.engine.sequencer = sequence
        self.keyring = Keyring(MASTER)
        self.relays = Relays(None, Secrets(Path("nowhere"), MASTER))
        shelf = Path(mkdtemp(prefix="meridian-files-"))
        weakref.finalize(self, shutil.rmtree, shelf, ignore_errors=True)
        self.files = Files(Folder(shelf), self.engine, self.keyring, self.clock)
        self.signer, self.anchors = Ed25519(bytes(32)), Anchors(shelf / "anchors")
        self.checkpointer = Checkpointer(self.engine, self.signer, self.anchors, host="clinic.example")
        self.archive = FolderArchive(shelf / "archive")
        self.exports = Exports(Folder(shelf / "exports"), self.engine, self.keyring, self.chart, self.clock)
        defaults: dict[str, Any] = {
            "chart": self.chart,
            "authenticate": self.authenticate,
            "recognise": self.authenticate,
            "api": self._api,
            "operations": OPERATIONS,
            "files": self.files,
            "exports": self.exports,
            "keys": no_keys,
            "public_origin": ORIGIN,
            "fhir_budget": 1_000_000,
        }
        self.app = App(Parts(**defaults | self.settings))

    def sign_in(self, role: str, who: str = "", *, org: int = 1, patients: Sequence[str] = ()) -> str:
        """A token for somebody in that role."""
        token = f"{role}-{who}-{org}-{','.join(patients)}"
        self.people[token] = Identity(
            account=f"account-{token}", org=org, organisation=f"org{org}", role=role, who=who, patients=tuple(patients),
        )  # fmt: skip
        return token

    async def break_glass(self, token: str, patient: str, *, lasting: int = emergencies.LASTING_MS) -> str:
        """Let who stands behind *token* have emergency access to *patient* for so many milliseconds; its id."""
        identity, now = self.people[token], self.clock()
        session, emergency = new_id(), new_id()
        identity = replace(
            identity, session=session, membership=session, emergency=patient, emergency_ends=now + lasting
        )
        self.people[token] = identity

        def plan() -> Plan[None]:
            yield from sessions.open_(identity.account[:32], session, "pwd otp", NOBODY, now)
            yield Change("UPDATE session SET id = ? WHERE membership = ?", (session, session))
            yield from emergencies.keep(
                emergencies.Emergency(
                    emergency, identity.org, identity.account[:64], session, session, identity.who, identity.role,
                    patient, "life-threatening", "", "", now, now + lasting, 0, "", now + emergencies.DUE_MS, 0, 0,
                    "", "",
                )
            )  # fmt: skip

        await self.engine.write(plan)
        return emergency

    keeps_passwords = True
    """As `identity.Service` says; nobody has any."""

    async def authenticate(self, token: str) -> Identity:
        """Who stands behind *token*."""
        if token not in self.people:
            raise Unauthenticated("Sign in first")
        return self.people[token]

    async def recognise(self, token: str) -> Identity:
        """The same, for what a page asks by itself."""
        return await self.authenticate(token)

    def _api(self) -> Any:
        """The real `/api`, whose identity service knows nothing but who stands behind a token."""
        settings = Settings(edition("meridian-pms"), data=Path("nowhere"), demo=True)
        services = Services(
            cast("Service", self),
            settings,
            rights,
            Patients(self.chart),
            self.chart,
            desk.run,
            servant=self.serve,
            diary=Diary(self.engine, self.clock),
            medications=self.medications,
            files=self.files,
            telehealth=video_visits(self.engine, self.relays, clock=self.clock),
            shredding=Shredding(
                self.engine,
                self.keyring,
                cast("Service", self),
                Ledger(Path("nowhere")),
                Ed25519(bytes(32)),
                self.files.shelf,
            ),
            evidence=Kept(),
            overseer=self.overseer,
        )
        return build(services)

    def overseer(self, subject: Subject) -> Overseer:
        """The audit log, for a subject; `checkpointer.once` signs it."""
        parts = (self.engine, self.keyring, self.clock, self.signer, self.anchors, lambda: self.archive)
        return Overseer(subject, *parts)

    async def serve(self, org: int) -> Chart:
        """As `servant`, for those who wait for it."""
        return self.servant(org)

    def servant(self, org: int = 1) -> Chart:
        """The door for jobs."""
        return self.chart(Subject("meridian", org, f"org{org}", Role.SERVICE, purpose="HOPERAT"))

    def chart(self, subject: Subject) -> Chart:
        """The door, for a subject."""
        return Chart(subject, self.engine, self.keyring, self.clock)

    def chart_of(self, token: str) -> Chart:
        """The door, for whoever stands behind *token*."""
        return self.chart(subject_of(self.people[token], Caller("192.0.2.1", "tests", "request-1")))

    def client(self, token: str = "", **headers: str) -> httpx.AsyncClient:
        """An HTTP client of the application, signed in by bearer token."""
        if token:
            headers["authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    async def log(self, org: int = 1) -> list[Entry]:
        """The organisation's audit log, oldest first."""
        return await self.engine.read(lambda: _entries(org))


def _entries(org: int) -> Plan[list[Entry]]:
    rows = yield Query("SELECT body FROM audit_entry WHERE org = ? ORDER BY seq", (org,))
    return [open_body(row[0]) for row in rows]


async def no_keys() -> bytes:
    """Stands where token keys would be."""
    return json.dumps({"keys": []}).encode()
