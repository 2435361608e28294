"""A clinician's and the front desk's way through the clinic, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

CLINICIAN = "okafor@harbor.example"
DESK = "desk@harbor.example"
MARGARET = life("margaret-obrien")
SECTIONS = [
    "Summary", "Timeline", "Problems", "Medicines", "Allergies", "Vitals", "Results", "Visits", "Immunizations",
    "Documents", "Person",
]  # fmt: skip

Axe = Callable[[Any], list[str]]


def test_the_day_shows_who_is_expected_and_leads_to_other_days(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN)

    page.goto("/")
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_role("table").first.wait_for()
    assert axe(page) == []
    page.get_by_role("link", name="Next day").click()

    page.get_by_role("link", name="Back to today").wait_for()
    settled(page)
    assert "/today/" in page.url


@pytest.mark.parametrize("written", ["obrien", "O'Brien", "marg", "H-10000"])
def test_a_patient_is_found_as_one_types_and_the_chart_opens(visitors: Visitors, written: str) -> None:
    page = visitors.signed_in(CLINICIAN)
    page.goto("/patients")

    page.get_by_label("Find a patient").press_sequentially(written)
    page.get_by_role("table").get_by_role("link", name="O'BRIEN, Margaret").first.click()

    page.get_by_role("navigation", name="Sections of the chart").wait_for()
    assert "O'BRIEN" in page.get_by_role("heading", level=1).inner_text()


def test_a_chart_opened_is_among_the_recent_ones(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN)
    page.goto(f"/patients/{MARGARET.id}")
    page.get_by_role("navigation", name="Sections of the chart").wait_for()

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Patients").click()

    page.get_by_role("heading", name="Recently opened").wait_for()
    page.get_by_role("link", name="O'BRIEN, Margaret").wait_for()
    assert axe(page) == []


def test_nobody_found_says_what_to_try(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN)
    page.goto("/patients")

    page.get_by_label("Find a patient").fill("Qwyxzz")

    page.get_by_text("Nobody is called that here").wait_for()
    assert axe(page) == []


def test_every_section_of_a_chart_is_there_and_accessible(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN)
    page.goto(f"/patients/{MARGARET.id}")
    for section in SECTIONS:
        page.get_by_role("navigation", name="Sections of the chart").get_by_role(
            "link", name=section, exact=True
        ).click()
        page.get_by_role("heading", name=section, level=2, exact=True).first.wait_for(state="attached")
        settled(page)

        assert page.get_by_role("alert").count() == 0, section
        assert "could not be loaded" not in page.inner_text("main"), section
        assert axe(page) == [], section


def test_the_front_desk_sees_who_it_is_and_nothing_clinical(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(DESK)
    page.goto(f"/patients/{MARGARET.id}")

    page.get_by_role("link", name="Problems").click()
    page.get_by_role("heading", name="Problems").wait_for()  # the summary says it of each of its parts

    page.get_by_text("Not part of your role", exact=True).wait_for()
    assert "Allergies are not part of your role" in page.inner_text("body")
    assert axe(page) == []


def register(page: Any, family: str, given: str, born: str) -> None:
    page.goto("/patients/new")
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Given names").fill(given)
    page.get_by_label("Date of birth").fill(born)
    page.get_by_text("Female", exact=True).click()
    page.get_by_role("button", name="Register a patient").click()


def test_a_likely_duplicate_is_shown_before_a_second_record_is_made(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(DESK)

    register(page, "O'Brien", "Margaret", f"{MARGARET.born:%d-%b-%Y}")

    page.get_by_role("button", name="Register as a new patient").wait_for()
    assert page.get_by_role("link", name="O'BRIEN, Margaret").count() == 1
    assert axe(page) == []


def test_a_patient_is_registered_and_the_chart_opens(visitors: Visitors) -> None:
    page = visitors.signed_in(DESK)

    register(page, "Zwiebelturm", "Änne", "3-Feb-1971")

    page.get_by_role("heading", name="ZWIEBELTURM, Änne").wait_for()
    assert "Born 03-Feb-1971" in page.inner_text("main")


def test_a_form_with_mistakes_names_each_and_leads_to_it(visitors: Visitors, axe: Axe) -> None:
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


def test_an_address_that_is_no_page_leads_back(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN)
    page.goto("/nowhere/at/all")
    page.get_by_role("heading", name="This page does not exist").wait_for()
    assert axe(page) == []

    page.get_by_role("link", name="Go to the start page").click()

    page.get_by_role("heading", name="Today").wait_for()


@pytest.mark.parametrize("role", ["nurse2", "lab", "pharmacy", "security"])
def test_every_role_has_a_first_page_and_its_own_security(visitors: Visitors, axe: Axe, role: str) -> None:
    page = visitors.signed_in(f"{role}@harbor.example")
    page.goto("/")
    settled(page)

    assert "could not be loaded" not in page.inner_text("main")
    assert axe(page) == []
    page.get_by_role("navigation", name="Main").get_by_role("link", name="My security").click()
    page.get_by_role("heading", name="Where you are signed in").wait_for()
    assert axe(page) == []
