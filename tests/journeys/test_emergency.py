"""A physician opens a closed part of a record in an emergency and gives it back; the security officer reviews it."""

import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from meridian.ops.demo.accounts import seed
from meridian.testing.browser import Visitors, enter_code, life, settled

pytestmark = pytest.mark.browser

STANDS_IN, OFFICER = "lindqvist@harbor.example", "security@harbor.example"
PHONE = {"viewport": {"width": 390, "height": 1200}, "has_touch": True}
PERSON = life("margaret-obrien")
NOTE = {
    "resourceType": "Observation",
    "status": "final",
    "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]},
    "code": {"text": "HIV viral load"},
    "subject": {"reference": f"Patient/{PERSON.id}"},
}
WRITTEN = """async (note) => {
  const headers = { "Content-Type": "application/fhir+json" };
  const answer = await fetch("/fhir/R4/Observation", { method: "POST", headers, body: JSON.stringify(note) });
  return (await answer.json()).id;
}"""
Axe = Callable[[Any], list[str]]


def test_a_closed_part_of_a_record_is_opened_in_an_emergency_and_reviewed(visitors: Visitors, axe: Axe) -> None:
    doctor = visitors.signed_in(PERSON.doctor.email)
    doctor.goto("/patients")
    made = doctor.evaluate(WRITTEN, NOTE)
    where = f"{visitors.clinic.origin}/fhir/R4/Observation/{made}"
    physician = visitors.signed_in(STANDS_IN, **PHONE)
    physician.goto(f"/patients/{PERSON.id}")
    settled(physician)
    assert physician.context.request.get(where).status == 404

    physician.get_by_role("button", name="Emergency access").click()
    physician.get_by_label("Reason").select_option("cannot-say")
    physician.get_by_label("What happened").fill("She is confused and alone.")
    fine(physician, axe)
    enter_code(physician, pyotp.TOTP(seed(STANDS_IN)).at(int(time.time()) + 30))
    physician.get_by_role("button", name="Open the record").click()
    physician.get_by_text("A record is open to you in an emergency").wait_for()
    assert physician.context.request.get(where).status == 200
    fine(physician, axe)
    physician.goto("/patients")
    physician.get_by_text("Everything you open is recorded.").wait_for()
    physician.get_by_role("button", name="End now").click()
    physician.get_by_text("A record is open to you in an emergency").wait_for(state="hidden")
    assert physician.context.request.get(where).status == 404
    physician.goto("/emergency")
    fine(physician, axe)

    officer = visitors.signed_in(OFFICER)
    officer.goto("/oversight/emergency")
    fine(officer, axe)
    officer.get_by_role("button", name="Review: Emergency access of").first.click()
    dialog = officer.get_by_role("dialog")
    dialog.get_by_text("She is confused and alone.").wait_for()
    dialog.get_by_text(f"Observation/{made}").first.wait_for()
    fine(officer, axe)
    dialog.get_by_text("Justified", exact=True).click()
    dialog.get_by_label("Why").fill("The daughter confirmed it.")
    dialog.get_by_role("button", name="Record the review").click()
    officer.get_by_text("The review is recorded").wait_for()

    officer.goto("/oversight/access")
    officer.get_by_role("combobox", name="Patient").fill("margaret")
    officer.get_by_role("option").filter(has_text="Brien").first.click()
    officer.get_by_text("Belongs to the patient's care team").first.wait_for()
    fine(officer, axe)


def fine(page: Any, axe: Axe) -> None:
    """Nothing is wrong with it for those who cannot see it, and nothing stands beyond its edge."""
    settled(page)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
