"""A patient's key goes only when two people, who saw what will be lost, said so; and then all of the record is gone."""

from dataclasses import replace
from typing import Any

import pytest
from tests.access.shredding.conftest import WHY, Two

from meridian.audit.shredded import read
from meridian.faults import Conflict, Gone
from meridian.files.shelf import Missing
from meridian.store import destruction, filing
from meridian.store.destruction import State
from meridian.store.plan import Change, Plan
from meridian.testing.identity import PASSWORD

pytestmark = pytest.mark.anyio


async def test_two_people_destroy_a_record_and_all_that_shows_it(two: Two) -> None:
    ann, stays = await two.patient(), await two.patient(name=[{"family": "Stays"}])
    await two.join("ann", "patient", f"Patient/{ann}", (ann,))
    assert (await two.browsers["ann"].get("/api/session")).status_code == 200
    await _file(two, ann)

    request = await two.asked(ann)
    seen = await two.see(ann)
    assert (seen["name"], seen["birthDate"], seen["counts"], seen["files"]) == (
        "BAKER, Ann", "1930-06-01", {"Encounter": 1, "Patient": 1}, 1,
    )  # fmt: skip
    answer = await two.approve(request, ann, typed=" baker,  ann")

    assert (answer.status_code, answer.json()["state"], answer.json()["resources"]) == (200, "done", 2)
    with pytest.raises(Gone):
        await two.chart().read("Patient", ann)
    assert [one.id for one in (await two.chart().search("Patient")).matches] == [stays]
    assert not (await two.chart().search("Encounter", [("patient", ann)])).matches
    with pytest.raises(Missing):
        await two.shredding.shelf.size("f" * 32)
    assert (await two.browsers["ann"].get("/api/session")).status_code == 401
    [line] = read(two.shredding.ledger.path.read_bytes(), two.shredding.signer.public)
    assert line.patient == ann
    clinic = two.desk.clinic
    assert [(one.outcome, one.patient, one.rule) for one in clinic.recorded("shred")] == [("ok", ann, "two-person")]
    assert [one.role for one in clinic.recorded("destruction-asked")] == ["administrator"]
    assert [one.role for one in clinic.recorded("destruction-approved")] == ["security-officer"]
    told = [text for text in await clinic.mails() if text.startswith("officer@")]
    assert [text.splitlines()[1].rpartition(" ")[2] for text in told] == ["key", "approved", "destroyed"]
    assert all(word not in text for text in told for word in ("BAKER", "Ann", ann))


async def _file(two: Two, patient: str) -> None:
    """A sealed file of the patient's, of one object."""
    clinic, now = two.desk.clinic, two.desk.clinic.watch()

    async def once() -> Any:
        yield b"sealed"

    await two.shredding.shelf.put("f" * 32, once())

    def kept() -> Plan[None]:
        file = filing.File("a" * 32, patient, "", 6, b"", filing.State.CLEAN)
        upload = filing.Upload("a" * 32, "somebody", 6, 0, b"", now + 1000, "")
        yield from filing.begin(clinic.org, now, file, upload)
        yield from filing.advance("a" * 32, 0, filing.Part(0, "f" * 32, 6))

    await clinic.engine.write(kept)


# --- who may be the second person


async def test_who_asked_does_not_approve_it(pair: Two) -> None:
    ann = await pair.patient()
    request = await pair.asked(ann)

    answer = await pair.approve(request, ann, by="admin")

    assert (answer.status_code, answer.json()["errors"]) == (403, [_because("same-account")])
    assert await pair.state(request) == "asked"
    assert [(one.outcome, one.rule) for one in pair.desk.clinic.recorded("destruction-approved")] == [
        ("refused", "Forbidden")
    ]


def _because(why: str) -> dict[str, str]:
    return {"detail": why, "place": "approver"}


async def test_nor_with_another_role_of_theirs_or_by_another_account_of_theirs(pair: Two) -> None:
    clinic = pair.desk.clinic
    people = clinic.service.administration
    [both] = [one.account for one in await people.members() if one.email == "admin@clinic.example"]
    second = await people.add_membership(both, clinic.org, "security-officer", who="Practitioner/amy")
    await pair.join("amy2", "security-officer", "Practitioner/amy")
    await pair.join("nobody", "security-officer", "")
    await pair.join("amelia", "administrator", "Practitioner/amelia")
    clinic.watch.pass_(minutes=1)
    ann = await pair.patient()
    request = await pair.asked(ann)
    await pair.sign_in("admin")
    await pair.admin.post("/api/session/membership", json={"membership": second})

    refused = {by: await pair.approve(request, ann, by=by) for by in ("admin", "amy2", "nobody", "amelia")}

    assert {by: answer.json()["errors"] for by, answer in refused.items()} == {
        "admin": [_because("same-account")],
        "amy2": [_because("same-person")],
        "nobody": [_because("same-person")],
        "amelia": [_because("same-role")],
    }
    assert await pair.state(request) == "asked"


