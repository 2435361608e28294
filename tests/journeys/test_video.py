"""Video visits in real browsers with made-up cameras: the patient on a phone, the clinician at a desk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from meridian.testing.browser import Visitors, settled
from meridian.testing.video import (
    DOCTOR,
    MARGARET,
    PATIENT,
    PHONE,
    READ,
    agreed,
    at_desk,
    booked,
    checked,
    chosen,
    ended,
    let_in,
    made,
    press,
    recordings_allowed,
    sees,
    waiting,
)

pytestmark = pytest.mark.browser

NO_CAMERA = """() => {
  const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) => wanted.video
    ? Promise.reject(new DOMException("no", "NotAllowedError")) : get(wanted);
}"""
"""The person has told the browser that no page is to see them."""

Axe = Callable[[Any], list[str]]


def test_a_visit_from_the_phone_at_home_to_the_note_beside_the_call(visitors: Visitors, axe: Axe) -> None:
    doctor = at_desk(visitors)
    visit = booked(doctor)
    patient = visitors.signed_in(PATIENT, **PHONE)
    patient.goto("/")
    patient.get_by_role("link", name="Visits", exact=True).click()
    patient.locator(f"a[href='/visits/{visit}']").first.click()
    checked(patient)
    agreed(patient)
    assert axe(patient) == []

    let_in(doctor, visit)
    sees(doctor, MARGARET)
    sees(patient, DOCTOR)
    assert axe(doctor) == []
    assert axe(patient) == []

    press(patient, "Chat")
    patient.get_by_role("textbox", name="Write to everybody").fill("It is the left knee")
    press(patient, "Send")
    press(doctor, re.compile("^Chat"))
    doctor.get_by_text("It is the left knee").wait_for()
    doctor.get_by_role("link", name="Medicines", exact=True).click()
    doctor.get_by_role("heading", name="Current medicines").wait_for()
    press(doctor, "Note")
    doctor.get_by_label("Template").wait_for()
    sees(doctor, MARGARET)

    ended(doctor)
    doctor.get_by_text("It is the left knee").wait_for()
    patient.get_by_role("heading", name="Your visit is over.").wait_for()
    assert axe(doctor) == []
    assert axe(patient) == []
    found = doctor.evaluate(READ, f"Encounter?appointment=Appointment/{visit}")
    assert [one["resource"]["class"]["code"] for one in found["entry"]] == ["VR"]


def test_whoever_goes_on_in_the_portal_or_loads_the_page_anew_stays_in_the_call(visitors: Visitors) -> None:
    doctor = at_desk(visitors)
    visit = booked(doctor)
    patient = waiting(visitors, visit)
    let_in(doctor, visit)
    sees(patient, DOCTOR)

    doctor.get_by_role("link", name="Patients", exact=True).click()
    sees(doctor, MARGARET)
    doctor.get_by_role("link", name="Back to the call").click()
    doctor.get_by_role("group", name="Call").wait_for()
    doctor.keyboard.press("m")
    doctor.get_by_role("button", name="Unmute").wait_for()
    patient.get_by_role("img", name="microphone off").wait_for()

    patient.reload()
    sees(patient, DOCTOR)
    press(patient, "Leave")
    patient.get_by_role("alertdialog").get_by_role("button", name="Leave").click()
    patient.get_by_role("heading", name="You have left the call.").wait_for()
    press(patient, "Go back in")
    patient.get_by_role("heading", name="Waiting room").wait_for()
    ended(doctor)


def test_an_interpreter_comes_by_a_link_that_works_once(visitors: Visitors, axe: Axe) -> None:
    doctor = at_desk(visitors)
    visit = booked(doctor)
    doctor.goto(f"/visits/{visit}")
    press(doctor, "Invite somebody")
    invitation = doctor.get_by_role("dialog")
    invitation.get_by_text("Interpreter").click()
    invitation.get_by_role("button", name="Invite", exact=True).click()
    link = doctor.locator("code").inner_text()
    assert axe(doctor) == []
    doctor.keyboard.press("Escape")

    rosa = visitors.nobody(**PHONE)
    rosa.goto(link)
    rosa.get_by_label("Your name").fill("Rosa")
    assert rosa.url == f"{visitors.clinic.origin}/visit-guest"
    assert axe(rosa) == []
    press(rosa, "Go on")
    checked(rosa)
    agreed(rosa)
    press(doctor, "Join the call")
    press(doctor, "Let in Rosa")
    sees(rosa, DOCTOR)
    press(doctor, "Captions")
    rosa.get_by_label("What is being said").press_sequentially("My knee")
    doctor.get_by_label("Captions").get_by_text("My knee").wait_for()
    assert axe(rosa) == []

    late = visitors.nobody(**PHONE)
    late.goto(link)
    late.get_by_role("heading", name="This link does not work").wait_for()
    press(doctor, re.compile("^People"))
    press(doctor, "Remove Rosa")
    doctor.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    rosa.get_by_role("heading", name="You are no longer in this visit").wait_for()
    ended(doctor)


def test_a_visit_is_recorded_once_everybody_agrees_and_until_somebody_does_not(visitors: Visitors, axe: Axe) -> None:
    recordings_allowed(visitors)
    doctor = at_desk(visitors)
    visit = booked(doctor)
    patient = waiting(visitors, visit)
    let_in(doctor, visit)
    sees(doctor, MARGARET)

    chosen(doctor, "Ask to record")
    question = patient.get_by_role("alertdialog", name="May this visit be recorded?")
    question.wait_for()
    assert axe(patient) == []
    question.get_by_role("button", name="Yes, record").click()
    for page in (doctor, patient):
        page.locator(".recording-mark").get_by_text("This visit is being recorded").wait_for()
        assert axe(page) == []

    with doctor.expect_response(lambda one: "/api/documents/uploads/" in one.url) as kept:
        press(patient, "Stop recording")
    for page in (doctor, patient):
        page.locator(".recording-mark").wait_for(state="detached")
    assert kept.value.ok
    ended(doctor)


def test_who_has_not_come_is_marked_as_missed_and_who_is_sent_away_hears_it(visitors: Visitors, axe: Axe) -> None:
    doctor = at_desk(visitors)
    missed, denied = booked(doctor, began=12), booked(doctor)
    doctor.goto(f"/visits/{missed}")
    doctor.get_by_text(re.compile(r"The patient is 1\d minutes late")).wait_for()
    assert axe(doctor) == []
    press(doctor, "Mark as no-show")
    doctor.get_by_role("alertdialog").get_by_role("button", name="Mark as no-show").click()
    doctor.get_by_role("heading", name="This visit did not take place").wait_for()
    assert doctor.evaluate(READ, f"Appointment/{missed}")["status"] == "noshow"

    patient = waiting(visitors, denied)
    doctor.goto(f"/visits/{denied}")
    press(doctor, "Join the call")
    press(doctor, f"Send away {MARGARET}")

    patient.get_by_role("heading", name="You were not let in").wait_for()
    assert axe(patient) == []
    ended(doctor)


def test_too_early_one_can_test_and_hears_which_step_fails_and_what_to_do(visitors: Visitors, axe: Axe) -> None:
    doctor = at_desk(visitors)
    visit = made(doctor, datetime.now(UTC) + timedelta(hours=2), timedelta(minutes=20))
    patient = visitors.signed_in(PATIENT, **PHONE)
    patient.add_init_script(f"({NO_CAMERA})()")

    patient.goto(f"/visits/{visit}")

    patient.get_by_text("It is too early").wait_for()
    camera = patient.locator("[data-step=camera][data-state=failed]")
    camera.get_by_text("Press the lock beside the address").wait_for()
    patient.locator("[data-step=socket][data-state=ok]").wait_for()
    patient.get_by_role("button", name="Test again").wait_for()
    settled(patient)
    assert axe(patient) == []
    assert patient.get_by_role("button", name=re.compile("^Go on|^Try it")).count() == 0
