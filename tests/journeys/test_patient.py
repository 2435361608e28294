"""A patient's way to their own record, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

PATIENT = "margaret-obrien@mail.example"
SECTIONS = ["", "problems", "medicines", "allergies", "vitals", "results", "visits", "immunizations", "documents"]

Axe = Callable[[Any], list[str]]


def test_a_patient_comes_home_to_the_next_visit_and_the_medicines(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(PATIENT, viewport={"width": 390, "height": 844})

    page.goto("/")

    page.get_by_role("heading", name="Your next visit").wait_for()
    page.get_by_role("heading", name="Your medicines").wait_for()
    assert axe(page) == []


def test_a_patient_reads_their_own_record(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(PATIENT)
    for section in SECTIONS:
        page.goto(f"/record/{section}")
        page.get_by_role("heading", name="O'BRIEN, Margaret").wait_for()
        settled(page)

        assert page.get_by_role("alert").count() == 0, section
        assert axe(page) == [], section


def test_a_patient_is_not_offered_what_staff_do(visitors: Visitors) -> None:
    page = visitors.signed_in(PATIENT)
    page.goto("/")
    page.get_by_role("heading", name="Your medicines").wait_for()

    assert page.get_by_role("link", name="Patients").count() == 0
    assert page.get_by_role("link", name="People").count() == 0


@pytest.mark.parametrize("other", ["jurgen-mueller", "mateo-alvarez"])
def test_another_patients_chart_is_not_there_for_a_patient(visitors: Visitors, other: str) -> None:
    page = visitors.signed_in(PATIENT)

    page.goto(f"/patients/{life(other).id}")

    page.get_by_role("heading", name="There is no such record here").wait_for()


@pytest.mark.parametrize("path", ["/patients", "/patients/new", "/people"])
def test_a_page_for_staff_shows_a_patient_nothing_of_others(visitors: Visitors, path: str) -> None:
    page = visitors.signed_in(PATIENT)

    page.goto(path)
    settled(page)

    rows = page.get_by_role("table").get_by_role("link").all_inner_texts()
    assert [row for row in rows if "O'BRIEN, Margaret" not in row] == []
