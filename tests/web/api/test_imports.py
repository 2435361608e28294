"""An administrator brings records in: looks first, then in earnest, and nobody else does."""

import json

import httpx
import pytest

from meridian.faults import Forbidden
from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio

CSV = b"family,given,birthDate,mrn\nMueller,Anna,1958-03-12,1\nBroken,Ben,1958-13-12,2\n"


@pytest.fixture
def clinic(sqlite_engine: Sqlite) -> Clinic:
    return Clinic(sqlite_engine)


async def bring(clinic: Clinic, role: str, body: bytes, *, name: str = "p.csv", dry: bool = False) -> httpx.Response:
    async with clinic.client(clinic.sign_in(role, "Practitioner/adam")) as browser:
        asked = {"name": name, "dryRun": json.dumps(dry)}
        return await browser.post("/api/imports", params=asked, content=body)


def last(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code == 200, answer.text
    *_, said = (json.loads(line) for line in answer.text.splitlines())
    return dict(said)


async def test_a_dry_run_tells_what_would_come_and_writes_nothing(clinic: Clinic) -> None:
    said = last(await bring(clinic, "administrator", CSV, dry=True))

    assert (said["created"], said["refused"], said["done"]) == (1, 1, True)
    assert (await clinic.servant().search("Patient")).matches == []


async def test_what_is_good_comes_in_and_what_is_not_is_named(clinic: Clinic) -> None:
    answer = await bring(clinic, "administrator", CSV)

    troubles = [one for line in answer.text.splitlines() for one in json.loads(line)["troubles"]]
    assert [(one["entry"], one["element"]) for one in troubles] == [("line 3", "Patient.birthDate")]
    assert len((await clinic.servant().search("Patient", [("family", "Mueller")])).matches) == 1
    assert last(await bring(clinic, "administrator", CSV))["created"] == 0


async def test_resources_come_as_ndjson_too(clinic: Clinic) -> None:
    lines = b"\n".join(
        json.dumps(minimal(kind, kind.lower(), patient="ann")).encode() for kind in ("Condition", "Task")
    )

    assert last(await bring(clinic, "administrator", lines, name="r.ndjson"))["created"] == 2


@pytest.mark.parametrize("role", ["clinician", "front-desk", "patient", "security-officer"])
async def test_nobody_else_imports_not_even_to_look(clinic: Clinic, role: str) -> None:
    for dry in (True, False):
        assert (await bring(clinic, role, CSV, dry=dry)).status_code == 403
    assert (await clinic.servant().search("Patient")).matches == []


async def test_an_administrator_reads_no_patient_but_within_an_import(clinic: Clinic) -> None:
    await bring(clinic, "administrator", CSV)
    admin = clinic.chart_of(clinic.sign_in("administrator", "Practitioner/adam"))

    with pytest.raises(Forbidden):
        await admin.search("Patient")


async def test_other_files_are_refused(clinic: Clinic) -> None:
    assert (await bring(clinic, "administrator", b"x", name="p.xlsx")).status_code == 422
