"""
What an attack needs of a deployment: people made for it, and the ids of records made for it.

`prepare` makes two organisations with nothing but made-up people in them, and writes down how those sign in. The file
holds passwords of accounts that see nobody else's records; it is readable by its owner only, and `put_away` disables
them.
"""

import base64
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyotp

from meridian.access.subject import Role, Subject
from meridian.fhir.ours import extension
from meridian.scheduling import links
from meridian.threats import minting
from meridian.threats.surroundings import Surroundings
from meridian.vault.files import create_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from meridian.access.chart import Chart
    from meridian.identity.administration import Administration
    from meridian.identity.service import Service

NOTHING_AROUND = Surroundings({}, {})
MARK = "Verification"
"""In the names of everything that is made."""


@dataclass(frozen=True, slots=True)
class Login:
    """
    How somebody signs in, and what is theirs.

    Args:
        email, password, seed: The last is the authenticator's secret, in Base32.
        record: Their own, as `Patient/…`.
        word: Stands in every record of theirs, and nowhere else.
        records: Ids of a patient's other records, by type.
    """

    email: str
    password: str
    seed: str
    record: str
    word: str
    records: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Of their own record."""
        return self.record.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Material:
    """
    Everybody, by part.

    Args:
        people: `clinician`, `officer` (of security), `administrator`, `patient` and `neighbour` (another patient) of
            one organisation; `stranger`, a clinician of another; `laboratory` and `elsewhere`, who bring results of
            each; and others of the first who are there for one attack each, so that what one attack does to somebody
            is not in the way of the next.
        tokens: What `minting.mint` made of the session of `signer`, a link of it that is over, and the link of a
            reminder of the neighbour's visit.
        places: Where other parts of the deployment are, as `surroundings` has it.
        secrets: What opens them to those who may.
    """

    people: dict[str, Login]
    tokens: dict[str, str]
    places: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def known(self) -> list[str]:
        """Addresses that have an account, and that nobody has tried before."""
        return [login.email for part, login in self.people.items() if part.startswith("known")]

    def save(self, path: Path) -> None:
        """
        Write it to *path*, for its owner only.

        Raises:
            FileExistsError: If something is there.
        """
        if not create_file(path, json.dumps(asdict(self), indent=1).encode()):
            raise FileExistsError(f"{path} is there already")


def load(path: Path) -> Material:
    """What `Material.save` wrote."""
    table = json.loads(path.read_text(encoding="utf-8"))
    people = {part: Login(**login) for part, login in table["people"].items()}
    return Material(people, table["tokens"], table["places"], table["secrets"])


KNOWN, LOTS = 9, 3
"""Addresses that have an account and that one attack asks about; a lot for each of two, and one to be sure."""
PARTS = (
    ("clinician", "here", Role.CLINICIAN),
    ("officer", "here", Role.SECURITY_OFFICER),
    ("patient", "here", Role.PATIENT),
    ("neighbour", "here", Role.PATIENT),
    ("stranger", "there", Role.CLINICIAN),
    ("overseer", "there", Role.SECURITY_OFFICER),
    ("administrator", "here", Role.ADMINISTRATOR),
    ("laboratory", "here", Role.LAB),
    ("elsewhere", "there", Role.LAB),
    *(
        (part, "here", Role.CLINICIAN)
        for part in (
            "reader", "filer", "prescriber", "twice", "signer", "leaver", "marked", "fixed", "locked", "greedy",
            "searcher", "forwarder", "fails-password", "fails-locked", "fails-code", "fails-recovery",
            *(f"known{no}" for no in range(LOTS * KNOWN)),
        )
    ),
)  # fmt: skip


async def prepare(
    identity: "Service", chart_of: "Callable[[Subject], Chart]", around: Surroundings = NOTHING_AROUND
) -> Material:
    """
    Make the people and records, in two organisations of their own; *around* are the deployment's surroundings.

    Raises:
        NotRun: If the clinician cannot sign in.
    """
    administration, mark = identity.administration, secrets.token_hex(4)
    names = {side: f"verification-{side}-{mark}" for side in ("here", "there")}
    numbers = {side: await administration.create_organisation(name, f"{MARK} {name}") for side, name in names.items()}
    people = {}
    for part, side, role in PARTS:
        door = chart_of(_maker(numbers[side], names[side]))
        people[part] = await _person(administration, door, numbers[side], role, f"{part}-{mark}")
    someone = people["signer"]
    tokens = await minting.mint(identity, someone.email, someone.password, pyotp.TOTP(someone.seed).now())
    door = chart_of(_maker(numbers["here"], names["here"]))
    visit = await _visit(door, people["neighbour"].record, people["clinician"].record)
    people["neighbour"].records["Appointment"] = visit
    tokens["reminder-link"] = await _reminder(door, visit)
    document = people["neighbour"].records["DocumentReference"]
    tokens["expired-link"] = await minting.expired_link(identity, tokens["genuine"], document)
    return Material(people, tokens, around.places, around.secrets)


async def put_away(identity: "Service", material: Material) -> None:
    """Disable everybody; what they left behind is two organisations without anybody who could sign in."""
    for login in material.people.values():
        await identity.administration.enable(login.email, active=False)


def _maker(number: int, organisation: str) -> Subject:
    return Subject(account="meridian", org=number, organisation=organisation, role=Role.SERVICE, purpose="HOPERAT")


async def _person(administration: "Administration", door: "Chart", org: int, role: Role, name: str) -> Login:
    kind, word = ("Patient" if role is Role.PATIENT else "Practitioner"), f"{MARK}{uuid4().hex[:12]}"
    made = await door.create(kind, {"resourceType": kind, "name": [{"family": word, "given": [name]}]})
    records = await _records(door, made.stored.id, word) if role is Role.PATIENT else {}
    login = Login(
        f"{name}@verification.invalid",
        secrets.token_urlsafe(24),
        pyotp.random_base32(),
        f"{kind}/{made.stored.id}",
        word,
        records,
    )
    account = await administration.create_account(login.email, f"{MARK} {name}", login.password, totp_seed=login.seed)
    patients = (login.id,) if role is Role.PATIENT else ()
    await administration.add_membership(account, org, role.value, who=login.record, patients=patients)
    return login


async def _records(door: "Chart", patient: str, word: str) -> dict[str, str]:
    """One of each kind that an attack asks for; ids by type."""
    subject, code = {"reference": f"Patient/{patient}"}, {"text": word}
    allergy, problem = _active("allergyintolerance"), _active("condition")
    wanted: tuple[dict[str, Any], ...] = (
        {"resourceType": "AllergyIntolerance", "patient": subject, "code": code, "clinicalStatus": allergy},
        {"resourceType": "Condition", "subject": subject, "code": code, "clinicalStatus": problem},
        {"resourceType": "Observation", "status": "final", "subject": subject, "code": code},
        {"resourceType": "Binary", "contentType": "text/plain", "data": _base64(word), "securityContext": subject},
    )
    made = [await door.create(one["resourceType"], one) for one in wanted]
    ids = {one.stored.type: one.stored.id for one in made}
    attached = {"contentType": "text/plain", "url": f"Binary/{ids['Binary']}", "title": f"{word}.txt"}
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": subject,
        "description": word,
        "content": [{"attachment": attached}],
    }
    return {**ids, "DocumentReference": (await door.create("DocumentReference", document)).stored.id}


async def _visit(door: "Chart", patient: str, clinician: str) -> str:
    """A visit by video tomorrow; its id."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    people = [
        {"actor": {"reference": one}, "required": "required", "status": "accepted"} for one in (patient, clinician)
    ]
    appointment = {
        "resourceType": "Appointment",
        "extension": [extension("timezone", valueCode="UTC"), extension("video", valueBoolean=True)],
        "status": "booked",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=30)).isoformat(),
        "participant": people,
    }
    return (await door.create("Appointment", appointment)).stored.id


async def _reminder(door: "Chart", visit: str) -> str:
    """The token of a link as reminders of a *visit* have it."""
    path = await door.work(links.MINT, lambda work: links.mint(work, visit, {}), what=f"Appointment/{visit}")
    return (path or "").partition("#")[2]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _active(kind: str) -> dict[str, Any]:
    system = f"http://terminology.hl7.org/CodeSystem/{kind}-clinical"
    return {"coding": [{"system": system, "code": "active"}]}
