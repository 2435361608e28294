"""The clinic's day from hand to hand: what the parts do together, on a desk and on a phone, on the demo clinic."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from meridian.ops.demo.pdf import page as one_page_pdf
from meridian.testing.browser import Clinic, Visitors, life, settled
from meridian.testing.sandbox import Beside

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


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what comes about by itself: sessions hear of a change within ten seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(1)


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
    invite(desk, patient, new.email, fine)
    home = accepted(visitors, new.email, new.given, look)
    fine(home)
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
    """What the check says to a medicine once a day, prescribed in the visit."""
    page.get_by_role("region", name="Visit under way").get_by_role("button", name="Prescribe").click()
    return chosen(page, medicine)


def chosen(page: Any, medicine: str) -> str:
    """What the check says to the first such medicine of the formulary, once a day."""
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


def invite(desk: Any, patient: str, email: str, fine: Fits) -> None:
    """The patient, by the front desk, from the chart."""
    desk.goto(f"/patients/{patient}/access")
    settled(desk)
    fine(desk)
    desk.get_by_role("button", name="Invite the patient").click()
    desk.get_by_label("Their email").fill(email)
    desk.get_by_role("button", name="Send the invitation").click()
    desk.get_by_text("Invited, has not answered yet").first.wait_for()


def accepted(visitors: Visitors, email: str, given: str, look: dict[str, Any]) -> Any:
    """A page of the patient, who followed the link of the mail."""
    page = visitors.nobody(**look)
    page.goto(visitors.clinic.link(email))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_role("heading", name=f"Hello, {given}").wait_for()
    return page


def read_at_home(page: Any, new: Newcomer, fine: Fits) -> None:
    """The visit on paper, the medicines and how to take them, and no word of what was weighed."""
    fine(page)
    page.goto("/record/visits")
    settled(page)
    fine(page)
    summary = page.get_by_role("link", name="Visit summary (PDF) of").get_attribute("href")
    paper = PdfReader(BytesIO(page.request.get(summary).body()))
    printed = " ".join(sheet.extract_text() for sheet in paper.pages).lower()
    assert new.family.lower() in printed
    assert new.first in printed
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
    given: str
    medicine: str
    clinician: str


REGULARS = {
    1440: Regular("elena-rossi@mail.example", "Rossi", "Elena", "Amlodipine", "lindqvist@harbor.example"),
    390: Regular("sofia-alvarez@mail.example", "Álvarez", "Sofía", "Naproxen", "okafor@harbor.example"),
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
    dialog.get_by_label("Why prescribe it all the same").or_(page.locator(".toast")).first.wait_for()
    for reason in dialog.get_by_label("Why prescribe it all the same").all():
        reason.select_option(label="The benefit outweighs the risk")
        dialog.get_by_role("button", name="Approve").click()
    said(page, "is approved")


# --- a result, from the laboratory to the kitchen table

LABORATORY = "lab@harbor.example"
MARGARET = life("margaret-obrien").id
MARGARET_HERSELF = "margaret-obrien@mail.example"
INTERNIST = "haddad@harbor.example"

SEND = """async (bundle) => {
  const headers = { "Content-Type": "application/fhir+json" };
  const answer = await fetch("/api/results/intake", { method: "POST", headers, body: JSON.stringify(bundle) });
  return [answer.status, await answer.json()];
}"""
PATHS = (
    "/fhir/R4/DiagnosticReport?_count=200", "/fhir/R4/DiagnosticReport/{report}",
    "/fhir/R4/DiagnosticReport/{report}/_history", "/fhir/R4/DiagnosticReport/_history",
    "/fhir/R4/DiagnosticReport?identifier={number}", "/fhir/R4/DiagnosticReport?_include=DiagnosticReport:result",
    "/fhir/R4/Observation?code=6298-4&_sort=-date", "/fhir/R4/Observation?_lastUpdated=ge{today}",
    "/fhir/R4/Observation?_revinclude=DiagnosticReport:result", "/fhir/R4/Observation/_history",
    "/fhir/R4/Patient?_id={patient}&_revinclude=Observation:subject&_revinclude=DiagnosticReport:subject",
    "/fhir/R4/Patient?_id={patient}&_revinclude=Task:patient", "/fhir/R4/Patient/{patient}/DiagnosticReport",
    "/fhir/R4/Patient/{patient}/Observation?_lastUpdated=ge{today}", "/fhir/R4/Patient/{patient}/$everything",
    "/fhir/R4/Task?_count=200", "/fhir/R4/Task/_history", "/fhir/R4/Provenance", "/fhir/R4/_history",
    "/fhir/R4/ServiceRequest?_revinclude=DiagnosticReport:based-on", "/fhir/R4?_type=DiagnosticReport,Observation",
    "/api/results/patients/{patient}", "/api/results/orders?patient={patient}", "/api/results/inbox",
    "/api/results/unmatched", "/api/inbox", "/api/inbox/counts", "/api/own/{patient}/record",
    "/api/messages/threads", "/api/documents?patient={patient}",
)  # fmt: skip
"""Wherever a patient could look for a result."""
MANY = 10
"""So many of them do tell once it is released; the others are not for patients at all."""


@LOOKS
def test_a_result_is_signed_and_released_and_before_that_its_patient_finds_nothing_of_it(
    visitors: Visitors, fine: Fits, look: dict[str, Any]
) -> None:
    width = look["viewport"]["width"]
    number, plain, value = f"K-{width}", f"P-{width}", 7 + width / 10_000
    doctor = visitors.signed_in(INTERNIST, **look)
    lab = visitors.signed_in(LABORATORY)
    lab.goto("/security")
    settled(lab)
    arrived(lab, plain, 4.2, ordered(doctor))
    report = arrived(lab, number, value, ordered(doctor))
    own = visitors.signed_in(MARGARET_HERSELF, **look)
    own.goto("/record/results")
    settled(own)
    assert number not in own.inner_text("main")
    assert [path for path in PATHS if tells(own, path, report, number, f"{value}")] == []

    doctor.goto("/results")
    settled(doctor)
    waiting = doctor.get_by_role("region", name=re.compile("Electrolytes"))
    names = [region.get_attribute("aria-label") or region.inner_text() for region in waiting.all()]
    places = [next(at for at, text in enumerate(names) if name in text) for name in (number, plain)]
    assert places == sorted(places)
    fine(doctor)
    result = doctor.get_by_role("region", name=f"Electrolytes {number}")
    result.get_by_role("button", name="Sign").click()
    doctor.get_by_label("Comment for the chart").fill("Too high. Please come today for another test.")
    doctor.get_by_text("Hold it back").click()
    doctor.get_by_label("Why it is held back").fill("To be told by telephone first")
    fine(doctor)
    doctor.get_by_role("button", name="Sign result").click()
    said(doctor, "is signed")
    assert [path for path in PATHS if tells(own, path, report, number, f"{value}")] == []

    doctor.goto(f"/patients/{MARGARET}/results")
    settled(doctor)
    doctor.get_by_role("region", name=f"Electrolytes {number}").get_by_role(
        "button", name="Let the patient see it now"
    ).click()
    said(doctor, "The patient sees")
    own.reload()
    settled(own)
    mine = own.get_by_role("region", name=f"Electrolytes {number}")
    mine.get_by_text("far above the usual range").wait_for()
    mine.get_by_text("Please come today for another test").wait_for()
    fine(own)
    assert len([path for path in PATHS if tells(own, path, report, number, f"{value}")]) >= MANY


def tells(page: Any, path: str, report: str, *more: str) -> bool:
    """Whether that address says anything of the report to whoever is signed in."""
    today = date.today().isoformat()  # noqa: DTZ011  # the demo's own day
    answer = page.request.get(path.format(report=report, number=more[0], patient=MARGARET, today=today))
    return answer.ok and any(word in answer.text().replace(answer.url, "") for word in (report, *more))


def ordered(page: Any) -> str:
    """The requisition of an order of potassium."""
    page.goto(f"/patients/{MARGARET}/results")
    settled(page)
    page.get_by_role("button", name="Order tests").click()
    panel = page.get_by_role("region", name="Order tests")
    panel.get_by_label("Find a test or panel").fill("potassium")
    panel.get_by_role("button", name="Potassium").last.click()
    panel.get_by_role("button", name="Order", exact=True).click()
    said(page, "The tests are ordered")
    orders = page.get_by_role("region", name="Orders").get_by_role("row").filter(has_text="Waiting for the laboratory")
    number: str = orders.first.get_by_role("cell").last.inner_text()
    return number


def arrived(page: Any, number: str, value: float, requisition: str) -> str:
    """The report that the laboratory sent."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    unit: dict[str, Any] = {"unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    measured: dict[str, Any] = {
        "resourceType": "Observation", "id": "k", "status": "final", "effectiveDateTime": now,
        "code": {"coding": [{"system": "http://loinc.org", "code": "6298-4"}], "text": "Potassium"},
        "valueQuantity": {"value": value, **unit},
        "referenceRange": [{"low": {"value": 3.5, **unit}, "high": {"value": 5.1, **unit}}],
        **({"interpretation": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "HH"}]}]}
           if value > 6.5 else {}),
    }  # fmt: skip
    report = {
        "resourceType": "DiagnosticReport", "status": "final", "code": {"text": f"Electrolytes {number}"},
        "identifier": [{"system": "https://lab.example/reports", "value": number}],
        "effectiveDateTime": now, "issued": now, "result": [{"reference": "Observation/k"}],
        "basedOn": [{"identifier": {"value": requisition}}],
    }  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": report}, {"resource": measured}]}
    status, body = page.evaluate(SEND, bundle)
    assert (status, body["reports"][0]["state"]) == (201, "matched"), body
    return str(body["reports"][0]["report"])


