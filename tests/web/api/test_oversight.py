"""The security officer's log over HTTP, on both databases."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from meridian.audit import checkpoint, verifier
from meridian.audit.archiving import Archivist
from meridian.audit.detectors import DAY, HOUR
from meridian.audit.entry import Entry
from meridian.audit.log import record
from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio
NOW = 1_793_000_000_000
OFFICER, ANN = "Practitioner/olga", "Practitioner/ann"


class Floor:
    """A clinic with people, some entries, and an officer at the log."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.token = clinic.sign_in("security-officer", OFFICER)

    async def put(self, kind: str, logical_id: str, **said: Any) -> None:
        await self.clinic.servant().update(kind, logical_id, {"resourceType": kind, "id": logical_id, **said})

    async def note(self, action: str = "read", *, org: int = 1, time: int = NOW, **said: Any) -> None:
        entry = Entry(org=org, time=time, action=action, **said)
        await self.clinic.engine.write(lambda: record(entry))

    async def get(self, path: str, token: str = "", **params: Any) -> httpx.Response:
        async with self.clinic.client(token or self.token) as client:
            return await client.get(f"/api/oversight/{path}", params=params or None)

    async def found(self, **params: Any) -> list[dict[str, Any]]:
        answer = await self.get("entries", **params)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["entries"])


@pytest.fixture
async def floor(engine: Engine) -> Floor:
    made = Floor(Clinic(engine))
    await made.put("Practitioner", "ann", name=[{"family": "Müller", "given": ["Ann", "B."]}])
    await made.put("Patient", "p1", name=[{"family": "Brook", "given": ["Pat"]}])
    await made.note(account="ann", who=ANN, role="nurse", purpose="TREAT", what="Patient/p1", patient="p1",
                    rule="carers|team", address="192.0.2.7", request="r-1", session="s-1")  # fmt: skip
    await made.note("search-type", account="ann", who=ANN, purpose="TREAT", what="Observation",
                    seen=("Observation/o1",), request="r-1", session="s-1")  # fmt: skip
    await made.note("update", outcome="refused", account="bo", purpose="ETREAT", rule="NotFound", request="r-2")
    await made.note("alert-own-family", account="ann", who=ANN, what="Patient/p1", patient="p1", time=NOW + 1)
    await made.note("read", org=2, account="ann", patient="p1", request="r-1")
    return made


FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({"account": "ann"}, {"read", "search-type", "alert-own-family"}),
    ({"who": ANN, "purpose": "TREAT"}, {"read", "search-type"}),
    ({"patient": "p1", "rule": "team"}, {"read"}),
    ({"action": "alert"}, {"alert-own-family"}),
    ({"action": "update", "outcome": "refused"}, {"update"}),
    ({"purpose": "ETREAT"}, {"update"}),
    ({"rule": "tea"}, set()),
    ({"address": "192.0.2.7"}, {"read"}),
    ({"session": "s-1"}, {"read", "search-type"}),
    ({"request": "r-2"}, {"update"}),
    ({"since": NOW + 1, "until": NOW + 2}, {"alert-own-family"}),
]


async def test_entries_are_found_by_each_of_their_parts_and_by_several(floor: Floor) -> None:
    for by, actions in FILTERS:
        assert {one["action"] for one in await floor.found(**by)} == actions, by


async def test_pages_follow_one_another_and_looking_is_recorded(floor: Floor) -> None:
    first = (await floor.get("entries", account="ann", count=2)).json()
    second = (await floor.get("entries", account="ann", count=2, cursor=first["next"])).json()

    assert [one["action"] for one in first["entries"] + second["entries"]] == [
        "alert-own-family",
        "search-type",
        "read",
    ]
    [*_, own] = await floor.clinic.log()
    assert (own.action, own.who, own.what, len(own.seen)) == ("search-type", OFFICER, "AuditEvent", 1)


PATHS = (
    "entries",
    "entries/1",
    "summary?since=1&until=2",
    "names?who=Patient/p1",
    "alarms",
    "log",
    "log/check",
    "export",
)


async def test_nobody_but_the_officer_of_the_organisation_sees_anything(floor: Floor) -> None:
    await floor.clinic.checkpointer.once()
    for path in PATHS:
        for role in ("clinician", "administrator", "patient"):
            answer = await floor.get(path, token=floor.clinic.sign_in(role, f"Practitioner/{role}"))
            assert answer.status_code == 403, (path, role, answer.text)
            assert "p1" not in answer.text
        other = await floor.get(path, token=floor.clinic.sign_in("security-officer", "Practitioner/otto", org=2))
        assert "Brook" not in other.text
        assert "Müller" not in other.text
        assert [one.outcome for one in (await floor.clinic.log())[-3:]] == ["refused"] * 3, path


async def test_an_entry_is_opened_with_its_proof_and_what_else_the_request_did(floor: Floor) -> None:
    await floor.clinic.checkpointer.once()
    [read] = await floor.found(patient="p1", action="read")

    shown = (await floor.get(f"entries/{read['seq']}")).json()

    assert (shown["entry"]["address"], shown["entry"]["rule"]) == ("192.0.2.7", "carers|team")
    assert [one["action"] for one in shown["beside"]] == ["search-type"]
    assert shown["proof"]["holds"]
    assert shown["proof"]["checkpoint"].startswith("clinic.example/audit/1\n")
    assert (await floor.get("entries/999")).status_code == 404


