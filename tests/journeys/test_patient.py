"""A patient's way to their own record, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors

pytestmark = pytest.mark.browser

PATIENT = "margaret-obrien@mail.example"
PROXY = "sofia-alvarez@mail.example"


def test_a_patient_comes_home_to_the_next_visit_and_the_medicines(
    visitors: Visitors, axe: Callable[[Any], list[str]]
) -> None:
    page = visitors.signed_in(PATIENT, viewport={"width": 390, "height": 844})

    page.goto("/")

    page.get_by_role("heading", name="Your next appointment").wait_for()
    page.get_by_role("heading", name="Your medicines").wait_for()
    assert axe(page) == []


@pytest.mark.parametrize("section", ["", "medicines", "results", "vitals", "allergies", "documents"])
def test_a_patient_reads_their_own_record(visitors: Visitors, axe: Callable[[Any], list[str]], section: str) -> None:
    page = visitors.signed_in(PATIENT)

    page.goto(f"/record/{section}")

    page.get_by_role("heading", name="O'BRIEN, Margaret").wait_for()
    assert page.get_by_role("alert").count() == 0
    assert axe(page) == []


def test_a_patient_is_not_offered_what_staff_do(visitors: Visitors) -> None:
    page = visitors.signed_in(PATIENT)
    page.goto("/")
    page.get_by_role("heading", name="Your medicines").wait_for()

    assert page.get_by_role("link", name="Patients").count() == 0


def test_another_patients_chart_is_not_there_for_a_patient(visitors: Visitors) -> None:
    staff = visitors.signed_in("okafor@harbor.example")
    staff.goto("/patients")
    staff.get_by_label("Find a patient").fill("rossi")
    staff.get_by_role("table").get_by_role("link").first.click()
    staff.get_by_role("navigation", name="Sections of the chart").wait_for()
    page = visitors.signed_in(PATIENT)

    page.goto(staff.url)

    page.get_by_role("heading", name="There is no such record here").wait_for()
