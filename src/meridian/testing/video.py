"""People in a video visit of the demo clinic, with browsers whose cameras are made up: for journeys and pictures."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from meridian.fhir.ours import extension
from meridian.testing.browser import Visitors, life

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
    page.goto("/clinic")
    page.get_by_role("tab", name="Rules").click()
    switch = page.get_by_role("checkbox", name="Clinicians may ask to record a video visit")
    switch.wait_for()
    if not switch.is_checked():
        page.get_by_text("Clinicians may ask to record a video visit").click()
        page.get_by_text("Clinicians may ask to record from now on").wait_for()


def at_desk(visitors: Visitors, **look: Any) -> Any:
    """The clinician, before the day's video visits."""
    page = visitors.signed_in(CLINICIAN, **(look or WIDE))
    page.goto("/visits")
    page.get_by_role("heading", name="Video visits", level=1).wait_for()
    return page


def press(page: Any, name: str | re.Pattern[str]) -> None:
    """A button."""
    page.get_by_role("button", name=name).first.click()


def chosen(page: Any, name: str) -> None:
    """Something of what is rarely needed in a call."""
    page.get_by_role("group", name="Call").get_by_role("button", name="More").click()
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


def waiting(visitors: Visitors, visit: str, **look: Any) -> Any:
    """The patient, in the waiting room of a visit."""
    page = visitors.signed_in(PATIENT, **(look or PHONE))
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
