"""45 CFR 164.526: asked, answered in sixty days, granted or denied on four grounds; the patient has the last word."""

from typing import Any

import httpx
import pytest

from meridian.access.chart import Chart
from meridian.faults import Conflict, Forbidden, Invalid, NotFound
from meridian.fhir.codec import decode
from meridian.fhir.ours import TASK
from meridian.fhir.search.moments import interval
from meridian.messaging.kinds import KINDS
from meridian.patients import amendments
from meridian.patients.amendments import DAY_MS
from meridian.store import outbox
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio


def _days(task: dict[str, object], end: str) -> int:
    asked, due = interval(str(task["authoredOn"])), interval(end)
    assert asked is not None
    assert due is not None
    return (due[0] - asked[0]) // DAY_MS


async def reviews(doctor: Chart) -> list[dict[str, Any]]:
    """The Tasks that staff have of requests."""
    found = await doctor.search("Task", [("code", f"{TASK}|{amendments.REVIEW}")])
    return [decode(one.body) for one in found.matches]


async def test_a_request_is_due_in_sixty_days_and_waits_for_a_clinician(ann: Chart, doctor: Chart) -> None:
    made = await amendments.ask(ann, "ann", "Condition/c", "It says left", "It was right")

    assert (made["status"], made["focus"]["reference"]) == ("requested", "Condition/c")
    assert made["focus"]["display"] == "Condition"
    assert _days(made, made["restriction"]["period"]["end"]) == 60
    [review] = await reviews(doctor)
    assert review["performerType"][0]["coding"][0]["code"] == "clinician"
    assert (review["focus"]["reference"], review["status"]) == (f"Task/{made['id']}", "requested")
    assert review["restriction"] == made["restriction"]


async def test_whoever_asks_reads_their_request_and_not_what_staff_say_of_it(ann: Chart, doctor: Chart) -> None:
    made = await amendments.ask(ann, "ann", "Condition/c", "left", "right")
    [review] = await reviews(doctor)

    assert (await ann.read("Task", made["id"])).id == made["id"]
    with pytest.raises(NotFound):
        await ann.read("Task", review["id"])
    assert await reviews(ann) == []


async def test_nobody_asks_about_what_they_cannot_see(clinic: Clinic, ann: Chart) -> None:
    held = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NOPAT"}
    kept = {"resourceType": "Condition", "id": "held", "subject": {"reference": "Patient/ann"},
            "code": {"text": "x"}, "meta": {"security": [held]}}  # fmt: skip
    await clinic.servant().update("Condition", "held", kept)

    doctor = clinic.chart_of(clinic.sign_in("clinician", "Practitioner/dora"))
    with pytest.raises(Conflict):
        await amendments.ask(doctor, "ann", "Condition/held", "a", "b")
    for item in ("Condition/held", "Condition/none", "Patient/ben"):
        with pytest.raises(NotFound):
            await amendments.ask(ann, "ann", item, "a", "b")


async def test_what_is_granted_names_what_amends_it_and_tells_the_patient(
    clinic: Clinic, ann: Chart, doctor: Chart
) -> None:
    request = await amendments.ask(ann, "ann", "Condition/c", "a", "b")

    made = await amendments.grant(doctor, request["id"], "Condition/c/_history/1", "Done")

    assert (made["status"], made["owner"]["reference"]) == ("completed", "Practitioner/dora")
    [job] = await clinic.engine.write(lambda: outbox.take(2**50, 2**51, 5))
    assert (job.topic, job.said) == ("notify", {"kind": "amendment-decided", "recipient": "Patient/ann"})
    assert KINDS[job.said["kind"]].place == "/corrections"
    with pytest.raises(Conflict):
        await amendments.deny(doctor, request["id"], "accurate", "No")