# --- two files from outside

LETTER = one_page_pdf("Letter of the hospital", ["Dear colleague,", "thank you for sending us your patient."])
HOSTILE = b"<!doctype html><script>fetch('/api/session')</script><h1>%PDF-1.7</h1>"


@LOOKS
def test_a_file_is_checked_filed_and_read_by_its_patient_and_a_hostile_one_refused_in_words(
    visitors: Visitors, fine: Fits, look: dict[str, Any]
) -> None:
    name = f"Discharge letter {look['viewport']['width']}"
    page = visitors.signed_in("castillo@harbor.example", **look)
    page.goto("/documents")
    settled(page)
    page.locator("input[type=file]").first.set_input_files([
        {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": LETTER},
        {"name": "Invoice.pdf", "mimeType": "application/pdf", "buffer": HOSTILE},
    ])  # fmt: skip
    line = page.get_by_role("listitem").filter(has_text=name).filter(has=page.get_by_role("button", name="File to"))
    line.get_by_role("button", name=f"Open {name}").wait_for()
    page.get_by_text(re.compile("Not uploaded: .*(HTML|web page)")).wait_for()
    assert page.get_by_role("button", name="Open Invoice").count() == 0
    fine(page)

    line.get_by_role("button", name="File to a patient").click()
    one = REGULARS[look["viewport"]["width"]]
    page.get_by_role("combobox", name="Patient").press_sequentially(one.given)
    page.get_by_role("option", name=one.family.upper()).filter(has_text=one.given).first.click()
    fine(page)
    page.get_by_role("button", name=f"File to {one.family.upper()}").click()
    said(page, "is filed to")

    own = visitors.signed_in(one.email, **look)
    own.goto("/record/documents")
    settled(own)
    own.get_by_role("button", name=f"Open {name}").click()
    own.get_by_text("thank you for sending us your patient").wait_for(state="attached")
    fine(own)
    assert own.get_by_text("Invoice").count() == 0


# --- both safety partners gone

MIGRAINE = life("sofia-alvarez").id
UNCHECKED = (("castillo@harbor.example", "loratadine", WIDE), ("adeyemi@harbor.example", "folic acid", PHONE))


@pytest.fixture(scope="session")
def partners(clinic: Clinic) -> Iterator[Beside]:
    """The partners beside the clinic; those that were brought back end with it, for other stories need them too."""
    beside = Beside(clinic)
    yield beside
    beside.close()


@pytest.fixture
def sandbox(partners: Beside) -> Iterator[Beside]:
    """The partners, which are back whatever became of the story."""
    yield partners
    partners.see_to_it()


def test_what_was_ordered_with_both_partners_killed_is_checked_when_one_is_back(
    visitors: Visitors, sandbox: Beside, fine: Fits
) -> None:
    pages = [visitors.signed_in(email, **look) for email, _, look in UNCHECKED]
    for page, (_, medicine, _) in zip(pages, UNCHECKED, strict=True):
        page.goto(f"/patients/{MIGRAINE}/medicines")
        settled(page)
        page.get_by_role("button", name="Prescribe").first.click()
        assert chosen(page, medicine) == "Clear"
    sandbox.kill()
    for page in pages:
        page.get_by_label("How often").select_option(label="once a day")
        page.get_by_label("More for the patient").fill("after breakfast")
        page.get_by_text("Not checked").first.wait_for()
        fine(page)
        page.get_by_role("button", name="Sign prescription").click()
        page.get_by_label("Why it cannot wait for a check").select_option(label="Treatment cannot wait")
        page.get_by_role("button", name="Sign prescription").click()
        said(page, "is prescribed")
        page.get_by_text("Will be checked again").first.wait_for()
        assert waiting_to_be_checked(page) == 1

    sandbox.start()
    until(lambda: checked_again(sandbox, pages), 60)  # a partner that failed is left alone for half a minute
    for page in pages:
        page.goto(f"/patients/{MIGRAINE}/medicines")
        settled(page)
        assert page.get_by_text("Will be checked again").count() == 0
        fine(page)


def checked_again(sandbox: Beside, pages: list[Any]) -> bool:
    """Whether nothing waits for its check any more, some minutes later."""
    sandbox.let_time_pass()
    return not any(map(waiting_to_be_checked, pages))


def waiting_to_be_checked(page: Any) -> int:
    """How many re-checks stand in one's inbox."""
    tasks = page.request.get("/api/inbox?view=mine&kind=medication-recheck").json()["tasks"]
    return len([one for one in tasks if MIGRAINE in str(one["patient"])])


# --- a question with a picture, and its answer


@LOOKS
def test_a_question_goes_to_the_nurses_and_back_with_right_counts_and_its_letter_into_the_chart(
    visitors: Visitors, fine: Fits, look: dict[str, Any]
) -> None:
    width = look["viewport"]["width"]
    title, subject = f"Travel letter {width}", f"May I fly in week {width}?"
    key, seat = {1440: ("elena-rossi", "nurse2"), 390: ("sofia-alvarez", "nurse")}[width]
    own = visitors.signed_in(f"{key}@mail.example", **look)
    nurse = visitors.signed_in(f"{seat}@harbor.example", **look)
    before, hers = unread(nurse), unread(own)
    own.goto("/messages/new")
    own.get_by_role("radio", name="My health").click(force=True)
    own.get_by_label("Subject").fill(subject)
    own.get_by_label("Message", exact=True).fill("The airline wants this letter.")
    attached(own, title, fine)
    own.get_by_role("button", name="Send", exact=True).click()
    own.get_by_role("heading", name=subject).wait_for()
    assert (unread(nurse), unread(own)) == (before + 1, hers)

    nurse.get_by_role("link", name=subject).click()
    nurse.get_by_text("The airline wants this letter.").wait_for()
    nurse.get_by_role("button", name="File to chart").click()
    nurse.get_by_role("dialog").get_by_label("What it is").select_option(label="Letter")
    fine(nurse)
    nurse.get_by_role("dialog").get_by_role("button", name="File to chart").click()
    said(nurse, "Filed to the chart")
    nurse.get_by_text("Filed: Letter").wait_for()
    nurse.get_by_label("Your answer").fill("Yes, you may. Walk about every hour.")
    nurse.get_by_role("button", name="Send", exact=True).click()
    nurse.get_by_text("Yes, you may.").wait_for()
    fine(nurse)
    assert (unread(nurse), unread(own)) == (before, hers + 1)

    own.get_by_role("link", name=subject).click()
    own.get_by_text("Walk about every hour.").wait_for()
    fine(own)
    assert unread(own) == hers
    nurse.goto(f"/patients/{life(key).id}/documents")
    settled(nurse)
    nurse.get_by_role("button", name=f"Open {title}").wait_for()


def unread(page: Any) -> int:
    """How many conversations are unread: the list, its sum, and the number beside the way there say the same."""
    page.goto("/messages")
    settled(page)
    marked: int = page.locator(".thread-line[data-unread]").count()
    assert page.request.get("/api/messages/unread").json()["unread"] == marked
    badge = page.locator("a[href='/messages'] .rail-count")
    if page.get_by_role("link", name="Messages").count():
        assert (badge.inner_text() if badge.count() else "0") == str(marked)
    return marked


def attached(page: Any, title: str, fine: Fits) -> None:
    """A document sent along; a new one, that is checked first."""
    page.get_by_role("button", name="Add a document").click()
    dialog = page.get_by_role("dialog")
    letter = {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": LETTER}
    dialog.locator("input[type=file]").first.set_input_files(letter)
    dialog.get_by_role("checkbox", name=title).check(force=True)
    fine(page)
    dialog.get_by_role("button", name="Done").click()


# --- one person, two records, two accounts

TWICE = {1440: ("Tannhauser", "Elsa", "Elsà"), 390: ("Mockingbird", "Ines", "Inès")}


@LOOKS
def test_two_records_with_an_account_each_become_one_for_both_and_are_taken_apart_again(
    visitors: Visitors, fine: Fits, look: dict[str, Any]
) -> None:
    family, *given = TWICE[look["viewport"]["width"]]
    desk = visitors.signed_in("desk@harbor.example", **look)
    people: list[tuple[str, Any]] = []
    for name in given:
        patient = described(desk, family, name)
        email = f"{family}{len(people)}@mail.example".lower()
        invite(desk, patient, email, fine)
        people.append((patient, accepted(visitors, email, name, look)))
    (first, one), (second, other) = people
    assert [whose(one), whose(other)] == [[first], [second]]

    desk.goto(f"/patients/{second}/person")
    settled(desk)
    desk.get_by_role("button", name="Find duplicates").click()
    desk.get_by_role("link", name="Compare the two").first.click()
    desk.get_by_role("heading", name="Are these the same person?").wait_for()
    desk.get_by_text("Both have an account of their own").wait_for()
    for choice in desk.locator(".compared tr[data-kind=choose] td:nth-of-type(1) input").all():
        choice.check()
    fine(desk)
    desk.get_by_text("I have compared both records").click()
    desk.get_by_role("button", name="Merge the records").click()
    desk.get_by_role("heading", name="The records are merged").wait_for()
    until(lambda: whose(one) == whose(other))
    assert whose(one) in ([first], [second])
    one.goto("/record")
    one.get_by_role("heading", name=family.upper()).wait_for()
    fine(one)

    desk.get_by_role("button", name="Undo").click()
    desk.get_by_role("heading", name="The merge is undone").wait_for()
    until(lambda: [whose(one), whose(other)] == [[first], [second]])
    other.goto("/record")
    other.get_by_role("heading", name=family.upper()).wait_for()
    fine(other)


def described(page: Any, family: str, given: str) -> str:
    """The logical id of a record, though there may be another like it."""
    page.goto("/patients/new")
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Given names").fill(given)
    page.get_by_label("Date of birth").fill("9-Sep-1991")
    page.get_by_text("Female", exact=True).click()
    page.get_by_role("button", name="Register a patient").click()
    page.get_by_role("button", name="Register as a new patient").or_(page.locator(".chart-sections")).first.wait_for()
    if page.get_by_role("button", name="Register as a new patient").count():
        page.get_by_role("button", name="Register as a new patient").click()
    page.wait_for_url("**/patients/*-*")
    return str(page.url.rsplit("/", 1)[-1])


def whose(page: Any) -> list[str]:
    """The records that somebody sees as a patient."""
    page.goto("/record")
    page.get_by_role("heading", level=1).wait_for()
    settled(page)
    found = page.request.get("/fhir/R4/Patient?active=true").json()
    return [entry["resource"]["id"] for entry in found.get("entry", [])]