async def test_nor_by_somebody_who_came_after_it_was_asked_or_whose_record_it_is(pair: Two) -> None:
    clinic = pair.desk.clinic
    ann = await pair.patient()
    own = await pair.join("olga", "security-officer", "Practitioner/olga")
    await clinic.service.administration.add_membership(
        own, clinic.org, "patient", who=f"Patient/{ann}", patients=(ann,)
    )
    clinic.watch.pass_(minutes=1)
    request = await pair.asked(ann)
    await pair.join("late", "security-officer", "Practitioner/late")

    assert (await pair.approve(request, ann, by="late")).json()["errors"] == [_because("new-member")]
    assert (await pair.approve(request, ann, by="olga")).json()["errors"] == [_because("is-patient")]
    await pair.admin.post(f"/api/destructions/{request}/withdraw")
    assert (await pair.ask(ann, by="olga")).status_code == 403


async def test_other_roles_have_no_part_in_it(pair: Two) -> None:
    ann = await pair.patient()
    await pair.join("ada", "clinician", "Practitioner/ada")

    assert (await pair.ask(ann, by="ada")).status_code == 403
    assert (await pair.browsers["ada"].post("/api/destructions/preview", json={"patient": ann})).status_code == 403
    assert (await pair.browsers["ada"].get("/api/destructions")).status_code == 403
    hold = {"patient": ann, "reason": "litigation"}
    assert (await pair.admin.post("/api/destructions/holds", json=hold)).status_code == 403


# --- what the second person must have seen and said


async def test_approving_takes_a_proof_the_name_and_what_was_seen(pair: Two) -> None:
    ann = await pair.patient()
    request = await pair.asked(ann)
    seen = await pair.see(ann)

    wrong = await pair.approve(request, ann, password="not this one, surely")
    pair.desk.clinic.watch.pass_(seconds=2)
    none = await pair.approve(request, ann, password=None)
    pair.desk.clinic.watch.pass_(seconds=5)
    name = await pair.approve(request, ann, typed="BAKER")
    await pair.visit(ann, "1991-01-01")
    changed = await pair.approve(request, ann, picture=seen)

    assert [one.status_code for one in (wrong, none, name, changed)] == [422, 422, 422, 412]
    assert await pair.state(request) == "asked"
    assert (await pair.approve(request, ann)).json()["state"] == "done"


async def test_what_is_kept_by_law_or_still_open_asks_for_a_reason_and_words(two: Two) -> None:
    ann = await two.patient(birthDate="2015-03-03")
    task = await two.add(
        {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": f"Patient/{ann}"},
         "code": {"coding": [{"code": "refill"}], "text": "words"}},
    )  # fmt: skip
    open_ = await two.visit(ann, "2026-01-01", "in-progress")
    request = await two.asked(ann)
    seen = await two.see(ann)

    assert [(one["code"], one["what"], one["says"]) for one in seen["findings"]] == [
        ("retention", "", "2043-03-03"),
        ("open-task", f"Task/{task}", "refill"),
        ("open-encounter", f"Encounter/{open_}", "2026-01-01"),
    ]
    assert (await two.approve(request, ann)).json()["errors"][0]["place"] == "override"
    assert (await two.approve(request, ann, override="court-order", why="short")).json()["errors"][0]["place"] == "why"
    assert await two.state(request) == "asked"
    done = await two.approve(request, ann, override="court-order", why=WHY)
    assert (done.json()["state"], done.json()["override"]) == ("done", "court-order")
    assert done.json()["findings"] == ["open-encounter", "open-task", "retention"]


# --- holds, second thoughts, time


