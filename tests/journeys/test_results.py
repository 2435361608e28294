"""Tests ordered, results in, signed and seen by their patient, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

CLINICIAN = "haddad@harbor.example"
LABORATORY = "lab@harbor.example"
PATIENT = "margaret-obrien@mail.example"
MARGARET = life("margaret-obrien").id
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOOKS = pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["1440", "390"])

Axe = Callable[[Any], list[str]]

SEND = """async (bundle) => {
  const headers = { "Content-Type": "application/fhir+json" };
  const answer = await fetch("/api/results/intake", { method: "POST", headers, body: JSON.stringify(bundle) });
  return [answer.status, await answer.json()];
}"""


def potassium(number: str, value: float, requisition: str = "") -> dict[str, Any]:
    """A report of one measurement as a laboratory sends it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    code = {"coding": [{"system": "http://loinc.org", "code": "6298-4"}], "text": "Potassium"}
    measured = {
        "resourceType": "Observation", "id": "k", "status": "final", "code": code,
        "effectiveDateTime": now,
        "valueQuantity": {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        "referenceRange": [{"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.1, "unit": "mmol/L"}}],
    }  # fmt: skip
    report = {
        "resourceType": "DiagnosticReport", "status": "final", "code": {"text": f"Electrolytes {number}"},
        "identifier": [{"system": "https://lab.example/reports", "value": number}],
        "effectiveDateTime": now, "issued": now,
        "result": [{"reference": "Observation/k"}],
        **({"basedOn": [{"identifier": {"value": requisition}}]} if requisition else {}),
    }  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": report}, {"resource": measured}]}


def sent(visitors: Visitors, bundle: dict[str, Any]) -> str:
    """What became of a report that the laboratory sends."""
    page = visitors.signed_in(LABORATORY)
    page.goto("/security")
    settled(page)
    status, body = page.evaluate(SEND, bundle)
    assert status == 201, body
    state: str = body["reports"][0]["state"]
    return state


def ordered(visitors: Visitors, look: dict[str, Any], axe: Axe) -> str:
    """The requisition of an order made at the chart."""
    page = visitors.signed_in(CLINICIAN, **look)
    page.goto(f"/patients/{MARGARET}/results")
    settled(page)
    page.get_by_role("button", name="Order tests").click()
    panel = page.get_by_role("region", name="Order tests")
    panel.get_by_label("Find a test or panel").fill("potassium")
    panel.get_by_role("button", name="Potassium").last.click()
    panel.get_by_label("Priority").select_option(label="Urgent")
    assert axe(page) == []
    panel.get_by_role("button", name="Order", exact=True).click()
    page.get_by_text("The tests are ordered").wait_for()
    row = (
        page.get_by_role("region", name="Orders").get_by_role("row").filter(has_text="Waiting for the laboratory").first
    )
    row.wait_for()
    number: str = row.get_by_role("cell").last.inner_text()
    return number


@LOOKS
def test_a_result_of_an_order_is_signed_and_its_patient_reads_it(
    visitors: Visitors, axe: Axe, look: dict[str, Any]
) -> None:
    number = f"R-{look['viewport']['width']}"
    assert sent(visitors, potassium(number, 6.4, ordered(visitors, look, axe))) == "matched"
    page = visitors.signed_in(CLINICIAN, **look)
    page.goto("/results")
    settled(page)
    result = page.get_by_role("region", name=f"Electrolytes {number}")
    result.get_by_text("6.4").wait_for()
    assert axe(page) == []
    result.get_by_role("button", name="Sign").click()
    page.get_by_label("Comment for the chart").fill("A little high. Please come for another test next week.")
    assert axe(page) == []
    page.get_by_role("button", name="Sign result").click()
    page.get_by_text(f"Electrolytes {number} is signed").wait_for()
    result.wait_for(state="detached")

    own = visitors.signed_in(PATIENT, **look)
    own.goto("/record/results")
    settled(own)
    mine = own.get_by_role("region", name=f"Electrolytes {number}")
    mine.get_by_text("Please come for another test next week").wait_for()
    mine.get_by_text("above the usual range").first.wait_for()
    assert axe(own) == []


def test_a_result_that_is_held_back_is_not_seen_by_its_patient(visitors: Visitors, axe: Axe) -> None:
    assert sent(visitors, potassium("R-held", 5.9, ordered(visitors, DESKTOP, axe))) == "matched"
    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto("/results")
    settled(page)
    page.get_by_role("region", name="Electrolytes R-held").get_by_role("button", name="Sign").click()
    page.get_by_text("Hold it back").click()
    page.get_by_role("button", name="Sign result").click()
    page.get_by_text("Write why it is held back").wait_for()
    page.get_by_label("Why it is held back").fill("To be told in person")
    page.get_by_role("button", name="Sign result").click()
    page.get_by_text("Electrolytes R-held is signed").wait_for()

    own = visitors.signed_in(PATIENT, **DESKTOP)
    own.goto("/record/results")
    settled(own)

    assert "R-held" not in own.inner_text("main")


def test_a_result_without_a_patient_waits_until_somebody_says_whose_it_is(visitors: Visitors, axe: Axe) -> None:
    assert sent(visitors, potassium("R-lost", 4.2)) == "unmatched"
    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto("/results")
    page.get_by_role("tab", name="Unmatched results").click()
    page.get_by_role("region", name="Electrolytes R-lost").get_by_role("button", name="Match to a patient").click()
    page.get_by_role("combobox", name="Patient").press_sequentially("rossi")
    page.locator(".popover .option", has_text="ROSSI").first.click()
    assert axe(page) == []

    page.get_by_role("button", name="Match to ROSSI").click()

    page.get_by_text("Matched to ROSSI").wait_for()
    page.get_by_role("region", name="Electrolytes R-lost").wait_for(state="detached")
