"""Two records of one person become one with all that names them, and come apart exactly as they were."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.charting.conftest import Team, note, visit

from meridian.charting.merging import differences, survivor
from meridian.fhir.types import SUPPORTED
from meridian.identity import memberships
from meridian.identity.memberships import New
from meridian.store.plan import Change, Plan, Query
from meridian.store.records import destroy_key
from meridian.testing.resources import can_be_a_patients, minimal

Json = dict[str, Any]

KEEP: Json = {
    "resourceType": "Patient", "id": "one", "name": [{"family": "Müller", "given": ["Anna"]}],
    "birthDate": "1958-03-12", "gender": "female", "identifier": [{"system": "urn:mrn", "value": "1"}],
}  # fmt: skip
DROP: Json = {
    "resourceType": "Patient", "id": "two", "name": [{"family": "Mueller", "given": ["Anna"]}],
    "birthDate": "1958-12-03", "gender": "female", "identifier": [{"system": "urn:mrn", "value": "2"}],
    "telecom": [{"system": "phone", "value": "555 0100"}],
}  # fmt: skip


def test_where_both_say_something_else_it_is_chosen() -> None:
    assert [one.element for one in differences(KEEP, DROP)] == ["name", "birthDate"]

    chosen = survivor(KEEP, DROP, {"birthDate": "drop", "name": "drop"})

    assert chosen["birthDate"] == "1958-12-03"
    assert [one["family"] for one in chosen["name"]] == ["Mueller", "Müller"]
    assert survivor(KEEP, DROP, {})["birthDate"] == "1958-03-12"


def test_what_only_one_of_them_says_is_kept_and_lists_are_gathered() -> None:
    made = survivor({**KEEP, "birthDate": "1958-03-12"}, DROP, {})

    assert made["telecom"] == DROP["telecom"]
    assert [one["value"] for one in made["identifier"]] == ["1", "2"]


elements = st.dictionaries(st.sampled_from(["gender", "birthDate"]), st.sampled_from(["a", "b"]))
lists = st.lists(st.sampled_from([{"value": one} for one in "xyz"]), max_size=3)


@given(elements, elements, lists, lists)
def test_nothing_that_either_said_is_lost_but_what_was_chosen_against(
    keep: Json, drop: Json, first: list[Json], second: list[Json]
) -> None:
    made = survivor({"id": "k", **keep, "telecom": first}, {"id": "d", **drop, "telecom": second}, {})

    assert all(one in made.get("telecom", []) for one in [*first, *second])
    assert all(made[name] == value for name, value in keep.items())
    assert all(name in made for name in drop)


async def merge(team: Team, keep: str = "one", drop: str = "two", **more: Any) -> httpx.Response:
    return await team.desk.post("/api/merges", json={"keep": keep, "drop": drop, **more})


async def undo(team: Team, merged: httpx.Response) -> httpx.Response:
    assert merged.status_code == 201, merged.text
    return await team.desk.post(f"/api/merges/{merged.json()['id']}/undo")


async def everything(team: Team, *patients: str) -> dict[str, Json]:
    """All that is in sight of those patients, by reference, without what the server says of versions."""
    found: dict[str, Json] = {}
    for patient in patients:
        answer = await team.importer.get(f"/fhir/R4/Patient/{patient}/$everything?_count=5000")
        for entry in answer.json()["entry"]:
            one = entry["resource"]
            meta = {name: value for name, value in one.pop("meta").items() if name not in {"versionId", "lastUpdated"}}
            found[f"{one['resourceType']}/{one['id']}"] = one | ({"meta": meta} if meta else {})
    return found


@pytest.mark.anyio
class TestMerging:
    @pytest.fixture(autouse=True)
    async def patients(self, team: Team) -> None:
        await team.keep(KEEP, DROP)

    async def test_a_preview_shows_what_would_move_and_changes_nothing(self, team: Team) -> None:
        await note(team, await visit(team, "two"), sign=True)
        before = await everything(team, "one", "two")

        found = (await team.desk.post("/api/merges/preview", json={"keep": "one", "drop": "two"})).json()

        assert found["moves"] == {"DocumentReference": 1, "Encounter": 1, "Provenance": 1}
        assert [one["element"] for one in found["differences"]] == ["name", "birthDate"]
        assert "Rest" not in str(found)
        assert await everything(team, "one", "two") == before
        assert (await merge(team)).json()["moved"] == found["total"] == 3

    async def test_everything_becomes_the_survivors(self, team: Team) -> None:
        encounter = await visit(team, "two")
        written = await note(team, encounter, sign=True)

        answer = await merge(team, choices={"birthDate": "drop"})

        assert answer.status_code == 201, answer.text
        kept, gone = await team.fhir("Patient/one"), await team.fhir("Patient/two")
        assert kept["birthDate"] == "1958-12-03"
        assert kept["link"] == [{"other": {"reference": "Patient/two"}, "type": "replaces"}]
        assert (gone["active"], gone["link"][0]["type"]) == (False, "replaced-by")
        for reference in (f"Encounter/{encounter}", f"DocumentReference/{written['id']}"):
            assert (await team.fhir(reference))["subject"]["reference"] == "Patient/one"
        assert [one["id"] for one in await team.found("Encounter?patient=one")] == [encounter]
        assert await team.found("Encounter?patient=two") == []

    async def test_a_signed_note_moves_with_its_signature(self, team: Team) -> None:
        written = await note(team, await visit(team, "two"), sign=True)
        before = await team.fhir(f"DocumentReference/{written['id']}")

        await merge(team)

        after = await team.fhir(f"DocumentReference/{written['id']}")
        assert after["content"] == before["content"]
        assert after["authenticator"] == before["authenticator"]

    async def test_every_kind_of_resource_moves_and_comes_back_exactly(self, team: Team) -> None:
        kinds = sorted(kind for kind in SUPPORTED if can_be_a_patients(kind) and kind not in {"Patient", "AuditEvent"})
        await team.keep(*(minimal(kind, f"x-{kind.lower()}", patient="two") for kind in kinds))
        person = {"resourceType": "Person", "id": "p", "link": [{"target": {"reference": "Patient/two"}}]}
        await team.keep(person, {"resourceType": "Group", "id": "g", "type": "person", "actual": True, "member": [
            {"entity": {"reference": "Patient/two"}}, {"entity": {"reference": "Patient/one"}}]})  # fmt: skip
        before = await everything(team, "one", "two")
        others = [await team.fhir("Person/p"), await team.fhir("Group/g")]

        merged = await merge(team)

        assert merged.status_code == 201, merged.text
        assert not [name for name, one in (await everything(team, "two")).items() if name.startswith("Obs") and one]
        assert (await team.fhir("Person/p"))["link"][0]["target"]["reference"] == "Patient/one"
        assert "Patient/two" not in str(await team.found("Observation?patient=one"))
        undone = await undo(team, merged)

        assert undone.status_code == 200, undone.text
        assert await everything(team, "one", "two") == before
        for then in others:
            now = await team.fhir(f"{then['resourceType']}/{then['id']}")
            assert {**now, "meta": None} == {**then, "meta": None}

    async def test_labelled_resources_move_unseen(self, team: Team) -> None:
        label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
        secret = minimal("Condition", "secret", patient="two") | {"meta": label}
        await team.keep(secret)

        answer = await merge(team)

        assert answer.status_code == 201
        assert (await team.fhir("Condition/secret"))["subject"]["reference"] == "Patient/one"
        assert (await team.desk.get("/fhir/R4/Condition/secret")).status_code == 403

    async def test_the_history_of_what_moved_stays_readable_and_does_not_leak(self, team: Team) -> None:
        clinic = team.clinic
        await team.keep(minimal("Observation", "o", patient="two"))
        survivor_ = clinic.client(clinic.sign_in("patient", "Patient/one", patients=["one"]))
        stranger = clinic.client(clinic.sign_in("patient", "Patient/ann", patients=["ann"]))
        await merge(team)

        async with survivor_, stranger:
            for client, expected in ((team.doctor, 200), (survivor_, 200), (stranger, 404)):
                answer = await client.get("/fhir/R4/Observation/o/_history/1")
                assert answer.status_code == expected
            history = await survivor_.get("/fhir/R4/Observation/o/_history")
            assert history.json()["total"] == 2

    async def test_after_undoing_the_survivor_sees_nothing_of_the_other(self, team: Team) -> None:
        clinic = team.clinic
        await team.keep(minimal("Observation", "o", patient="two"))
        assert (await undo(team, await merge(team))).status_code == 200

        async with clinic.client(clinic.sign_in("patient", "Patient/one", patients=["one"])) as one:
            for path in ("Observation/o", "Observation/o/_history/1", "Observation/o/_history/2", "Patient/two"):
                assert (await one.get(f"/fhir/R4/{path}")).status_code == 404
            assert (await one.get("/fhir/R4/Observation/o/_history")).status_code == 404
        async with clinic.client(clinic.sign_in("patient", "Patient/two", patients=["two"])) as two:
            assert (await two.get("/fhir/R4/Observation/o")).status_code == 200
            assert (await two.get("/fhir/R4/Observation/o/_history/2")).status_code == 404

    async def test_undo_is_refused_while_something_has_changed_and_says_what(self, team: Team) -> None:
        await team.keep(minimal("Observation", "o", patient="two"))
        merged = await merge(team)
        changed = await team.fhir("Observation/o")
        await team.keep({**changed, "status": "final"}, minimal("Flag", "new", patient="one"))

        answer = await undo(team, merged)

        assert answer.status_code == 409
        assert {one["place"] for one in answer.json()["errors"]} == {"Observation/o", "Flag/new"}
        assert (await team.fhir("Observation/o"))["subject"]["reference"] == "Patient/one"

    async def test_a_merge_is_undone_once(self, team: Team) -> None:
        merged = await merge(team)

        assert (await undo(team, merged)).status_code == 200
        assert (await undo(team, merged)).status_code == 409
        assert (await team.fhir("Patient/two")).get("active") is None

    async def test_a_later_merge_is_undone_first(self, team: Team) -> None:
        await team.keep({"resourceType": "Patient", "id": "three"})
        first = await merge(team)
        second = await merge(team, drop="three")

        assert (await undo(team, first)).status_code == 409
        assert (await undo(team, second)).status_code == 200
        assert (await undo(team, first)).status_code == 200

    async def test_what_was_merged_is_merged_nowhere_else(self, team: Team) -> None:
        await team.keep({"resourceType": "Patient", "id": "three"})
        await merge(team)

        assert (await merge(team, keep="three", drop="two")).status_code == 409
        assert (await merge(team, keep="two", drop="three")).status_code == 409
        assert (await merge(team, keep="one", drop="one")).status_code == 422
        assert (await merge(team, keep="one", drop="nobody")).status_code == 404

    async def test_what_came_for_the_old_record_meanwhile_is_merged_again(self, team: Team) -> None:
        await merge(team)
        await team.keep(minimal("Observation", "late", patient="two"))

        assert (await merge(team)).status_code == 201
        assert (await team.fhir("Observation/late"))["subject"]["reference"] == "Patient/one"

    async def test_a_record_that_changed_since_it_was_compared_is_not_merged(self, team: Team) -> None:
        await team.keep({**DROP, "gender": "unknown"})

        answer = await merge(team, keepVersion=1, dropVersion=1)

        assert answer.status_code == 412

    @pytest.mark.parametrize("who", ["doctor", "nurse", "patient", "lab", "importer"])
    async def test_only_the_desk_and_administrators_merge(self, team: Team, who: str) -> None:
        client, body = getattr(team, who), {"keep": "one", "drop": "two"}

        for path in ("/api/merges", "/api/merges/preview", "/api/merges/x/undo"):
            assert (await client.post(path, json=body)).status_code == 403
        assert (await client.get("/api/merges")).status_code == 403

    async def test_nobody_merges_across_organisations(self, team: Team) -> None:
        clinic = team.clinic
        async with clinic.client(clinic.sign_in("front-desk", "Practitioner/x", org=2)) as elsewhere:
            answer = await elsewhere.post("/api/merges", json={"keep": "one", "drop": "two"})

        assert answer.status_code == 404

    async def test_the_log_tells_it_in_both_records(self, team: Team) -> None:
        await team.keep(minimal("Observation", "o", patient="two"))
        merged = await merge(team)
        await undo(team, merged)

        entries = [one for one in await team.clinic.log() if one.action in {"Patient/$merge", "Patient/$unmerge"}]

        assert [(one.action, one.patient) for one in entries] == [
            (action, patient) for action in ("Patient/$merge", "Patient/$unmerge") for patient in ("one", "two")
        ]
        assert "Observation/o" in entries[0].seen

    async def test_destroying_the_survivors_key_destroys_what_was_merged_into_it(self, team: Team) -> None:
        await team.keep(minimal("Observation", "o", patient="two"))
        await merge(team)

        await team.clinic.engine.write(lambda: destroy_key(1, "one"))

        for path in ("Observation/o", "Observation/o/_history/1", "Patient/two", "Patient/one"):
            assert (await team.importer.get(f"/fhir/R4/{path}")).status_code in (404, 410)

        def left() -> Plan[Any]:
            rows = yield Query("SELECT COUNT(*) FROM patient WHERE id IN ('one', 'two') AND wrapped IS NOT NULL")
            return rows[0][0]

        assert await team.clinic.engine.read(left) == 0

    async def test_the_list_of_merges_names_ids_only(self, team: Team) -> None:
        await merge(team)

        [line] = (await team.admin.get("/api/merges")).json()["merges"]

        assert (line["keep"], line["drop"], line["undone"]) == ("one", "two", None)


def _people(team: Team) -> Plan[None]:
    """Both patients have a portal account, and somebody is entrusted both."""
    del team
    yield Change("INSERT INTO organisation (no, id, name, created) VALUES (1, 'org1', 'Harbor', 0)")
    yield from memberships.create(New(1, "anna-one", "patient", "Patient/one", ("one",)), 1)
    yield from memberships.create(New(1, "anna-two", "patient", "Patient/two", ("two",)), 1)
    yield from memberships.create(New(1, "mother", "proxy", "RelatedPerson/m", ("one", "two")), 1)
    yield from memberships.create(New(1, "father", "proxy", "RelatedPerson/f", ("two",), starts=5, ends=9), 1)
    yield from memberships.create(New(1, "both", "patient", "Patient/one", ("one",)), 1)
    yield from memberships.create(New(1, "both", "patient", "Patient/two", ("two",)), 1)


def _table() -> Plan[Any]:
    mine = yield Query("SELECT account, role, who, status FROM membership ORDER BY account, id")
    theirs = yield Query(
        "SELECT m.account, e.patient, e.starts, e.ends FROM entrusted e JOIN membership m ON m.id = e.membership"
        " ORDER BY m.account, e.patient, m.id"
    )
    return [tuple(row) for row in mine], [tuple(row) for row in theirs]


@pytest.mark.anyio
class TestPortalAccounts:
    @pytest.fixture(autouse=True)
    async def accounts(self, team: Team) -> None:
        await team.keep(KEEP, DROP)
        await team.clinic.engine.write(lambda: _people(team))

    async def test_the_preview_counts_the_accounts_of_both(self, team: Team) -> None:
        found = (await team.desk.post("/api/merges/preview", json={"keep": "one", "drop": "two"})).json()["accounts"]

        assert sorted((one["of"], one["role"], one["own"]) for one in found) == [
            ("drop", "patient", True), ("drop", "patient", True), ("drop", "proxy", False), ("drop", "proxy", False),
            ("keep", "patient", True), ("keep", "patient", True), ("keep", "proxy", False),
        ]  # fmt: skip

    async def test_both_accounts_reach_the_survivor_and_come_back(self, team: Team) -> None:
        engine = team.clinic.engine
        before = await engine.read(_table)

        merged = await merge(team)
        mine, theirs = await engine.read(_table)

        assert ("anna-two", "patient", "Patient/one", "active") in mine
        assert ("both", "patient", "Patient/two", "disabled") in mine
        assert {(account, patient) for account, patient, *_ in theirs} == {
            ("anna-one", "one"), ("anna-two", "one"), ("mother", "one"), ("father", "one"), ("both", "one"),
        }  # fmt: skip
        assert ("father", "one", 5, 9) in theirs
        assert (await undo(team, merged)).status_code == 200
        assert await engine.read(_table) == before

    async def test_an_account_that_changed_since_is_named(self, team: Team) -> None:
        merged = await merge(team)

        def end() -> Plan[None]:
            yield Change("UPDATE membership SET status = 'disabled' WHERE account = 'anna-two'")

        await team.clinic.engine.write(end)
        answer = await undo(team, merged)

        assert answer.status_code == 409
        assert answer.json()["errors"][0]["place"].startswith("membership/")
