"""A record made in error is destroyed by two people: asked for, looked at, confirmed by name and password, and gone."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.ops.demo.accounts import PASSWORD
from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser

FRONT_DESK, ADMIN, OFFICER = "desk@harbor.example", "admin@harbor.example", "security@harbor.example"
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 1400}, "has_touch": True}
Axe = Callable[..., list[str]]

MADE = """async () => {
  const body = JSON.stringify({ resourceType: "Patient", name: [{ family: "Twice", given: ["Made"] }] });
  const headers = { "Content-Type": "application/fhir+json" };
  return (await (await fetch("/fhir/R4/Patient", { method: "POST", headers, body })).json()).id;
}"""


def looked_up(page: Any, patient: str) -> None:
    page.goto("/oversight/destruction")
    settled(page)
    page.get_by_label("Patient").fill(patient)
    page.get_by_role("button", name="Show what would be lost").click()
    page.get_by_text("TWICE, Made").wait_for()


def test_two_people_destroy_a_record_made_in_error(visitors: Visitors, axe: Axe) -> None:
    desk = visitors.signed_in(FRONT_DESK, **DESK)
    desk.goto("/")
    patient = desk.evaluate(MADE)

    admin = visitors.signed_in(ADMIN, **DESK)
    looked_up(admin, patient)
    admin.get_by_label("Reason").select_option("recorded-in-error")
    assert axe(admin) == []
    admin.get_by_role("button", name="Ask for destruction").click()
    row = admin.get_by_role("row").filter(has_text=patient)
    row.get_by_text("Waits for a second person").wait_for()
    assert row.get_by_role("button", name="Look and decide").count() == 0, "who asked does not approve"

    officer = visitors.signed_in(OFFICER, **PHONE)
    officer.goto("/oversight/destruction")
    settled(officer)
    officer.get_by_role("row").filter(has_text=patient).get_by_role("button", name="Look and decide").click()
    dialog = officer.get_by_role("dialog")
    dialog.get_by_text("The record has to be kept until").wait_for()
    assert officer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(officer) == []
    dialog.get_by_label("Why this does not forbid it").select_option("no-care-given")
    dialog.get_by_label("In your words").fill("Registered twice by mistake; nobody was seen.")
    dialog.get_by_label("Type the name to confirm").fill("TWICE")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Destroy the key").click()
    dialog.get_by_text("That is another name").wait_for()
    dialog.get_by_label("Type the name to confirm").fill("twice, made")
    dialog.get_by_role("button", name="Destroy the key").click()

    officer.get_by_role("row").filter(has_text=patient).get_by_text("Destroyed").wait_for()
    answer = desk.evaluate("async (id) => (await fetch(`/fhir/R4/Patient/${id}`)).status", patient)
    assert answer == 410
