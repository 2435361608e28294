"""The clinic's day from hand to hand: what the parts do together, on a desk and on a phone, on the demo clinic."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser

PASSWORD = "four green boats at the quay"  # made up
DESK = "desk@harbor.example"
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOOKS = pytest.mark.parametrize("look", [WIDE, PHONE], ids=["1440", "390"])

CANCEL = """async () => {
  const found = await (await fetch("/fhir/R4/Appointment?status=booked,pending&_count=50")).json();
  for (const { resource } of found.entry ?? [])
    await fetch(`/fhir/R4/Appointment/${resource.id}/$cancel`, { method: "POST",
      headers: { "Content-Type": "application/fhir+json" }, body: '{"resourceType":"Parameters"}' });
}"""

Axe = Callable[[Any], list[str]]
Fits = Callable[[Any], None]


@dataclass(frozen=True)
class Newcomer:
    """Somebody who comes to the clinic for the first time, and what happens there."""

    family: str
    given: str
    clinician: str
    provider: str
    first: str
    second: str

    @property
    def email(self) -> str:
        """Where the invitation goes."""
        return f"{self.given}@mail.example".lower()


NEWCOMERS = {
    1440: Newcomer("Quillfeather", "Ines", "okafor@harbor.example", "Amara Okafor", "warfarin", "ibuprofen"),
    390: Newcomer("Brambleton", "Otto", "lindqvist@harbor.example", "Erik Lindqvist", "warfarin", "ibuprofen"),
}


def workday(after: int = 1) -> date:
    """A day the clinic is open, so many days ahead at least."""
    day = date.today() + timedelta(days=after)  # noqa: DTZ011  # the demo's own day
    while day.weekday() > 4:  # Saturday and Sunday
        day += timedelta(days=1)
    return day


def said(page: Any, text: str) -> None:
    """Wait for a passing word that has *text* in it."""
    page.locator(".toast", has_text=text).last.wait_for()


@pytest.fixture
def fine(axe: Axe) -> Fits:
    """Hold that a page is accessible and no wider than its window."""

    def judge(page: Any) -> None:
        settled(page)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    return judge


# --- who is new, from the desk to the record at home


@LOOKS
def test_somebody_new_is_registered_seen_treated_and_reads_at_home_what_was_done(
    visitors: Visitors, fine: Fits, look: dict[str, Any]
) -> None:
    new = NEWCOMERS[look["viewport"]["width"]]
    desk = visitors.signed_in(DESK, **look)
    patient = registered(desk, new, fine)
    booked(desk, new, fine)
    brought_to_a_room(desk, new, fine)
    clinician = visitors.signed_in(new.clinician, **look)
    note_begun(clinician, new, patient, fine)
    prescribed(clinician, new, fine)
    note_signed_and_visit_finished(clinician, patient, fine)
    home = invited(visitors, desk, new, patient, look, fine)
    read_at_home(home, new, fine)


def registered(page: Any, new: Newcomer, fine: Fits) -> str:
    """The logical id of the new record: nobody else is like them."""
    page.goto("/patients/new")
    page.get_by_label("Family name").fill(new.family)
    page.get_by_label("Given names").fill(new.given)
    page.get_by_label("Date of birth").fill("7-Apr-1962")
    page.get_by_text("Female", exact=True).click()
    page.get_by_label("E-mail").fill(new.email)
    fine(page)
    page.get_by_role("button", name="Register a patient").click()
    page.wait_for_url("**/patients/*-*")
    page.get_by_role("heading", name=new.family.upper()).wait_for()
    return str(page.url.rsplit("/", 1)[-1])


def booked(page: Any, new: Newcomer, fine: Fits) -> None:
    """The first free time with their clinician on the next day that the clinic is open."""
    page.goto(f"/calendar?day={workday()}")
    page.locator(".event, .agenda-item").first.wait_for()
    page.get_by_role("button", name="New appointment").click()
    page.get_by_role("combobox", name="Patient").press_sequentially(new.family[:6])
    page.get_by_role("option", name=new.family.upper()).first.click()
    page.get_by_label("What for").select_option(label="Family medicine visit, 30 minutes")
    page.get_by_label("With", exact=True).select_option(label=new.provider)
    page.get_by_text("Free on this day").wait_for()
    page.locator(".times button").first.click()
    page.get_by_text("Chosen:").wait_for()
    fine(page)
    page.get_by_role("button", name="Book", exact=True).click()
    said(page, "is booked")


def brought_to_a_room(page: Any, new: Newcomer, fine: Fits) -> None:
    """From expected to a room, on the board of that day."""
    page.goto(f"/today/{workday()}")

    def line(table: str) -> Any:
        return page.get_by_role("table", name=table).get_by_role("row").filter(has_text=new.family.upper())

    line("Expected").get_by_role("button", name="Arrived").click()
    said(page, "is arrived")
    line("Arrived").get_by_role("button", name="To a room").click()
    page.get_by_role("menuitem").first.click()
    said(page, "is in a room")
    line("In a room").wait_for()
    fine(page)


def note_begun(page: Any, new: Newcomer, patient: str, fine: Fits) -> None:
    """The visit taken over, its note begun on a template and saved by itself."""
    page.goto(f"/patients/{patient}/visits")
    settled(page)
    page.get_by_role("link", name="Open visit").first.click()
    page.get_by_role("button", name="Start visit").click()
    said(page, "The visit has begun")
    page.get_by_role("button", name="Write note").click()
    page.get_by_label("Template").select_option(index=1)
    text = page.get_by_label("Text of the note")
    text.fill("## Assessment\n\nPainful knee; takes **warfarin**.")
    page.get_by_text("Saved", exact=False).first.wait_for()
    fine(page)
    page.get_by_role("button", name="Close", exact=True).click()
    assert written(page, new.first) == "Incomplete"  # nobody has asked about allergies
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Go there").last.click()
    page.get_by_role("button", name="I asked: no known allergies").click()
    said(page, "Recorded: no known allergies")


def prescribed(page: Any, new: Newcomer, fine: Fits) -> None:
    """Two medicines that do not agree; the second is signed with a reason only."""
    page.get_by_role("region", name="Visit under way").get_by_role("button", name="Prescribe").click()
    assert standing(page) == "Clear"
    page.get_by_role("button", name="Sign prescription").click()
    said(page, "is prescribed")
    assert written(page, new.second) == "Alerts"
    fine(page)
    page.get_by_role("button", name="Sign prescription").click()
    page.get_by_role("alert").get_by_text("Give a reason for").first.wait_for()
    for reason in page.get_by_label("Why prescribe it all the same").all():
        reason.select_option(label="The benefit outweighs the risk")
    page.get_by_role("button", name="Sign prescription").click()
    said(page, "is prescribed")


def written(page: Any, medicine: str) -> str:
    """What the check says to a medicine once a day."""
    page.get_by_role("region", name="Visit under way").get_by_role("button", name="Prescribe").click()
    page.get_by_role("region", name="Prescribe").wait_for()
    page.get_by_role("combobox", name="Medicine").fill(medicine)
    page.locator(".popover .option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Another medicine").wait_for()
    page.get_by_label("How often").select_option(label="once a day")
    return standing(page)


def standing(page: Any) -> str:
    """What the check says, once it has."""
    page.wait_for_timeout(700)
    page.locator(".safety:not([data-standing=checking], [data-standing=waiting])").wait_for()
    word: str = page.locator(".safety-word").inner_text()
    return word


def note_signed_and_visit_finished(page: Any, patient: str, fine: Fits) -> None:
    """The draft is there again, is signed and locked, and the visit ends."""
    page.goto(f"/patients/{patient}/visits")
    settled(page)
    page.get_by_role("link", name="Open visit").first.click()
    page.get_by_role("button", name="Go on with the note").first.click()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("button", name="Sign and lock").click()
    said(page, "The note is signed")
    page.get_by_text("Signed and locked").wait_for()
    fine(page)
    page.get_by_role("button", name="Finish visit").click()
    said(page, "The visit is finished")


def invited(visitors: Visitors, desk: Any, new: Newcomer, patient: str, look: dict[str, Any], fine: Fits) -> Any:
    """A page of the patient, who followed the link of the mail."""
    desk.goto(f"/patients/{patient}/access")
    settled(desk)
    fine(desk)
    desk.get_by_role("button", name="Invite the patient").click()
    assert desk.get_by_label("Their email").input_value() == new.email
    desk.get_by_role("button", name="Send the invitation").click()
    desk.get_by_text("Invited, has not answered yet").wait_for()
    page = visitors.nobody(**look)
    page.goto(visitors.clinic.link(new.email))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    fine(page)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_role("heading", name=f"Hello, {new.given}").wait_for()
    return page


def read_at_home(page: Any, new: Newcomer, fine: Fits) -> None:
    """The visit on paper, the medicines and how to take them, and no word of what was weighed."""
    fine(page)
    page.goto("/record/visits")
    settled(page)
    fine(page)
    with page.expect_popup() as paper:
        page.get_by_role("link", name="Visit summary (PDF) of").click()
    page.goto("/record/medicines")
    settled(page)
    for medicine in (new.first, new.second):
        page.get_by_text(re.compile(medicine, re.IGNORECASE)).first.wait_for()
    assert "overridden" not in page.inner_text("main")
    fine(page)
    page.goto("/record")
    fine(page)


# --- somebody who does it all at home


@dataclass(frozen=True)
class Regular:
    """A patient who knows the portal, what they take, and who looks after them."""

    email: str
    family: str
    medicine: str
    clinician: str


REGULARS = {
    1440: Regular("elena-rossi@mail.example", "Rossi", "Amlodipine", "lindqvist@harbor.example"),
    390: Regular("sofia-alvarez@mail.example", "Álvarez", "Naproxen", "okafor@harbor.example"),
}


@LOOKS
def test_a_patient_books_asks_fills_in_and_gets_more_of_a_medicine(
    visitors: Visitors, fine: Fits, look: dict[str, Any]
) -> None:
    one = REGULARS[look["viewport"]["width"]]
    page = visitors.signed_in(one.email, **look)
    make_room(page)
    booked_at_home(page, "Family medicine visit", fine)
    page.get_by_role("button", name="Book this appointment").click()
    page.get_by_role("heading", name="Your appointment is booked").wait_for()
    fine(page)
    booked_at_home(page, "Nurse visit", fine)
    page.get_by_role("button", name="Ask for this appointment").click()
    page.get_by_role("heading", name="The clinic has your request").wait_for()
    fine(page)
    approved(visitors.signed_in(DESK, **look), one, fine)
    page.goto("/appointments")
    settled(page)
    assert page.get_by_text("Waits for the clinic").count() == 0
    fine(page)

    form_filled_in(page, fine)
    more_asked_for(page, one, fine)
    clinician = visitors.signed_in(one.clinician, **look)
    refill_approved(clinician, one, fine)
    page.reload()
    settled(page)
    medicine = page.get_by_role("region", name=one.medicine)
    assert medicine.get_by_text("The clinic has not decided yet").count() == 0
    medicine.get_by_text("What happened so far").click()
    medicine.get_by_text("Approved.").first.wait_for()
    fine(page)


def make_room(page: Any) -> None:
    """Cancel what is booked, as far as it may be: the clinic takes only so many bookings of one person."""
    page.goto("/appointments")
    settled(page)
    page.evaluate(CANCEL)


def booked_at_home(page: Any, service: str, fine: Fits) -> None:
    """As far as the last page, a question each."""
    page.goto("/appointments/new")
    page.get_by_role("button", name=service).click()
    page.get_by_role("button", name="Anybody").click()
    page.locator(".month-day:not([aria-disabled])").last.click()
    page.locator(".big-times button").last.click()
    page.get_by_role("heading", name="Is this right?").wait_for()
    fine(page)


def approved(desk: Any, one: Regular, fine: Fits) -> None:
    """The request, by the front desk."""
    desk.goto(f"/calendar?day={workday()}")
    desk.get_by_role("button", name=re.compile("request")).click()
    asked = desk.locator(".queue-item", has_text=one.family)
    asked.last.wait_for()
    fine(desk)
    asked.last.get_by_role("button", name="Approve").click()
    said(desk, "is booked and will be told")


def form_filled_in(page: Any, fine: Fits) -> None:
    """What the clinic asks before the visit, a page at a time."""
    page.goto("/my-forms")
    settled(page)
    fine(page)
    page.get_by_role("link", name="Start: Before your visit").click()
    page.get_by_label("What would you like to talk about?").fill("The pills make me tired.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("What are you allergic to?").first.fill("Bee stings")
    fine(page)
    while page.get_by_role("heading", name="Check your answers").count() == 0:
        page.get_by_role("button", name="Continue").click()
        settled(page)
    fine(page)
    page.get_by_role("button", name="Send to the clinic").click()
    page.get_by_role("heading", name="Your answers were sent").wait_for()


def more_asked_for(page: Any, one: Regular, fine: Fits) -> None:
    """A refill."""
    page.goto("/record/medicines")
    settled(page)
    page.get_by_role("button", name=f"Ask for more {one.medicine}").click()
    page.get_by_label("Anything the clinic should know").fill("I have enough for four days")
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("region", name=one.medicine).get_by_text("The clinic has not decided yet").wait_for()
    fine(page)


def refill_approved(page: Any, one: Regular, fine: Fits) -> None:
    """By the clinician; where the check finds something, with a reason."""
    page.goto("/refills")
    settled(page)
    request = page.get_by_role("listitem").filter(has_text=one.medicine).filter(has_text=one.family)
    request.get_by_text("I have enough for four days").wait_for()
    fine(page)
    request.get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Approve").click()
    page.wait_for_timeout(1500)
    for reason in dialog.get_by_label("Why prescribe it all the same").all():
        reason.select_option(label="The benefit outweighs the risk")
        dialog.get_by_role("button", name="Approve").click()
    said(page, "is approved")
