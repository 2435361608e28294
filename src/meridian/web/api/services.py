"""What `/api` needs from the rest of the platform; composed in `meridian.app`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from meridian.access.chart import Chart
from meridian.access.diary import Diary
from meridian.access.files import Files
from meridian.access.overseeing import Overseer
from meridian.access.shredding import Shredding
from meridian.access.subject import Subject
from meridian.identity.facts import Caller, Identity
from meridian.identity.service import Service
from meridian.medications.service import Medications
from meridian.settings import Settings
from meridian.telehealth.ways import Parts as Telehealth

Rights = Callable[[Identity], tuple[str, Sequence[str]]]
"""Purpose of use, and what the role may do as `Type.interaction`."""


class Importing(Protocol):
    """Brings a file of records in, telling how far it is."""

    def __call__(self, chart: Chart, name: str, body: bytes, *, dry_run: bool) -> AsyncIterator[Any]:
        """Reports as `ImportProgress` has them; the last is done."""


class Evidence(Protocol):
    """What shows that the house is as it should be, as one organisation may see it."""

    def lines(self, organisation: str) -> Awaitable[Sequence[Mapping[str, Any]]]:
        """How each kind of evidence stands, as `EvidenceLine` has it; *organisation* is a logical id."""

    def pack(self, org: int) -> Awaitable[bytes]:
        """The pack of the organisation numbered *org*, as a ZIP file."""

    def verification(self) -> Awaitable[Mapping[str, Any]]:
        """The last attacks and the last twins, as `Verification` has them."""

    def attacks(self, threat: str) -> Awaitable[Sequence[Mapping[str, Any]]]:
        """The last attacks on one *threat*, as `AttackTried` has them."""

    def report(self) -> Awaitable[bytes | None]:
        """The signed report of the last attacks, as a ZIP file; `None` if there is none."""


class PatientFinder(Protocol):
    """Patients through the caller's chart; every answer is recorded before it is given."""

    def search(self, identity: Identity, caller: Caller, text: str) -> Awaitable[Sequence[Mapping[str, Any]]]:
        """Patients whose name, identifier or birth date matches *text*."""

    def recent(self, identity: Identity, caller: Caller) -> Awaitable[Sequence[Mapping[str, Any]]]:
        """Patients the caller opened last, newest first."""

    def duplicates(
        self, identity: Identity, caller: Caller, family: str, given: str, birth_date: str
    ) -> Awaitable[Sequence[Mapping[str, Any]]]:
        """Patients who may be the one about to be registered, likeliest first."""

    def names(self, identity: Identity, caller: Caller, ids: Sequence[str]) -> Awaitable[Mapping[str, str]]:
        """Names of one's own or entrusted patients, by logical id; those that cannot be read are left out."""


@dataclass(frozen=True, slots=True)
class Services:
    """
    The parts behind the routes.

    Args:
        identity: Accounts, sessions and tokens.
        settings: Edition and public origin.
        rights: What a role may do, for the portal to show or hide things by; the door decides again on each request.
        patients: Patients through the caller's chart.
        chart: The one door, for a subject.
        importing: Imports by an administrator.
        servant: The door for the platform itself, in an organisation.
        diary: The appointments' links, which are found without a session.
        medications: Prescribing, checks, refills.
        files: The bytes of documents.
        telehealth: What video visits are made of.
        shredding: Destroying a patient's key, by two people.
        overseer: The audit log as its officers look through it, for a subject.
        evidence: What shows that all is well, and the pack of it.
    """

    identity: Service
    settings: Settings
    rights: Rights
    patients: PatientFinder
    chart: Callable[[Subject], Chart]
    importing: Importing
    servant: Callable[[int], Awaitable[Chart]]
    diary: Diary
    medications: Medications
    files: Files
    telehealth: Telehealth
    shredding: Shredding
    overseer: Callable[[Subject], Overseer]
    evidence: Evidence
