"""Bulk Data: from the kick-off to the last file, over HTTP, on both engines."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from meridian.access import exports
from meridian.access.exports import writing
from meridian.jobs.worker import Worker
from meridian.store import exports as rows
from meridian.store.engine import Engine
from meridian.store.plan import Query
from meridian.store.records import destroy_key
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio

BASE = "/fhir/R4"
ASYNC = {"prefer": "respond-async"}


class Mill:
    """A clinic with three patients, of whom two are in a Group, and a neighbour's; a program that exports."""

    def __init__(self, engine: Engine) -> None:
        self.passed = 0
        self.clinic = Clinic(engine, clock=self.now)
        self.program = self.clinic.client(self.clinic.sign_in("service", "Device/warehouse"))
        self.officer = self.clinic.client(self.clinic.sign_in("security-officer", "Practitioner/officer"))

    def now(self) -> int:
        return 1_790_000_000_000 + self.passed

    async def fill(self) -> None:
        for org in (1, 2):
            chart = self.clinic.servant(org)
            for who in ("ann", "ben", "cleo"):
                await chart.update("Patient", who, minimal("Patient", who))
                for number in range(3):
                    subject = {"subject": {"reference": f"Patient/{who}"}}
                    await chart.update(
                        "Observation", f"{who}-{number}", minimal("Observation", f"{who}-{number}") | subject
                    )
            await chart.update("Practitioner", "doc", minimal("Practitioner", "doc"))
            members = [{"entity": {"reference": f"Patient/{who}"}} for who in ("ann", "ben")]
            gone = {"entity": {"reference": "Patient/cleo"}, "inactive": True}
            group = {
                "resourceType": "Group",
                "id": "some",
                "type": "person",
                "actual": True,
                "member": [*members, gone],
            }
            await chart.update("Group", "some", group)

    async def settle(self) -> int:
        """Do what waits; how many turns that took."""
        worker = Worker(self.clinic.engine, {exports.TOPIC: self.clinic.exports.handler()}, clock=self.now)
        turns = 0
        while done := await worker.once():
            turns += done
        return turns

    async def begun(self, path: str, client: httpx.AsyncClient | None = None) -> str:
        """Where to look."""
        answer = await (client or self.program).get(f"{BASE}/{path}", headers=ASYNC)
        assert answer.status_code == 202, answer.text
        return answer.headers["content-location"]

    async def exported(self, path: str) -> dict[str, list[str]]:
        """Ids by type, of an export from its beginning to its end."""
        where = await self.begun(path)
        await self.settle()
        return await self.read(where)

    async def read(self, where: str) -> dict[str, list[str]]:
        manifest = (await self.program.get(where)).json()
        found: dict[str, list[str]] = {}
        for one in manifest["output"]:
            answer = await self.program.get(one["url"], headers={"accept": "application/fhir+ndjson"})
            assert answer.headers["content-type"] == "application/fhir+ndjson"
            lines = [json.loads(line) for line in answer.text.splitlines()]
            assert len(lines) == one["count"]
            assert {line["resourceType"] for line in lines} == {one["type"]}
            found.setdefault(one["type"], []).extend(line["id"] for line in lines)
        return found


@pytest.fixture
async def mill(engine: Engine) -> AsyncIterator[Mill]:
    mill = Mill(engine)
    await mill.fill()
    async with mill.program, mill.officer:
        yield mill


async def test_an_export_of_everything_holds_each_record_once(mill: Mill) -> None:
    found = await mill.exported("$export")

    assert sorted(found["Patient"]) == ["ann", "ben", "cleo"]
    assert sorted(found["Observation"]) == sorted(f"{who}-{n}" for who in ("ann", "ben", "cleo") for n in range(3))
    assert found["Practitioner"] == ["doc"]
    assert found["Group"] == ["some"]


async def test_an_export_of_patients_holds_nothing_that_is_nobodys(mill: Mill) -> None:
    found = await mill.exported("Patient/$export")

    assert set(found) == {"Patient", "Observation"}


async def test_an_export_of_a_group_holds_its_present_members_alone(mill: Mill) -> None:
    found = await mill.exported("Group/some/$export?_type=Patient,Observation")

    assert sorted(found["Patient"]) == ["ann", "ben"]
    assert len(found["Observation"]) == 6


