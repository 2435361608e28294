"""The downtime packet: what stands in it, who can open it, that it is recorded, and that it goes away."""

import io
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from pypdf.errors import WrongPasswordError

from meridian import clock
from meridian.app import House, opened
from meridian.audit.leaf import open_body
from meridian.cli import main
from meridian.faults import Unavailable
from meridian.ops.downtime.keeping import HOUR, Packets
from meridian.scheduling import zones
from meridian.settings import BadSettings, Downtime, load
from meridian.store.plan import Plan, Query
from meridian.testing.served import Site, settle

pytestmark = pytest.mark.anyio

NOW = clock.now()


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return settle(tmp_path_factory.mktemp("down") / "data")


@pytest.fixture
def data(settled: Site, tmp_path: Path) -> Path:
    return Path(shutil.copytree(settled.data, tmp_path / "data"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "packets"
    made.mkdir(mode=0o700)
    return made


def packets(house: House, folder: Path, now: int = NOW, **said: Any) -> Packets:
    settings = Downtime(folder=str(folder), **said)
    return Packets(settings, house.servant, house.identity.administration.organisations, house.secrets, lambda: now)


async def fill(house: House, at: int = NOW + 3 * HOUR) -> None:
    """One visit, of a patient with an allergy, a problem, a medicine and a daughter."""
    chart = await house.servant(1)

    async def made(kind: str, **elements: Any) -> str:
        written = await chart.create(kind, {"resourceType": kind, **elements})
        return f"{kind}/{written.stored.id}"

    daughter = {"name": {"text": "Eva (daughter)"}, "telecom": [{"system": "phone", "value": "0102"}]}
    anna = await made("Patient", name=[{"family": "Müller", "given": ["Anna"]}], birthDate="1958-03-12",
                      telecom=[{"system": "phone", "value": "+1 555 0101"}], contact=[daughter])  # fmt: skip
    room = await made("Location", name="North Street", status="active")
    about = {"reference": anna}
    await made("AllergyIntolerance", patient=about, code={"text": "Penicillin"},
               clinicalStatus=coded("allergyintolerance-clinical", "active"))  # fmt: skip
    await made(
        "Condition", subject=about, code={"text": "Asthma"}, clinicalStatus=coded("condition-clinical", "active")
    )
    await made("MedicationRequest", subject=about, status="active", intent="order",
               medicationCodeableConcept={"text": "Salbutamol"})  # fmt: skip
    await made("Appointment", status="booked", start=moment(at), end=moment(at + HOUR // 2), minutesDuration=30,
               participant=[{"actor": {"reference": one}, "status": "accepted"} for one in (anna, room)])  # fmt: skip


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def pdfs(folder: Path) -> list[Path]:
    return list(folder.rglob("*.pdf"))


def moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def text(path: Path, word: str) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes()), password=word).pages)


def entries() -> Plan[list[Any]]:
    rows = yield Query("SELECT body FROM audit_entry WHERE org = 1 ORDER BY seq")
    return [open_body(row[0]) for row in rows]


async def test_all_that_a_day_needs_is_in_it(data: Path, folder: Path) -> None:
    async with opened(load(data)) as house:
        await fill(house)
        [path] = await packets(house, folder).make(1)
        word = house.secrets.get("downtime/1").reveal()

    said = text(path, word)

    for wanted in (
        "MÜLLER, Anna",
        "Penicillin",
        "Asthma",
        "Salbutamol",
        "+1 555 0101",
        "Eva (daughter)",
        "North Street",
    ):
        assert wanted in said


async def test_nobody_opens_it_without_the_passphrase(data: Path, folder: Path) -> None:
    async with opened(load(data)) as house:
        await fill(house)
        [path] = await packets(house, folder).make(1)

    assert path.stat().st_mode & 0o077 == 0
    assert b"AESV3" in path.read_bytes(), "AES-256"
    for wrong in ("", "0000-0000-0000-0000-0000"):
        with pytest.raises(WrongPasswordError):
            text(path, wrong)


async def test_what_was_read_for_it_is_recorded(data: Path, folder: Path) -> None:
    async with opened(load(data)) as house:
        await fill(house)
        await packets(house, folder).make(1)
        log = await house.engine.read(entries)

    [entry] = [one for one in log if one.action == "downtime/$packet"]
    assert {one.partition("/")[0] for one in entry.seen} >= {
        "Patient",
        "AllergyIntolerance",
        "Condition",
        "Appointment",
    }


async def test_a_log_that_takes_no_entry_gives_no_packet(data: Path, folder: Path) -> None:
    async with opened(load(data)) as house:
        await fill(house)
        house.engine.sequencer = None

        with pytest.raises(Unavailable):
            await packets(house, folder).make(1)

    assert pdfs(folder) == []


async def test_it_is_deleted_when_its_days_are_over_and_nothing_else_is(data: Path, folder: Path) -> None:
    async with opened(load(data)) as house:
        [path] = await packets(house, folder).make(1)
        other = path.with_name("notes.pdf")
        other.write_bytes(b"")

        assert packets(house, folder, NOW + 30 * HOUR).delete() == 0
        assert packets(house, folder, NOW + 72 * HOUR).delete() == 1

    assert [one.name for one in path.parent.iterdir()] == ["notes.pdf"]


async def test_it_is_made_at_its_times_and_not_between(data: Path, folder: Path) -> None:
    passed = f"{zones.local(zones.DEFAULT, NOW - 2 * HOUR):%H:%M}"

    async with opened(load(data)) as house:
        await packets(house, folder, times=(passed,)).sweep()
        [path] = pdfs(folder)
        os.utime(path, (NOW / 1000, NOW / 1000))

        await packets(house, folder, NOW + HOUR, times=(passed,)).sweep()
        assert path.stat().st_mtime == NOW / 1000
        await packets(house, folder, NOW + 24 * HOUR, times=(passed,)).sweep()
        assert path.stat().st_mtime > NOW / 1000


async def test_a_folder_that_others_can_enter_gets_none(data: Path, folder: Path) -> None:
    os.chmod(folder, 0o755)  # noqa: PTH101, S103  # what is to be refused
    async with opened(load(data)) as house:
        with pytest.raises(Unavailable, match="entered by others"):
            await packets(house, folder).make(1)


def test_the_envelope_has_the_passphrase_that_opens_it(data: Path, folder: Path) -> None:
    (data / "settings.toml").write_text(f'[downtime]\nfolder = "{folder}"\nlanguage = "es"\n')

    made = CliRunner().invoke(main, ["downtime-packet", "--data", str(data)])
    shown = CliRunner().invoke(main, ["downtime-packet", "--envelope", "--data", str(data)])

    assert made.exit_code == shown.exit_code == 0, made.output + shown.output
    [path] = pdfs(folder)
    assert "No hay citas" in text(path, shown.output.split()[-1])


@pytest.mark.parametrize("wrong", [{"folder": ""}, {"times": ("25:00",)}, {"times": ()}, {"language": "fr"}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSettings):
        Downtime(**{"folder": "x"} | wrong)
