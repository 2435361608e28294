"""
What staff say to each other of a task stays among staff, whoever's act made the task.

A patient's message, refill, form, request or document makes a Task about them. Its hand-over notes, its urgency and who
has it are the clinic's; the patient learns what became of what they asked for by the operations that say so.
"""

from collections.abc import AsyncIterator, Iterable
from importlib import import_module

import httpx
import pytest

from meridian.access.subject import Role
from meridian.fhir.ours import NOPAT, PATIENTS_TASKS, STAFF_TASKS, TASKS, task
from meridian.messaging.queues import ALL, kinds
from meridian.messaging.withholding import label
from meridian.store.plan import Change, Plan
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio

FHIR = "/fhir/R4"
WORD = "brusque-on-the-telephone"
"""Stands in what staff say, and nowhere else."""
REVIEW = "emergency-review"
LOOKS = (
    "Task",
    "Task?patient=ann",
    "Task?_id={id}",
    "Task?_summary=count&patient=ann",
    "Task/{id}",
    "Task/{id}/_history",
    "Task/{id}/_history/1",
    "Task/_history",
    "Patient/ann/$everything",
    "Patient?_id=ann&_revinclude=Task:patient",
    "Patient?_has:Task:patient:_id={id}",
)


@pytest.fixture
async def portal(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    async with clinic.client(clinic.sign_in("patient", "Patient/ann", patients=["ann"])) as client:
        yield client


@pytest.fixture
async def team(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    async with clinic.client(clinic.sign_in("clinician", "Practitioner/dora")) as client:
        yield client


async def handed_over(clinic: Clinic, team: httpx.AsyncClient, kind: str) -> str:
    """The id of a Task of *kind* about Ann that has been given on with a word about her."""
    made = task(kind, patient="Patient/ann", role="clinician", now="2026-03-02T10:00:00Z", note=WORD)
    logical_id = str((await clinic.servant().create("Task", made)).stored.id)
    if kind == REVIEW:
        return logical_id  # nobody hands on the review of an emergency; what it says is as little for the patient
    given = {"owner": "Practitioner/nora", "note": WORD}
    answer = await team.post(f"/api/inbox/{logical_id}/assign", json=given)
    assert answer.status_code == 200, answer.text
    return logical_id


async def seen(client: httpx.AsyncClient, logical_id: str) -> dict[str, int]:
    """Which ways show anything of the Task, and with what status."""
    found = {}
    for look in LOOKS:
        answer = await client.get(f"{FHIR}/{look.format(id=logical_id)}")
        total = answer.json().get("total", 0) if "count" in look else 0
        if WORD in answer.text or f'"{logical_id}"' in answer.text or total:
            found[look] = answer.status_code
    whole = await client.get("/api/own/ann/record")
    return found | ({"record": whole.status_code} if WORD in whole.text else {})


@pytest.mark.parametrize("kind", sorted(set(TASKS) - PATIENTS_TASKS))
async def test_no_way_leads_a_patient_to_a_task_of_staff(
    clinic: Clinic, portal: httpx.AsyncClient, team: httpx.AsyncClient, kind: str
) -> None:
    logical_id = await handed_over(clinic, team, kind)

    assert await seen(portal, logical_id) == {}
    assert "Task/{id}" in await seen(team, logical_id)


async def test_a_task_from_before_is_withheld_in_all_its_versions(
    clinic: Clinic, portal: httpx.AsyncClient, team: httpx.AsyncClient
) -> None:
    made = task("message", patient="Patient/ann", role="clinician", now="2026-03-02T10:00:00Z", note=WORD)
    del made["meta"]
    servant = clinic.servant()
    for status in ("requested", "accepted"):
        await servant.update("Task", "old", made | {"id": "old", "status": status})
    assert "Task/{id}/_history/1" in await seen(portal, "old")
    migration = import_module("meridian.store.migrations.versions.0014_withheld_tasks")

    await clinic.engine.write(lambda: _run(migration.STEPS))

    assert await seen(portal, "old") == {}
    await label(servant)
    await servant.patch("Task", "old", b'[{"op": "replace", "path": "/status", "value": "on-hold"}]')
    assert await seen(portal, "old") == {}
    assert "Task/{id}" in await seen(team, "old")


def _run(statements: Iterable[str]) -> Plan[None]:
    for statement in statements:
        yield Change(statement)


def test_every_kind_is_either_staffs_or_the_patients() -> None:
    assert set(TASKS) == STAFF_TASKS | PATIENTS_TASKS
    assert not STAFF_TASKS & PATIENTS_TASKS
    assert all(NOPAT in task(kind, now="")["meta"]["security"] for kind in STAFF_TASKS)


def test_staff_hand_over_nothing_that_its_patient_reads() -> None:
    assert not kinds(Role.CLINICIAN, ALL) & PATIENTS_TASKS


async def test_what_a_message_makes_is_not_shown_to_who_wrote_it(
    portal: httpx.AsyncClient, team: httpx.AsyncClient
) -> None:
    first = {"key": "0" * 16, "patient": "ann", "subject": "A question", "text": "Hello", "about": "health"}
    made = await portal.post("/api/messages/threads", json=first)
    again = {"key": "1" * 16, "text": "And more"}
    more = await portal.post(f"/api/messages/threads/{made.json()['thread']}/messages", json=again)

    assert [made.status_code, more.status_code] == [201, 201]
    assert (await portal.get(f"{FHIR}/Task?patient=ann")).json()["total"] == 0
    assert (await team.get(f"{FHIR}/Task?patient=ann&code=message")).json()["total"] == 1