async def test_a_denial_stands_on_one_of_four_grounds_and_says_why(ann: Chart, doctor: Chart) -> None:
    request = await amendments.ask(ann, "ann", "Condition/c", "a", "b")

    with pytest.raises(Invalid):
        await amendments.deny(doctor, request["id"], "because", "No")
    with pytest.raises(Invalid):
        await amendments.deny(doctor, request["id"], "accurate", " ")

    assert (await amendments.deny(doctor, request["id"], "accurate", "It is right"))["status"] == "rejected"


async def test_a_denial_is_answered_once_by_a_statement_that_stays(ann: Chart, doctor: Chart) -> None:
    request = await amendments.ask(ann, "ann", "Condition/c", "a", "b")
    with pytest.raises(Conflict):
        await amendments.disagree(ann, request["id"], "I disagree")
    await amendments.deny(doctor, request["id"], "accurate", "It is right")

    made = await amendments.disagree(ann, request["id"], "I disagree")

    assert made["output"][-1]["valueMarkdown"] == "I disagree"
    with pytest.raises(Conflict):
        await amendments.disagree(ann, request["id"], "Once more")


async def test_one_extension_adds_thirty_days(ann: Chart, doctor: Chart) -> None:
    request = await amendments.ask(ann, "ann", "Condition/c", "a", "b")

    made = await amendments.extend(doctor, request["id"], "Waiting for the other hospital")

    assert _days(made, made["restriction"]["period"]["end"]) == 90
    with pytest.raises(Conflict):
        await amendments.extend(doctor, request["id"], "Again")


@pytest.mark.parametrize("role", ["nurse", "front-desk"])
async def test_only_a_clinician_decides(clinic: Clinic, ann: Chart, role: str) -> None:
    request = await amendments.ask(ann, "ann", "Condition/c", "a", "b")
    other = clinic.chart_of(clinic.sign_in(role, "Practitioner/other"))

    with pytest.raises(Forbidden):
        await amendments.deny(other, request["id"], "accurate", "No")
    with pytest.raises(Forbidden):
        await amendments.extend(other, request["id"], "Later")


async def test_another_task_is_no_request(clinic: Clinic, ann: Chart, doctor: Chart) -> None:
    task = {"resourceType": "Task", "id": "t", "status": "requested", "intent": "order",
            "for": {"reference": "Patient/ann"}}  # fmt: skip
    await clinic.servant().update("Task", "t", task)

    with pytest.raises(Conflict):
        await amendments.deny(doctor, "t", "accurate", "No")
    with pytest.raises(Conflict):
        await amendments.disagree(ann, "t", "No")


async def test_by_http_a_request_goes_its_way(clinic: Clinic, browser: httpx.AsyncClient) -> None:
    asked = {"patient": "ann", "item": "Condition/c", "wrong": "left", "right": "right"}

    made = (await browser.post("/api/amendments", json=asked)).json()

    async with clinic.client(clinic.sign_in("clinician", "Practitioner/dora")) as doctor:
        said = {"ground": "accurate", "text": "It is right"}
        assert (await doctor.post(f"/api/amendments/{made['id']}/deny", json=said)).json()["state"] == "denied"
    assert (await browser.post(f"/api/amendments/{made['id']}/deny", json=said)).status_code == 403
    assert (await browser.get(f"/api/amendments/{made['id']}")).json()["state"] == "denied"
    [listed] = (await browser.get("/api/amendments", params={"patient": "ann"})).json()
    assert (listed["state"], listed["ground"], listed["notes"][-1]) == ("denied", "accurate", "It is right")
    assert (await browser.get("/api/amendments", params={"patient": "ben"})).json() == []


async def test_an_open_request_from_before_gets_its_task_of_staff_once(
    clinic: Clinic, ann: Chart, doctor: Chart
) -> None:
    made = await amendments.ask(ann, "ann", "Condition/c", "a", "b")
    [review] = await reviews(doctor)
    await clinic.servant().delete("Task", review["id"])

    for _ in range(2):
        await amendments.review_open(clinic.servant())

    [anew] = await reviews(doctor)
    assert (anew["id"] != review["id"], anew["focus"]["reference"]) == (True, f"Task/{made['id']}")