async def test_a_hold_forbids_it_stops_what_was_approved_and_is_lifted_by_an_officer(two: Two) -> None:
    two.shredding = replace(two.shredding, retention=replace(two.shredding.retention, cooling=24))
    two.desk.app.state.services = replace(two.desk.app.state.services, shredding=two.shredding)
    ann, clinic = await two.patient(), two.desk.clinic
    request = await two.asked(ann)
    assert (await two.approve(request, ann)).json()["state"] == "approved"
    assert (await two.shredding.carry_out(clinic.org, request)).state is State.APPROVED, "there is time to think again"

    held = await two.officer.post("/api/destructions/holds", json={"patient": ann, "reason": "litigation"})

    assert held.json()["findings"] == [{"code": "hold", "what": "", "says": "litigation", "forbids": True}]
    clinic.watch.pass_(hours=25)
    with pytest.raises(Conflict, match="stopped"):
        await two.shredding.carry_out(clinic.org, request)
    await two.sign_in("admin")
    assert (await two.ask(ann)).status_code == 409
    await two.sign_in("officer")
    assert (await two.officer.delete(f"/api/destructions/holds/{ann}")).status_code == 204
    assert (await two.officer.delete(f"/api/destructions/holds/{ann}")).status_code == 404
    assert (await two.ask(ann)).status_code == 201
    assert (await two.chart().read("Patient", ann)).body
    assert [one.action for one in clinic.entries if one.action.startswith("legal-hold")] == [
        "legal-hold-set", "legal-hold-lifted", "legal-hold-lifted",
    ]  # fmt: skip


async def test_a_hold_or_a_visit_that_came_unseen_stops_it_at_the_last_moment(pair: Two) -> None:
    pair.shredding = replace(pair.shredding, retention=replace(pair.shredding.retention, cooling=24))
    pair.desk.app.state.services = replace(pair.desk.app.state.services, shredding=pair.shredding)
    ann, clinic = await pair.patient(), pair.desk.clinic
    request = await pair.asked(ann)
    await pair.approve(request, ann)
    await pair.visit(ann, "2027-01-15")
    clinic.watch.pass_(hours=25)

    assert (await pair.shredding.carry_out(clinic.org, request)).state is State.STOPPED
    assert (await pair.chart().read("Patient", ann)).body
    assert len(clinic.recorded("destruction-stopped")) == 1


async def test_what_one_asked_alone_is_not_carried_out_and_ends_with_its_time(pair: Two) -> None:
    ann, clinic = await pair.patient(), pair.desk.clinic
    request = await pair.asked(ann)

    with pytest.raises(Conflict, match="two people"):
        await pair.shredding.carry_out(clinic.org, request)

    clinic.watch.pass_(days=8)
    await pair.sign_in("officer")
    assert (await pair.approve(request, ann)).status_code == 409
    await pair.sign_in("admin")
    assert await pair.state(request) == "expired"
    assert not pair.shredding.ledger.path.exists()


async def test_it_is_refused_by_the_second_person_and_taken_back_by_the_first(pair: Two) -> None:
    ann = await pair.patient()
    request = await pair.asked(ann)
    assert (await pair.ask(ann, by="officer")).status_code == 409, "it was asked for already"
    assert (await pair.admin.post(f"/api/destructions/{request}/refuse")).status_code == 403
    assert (await pair.officer.post(f"/api/destructions/{request}/refuse")).json()["state"] == "refused"

    again = await pair.asked(ann, by="officer")
    assert (await pair.admin.post(f"/api/destructions/{again}/withdraw")).status_code == 403
    assert (await pair.officer.post(f"/api/destructions/{again}/withdraw")).json()["state"] == "withdrawn"
    assert (await pair.approve(again, ann, by="admin")).status_code == 409


async def test_what_was_cut_off_after_the_key_was_gone_is_finished(pair: Two) -> None:
    ann, clinic = await pair.patient(), pair.desk.clinic
    request = await pair.asked(ann)
    await pair.approve(request, ann)

    def cut_off() -> Plan[None]:
        yield Change("UPDATE destruction SET state = 'begun', done = 0 WHERE id = ?", (request,))

    await clinic.engine.write(cut_off)
    done = await pair.shredding.carry_out(clinic.org, request)

    assert (done.state, done.resources) == (State.DONE, 2)
    assert len(read(pair.shredding.ledger.path.read_bytes(), pair.shredding.signer.public)) == 1
    assert not await clinic.engine.read(lambda: destruction.approved(clinic.watch()))


async def test_a_record_is_found_by_its_identifier_and_another_organisations_is_not_there(pair: Two) -> None:
    ann = await pair.patient(identifier=[{"system": "urn:mrn", "value": "MRN-77"}])

    assert (await pair.see("MRN-77"))["patient"] == ann
    nobody = await pair.officer.post("/api/destructions/preview", json={"patient": "MRN-78"})
    assert nobody.status_code == 404
    assert (await pair.officer.post(f"/api/destructions/{'x' * 20}/refuse")).status_code == 404
    assert PASSWORD not in nobody.text
