"""What one does is seen by the other at once, in two real browsers: nobody loads a page anew."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from meridian.fhir.ours import extension
from meridian.testing.browser import Visitors, demo_server, life, settled, visit

pytestmark = pytest.mark.browser

DESK, NURSE, CLINICIAN = "desk@harbor.example", "nurse@harbor.example", "okafor@harbor.example"
LABORATORY = "lab@harbor.example"
PATIENT = "margaret-obrien@mail.example"
THREAD = "Knee is worse on the stairs"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}

Axe = Callable[[Any], list[str]]


def conversation(visitors: Visitors, email: str, **look: Any) -> Any:
    """Somebody before the conversation about the knee."""
    page = visitors.signed_in(email, **look)
    page.goto("/messages")
    page.get_by_role("link", name=THREAD).click()
    page.locator(".thread").get_by_text("keep it raised in the evening").wait_for()
    settled(page)
    return page


def write(page: Any, text: str) -> None:
    """Write and send."""
    page.locator("#message-text").fill(text)
    page.get_by_role("button", name="Send").click()


def shown(page: Any, text: str) -> Any:
    """The message with that text."""
    return page.locator(".said-one", has_text=text)


@pytest.mark.parametrize("who", [PATIENT, NURSE])
def test_a_page_opens_one_socket_and_follows_its_own_feeds(visitors: Visitors, who: str) -> None:
    page = visitors.signed_in(who)
    heard: list[str] = []
    sockets: list[Any] = []

    def opened(socket: Any) -> None:
        sockets.append(socket)
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    page.on("websocket", opened)

    page.goto("/")
    settled(page)

    acks = [json.loads(one.lstrip("0123456789")) for one in until(page, heard, "43")]
    assert [one.url.partition("?")[0] for one in sockets] == [
        f"ws://{visitors.clinic.origin.partition('//')[2]}/socket.io/"
    ]
    assert [answer["ok"] for [answer] in acks] == [True] * len(acks)
    assert any("feeds" in answer["data"] for [answer] in acks)


def until(page: Any, heard: list[str], beginning: str) -> list[str]:
    """The frames heard that begin so, once there is one."""
    for _ in range(100):
        if found := [frame for frame in heard if frame.startswith(beginning)]:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"no {beginning} among {heard}")


def test_a_message_is_there_at_once_with_who_writes_it_and_who_has_read_it(visitors: Visitors, axe: Axe) -> None:
    ann, nora = conversation(visitors, PATIENT, **PHONE), conversation(visitors, NURSE, **WIDE)

    nora.locator("#message-text").press_sequentially("Come on Thursday")
    ann.get_by_text("Joanne Whitfield is writing").wait_for()
    assert axe(ann) == []
    nora.get_by_role("button", name="Send").click()

    shown(ann, "Come on Thursday").wait_for()
    ann.get_by_text("Joanne Whitfield is writing").wait_for(state="detached")
    assert nora.get_by_text("Read by the patient").count() == 0, "it is below what she sees"
    ann.get_by_role("button", name="New message from Joanne Whitfield").click()
    nora.get_by_text("Read by the patient").wait_for()
    write(ann, "Thank you, I will")
    shown(nora, "Thank you, I will").wait_for()
    ann.get_by_text("Read by the clinic").wait_for()
    for page in (ann, nora):
        assert [shown(page, text).count() for text in ("Come on Thursday", "Thank you, I will")] == [1, 1]
        assert axe(page) == []


def test_what_is_written_without_a_line_waits_and_is_there_once_when_the_server_is_back(
    browser: Any, apart: Path, axe: Axe
) -> None:
    with demo_server(apart) as clinic, visit(browser, clinic, {}) as visitors:
        ann, nora = conversation(visitors, PATIENT, **PHONE), conversation(visitors, NURSE, **WIDE)
        write(ann, "Written before")
        shown(nora, "Written before").wait_for()

        with visitors.watch.expecting("ERR_CONNECTION|ERR_SOCKET|WebSocket connection"):
            with clinic.server.gone():
                write(ann, "Written meanwhile")
                write(ann, "And one more")
                ann.get_by_text("It waits for a connection").nth(1).wait_for()
                ann.get_by_text("No connection to the server").wait_for()
                assert axe(ann) == []
            shown(nora, "And one more").wait_for(timeout=30_000)

        ann.get_by_text("No connection to the server").wait_for(state="detached")
        ann.get_by_text("It waits for a connection").first.wait_for(state="detached")
        texts = ["Written before", "Written meanwhile", "And one more"]
        for page in (ann, nora):
            assert [shown(page, text).count() for text in texts] == [1, 1, 1]
            said = page.locator(".said-text").all_inner_texts()
            assert [one for one in said if one in texts] == texts


def test_the_board_moves_when_the_desk_checks_somebody_in(visitors: Visitors, axe: Axe) -> None:
    fred, doctor = visitors.signed_in(DESK, **WIDE), visitors.signed_in(NURSE, **PHONE)
    for page in (fred, doctor):
        page.goto("/")
        page.get_by_role("table").first.wait_for()
        settled(page)
    row = fred.get_by_role("table", name="Expected").get_by_role("row").nth(1)
    name = row.get_by_role("link").inner_text()
    before = doctor.get_by_role("table", name="Arrived").get_by_role("link", name=name).count()

    row.get_by_role("link").focus()
    fred.keyboard.press("a")

    doctor.get_by_role("table", name="Arrived").get_by_role("link", name=name).nth(before).wait_for()
    assert axe(doctor) == []
    fred.get_by_role("button", name="Undo").last.click()
    doctor.get_by_role("table", name="Expected").get_by_role("link", name=name).first.wait_for()


def test_colleagues_see_who_may_be_disturbed(visitors: Visitors, axe: Axe) -> None:
    nora, doctor = visitors.signed_in(NURSE, **WIDE), conversation(visitors, CLINICIAN, **WIDE)
    nora.goto("/")
    settled(nora)
    doctor.locator(".thread-head").get_by_text("Joanne Whitfield is available").wait_for()

    nora.locator(".topbar-person").click()
    assert axe(nora) == []
    nora.get_by_role("menuitem", name="Busy").click()

    doctor.locator(".thread-head").get_by_text("Joanne Whitfield is busy").wait_for()
    nora.get_by_text("Colleagues see you as busy").wait_for()
    nora.locator(".topbar").get_by_text("Busy").wait_for()
    assert axe(doctor) == []


SEND = """async (bundle) => {
  const headers = { "Content-Type": "application/fhir+json" };
  const answer = await fetch("/api/results/intake", { method: "POST", headers, body: JSON.stringify(bundle) });
  return (await answer.json()).reports[0].state;
}"""


def report(title: str) -> dict[str, Any]:
    """A report of Margaret's potassium as a laboratory sends it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    value = {"value": 4.1, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    code = {"coding": [{"system": "http://loinc.org", "code": "6298-4"}], "text": "Potassium"}
    measured = {
        "resourceType": "Observation", "id": "k", "status": "final", "code": code, "effectiveDateTime": now,
        "valueQuantity": value,
    }  # fmt: skip
    whole = {
        "resourceType": "DiagnosticReport", "status": "final", "code": {"text": title}, "effectiveDateTime": now,
        "identifier": [{"system": "https://lab.example/reports", "value": title}], "issued": now,
        "subject": {"reference": f"Patient/{life('margaret-obrien').id}"},
        "result": [{"reference": "Observation/k"}],
    }  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": whole}, {"resource": measured}]}


