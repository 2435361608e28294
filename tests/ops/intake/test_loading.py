"""Importing into a real house: an engine, keys, the one door, and an audit log."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from meridian.access.subject import Role, Subject
from meridian.app import House, opened
from meridian.faults import Malformed
from meridian.fhir.codec import decode
from meridian.ops.intake.doors import Rehearsal, Through, importer
from meridian.ops.intake.loading import Door, Loader
from meridian.ops.intake.outcome import Outcome
from meridian.ops.intake.reading import Trouble
from meridian.ops.intake.sources import Meter, documents, files
from meridian.settings import load

pytestmark = pytest.mark.anyio

TOGETHER = 200
"""Reads at once: they share the commit of their audit entries."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with one organisation, closed; migrating takes longer than these tests."""
    folder = tmp_path_factory.mktemp("begun") / "data"

    async def begin() -> None:
        async with opened(load(folder)) as made:
            await made.identity.administration.create_organisation("clinic", "Clinic")

    asyncio.run(begin())
    return folder


@pytest.fixture
async def house(begun: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(load(Path(shutil.copytree(begun, tmp_path / "data")))) as made:
        yield made


def door(house: House) -> Door:
    return Through(house.chart(importer(1, "clinic")))


async def bring(into: Door, *paths: Path) -> tuple[Outcome, list[Trouble]]:
    refused: list[Trouble] = []
    outcome = await Loader(into, refused.append).load(documents(files(list(paths)), Meter()))
    return outcome, refused


def totals(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.total("created"), outcome.total("updated"), outcome.total("unchanged"), outcome.refused


def write(path: Path, *entries: dict[str, Any]) -> Path:
    listed = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in entries]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": listed}))
    return path


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def doctor(number: int, **more: Any) -> dict[str, Any]:
    identifier = [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "77"}]
    return {"resourceType": "Practitioner", "id": uuid(number), "identifier": identifier, **more}


def visit(number: int, practitioner: int) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": uuid(number),
        "status": "finished",
        "class": {"code": "AMB"},
        "participant": [{"individual": {"reference": f"urn:uuid:{uuid(practitioner)}"}}],
    }


async def test_the_same_import_twice_changes_nothing(house: House, tmp_path: Path) -> None:
    path = write(tmp_path / "b.json", doctor(1), visit(2, 1))
    await bring(door(house), path)

    outcome, _ = await bring(door(house), path)

    assert totals(outcome) == (0, 0, 2, 0)
    stored = await house.chart(importer(1, "clinic")).read("Encounter", uuid(2))
    assert stored.version == 1


async def test_what_changed_is_a_new_version(house: House, tmp_path: Path) -> None:
    await bring(door(house), write(tmp_path / "b.json", doctor(1)))

    outcome, _ = await bring(door(house), write(tmp_path / "b.json", doctor(1, active=False)))

    assert totals(outcome) == (0, 1, 0, 0)