async def test_what_lies_in_two_members_records_comes_once(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PATIENTS", 1)
    both = [{"actor": {"reference": f"Patient/{who}"}, "status": "accepted"} for who in ("ann", "ben")]
    await mill.clinic.servant().update(
        "Appointment", "family", minimal("Appointment", "family") | {"participant": both}
    )

    assert (await mill.exported("Group/some/$export?_type=Appointment"))["Appointment"] == ["family"]


async def test_types_and_times_narrow_an_export(mill: Mill) -> None:
    mill.passed += 60_000
    await mill.clinic.servant().update("Patient", "dora", minimal("Patient", "dora"))

    assert await mill.exported("$export?_type=Patient&_since=2026-09-21T14:14:00Z") == {"Patient": ["dora"]}


async def test_a_turn_that_runs_out_of_time_goes_on_where_it_stopped(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGE", 2)
    monkeypatch.setattr(writing, "MOST", 1)
    where = await mill.begun("$export?_type=Patient,Observation")

    turns = await mill.settle()

    found = await mill.read(where)
    assert turns > 5
    assert sorted(found["Patient"]) == ["ann", "ben", "cleo"]
    assert len(found["Observation"]) == len(set(found["Observation"])) == 9


async def test_no_more_than_a_file_and_a_page_is_held(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PIECE", 300)
    monkeypatch.setattr(writing, "PAGE", 2)

    where = await mill.begun("$export?_type=Observation")
    await mill.settle()

    manifest = (await mill.program.get(where)).json()
    assert len(manifest["output"]) > 2
    assert min((await mill.read(where))["Observation"]) == "ann-0"


async def test_a_job_that_comes_twice_writes_nothing_twice(mill: Mill) -> None:
    where = await mill.begun("$export?_type=Patient")
    identity = where.rpartition("/")[2]

    await mill.clinic.exports.work(1, identity, 0)
    await mill.clinic.exports.work(1, identity, 0)

    assert sorted((await mill.read(where))["Patient"]) == ["ann", "ben", "cleo"]


async def test_of_two_that_do_one_turn_at_once_one_counts_and_the_others_files_are_gone(mill: Mill) -> None:
    where = await mill.begun("$export?_type=Patient")
    identity = where.rpartition("/")[2]
    export = await mill.clinic.engine.read(lambda: rows.find(1, identity))
    assert export is not None

    await mill.clinic.exports._writer.turn(export)
    await mill.clinic.exports._writer.turn(export)

    assert sorted((await mill.read(where))["Patient"]) == ["ann", "ben", "cleo"]
    assert len([one async for one in mill.clinic.exports.shelf.names()]) == 1


async def test_while_it_is_made_one_is_told_how_far_it_has_come(mill: Mill) -> None:
    where = await mill.begun("$export")

    answer = await mill.program.get(where)

    assert (answer.status_code, answer.headers["x-progress"]) == (202, "0 resources")
    assert answer.headers["retry-after"] == "5"


async def test_the_manifest_says_what_was_asked_and_when(mill: Mill) -> None:
    where = await mill.begun("$export?_type=Patient")
    await mill.settle()

    answer = await mill.program.get(where)

    assert answer.headers["content-type"] == "application/json"
    assert "expires" in answer.headers
    said = answer.json()
    assert said["request"].endswith("/fhir/R4/$export?_type=Patient")
    assert (said["requiresAccessToken"], said["error"]) == (True, [])
    assert said["transactionTime"].startswith("2026-09-21T")


@pytest.mark.parametrize("role", ["clinician", "nurse", "front-desk", "administrator", "patient", "pharmacist"])
async def test_other_roles_may_have_no_export(mill: Mill, role: str) -> None:
    token = mill.clinic.sign_in(role, "Practitioner/x", patients=["ann"] if role == "patient" else [])

    async with mill.clinic.client(token) as client:
        answer = await client.get(f"{BASE}/$export", headers=ASYNC)

    assert answer.status_code == 403
    assert [one.outcome for one in await mill.clinic.log() if one.action == "bulk/$export"] == ["refused"]


async def test_a_security_officer_may_and_only_so(mill: Mill) -> None:
    where = await mill.begun("$export?_type=Observation", mill.officer)
    await mill.settle()

    manifest = (await mill.officer.get(where)).json()
    assert [one["count"] for one in manifest["output"]] == [9]
    assert (await mill.officer.get(f"{BASE}/Observation")).status_code == 403


async def test_of_another_organisation_there_is_nothing(mill: Mill) -> None:
    where = await mill.begun("$export")
    await mill.settle()
    stranger = mill.clinic.sign_in("service", "Device/other", org=2)

    async with mill.clinic.client(stranger) as client:
        answers = [await client.get(where), await client.get(f"{where}/0.ndjson"), await client.delete(where)]
        theirs = (await client.get(f"{BASE}/Group/none/$export", headers=ASYNC)).status_code

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert theirs == 404
    assert await mill.clinic.engine.read(_orgs) == [(1,)]


async def test_an_account_that_works_in_two_organisations_has_an_export_in_one(mill: Mill) -> None:
    where = await mill.begun("$export")
    await mill.settle()
    here = next(iter(mill.clinic.people.values()))
    mill.clinic.people["elsewhere"] = replace(here, org=2, organisation="org2")

    async with mill.clinic.client("elsewhere") as client:
        answers = [await client.get(where), await client.get(f"{where}/0.ndjson"), await client.delete(where)]

    assert [one.status_code for one in answers] == [404, 404, 404]


def _orgs() -> Any:
    return (yield Query("SELECT org FROM bulk_export", ()))


async def test_another_account_of_the_same_organisation_has_nothing_of_it(mill: Mill) -> None:
    where = await mill.begun("$export")
    await mill.settle()

    assert (await mill.officer.get(where)).status_code == 404
    assert (await mill.officer.get(f"{where}/0.ndjson")).status_code == 404


async def test_after_a_day_there_is_nothing_left(mill: Mill) -> None:
    where = await mill.begun("$export")
    await mill.settle()
    mill.passed += 24 * 3600 * 1000 + 1

    assert (await mill.program.get(where)).status_code == 404
    await mill.clinic.exports.tidy()
    assert await mill.clinic.engine.read(_orgs) == []


async def test_deleted_is_gone_with_its_files(mill: Mill) -> None:
    where = await mill.begun("$export")
    await mill.settle()

    assert (await mill.program.delete(where)).status_code == 202

    assert (await mill.program.get(where)).status_code == 404
    assert [one async for one in mill.clinic.exports.shelf.names()] == []


async def test_what_was_written_and_handed_out_is_in_the_log(mill: Mill) -> None:
    where = await mill.begun("$export?_type=Patient")
    await mill.settle()
    await mill.read(where)

    entries = [one for one in await mill.clinic.log() if one.action.startswith("bulk/")]

    assert [one.action for one in entries] == [
        "bulk/$export", "bulk/$export", "bulk/$export", "bulk/$state", "bulk/$file",
    ]  # fmt: skip
    assert set(entries[1].seen) == {"Patient/ann", "Patient/ben", "Patient/cleo"}
    assert {one.account for one in entries} == {entries[0].account}


async def test_files_are_sealed_where_they_lie(mill: Mill) -> None:
    await mill.begun("$export")
    await mill.settle()

    async for one in mill.clinic.exports.shelf.names():
        lying = await mill.clinic.exports.shelf.get(one.name, 0, 1 << 20)
        assert b"resourceType" not in lying


async def test_erasing_a_record_destroys_the_exports_it_may_stand_in(mill: Mill) -> None:
    where = await mill.begun("$export")
    await mill.settle()

    await mill.clinic.engine.write(lambda: destroy_key(1, "ann"))

    assert (await mill.program.get(where)).status_code == 503
    assert (await mill.program.get(f"{where}/0.ndjson")).status_code == 404


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("$export", {}, 400),
        ("$export?_outputFormat=text/csv", ASYNC, 400),
        ("$export?_typeFilter=Patient%3Factive%3Dtrue", ASYNC, 400),
        ("$export?_elements=id", ASYNC, 400),
        ("$export?_type=Nothing", ASYNC, 400),
        ("Patient/$export?_type=Practitioner", ASYNC, 422),
        ("$export?_since=yesterday", ASYNC, 400),
        ("Observation/$export", ASYNC, 404),
        ("Group/$export", ASYNC, 404),
        ("Patient/ann/$export", ASYNC, 404),
        ("_export/nothing", {}, 404),
        ("_export/nothing/0.ndjson", {}, 404),
        ("_export/nothing/x", {}, 404),
    ],
)
async def test_what_is_not_offered_is_refused(mill: Mill, path: str, headers: dict[str, str], status: int) -> None:
    answer = await mill.program.get(f"{BASE}/{path}", headers=headers)

    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_lenient_callers_are_told_nothing_of_what_is_ignored(mill: Mill) -> None:
    lenient = {"prefer": "respond-async, handling=lenient"}

    answer = await mill.program.get(f"{BASE}/$export?_typeFilter=x", headers=lenient)

    assert answer.status_code == 202


async def test_it_may_be_asked_for_by_post(mill: Mill) -> None:
    body = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueString": "Patient"}]}

    answer = await mill.program.post(f"{BASE}/$export", json=body, headers=ASYNC)

    assert answer.status_code == 202
    await mill.settle()
    assert set(await mill.read(answer.headers["content-location"])) == {"Patient"}


async def test_a_third_export_at_once_is_to_wait(mill: Mill) -> None:
    for _ in range(2):
        await mill.begun("$export")

    answer = await mill.program.get(f"{BASE}/$export", headers=ASYNC)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "300")
