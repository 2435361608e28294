"""Video visits in real browsers with made-up cameras: the patient on a phone, the clinician at a desk."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from meridian.fhir.ours import extension
from meridian.telehealth.consenting import ALLOWED
from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

CLINICIAN, ADMINISTRATOR = "haddad@harbor.example", "admin@harbor.example"
PATIENT = "margaret-obrien@mail.example"
MARGARET, DOCTOR = "Margaret Rose O'Brien", "Karim Haddad"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}

ME = "async () => (await (await fetch('/api/session')).json())"
READ = "async (path) => await (await fetch(`/fhir/R4/${path}`)).json()"
WRITE = """async ({ resource, match }) => {
  const { resourceType, id } = resource;
  const headers = { "Content-Type": "application/fhir+json", ...(match && { "If-Match": match }) };
  const path = `/fhir/R4/${resourceType}${id ? `/${id}` : ""}`;
  const answer = await fetch(path, { method: id ? "PUT" : "POST", headers, body: JSON.stringify(resource) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(said));
  return said.id;
}"""
SEEN = """([name, beyond]) => [...document.querySelectorAll("video")].some((one) =>
  one.getAttribute("aria-label") === `Picture of ${name}` && one.getVideoPlaybackQuality().totalVideoFrames > beyond)"""
SOME = 5
"""Pictures that have come are a picture that moves."""
NO_CAMERA = """() => {
  const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) => wanted.video
    ? Promise.reject(new DOMException("no", "NotAllowedError")) : get(wanted);
}"""
"""The person has told the browser that no page is to see them."""

Axe = Callable[[Any], list[str]]


def booked(page: Any, began: float = 5) -> str:
    """
    A video visit of Margaret's with the clinician at *page*, to have begun so many minutes ago.

    Its time is over, so that it takes nobody's, whatever the demo's day is like.
    """
    start = datetime.now(UTC) - timedelta(minutes=began)
    return made(page, start, timedelta(minutes=min(began, 20) - 0.5), page.evaluate(ME)["person"])


def made(page: Any, start: datetime, length: timedelta, *who: str) -> str:
    """A visit of Margaret's by video."""
    actors = [f"Patient/{life('margaret-obrien').id}", *who]
    visit = {
        "resourceType": "Appointment",
        "status": "booked",
        "extension": [extension("video", valueBoolean=True)],
        "start": start.isoformat(timespec="seconds"),
        "end": (start + length).isoformat(timespec="seconds"),
        "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in actors],
    }
    return str(page.evaluate(WRITE, {"resource": visit}))


def recordings_allowed(visitors: Visitors) -> None:
    """The clinic lets visits be recorded."""
    page = visitors.signed_in(ADMINISTRATOR)
    page.goto("/people")
    found = page.evaluate(READ, f"Organization/{page.evaluate(ME)['organisation']['id']}")
    found["extension"] = [*found["extension"], extension(ALLOWED, valueBoolean=True)]
    page.evaluate(WRITE, {"resource": found, "match": f'W/"{found["meta"]["versionId"]}"'})


def at_desk(visitors: Visitors) -> Any:
    """The clinician, before the day's video visits."""
    page = visitors.signed_in(CLINICIAN, **WIDE)
    page.goto("/visits")
    page.get_by_role("heading", name="Video visits", level=1).wait_for()
    return page


def press(page: Any, name: str | re.Pattern[str]) -> None:
    """A button."""
    page.get_by_role("button", name=name).first.click()


def chosen(page: Any, name: str) -> None:
    """Something of what is rarely needed in a call."""
    press(page, "More")
    page.get_by_role("menuitem", name=name).click()


def checked(page: Any) -> None:
    """Through the device test."""
    page.get_by_role("heading", name="Check your camera and microphone").wait_for()
    press(page, re.compile("^Go on|^Try it"))


def agreed(page: Any) -> None:
    """To be seen by video, if that is asked, and in the waiting room."""
    asked, waits = (page.get_by_role("heading", name=name) for name in ("Your agreement", "Waiting room"))
    asked.or_(waits).wait_for()
    if asked.is_visible():
        page.get_by_text("I agree to this visit by video").click()
        press(page, "Go to the waiting room")
    waits.wait_for()


def waiting(visitors: Visitors, visit: str) -> Any:
    """The patient, in the waiting room of a visit."""
    page = visitors.signed_in(PATIENT, **PHONE)
    page.goto(f"/visits/{visit}")
    checked(page)
    agreed(page)
    return page


def let_in(page: Any, visit: str) -> None:
    """The clinician lets in who waits, from the list."""
    page.goto("/visits")
    page.locator(f"a[href='/visits/{visit}?admit']").click()
    page.get_by_role("group", name="Call").wait_for()


def sees(page: Any, name: str) -> None:
    """Wait until somebody's picture moves on a page."""
    page.wait_for_function(SEEN, arg=[name, SOME])


def ended(page: Any) -> None:
    """The clinician ends it for everybody."""
    chosen(page, "End the visit for everybody")
    press(page, "End the visit")
    page.get_by_text("The visit has ended").wait_for()


def test_a_visit_from_the_phone_at_home_to_the_note_beside_the_call(visitors: Visitors, axe: Axe) -> None:
    doctor = at_desk(visitors)
    visit = booked(doctor)
    patient = visitors.signed_in(PATIENT, **PHONE)
    patient.goto("/")
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
    doctor.get_by_text("Current medicines").wait_for()
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