def test_a_result_is_with_the_doctor_once_it_is_in_and_with_its_patient_once_it_is_signed(visitors: Visitors) -> None:
    doctor, ann = visitors.signed_in(CLINICIAN, **WIDE), visitors.signed_in(PATIENT, **PHONE)
    laboratory = visitors.signed_in(LABORATORY)
    for page, path in ((doctor, "/results"), (ann, "/record/results"), (laboratory, "/security")):
        page.goto(path)
        settled(page)

    assert laboratory.evaluate(SEND, report("Electrolytes live")) == "matched"

    result = doctor.get_by_role("region", name="Electrolytes live")
    result.get_by_role("button", name="Sign").click()
    doctor.get_by_label("Comment for the chart").fill("All as it should be.")
    doctor.get_by_role("button", name="Sign result").click()
    ann.get_by_role("region", name="Electrolytes live").get_by_text("All as it should be").wait_for()


BOOK = """async (resource) => {
  const headers = { "Content-Type": "application/fhir+json" };
  const answer = await fetch("/fhir/R4/Appointment", { method: "POST", headers, body: JSON.stringify(resource) });
  return (await answer.json()).id;
}"""
ENTER = """async (visit) => {
  const where = `${location.origin.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(where);
  const heard = (begin) => new Promise((done) => socket.addEventListener("message", function look({ data }) {
    if (!data.startsWith(begin)) return;
    socket.removeEventListener("message", look);
    done(data);
  }));
  await heard("0");
  socket.send("40");
  await heard("40");
  socket.send(`420${JSON.stringify(["visit.enter", { v: 1, visit, consent: true }])}`);
  return JSON.parse((await heard("430")).slice(3))[0].ok;
}"""
"""Comes to a visit from a page that shows another; its camera stays off."""


def video_visit(page: Any) -> str:
    """A video visit of Margaret's with the clinician at *page*, whose doors are open and whose time is nobody's."""
    start = datetime.now(UTC) - timedelta(minutes=9)
    people = [
        f"Patient/{life('margaret-obrien').id}",
        page.evaluate("fetch('/api/session').then((it) => it.json())")["person"],
    ]
    visit = {
        "resourceType": "Appointment",
        "status": "booked",
        "extension": [extension("video", valueBoolean=True)],
        "start": start.isoformat(timespec="seconds"),
        "end": (start + timedelta(minutes=8)).isoformat(timespec="seconds"),
        "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in people],
    }
    return str(page.evaluate(BOOK, visit))


def test_who_waits_by_video_rings_wherever_the_other_one_is(visitors: Visitors, axe: Axe) -> None:
    doctor, ann = visitors.signed_in(CLINICIAN, **WIDE), visitors.signed_in(PATIENT, **PHONE)
    for page, path in ((doctor, "/patients"), (ann, "/messages")):
        page.goto(path)
        settled(page)
    visit = video_visit(doctor)

    assert doctor.evaluate(ENTER, visit)
    ready = ann.locator(".ring").filter(has_text="Your video visit is ready")
    ready.get_by_role("link", name="Join").wait_for()
    assert axe(ann) == []
    ready.get_by_role("button", name="Not now").click()
    ready.wait_for(state="detached")

    assert ann.evaluate(ENTER, visit)
    call = doctor.locator(".ring").filter(has_text="Margaret Rose O'Brien waits for you by video")
    call.wait_for()
    assert axe(doctor) == []
    call.get_by_role("button", name="Not now").focus()
    doctor.keyboard.press("Escape")
    call.wait_for(state="detached")