async def test_an_entry_that_was_changed_is_shown_to_be(floor: Floor) -> None:
    await floor.clinic.checkpointer.once()
    [read] = await floor.found(patient="p1", action="read")

    await floor.clinic.engine.write(lambda: _changed(read["seq"]))

    shown = (await floor.get(f"entries/{read['seq']}")).json()
    checked = (await floor.get("log/check")).json()
    assert (shown["proof"]["holds"], shown["entry"]["address"]) == (False, "192.0.2.8")
    assert (checked["wrong"], checked["checked"]) == (read["seq"], read["seq"])


def _changed(seq: int) -> Plan[None]:
    yield Change(
        "UPDATE audit_entry SET body = REPLACE(body, '192.0.2.7', '192.0.2.8') WHERE org = 1 AND seq = ?", (seq,)
    )


async def test_a_whole_log_is_verified_piece_by_piece_and_its_state_is_told(floor: Floor) -> None:
    for _ in range(300):
        await floor.note()
    await floor.clinic.checkpointer.once()
    archivist = Archivist(floor.clinic.engine, floor.clinic.archive, floor.clinic.signer.public)
    await archivist.one(1, NOW)

    state = (await floor.get("log")).json()
    checked = (await floor.get("log/check")).json()

    assert state["signed"] == state["anchored"] == state["archived"] == checked["checked"] == checked["size"] > 300
    assert checked["wrong"] is None
    assert state["key"] == str(checkpoint.key(floor.clinic.signer, "clinic.example/audit/1"))


async def test_people_are_named_when_asked_for_and_that_is_recorded_as_a_reading(floor: Floor) -> None:
    answer = await floor.get("names", who=[ANN, "Patient/p1", "Patient/none", "Device/x"])

    assert {one["who"]: one["name"] for one in answer.json()} == {ANN: "Müller, Ann B.", "Patient/p1": "Brook, Pat"}
    [staff, patient] = (await floor.clinic.log())[-2:]
    assert (staff.seen, patient.seen) == ((ANN,), ("Patient/p1",))
    assert patient.rule == "oversight-names"


async def test_an_officer_reads_no_patient_otherwise(floor: Floor) -> None:
    async with floor.clinic.client(floor.token) as client:
        assert (await client.get("/fhir/R4/Patient/p1")).status_code == 403


async def test_entries_are_counted_by_time_and_outcome_and_failures_by_address(floor: Floor) -> None:
    for each in range(3):
        await floor.note("sign-in-failed", time=NOW + DAY, outcome="failed", rule="password", account=f"a{each % 2}",
                         address="203.0.113.9")  # fmt: skip
    await floor.note("sign-in-failed", time=NOW + DAY, outcome="failed", rule="otp", address="203.0.113.8")
    since = NOW // HOUR * HOUR

    made = (await floor.get("summary", since=since, until=since + 2 * DAY)).json()
    only = (await floor.get("summary", since=since, until=since + 2 * DAY, action="failures")).json()

    assert (made["step"], made["next"], made["entries"]) == (HOUR, None, 8)
    assert made["steps"][0] == {"at": since, "ok": 3, "refused": 1, "failed": 0}
    assert made["steps"][1]["failed"] == only["entries"] == 4
    assert made["addresses"][0] == {
        "address": "203.0.113.9", "count": 3, "accounts": 2, "last": NOW + DAY, "reasons": {"password": 3},
    }  # fmt: skip
    assert (await floor.get("summary")).status_code == 422


async def test_an_alarm_is_settled_with_a_note_that_the_log_does_not_hold(floor: Floor) -> None:
    [alarm] = (await floor.get("alarms")).json()["alarms"]
    seq = alarm["entry"]["seq"]
    note = "Asked Ann: her sister-in-law came with the wrong card."
    async with floor.clinic.client(floor.token) as client:
        for body in ({"verdict": "fine", "note": note}, {"verdict": "explained", "note": " "}):
            assert (await client.put(f"/api/oversight/alarms/{seq}", json=body)).status_code == 422
        missing = await client.put(f"/api/oversight/alarms/{seq - 1}", json={"verdict": "explained", "note": note})
        done = await client.put(f"/api/oversight/alarms/{seq}", json={"verdict": "incident", "note": "x"})
        again = await client.put(f"/api/oversight/alarms/{seq}", json={"verdict": "explained", "note": note})

    assert (missing.status_code, done.status_code, again.status_code) == (404, 204, 204)
    [settled] = (await floor.get("alarms")).json()["alarms"]
    assert alarm["settled"] is None
    assert (settled["settled"]["verdict"], settled["settled"]["note"]) == ("explained", note)
    reviewed = [one for one in await floor.clinic.log() if one.action == "audit-reviewed" and one.outcome == "ok"]
    assert [one.rule.rpartition("|")[2] for one in reviewed] == ["incident", "explained"]
    assert "sister" not in json.dumps([one.what + one.rule for one in reviewed])


async def test_what_fits_is_exported_so_that_it_verifies_and_the_export_is_recorded(
    floor: Floor, tmp_path: Path
) -> None:
    assert (await floor.get("export", account="ann")).status_code == 503
    await floor.clinic.checkpointer.once()

    answer = await floor.get("export", account="ann")

    assert answer.headers["content-type"] == "application/zip"
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    key = checkpoint.key(floor.clinic.signer, "clinic.example/audit/1")
    report = verifier.verify_selection(tmp_path, [key])
    assert (report.findings, report.entries) == ([], 3)
    assert "asked account=ann\n" in (tmp_path / "selection").read_text()
    exported = [one for one in await floor.clinic.log() if one.action == "audit-export"]
    assert [(one.outcome, one.who, one.what) for one in exported][-1] == ("ok", OFFICER, "AuditEvent/3-entries")
    assert (await floor.get("export", account="nobody")).status_code == 422
    assert (await floor.get("entries", account="x" * 129)).status_code == 422
    assert (await floor.get("entries", account='"; DROP')).status_code == 400
