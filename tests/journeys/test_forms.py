"""Forms: made by the clinic, filled in by patients a page at a time, looked at by staff."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

ADMINISTRATOR, CLINICIAN = "admin@harbor.example", "haddad@harbor.example"
PATIENT = "margaret-obrien@mail.example"
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
Axe = Callable[..., list[str]]


def asked(page: Any, text: str, kind: str) -> None:
    """Another question of the form that is made."""
    page.get_by_role("button", name="Add question").click()
    page.get_by_label("What is asked").fill(text)
    page.get_by_label("Kind of answer").select_option(label=kind)


def made(page: Any, title: str) -> None:
    """A published form of three questions, the second of which depends on the first."""
    page.goto("/forms/new")
    settled(page)
    page.get_by_label("Title", exact=True).fill(title)
    asked(page, "Do you smoke?", "Yes or no")
    page.get_by_text("Must be answered").click()
    asked(page, "How many a day?", "A whole number")
    page.get_by_role("button", name="Add condition").click()
    asked(page, "How do you sleep?", "One of several")
    page.get_by_label("Choice 1", exact=True).fill("Well")
    page.get_by_label("Choice 2", exact=True).fill("Badly")
    page.get_by_label("Points").nth(1).fill("2")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published: it can be sent now").wait_for()


def sent(page: Any, title: str) -> None:
    """The form on its way to the patient."""
    page.goto(f"/patients/{life('margaret-obrien').id}/forms")
    settled(page)
    page.get_by_role("button", name="Send a form").click()
    page.get_by_label("Which form").select_option(label=title)
    page.get_by_role("button", name="Send to patient").click()
    page.get_by_text("The form is on its way").wait_for()


def test_a_form_goes_from_the_clinic_to_the_patient_and_back_into_the_chart(visitors: Visitors, axe: Axe) -> None:
    made(visitors.signed_in(ADMINISTRATOR, **DESK), "Sleep and smoking")
    staff = visitors.signed_in(CLINICIAN, **DESK)
    sent(staff, "Sleep and smoking")

    patient = visitors.signed_in(PATIENT, **PHONE)
    patient.goto("/my-forms")
    settled(patient)
    assert axe(patient) == []
    patient.get_by_role("link", name="Start: Sleep and smoking").click()
    patient.get_by_role("heading", name="Do you smoke?").wait_for()
    patient.get_by_role("button", name="Continue").click()
    patient.get_by_role("alert").get_by_text("Please answer: Do you smoke?").wait_for()
    assert axe(patient) == []
    patient.get_by_text("Yes", exact=True).click()
    patient.get_by_role("button", name="Continue").click()
    patient.get_by_label("How many a day?").fill("12")
    patient.get_by_role("button", name="Save and go on later").click()
    patient.get_by_role("link", name="Go on: Sleep and smoking").click()
    patient.get_by_role("button", name="Continue").click()
    assert patient.get_by_label("How many a day?").input_value() == "12"
    patient.get_by_role("button", name="Continue").click()
    patient.get_by_text("Badly").click()
    patient.get_by_role("button", name="Continue").click()
    patient.get_by_role("heading", name="Check your answers").wait_for()
    assert axe(patient) == []
    patient.get_by_role("button", name="Send to the clinic").click()
    patient.get_by_role("heading", name="Your answers were sent").wait_for()
    assert axe(patient) == []

    staff.reload()
    settled(staff)
    staff.get_by_role("button", name="Review: Sleep and smoking").click()
    staff.get_by_text("Score 2").wait_for()
    assert staff.get_by_text("12", exact=True).is_visible()
    assert axe(staff) == []
    staff.get_by_role("button", name="Mark as reviewed").click()
    staff.get_by_text("Reviewed", exact=True).wait_for()


def test_a_question_that_no_longer_stands_is_not_sent(visitors: Visitors) -> None:
    page = visitors.signed_in(ADMINISTRATOR, **DESK)
    made(page, "Only when asked")
    preview = page.get_by_role("region", name="Preview")
    preview.get_by_text("Yes", exact=True).click()
    preview.get_by_role("button", name="Continue").click()
    preview.get_by_label("How many a day?").fill("3")
    preview.get_by_role("button", name="Back").click()
    preview.get_by_text("No", exact=True).click()
    preview.get_by_role("button", name="Continue").click()
    preview.get_by_role("heading", name="How do you sleep?").wait_for()
    preview.get_by_role("button", name="Continue").click()

    assert preview.get_by_text("How many a day?").count() == 0


def test_questions_are_put_in_order_by_keyboard(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(ADMINISTRATOR, **DESK)
    page.goto("/forms/new")
    settled(page)
    page.get_by_label("Title", exact=True).fill("In order")
    asked(page, "First", "Yes or no")
    asked(page, "Second", "Yes or no")
    rows = page.get_by_role("grid", name="Questions").get_by_role("row")

    rows.nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")

    assert "Second" in rows.nth(0).inner_text()
    rows.nth(0).get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.ariaLabel?.startsWith('Insert')")
    for _ in range(4):
        if page.evaluate("document.activeElement.ariaLabel") == "Insert after First":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.form-item').innerText.includes('First')")
    assert axe(page) == []


def test_the_builder_is_whole_on_a_phone(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(ADMINISTRATOR, **PHONE)
    page.goto("/forms/new")
    settled(page)
    asked(page, "First", "One of several")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
