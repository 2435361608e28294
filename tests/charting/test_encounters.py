"""A visit is opened from its appointment, taken over where scheduling left it, and finished with it."""

import asyncio

import pytest
from tests.charting.conftest import Team, appointment, note, visit

pytestmark = pytest.mark.anyio


async def opened(team: Team, **body: str) -> tuple[int, dict[str, object]]:
    answer = await team.doctor.post("/api/charting/encounters", json=body)
    return answer.status_code, answer.json()


async def test_a_walk_in_is_a_visit_in_progress_with_whoever_opened_it(team: Team) -> None:
    status, made = await opened(team, patient="ann", reason="Cough")

    assert status == 201
    assert (made["status"], made["way"], made["reason"]) == ("in-progress", "visit", "Cough")
    assert made["with"] == [{"reference": "Practitioner/ada", "name": "Dr Ada Okafor"}]


async def test_a_phone_call_is_a_virtual_visit(team: Team) -> None:
    _, made = await opened(team, patient="ann", way="phone")

    assert made["way"] == "phone"
    assert (await team.fhir(f"Encounter/{made['id']}"))["class"]["code"] == "VR"


async def test_the_encounter_that_scheduling_made_goes_on(team: Team) -> None:
    await team.keep(appointment(status="checked-in"), {
        "resourceType": "Encounter", "id": "here", "status": "triaged", "class": {"code": "AMB"},
        "subject": {"reference": "Patient/ann"}, "appointment": [{"reference": "Appointment/visit"}],
        "period": {"start": "2026-11-20T09:50:00-05:00"},
        "statusHistory": [{"status": "arrived", "period": {
            "start": "2026-11-20T09:50:00-05:00", "end": "2026-11-20T09:55:00-05:00"}}],
    })  # fmt: skip

    status, made = await opened(team, appointment="visit")

    assert status == 201, made
    assert made["id"] == "here"
    kept = await team.fhir("Encounter/here")
    assert kept["status"] == "in-progress"
    assert [one["status"] for one in kept["statusHistory"]] == ["arrived", "triaged"]
    assert kept["statusHistory"][1]["period"]["start"] == "2026-11-20T09:55:00-05:00"


async def test_a_visit_is_for_what_its_appointment_was_made_for(team: Team) -> None:
    asked = {"serviceType": [{"text": "Family medicine visit"}], "reasonCode": [{"text": "Knee pain on stairs"}]}
    later = {"start": "2026-11-23T11:00:00-05:00", "end": "2026-11-23T11:20:00-05:00"}
    await team.keep(appointment() | asked, appointment("plain") | later)

    _, made = await opened(team, appointment="visit")
    _, plain = await opened(team, appointment="plain")

    assert made["reason"] == "Knee pain on stairs"
    kept = await team.fhir(f"Encounter/{made['id']}")
    assert (kept["type"], kept["reasonCode"]) == (asked["serviceType"], asked["reasonCode"])
    assert not {"type", "reasonCode"} & set(await team.fhir(f"Encounter/{plain['id']}"))


async def test_opening_twice_at_once_makes_one_visit(team: Team) -> None:
    await team.keep(appointment())

    both = await asyncio.gather(*(opened(team, appointment="visit") for _ in range(4)))

    assert {status for status, _ in both} == {201}
    assert len({made["id"] for _, made in both}) == 1
    assert (await team.fhir("Appointment/visit"))["status"] == "checked-in"


@pytest.mark.parametrize("status", ["cancelled", "noshow", "fulfilled", "pending"])
async def test_an_appointment_that_is_not_coming_cannot_be_opened(team: Team, status: str) -> None:
    await team.keep(appointment(status=status))

    assert (await opened(team, appointment="visit"))[0] == 409


async def test_an_appointment_or_a_patient_is_named_and_not_both(team: Team) -> None:
    assert (await opened(team))[0] == 422
    assert (await opened(team, appointment="visit", patient="ann"))[0] == 422


async def test_finishing_fulfils_the_appointment(team: Team) -> None:
    await team.keep(appointment())
    _, made = await opened(team, appointment="visit")

    answer = await team.doctor.post(f"/api/charting/encounters/{made['id']}/finish", json={})

    assert answer.json()["visit"]["status"] == "finished"
    assert answer.json()["visit"]["end"]
    assert (await team.fhir("Appointment/visit"))["status"] == "fulfilled"
    again = await team.doctor.post(f"/api/charting/encounters/{made['id']}/finish", json={})
    assert again.status_code == 409


async def test_finishing_says_what_is_not_finished(team: Team) -> None:
    encounter = await visit(team)
    written = await note(team, encounter)
    place = f"note:Encounter/{encounter}:2"
    await team.doctor.put(f"/api/drafts/{place}", json={"patient": "ann", "text": "More"})

    refused = await team.doctor.post(f"/api/charting/encounters/{encounter}/finish", json={})

    assert refused.status_code == 409
    assert {one["place"] for one in refused.json()["errors"]} == {f"DocumentReference/{written['id']}", place}


async def test_a_visit_finished_anyway_leaves_a_task_for_the_notes_author(team: Team) -> None:
    encounter = await visit(team)
    written = await note(team, encounter)

    answer = await team.doctor.post(f"/api/charting/encounters/{encounter}/finish", json={"anyway": True})

    assert answer.json()["unsigned"] == [written["id"]]
    [task] = await team.found(f"Task?focus=DocumentReference/{written['id']}")
    assert (task["owner"]["reference"], task["status"]) == ("Practitioner/ada", "requested")
    await team.doctor.post(f"/api/charting/notes/{written['id']}/sign", json={})
    assert (await team.fhir(f"Task/{task['id']}"))["status"] == "completed"


@pytest.mark.parametrize("who", ["desk", "admin", "patient", "lab"])
async def test_only_who_treats_opens_a_visit(team: Team, who: str) -> None:
    answer = await getattr(team, who).post("/api/charting/encounters", json={"patient": "ann"})

    assert answer.status_code == 403


async def test_the_workspace_brings_notes_drafts_and_templates(team: Team) -> None:
    encounter = await visit(team)
    await note(team, encounter, sign=True)
    await team.doctor.put(f"/api/drafts/note:Encounter/{encounter}", json={"patient": "ann", "text": "Half"})

    found = (await team.doctor.get(f"/api/charting/encounters/{encounter}/workspace")).json()

    assert found["visit"]["patient"] == "ann"
    assert [one["state"] for one in found["notes"]] == ["final"]
    assert found["drafts"] == [f"note:Encounter/{encounter}"]
    assert {"soap", "follow-up", "telephone", "nursing"} <= {one["id"] for one in found["templates"]}
    elsewhere = (await team.other.get(f"/api/charting/encounters/{encounter}/workspace")).json()
    assert elsewhere["drafts"] == []
