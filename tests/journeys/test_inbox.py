"""A question and its answer, what waits, and what people are told: patients on a phone, staff at a desk."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

PATIENT = "margaret-obrien@mail.example"
NURSE, DESK = "nurse@harbor.example", "desk@harbor.example"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}

Axe = Callable[[Any], list[str]]


def test_a_patient_asks_on_a_phone_and_a_nurse_answers_from_the_inbox(visitors: Visitors, axe: Axe) -> None:
    ann = visitors.signed_in(PATIENT, **PHONE)
    ann.goto("/messages")
    ann.get_by_role("link", name="Write to the clinic").click()
    ann.get_by_text("If it is an emergency, call 911 now").wait_for()
    assert axe(ann) == []
    ann.get_by_role("button", name="Send").click()
    ann.get_by_role("alert").get_by_text("Choose what it is about").wait_for()
    ann.get_by_role("radio", name="My health").click(force=True)
    ann.get_by_label("Subject").fill("May I swim with my knee?")
    ann.get_by_label("Message", exact=True).fill("The pool has warm water.\nIs that all right?")
    ann.get_by_role("button", name="Send").click()
    ann.get_by_role("heading", name="May I swim with my knee?").wait_for()
    settled(ann)
    assert axe(ann) == []

    nora = visitors.signed_in(NURSE, **WIDE)
    nora.goto("/inbox")
    nora.get_by_role("radio", name="My team's").click(force=True)
    asked = nora.get_by_role("list", name="Tasks").get_by_role("link").filter(has_text="Answer a message")
    asked.filter(has_text="O'BRIEN, Margaret").first.wait_for()
    nora.locator(f"a[href='/inbox/{waiting(nora, ann.url.rpartition('/')[2])}']").click()
    settled(nora)
    assert axe(nora) == []
    nora.get_by_role("link", name="Open the conversation").click()
    nora.get_by_text("The pool has warm water.").wait_for()
    settled(nora)
    assert axe(nora) == []
    nora.get_by_label("Your answer").fill("Yes, twice a week, and not for long at first.")
    nora.get_by_role("button", name="Send").click()
    nora.get_by_text("Yes, twice a week").wait_for()
    nora.locator(".thread-head").get_by_text("Answered").wait_for()

    ann.reload()
    ann.get_by_text("Yes, twice a week, and not for long at first.").wait_for()
    ann.locator(".said").get_by_text("Joanne Whitfield").wait_for()


def waiting(page: Any, thread: str) -> str:
    """The team's task of answering a thread: others of the patient's may wait too."""
    tasks = page.request.get("/api/inbox?view=team&kind=message").json()["tasks"]
    return next(str(one["id"]) for one in tasks if one["focus"] == f"Communication/{thread}")


def test_a_note_among_staff_is_not_shown_to_the_patient(visitors: Visitors) -> None:
    nora = visitors.signed_in(NURSE, **WIDE)
    nora.goto("/messages")
    nora.get_by_role("link", name="Knee is worse on the stairs").click()
    nora.get_by_text("keep it raised in the evening").wait_for()
    settled(nora)
    nora.get_by_role("radio", name="Note among staff").click(force=True)  # what follows waits for what it brings
    nora.get_by_role("textbox", name="Note among staff").fill("She sounded worried on the telephone")
    nora.get_by_role("button", name="Keep note").click()
    nora.locator(".said[data-note]").get_by_text("She sounded worried").wait_for()

    ann = visitors.signed_in(PATIENT, **PHONE)
    ann.goto("/messages")
    ann.get_by_role("link", name="Knee is worse on the stairs").click()
    ann.get_by_text("keep it raised in the evening").wait_for()

    assert ann.get_by_text("She sounded worried").count() == 0
    assert ann.get_by_text("Swelling in the evening only, no fever").count() == 0


def test_the_front_desk_sees_questions_about_visits_and_none_about_health(visitors: Visitors, axe: Axe) -> None:
    fred = visitors.signed_in(DESK, **WIDE)
    fred.goto("/messages")
    fred.get_by_role("radio", name="All").click(force=True)
    fred.get_by_role("link", name="Where can my daughter park?").wait_for()
    settled(fred)

    assert fred.get_by_text("Knee is worse on the stairs").count() == 0
    assert axe(fred) == []


def test_what_is_done_by_keyboard_can_be_undone(visitors: Visitors, axe: Axe) -> None:
    nora = visitors.signed_in(NURSE, **WIDE)
    nora.goto("/inbox")
    nora.get_by_role("button", name="New to-do").click()
    nora.get_by_label("What is to be done").fill("Count the vaccines")
    nora.get_by_text("It is urgent").click()
    assert axe(nora) == []
    nora.get_by_role("button", name="Add").click()
    line = nora.get_by_role("list", name="Tasks").get_by_role("link").filter(has_text="Count the vaccines")
    line.wait_for()
    nora.locator("h1").click()
    nora.keyboard.press("j")
    nora.get_by_role("heading", name="What happened").wait_for()
    nora.keyboard.press("e")
    nora.get_by_role("button", name="Undo").wait_for()
    line.wait_for(state="detached")

    nora.get_by_role("button", name="Undo").click()

    line.wait_for()


def test_a_task_is_handed_to_a_team_with_a_note(visitors: Visitors) -> None:
    nora = visitors.signed_in(NURSE, **WIDE)
    nora.goto("/inbox")
    nora.get_by_role("list", name="Tasks").get_by_role("link").filter(has_text="Order paper").click()
    nora.get_by_role("button", name="Hand over").click()
    nora.get_by_role("radio", name="A team").click(force=True)
    nora.get_by_label("A team").last.select_option(label="Front desk")
    nora.get_by_label("Note for them").fill("The usual size")
    nora.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    nora.get_by_text("Handed over to Front desk").wait_for()

    fred = visitors.signed_in(DESK, **PHONE)
    fred.goto("/inbox")
    fred.get_by_role("radio", name="My team's").click(force=True)
    fred.get_by_role("list", name="Tasks").get_by_role("link").filter(has_text="Order paper").click()

    fred.get_by_text("The usual size").wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_people_choose_what_they_are_told(visitors: Visitors, axe: Axe, width: int) -> None:
    ann = visitors.signed_in(PATIENT, viewport={"width": width, "height": 900})
    ann.goto("/settings/notifications")
    box = ann.get_by_role("checkbox", name="A new message: By text message")
    box.wait_for()
    before = box.is_checked()
    assert axe(ann) == []

    box.click(force=True)
    ann.get_by_text("Saved", exact=True).first.wait_for()
    ann.reload()
    box.wait_for()

    assert box.is_checked() is not before


def test_a_chart_has_its_patients_conversations(visitors: Visitors, axe: Axe) -> None:
    nora = visitors.signed_in(NURSE, **WIDE)

    nora.goto(f"/patients/{life('margaret-obrien').id}/messages")
    nora.get_by_role("link", name="Where can my daughter park?").wait_for()
    settled(nora)

    assert axe(nora) == []
    nora.get_by_role("link", name="Knee is worse on the stairs").click()
    nora.get_by_text("keep it raised in the evening").wait_for()