@pytest.mark.parametrize("together", [True, False])
async def test_a_practitioner_that_every_bundle_brings_is_there_once(
    house: House,
    tmp_path: Path,
    together: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    first = write(tmp_path / "1.json", doctor(1), visit(2, 1))
    second = write(tmp_path / "2.json", doctor(3), visit(4, 3))
    for paths in [[first, second]] if together else [[first], [second]]:
        await bring(door(house), *paths)

    chart = house.chart(importer(1, "clinic"))
    assert (await chart.search("Practitioner", [("_summary", "count")])).total == 1
    body = decode((await chart.read("Encounter", uuid(4))).body)
    assert body["participant"][0]["individual"]["reference"] == f"Practitioner/{uuid(1)}"


async def test_a_bad_resource_is_named_by_file_entry_and_element_and_stops_no_other(
    house: House, tmp_path: Path
) -> None:
    bad = {"resourceType": "Patient", "id": uuid(5), "birthDate": "long ago", "gender": "robot"}
    path = write(tmp_path / "b.json", doctor(1), bad, visit(2, 1))

    outcome, refused = await bring(door(house), path)

    assert totals(outcome) == (2, 0, 0, 1)
    assert {(one.file, one.entry, one.element) for one in refused} == {
        (str(path), "Bundle.entry[1]", "Patient.birthDate"),
        (str(path), "Bundle.entry[1]", "Patient.gender"),
    }


async def test_trouble_holds_no_value(house: House, tmp_path: Path) -> None:
    bad = {"resourceType": "Patient", "id": uuid(5), "birthDate": "Grandmother's day"}

    _, refused = await bring(door(house), write(tmp_path / "b.json", bad))

    assert "Grandmother" not in repr(refused)


async def test_a_type_that_is_not_kept_is_refused(house: House, tmp_path: Path) -> None:
    unknown = {"resourceType": "SubstanceProtein", "id": uuid(5)}

    nonsense = {"resourceType": ["Patient"], "id": uuid(6)}

    outcome, refused = await bring(door(house), write(tmp_path / "b.json", unknown, nonsense))

    assert outcome.refused == 2
    assert {one.element for one in refused} == {"resourceType"}


async def test_a_resource_that_comes_again_is_written_in_order(house: House, tmp_path: Path) -> None:
    lines = [json.dumps({"resourceType": "Patient", "id": "p", "birthDate": f"19{year}"}) for year in range(10, 40)]
    (tmp_path / "p.ndjson").write_text("\n".join(lines))

    outcome, _ = await bring(door(house), tmp_path / "p.ndjson")

    assert totals(outcome) == (1, 29, 0, 0)
    stored = await house.chart(importer(1, "clinic")).read("Patient", "p")
    assert decode(stored.body)["birthDate"] == "1939"


async def test_what_came_before_a_damaged_archive_is_there(house: House, tmp_path: Path) -> None:
    write(tmp_path / "1.json", doctor(1))
    (tmp_path / "2.tar").write_bytes(b"no archive" * 1000)

    with pytest.raises(Malformed):
        await bring(door(house), tmp_path)

    assert (await house.chart(importer(1, "clinic")).search("Practitioner", [("_summary", "count")])).total == 1


async def test_a_rehearsal_finds_the_same_faults_and_writes_nothing(house: House, tmp_path: Path) -> None:
    bad = {"resourceType": "Patient", "id": uuid(5), "birthDate": "long ago"}
    path = write(tmp_path / "b.json", doctor(1), bad)

    outcome, refused = await bring(Rehearsal(), path)

    assert totals(outcome) == (1, 0, 0, 1)
    assert [one.element for one in refused] == ["Patient.birthDate"]
    assert (await house.chart(importer(1, "clinic")).search("Practitioner", [("_summary", "count")])).total == 0


async def test_every_import_stands_in_the_audit_log(house: House, tmp_path: Path) -> None:
    await bring(door(house), write(tmp_path / "b.json", visit(2, 1)))

    officer = Subject("o", 1, "clinic", Role.SECURITY_OFFICER, who="Practitioner/o", purpose="HCOMPL")
    page = await house.chart(officer).search("AuditEvent", [("_count", "50")])
    assert any(f"Encounter/{uuid(2)}" in one.body.decode() for one in page.matches)


def plain(value: Any, targets: dict[str, str]) -> Any:
    """*value* without its meta, and with references rewritten as an import does."""
    if isinstance(value, dict):
        return {key: plain(one, targets) for key, one in value.items() if key != "meta"}
    if isinstance(value, list):
        return [plain(one, targets) for one in value]
    return targets.get(value, value) if isinstance(value, str) else value


@pytest.mark.data
@pytest.mark.slow
async def test_every_synthea_resource_reads_back_as_it_came(house: House, shared_data: Path) -> None:
    archive = shared_data / "synthea" / "synthea-r4-48-patients.tar.xz"
    targets: dict[str, str] = {}
    came: list[dict[str, Any]] = []
    for document in documents([archive], Meter()):
        for entry in decode(document.stream.read())["entry"]:
            came.append(entry["resource"])
            targets[entry["fullUrl"]] = f"{entry['resource']['resourceType']}/{entry['resource']['id']}"

    outcome, refused = await bring(door(house), archive)

    assert refused == []
    assert (len(came), outcome.resources) == (12_818, 12_818)
    chart = house.chart(importer(1, "clinic"))
    for start in range(0, len(came), TOGETHER):
        some = came[start : start + TOGETHER]
        found = await asyncio.gather(*(chart.read(one["resourceType"], one["id"]) for one in some))
        for resource, stored in zip(some, found, strict=True):
            assert plain(decode(stored.body), {}) == plain(resource, targets)
