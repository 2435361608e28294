"""`/api/inbox`, `/api/messages` and `/api/notifications` over HTTP."""

import httpx
import pytest

from meridian.fhir.ours import task
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio
KEY = "client-generated-key-{:04}"


def browser(clinic: Clinic, role: str, who: str, *patients: str) -> httpx.AsyncClient:
    return clinic.client(clinic.sign_in(role, who, patients=patients))


async def test_a_patient_and_a_nurse_write_to_each_other(clinic: Clinic) -> None:
    async with (
        browser(clinic, "patient", "Patient/ann", "ann") as ann,
        browser(clinic, "nurse", "Practitioner/nora") as nora,
    ):
        asked = {"key": KEY.format(1), "subject": "My knee", "about": "health", "text": "It hurts"}
        made = await ann.post("/api/messages/threads", json=asked)
        thread = made.json()["thread"]
        [line] = (await nora.get("/api/messages/threads")).json()["threads"]
        counts = (await nora.get("/api/inbox/counts")).json()
        answer = {"key": KEY.format(2), "text": "Put some ice on it"}
        sent = await nora.post(f"/api/messages/threads/{thread}/messages", json=answer)
        read = (await ann.get(f"/api/messages/threads/{thread}")).json()
        await ann.post(f"/api/messages/threads/{thread}/read", json={"at": 2**50})
        again = (await ann.get("/api/messages/unread")).json()

    assert (made.status_code, sent.status_code) == (201, 201)
    assert (line["subject"], line["patient"]["name"], line["unread"], line["waiting"]) == (
        "My knee",
        "ANN, A",
        True,
        True,
    )
    assert counts == {"mine": 0, "team": 1, "messages": 1}
    assert [(one["text"], one["own"], one["staff"]) for one in read["messages"]] == [
        ("It hurts", True, False), ("Put some ice on it", False, True),
    ]  # fmt: skip
    assert again == {"unread": 0}


async def test_a_writer_finds_a_message_again_by_its_key_and_nobody_else_is_told_it(clinic: Clinic) -> None:
    async with (
        browser(clinic, "patient", "Patient/ann", "ann") as ann,
        browser(clinic, "nurse", "Practitioner/nora") as nora,
    ):
        asked = {"key": KEY.format(1), "subject": "My knee", "about": "health", "text": "It hurts"}
        thread = (await ann.post("/api/messages/threads", json=asked)).json()["thread"]
        await nora.post(f"/api/messages/threads/{thread}/messages", json={"key": KEY.format(2), "text": "Ice"})
        own, theirs = [(await one.get(f"/api/messages/threads/{thread}")).json() for one in (ann, nora)]

    assert [one["key"] for one in own["messages"]] == [KEY.format(1), ""]
    assert [one["key"] for one in theirs["messages"]] == ["", KEY.format(2)]


async def test_the_inbox_speaks_of_people_by_name(clinic: Clinic) -> None:
    one = task("to-do", patient="Patient/ann", owner="Practitioner/nora", now="2026-01-01T00:00:00Z", note="Call back")
    await clinic.servant().create("Task", one)
    async with browser(clinic, "nurse", "Practitioner/nora") as nora:
        found = (await nora.get("/api/inbox", params={"view": "mine"})).json()
        [line] = found["tasks"]
        done = await nora.post(f"/api/inbox/{line['id']}/complete", json={"note": "Called"})
        history = (await nora.get(f"/api/inbox/{line['id']}/history")).json()["versions"]
        refused = await nora.get("/api/inbox", params={"view": "everything"})

    assert found["counts"] == {"to-do": 1}
    assert (line["title"], line["patient"]["name"], line["owner"]["name"]) == ("Call back", "ANN, A", "X Nora")
    assert (done.json()["state"], [step["state"] for step in history]) == ("completed", ["completed", "requested"])
    assert refused.status_code == 422


async def test_people_choose_what_they_are_told(clinic: Clinic) -> None:
    async with (
        browser(clinic, "patient", "Patient/ann", "ann") as ann,
        browser(clinic, "nurse", "Practitioner/nora") as nora,
    ):
        before = (await ann.get("/api/notifications/settings")).json()["kinds"]
        chosen = {"kinds": [{"kind": "message", "mail": False, "sms": True}]}
        kept = await ann.put("/api/notifications/settings", json=chosen)
        after = (await ann.get("/api/notifications/settings")).json()["kinds"]
        others = await ann.put(
            "/api/notifications/settings", json={"kinds": [{"kind": "task", "mail": True, "sms": True}]}
        )
        theirs = (await nora.get("/api/notifications/settings")).json()["kinds"]

    assert kept.status_code == 204
    assert {"kind": "message", "mail": True, "sms": False} in before
    assert {"kind": "message", "mail": False, "sms": True} in after
    assert len(before) == len(after)
    assert others.status_code == 422
    assert [one["kind"] for one in theirs] == ["task", "staff-message"]


async def test_a_client_must_name_its_message_and_cannot_send_html_as_anything_but_text(clinic: Clinic) -> None:
    async with browser(clinic, "patient", "Patient/ann", "ann") as ann:
        nameless = await ann.post("/api/messages/threads", json={"subject": "x", "text": "x"})
        html = {"key": KEY.format(1), "subject": "<b>x</b>", "text": "<img src=x onerror=alert(1)>"}
        thread = (await ann.post("/api/messages/threads", json=html)).json()["thread"]
        read = await ann.get(f"/api/messages/threads/{thread}")

    assert nameless.status_code == 422
    assert read.headers["content-type"] == "application/json"
    assert read.json()["messages"][0]["text"] == html["text"]
