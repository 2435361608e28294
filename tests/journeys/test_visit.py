"""A visit from its beginning to its end, written beside the chart; and charts that have grown for years."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, go, life, settled

pytestmark = pytest.mark.browser

CLINICIAN = "haddad@harbor.example"
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
Axe = Callable[..., list[str]]
SAVED = re.compile(r"^Saved \d\d:\d\d$")

GROWN = """async ([patient, encounters, observations]) => {
  const [day, now] = [86400000, Date.now()];
  const subject = { reference: `Patient/${patient}` };
  const post = async (resources) => {
    const entry = resources.map((resource) => ({ resource, request: { method: "POST", url: resource.resourceType } }));
    const answer = await fetch("/fhir/R4", { method: "POST", headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify({ resourceType: "Bundle", type: "transaction", entry }) });
    if (!answer.ok) throw new Error(`${answer.status}`);
  };
  const all = async (count, make) => {
    for (let from = 0; from < count; from += 200)
      await post(Array.from({ length: Math.min(200, count - from) }, (_, at) => make(from + at)));
  };
  await all(encounters, (n) => { const start = new Date(now - (n + 1) * 3 * day).toISOString(); return {
    resourceType: "Encounter", status: "finished", subject, period: { start, end: start },
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB", display: "ambulatory" } }; });
  await all(observations, (n) => ({
    resourceType: "Observation", status: "final", subject,
    category: [{ coding: [{ code: "vital-signs",
      system: "http://terminology.hl7.org/CodeSystem/observation-category" }] }],
    code: { coding: [{ system: "http://loinc.org", code: "8867-4" }], text: "Heart rate" },
    effectiveDateTime: new Date(now - (n + 1) * day).toISOString(),
    valueQuantity: { value: 60 + (n % 40), unit: "/min", system: "http://unitsofmeasure.org", code: "/min" } }));
}"""
OPENING = """async (path) => {
  const before = performance.now();
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
  const shown = () => document.querySelectorAll(".table tbody tr").length > 20;
  while (!shown()) await new Promise((later) => setTimeout(later, 5));
  await new Promise((later) => requestAnimationFrame(() => requestAnimationFrame(later)));
  return performance.now() - before;
}"""


def started(page: Any, patient: str, reason: str) -> None:
    """Begin a visit of somebody who came without an appointment."""
    page.goto(f"/patients/{patient}/visits")
    settled(page)
    page.get_by_role("button", name="Start a visit").click()
    page.get_by_label("Reason for the visit").fill(reason)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/visits/*")
    page.get_by_role("button", name="Write note").wait_for()


@pytest.fixture
def visit(visitors: Visitors) -> Any:
    """A clinician's page with a visit under way."""
    page = visitors.signed_in(CLINICIAN, **DESK)
    started(page, life("daniel-kowalski").id, "Cough")
    return page


def test_a_note_is_written_beside_the_chart_saved_by_itself_signed_and_locked(visit: Any, axe: Axe) -> None:
    visit.get_by_role("button", name="Write note").click()
    text = visit.get_by_label("Text of the note")
    text.fill("## Assessment\n\nViral **cough**.")
    visit.get_by_text(SAVED).wait_for()
    assert axe(visit) == []

    visit.get_by_role("navigation", name="Sections of the chart").get_by_role("link", name="Problems").click()
    settled(visit)
    assert text.input_value() == "## Assessment\n\nViral **cough**."

    visit.get_by_role("button", name="Sign", exact=True).click()
    assert axe(visit) == []
    visit.get_by_role("button", name="Sign and lock").click()
    visit.get_by_text("The note is signed").wait_for()
    visit.get_by_role("link", name="Open visit").click()
    visit.get_by_text("Signed and locked").wait_for()
    assert visit.get_by_role("heading", name="Assessment").is_visible()
    assert axe(visit) == []


def test_a_draft_is_there_again_on_another_computer(visitors: Visitors, visit: Any) -> None:
    where = visit.url
    visit.get_by_role("button", name="Write note").click()
    visit.get_by_label("Text of the note").fill("Begun here.")
    visit.get_by_text(SAVED).wait_for()

    elsewhere = visitors.signed_in(CLINICIAN, **DESK)
    elsewhere.goto(where)
    elsewhere.get_by_role("button", name="Go on with the note").first.click()
    elsewhere.get_by_text("You go on with your draft").wait_for()

    assert elsewhere.get_by_label("Text of the note").input_value() == "Begun here."


def test_what_was_signed_elsewhere_is_shown_beside_the_draft_and_never_overwritten(
    visitors: Visitors, visit: Any, axe: Axe
) -> None:
    visit.get_by_role("button", name="Write note").click()
    visit.get_by_label("Text of the note").fill("The first text.")
    visit.get_by_text(SAVED).wait_for()
    elsewhere = visitors.signed_in(CLINICIAN, **DESK)
    elsewhere.goto(visit.url)
    elsewhere.get_by_role("button", name="Go on with the note").first.click()
    elsewhere.get_by_role("button", name="Sign", exact=True).click()
    elsewhere.get_by_role("button", name="Sign and lock").click()
    elsewhere.get_by_text("The note is signed").wait_for()

    visit.get_by_label("Text of the note").fill("The first text, and more.")
    visit.get_by_text("This note was signed while you wrote").wait_for()

    assert visit.get_by_text("The first text.", exact=True).last.is_visible()
    assert visit.get_by_text("The first text, and more.").is_visible()
    assert axe(visit) == []
    visit.get_by_role("button", name="Make my draft an addendum").click()
    assert visit.get_by_label("What is to be added").input_value() == "The first text, and more."


def test_unusual_values_are_asked_once_more_and_impossible_ones_refused(visit: Any, axe: Axe) -> None:
    visit.get_by_role("button", name="Take vitals").click()
    temperature = visit.get_by_label("Temperature", exact=True)
    temperature.fill("98.6")
    visit.get_by_text("This cannot be.").wait_for()
    visit.get_by_label("Unit of Temperature").select_option(label="°F")
    visit.get_by_text("= 37 °C").wait_for()
    visit.get_by_label("Pulse").fill("190")
    visit.get_by_role("button", name="Save vitals").click()
    visit.get_by_role("alert").get_by_text("Check Pulse").wait_for()
    assert axe(visit) == []

    visit.get_by_text("The value is right").click()
    visit.get_by_role("button", name="Save vitals").click()

    visit.get_by_text("2 values saved").wait_for()
    visit.locator(".visit-lines").get_by_text("190 /min").wait_for()


def test_a_diagnosis_is_found_by_words_and_chosen_with_the_keyboard(visit: Any) -> None:
    visit.get_by_role("button", name="Add problem").click()
    visit.get_by_role("combobox", name="Find a diagnosis").press_sequentially("acute bronchitis unspec")
    visit.get_by_role("option", name="Acute bronchitis, unspecified").wait_for(timeout=30_000)
    visit.keyboard.press("ArrowDown")
    visit.keyboard.press("Enter")
    visit.get_by_role("button", name="Save", exact=True).click()

    visit.get_by_text("Added to the problems").wait_for()
    visit.get_by_role("navigation", name="Sections of the chart").get_by_role("link", name="Problems").click()
    visit.get_by_role("cell", name="Acute bronchitis, unspecified").wait_for()


def test_a_visit_ends_when_nothing_is_left_open(visit: Any, axe: Axe) -> None:
    visit.get_by_role("button", name="Write note").click()
    visit.get_by_label("Text of the note").fill("Not done yet.")
    visit.get_by_text(SAVED).wait_for()
    visit.get_by_role("button", name="Close").click()
    visit.reload()
    settled(visit)

    visit.get_by_role("button", name="Finish visit").click()
    visit.get_by_text("What is not signed stays in your inbox.").wait_for()
    assert axe(visit) == []
    visit.get_by_role("button", name="Finish all the same").click()

    visit.get_by_text("The visit is finished").wait_for()
    visit.get_by_role("button", name="Finish visit").wait_for(state="detached")


def test_a_visit_is_worked_at_on_a_phone(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN, **PHONE)
    started(page, life("daniel-kowalski").id, "On the way")
    assert axe(page) == []

    for name in ("Write note", "Take vitals", "Add problem", "Add immunization", "Add procedure"):
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(".workspace").wait_for()
        settled(page)
        assert page.locator(".chart-whose").is_visible()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Close", exact=True).click()


@pytest.mark.timeout(300)  # it makes them first
def test_the_chart_of_a_thousand_visits_opens_within_a_second_and_its_plots_stay_smooth(visitors: Visitors) -> None:
    page = visitors.signed_in(CLINICIAN, **DESK)
    patient = life("daniel-kowalski").id
    page.goto("/patients")
    settled(page)
    page.evaluate(GROWN, [patient, 1000, 1200])
    times = []
    for _ in range(5):
        page.goto("/patients")
        settled(page)
        times.append(page.evaluate(OPENING, f"/patients/{patient}/visits"))

    assert sorted(times)[2] < 1000, times
    assert page.evaluate("document.querySelectorAll('*').length") < 3000
    go(page, f"/patients/{patient}/vitals")
    plot = page.get_by_role("img", name="points, latest")
    plot.wait_for()
    page.wait_for_function("() => /1,2\\d\\d points/.test(document.querySelector('.plot-frame').ariaLabel)")
    assert page.evaluate("document.querySelectorAll('.plot-frame *').length") < 100
    plot.focus()
    page.keyboard.press("Home")
    first = page.locator(".plot-reading").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator(".plot-reading").inner_text() != first
