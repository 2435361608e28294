"""A patient lets another clinic read, sees who looked, asks about it, and takes it back; in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser

MARGARET = "margaret-obrien@mail.example"
SORENSEN = "sorensen@lakeside.example"
OFFICER = "security@harbor.example"
PHONE = {"width": 390, "height": 844}

Axe = Callable[[Any], list[str]]


def test_a_record_is_shared_read_asked_about_and_taken_back(visitors: Visitors, axe: Axe) -> None:
    margaret = visitors.signed_in(MARGARET, viewport=PHONE)
    margaret.goto("/sharing")
    card = margaret.get_by_role("region", name="Lakeside Heart and Lung")
    card.get_by_text("Open", exact=True).wait_for()
    fine(margaret, axe)
    doctor = visitors.signed_in(SORENSEN)
    doctor.goto("/shared")
    fine(doctor, axe)
    doctor.get_by_role("listitem").filter(has_text="O'BRIEN, Margaret").get_by_role("link", name="Open").click()
    doctor.get_by_role("region", name="Allergies").wait_for()
    fine(doctor, axe)
    assert doctor.get_by_role("region", name="Documents").count() == 0

    margaret.goto("/who-saw")
    line = margaret.get_by_role("listitem").filter(has_text="Mette Sørensen").first
    line.get_by_text("You let this clinic read").wait_for()
    fine(margaret, axe)
    line.get_by_role("button", name="Ask about this").click()
    margaret.get_by_label("What would you like to know?").fill("Why did they look today?")
    fine(margaret, axe)
    margaret.get_by_role("button", name="Send").click()
    margaret.get_by_text("Your question is sent").wait_for()
    officer = visitors.signed_in(OFFICER)
    officer.goto("/messages")
    officer.get_by_role("link").filter(has_text="Who saw my record on").first.click()
    officer.get_by_text("Why did they look today?").wait_for()

    margaret.goto("/disclosures")
    margaret.get_by_text("Maine Center for Disease Control").wait_for()
    margaret.get_by_role("button", name="Make a list").click()
    margaret.get_by_role("button", name="PDF of").wait_for()
    fine(margaret, axe)
    officer.goto("/oversight/disclosures")
    officer.get_by_role("listitem").filter(has_text="O'BRIEN, Margaret").get_by_role("button").click()
    officer.get_by_role("button", name="Enter a disclosure").click()
    fine(officer, axe)

    margaret.goto("/sharing")
    card.get_by_role("button", name="Take it back").click()
    doctor.get_by_role("heading", name="This record is not open to us").wait_for()
    margaret.get_by_role("button", name="Let a clinic read").click()
    margaret.get_by_role("button", name="I agree").click()
    margaret.get_by_role("link", name="Choose a clinic").wait_for()
    margaret.get_by_label("Which clinic?").select_option(label="Lakeside Heart and Lung")
    margaret.get_by_text("Only some parts").click()
    margaret.get_by_text("allergies", exact=True).click()
    fine(margaret, axe)
    margaret.get_by_role("button", name="I agree").click()
    margaret.get_by_text("Lakeside Heart and Lung may read now").wait_for()


def fine(page: Any, axe: Axe) -> None:
    """Nothing is wrong with it for those who cannot see it, and nothing stands beyond its edge."""
    settled(page)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
