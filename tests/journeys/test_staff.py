"""A clinician's and the front desk's way through the clinic, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors

pytestmark = pytest.mark.browser

CLINICIAN = "okafor@harbor.example"
DESK = "desk@harbor.example"
SECTIONS = [
    "Timeline", "Problems", "Medicines", "Allergies", "Vitals", "Results", "Visits", "Immunizations", "Documents",
    "Person",
]  # fmt: skip


def open_first_chart(page: Any, name: str) -> None:
    page.goto("/patients")
    page.get_by_label("Find a patient").fill(name)
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("navigation", name="Sections of the chart").wait_for()


def test_the_day_shows_who_is_expected(visitors: Visitors, axe: Callable[[Any], list[str]]) -> None:
    page = visitors.signed_in(CLINICIAN)

    page.goto("/")
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("table").first.wait_for()

    assert axe(page) == []


def test_a_patient_is_found_as_one_types_and_the_chart_opens(
    visitors: Visitors, axe: Callable[[Any], list[str]]
) -> None:
    page = visitors.signed_in(CLINICIAN)

    open_first_chart(page, "obrien")

    assert "O'BRIEN" in page.get_by_role("heading", level=1).inner_text()
    assert axe(page) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_a_chart_is_there_and_accessible(
    visitors: Visitors, axe: Callable[[Any], list[str]], section: str
) -> None:
    page = visitors.signed_in(CLINICIAN)
    open_first_chart(page, "brien")

    page.get_by_role("navigation", name="Sections of the chart").get_by_role("link", name=section).click()
    page.get_by_role("heading", name=section, level=2).wait_for(state="attached")

    assert page.get_by_role("alert").count() == 0
    assert axe(page) == []


def test_the_front_desk_sees_who_it_is_and_nothing_clinical(visitors: Visitors) -> None:
    page = visitors.signed_in(DESK)
    open_first_chart(page, "brien")

    page.get_by_role("link", name="Problems").click()

    page.get_by_role("heading", name="Not part of your role").wait_for()
    assert "Allergies are not part of your role" in page.inner_text("body")


def test_a_likely_duplicate_is_shown_before_a_second_record_is_made(visitors: Visitors) -> None:
    page = visitors.signed_in(DESK)
    page.goto("/patients/new")
    page.get_by_label("Family name").fill("O'Brien")
    page.get_by_label("Given names").fill("Margaret")
    page.get_by_label("Date of birth").fill("12-Mar-1958")
    page.get_by_label("Female").check(force=True)

    page.get_by_role("button", name="Register a patient").click()

    page.get_by_role("button", name="Register as a new patient").wait_for()


def test_a_patient_is_registered_and_the_chart_opens(visitors: Visitors) -> None:
    page = visitors.signed_in(DESK)
    page.goto("/patients/new")
    page.get_by_label("Family name").fill("Zwiebelturm")
    page.get_by_label("Given names").fill("Änne")
    page.get_by_label("Date of birth").fill("3-Feb-1971")
    page.get_by_label("Female").check(force=True)

    page.get_by_role("button", name="Register a patient").click()

    page.get_by_role("heading", name="ZWIEBELTURM, Änne").wait_for()


def test_a_form_with_mistakes_names_each_and_leads_to_it(visitors: Visitors, axe: Callable[[Any], list[str]]) -> None:
    page = visitors.signed_in(DESK)
    page.goto("/patients/new")

    page.get_by_role("button", name="Register a patient").click()

    page.get_by_role("link", name="Write the family name").click()
    assert page.evaluate("document.activeElement.closest('[id]').id").startswith("register-family")
    assert axe(page) == []


def test_a_draft_outlives_going_elsewhere(visitors: Visitors) -> None:
    page = visitors.signed_in(DESK)
    page.goto("/patients/new")
    page.get_by_label("Family name").fill("Halfwritten")

    page.get_by_role("navigation").get_by_role("link", name="Today").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.go_back()

    assert page.get_by_label("Family name").input_value() == "Halfwritten"


def test_a_chart_that_is_not_ones_own_organisations_is_not_there(visitors: Visitors) -> None:
    page = visitors.signed_in(CLINICIAN)

    page.goto("/patients/00000000-0000-4000-8000-000000000000")

    page.get_by_role("heading", name="There is no such record here").wait_for()


def test_the_command_palette_goes_anywhere_by_keyboard(visitors: Visitors) -> None:
    page = visitors.signed_in(CLINICIAN)
    page.goto("/")
    page.get_by_role("heading", name="Today").wait_for()

    page.keyboard.press("Control+k")
    page.keyboard.type("patients")
    page.keyboard.press("Enter")

    page.get_by_label("Find a patient").wait_for()


@pytest.mark.parametrize("path", ["/", "/patients", "/patients/new", "/security"])
def test_a_phone_shows_the_whole_page_without_scrolling_sideways(
    visitors: Visitors, axe: Callable[[Any], list[str]], path: str
) -> None:
    page = visitors.signed_in(CLINICIAN, viewport={"width": 390, "height": 844})
    page.goto(path)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
