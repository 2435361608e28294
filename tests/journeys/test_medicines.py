"""Prescribing with its safety check, and refills between patient and clinic, in a real browser."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from meridian.cli.sandbox import ABOVE
from meridian.testing.browser import Clinic, Visitors, life, settled

pytestmark = pytest.mark.browser

CLINICIAN = "haddad@harbor.example"
NURSE = "lindqvist@harbor.example"
PATIENT = "margaret-obrien@mail.example"
MARGARET = life("margaret-obrien").id
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOOKS = pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["1440", "390"])

Axe = Callable[[Any], list[str]]


def ask(clinic: Clinic, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    """Of the sandbox that plays both partners."""
    host, _, port = clinic.origin.rpartition(":")
    url = f"{host}:{int(port) + ABOVE}{path}"
    said = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, said, {"Content-Type": "application/json"}, method=method)  # noqa: S310  # our own
    urllib.request.urlopen(request).close()  # noqa: S310  # our own


@contextmanager
def both_down(clinic: Clinic) -> Iterator[None]:
    """Neither partner answers."""
    for partner in ("medtrack", "scriptguard"):
        ask(clinic, "PUT", f"/admin/faults/{partner}", {"fault": "500"})
    try:
        yield
    finally:
        ask(clinic, "DELETE", "/admin/faults")


def prescribing(visitors: Visitors, look: dict[str, Any], patient: str = MARGARET) -> Any:
    """A clinician's page with the prescribing panel open."""
    page = visitors.signed_in(CLINICIAN, **look)
    page.goto(f"/patients/{patient}/medicines")
    settled(page)
    page.get_by_role("button", name="Prescribe").first.click()
    page.get_by_role("region", name="Prescribe").wait_for()
    return page


def choose(page: Any, text: str) -> None:
    """A medicine of the formulary, by keyboard."""
    page.get_by_role("combobox", name="Medicine").fill(text)
    page.locator(".popover .option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Another medicine").wait_for()


def standing(page: Any) -> str:
    """What the check said, once it has."""
    page.wait_for_timeout(700)
    page.locator(".safety:not([data-standing=checking], [data-standing=waiting])").wait_for()
    word: str = page.locator(".safety-word").inner_text()
    return word


@LOOKS
def test_a_contraindicated_medicine_is_signed_only_with_a_reason_that_the_nurse_sees(
    visitors: Visitors, axe: Axe, look: dict[str, Any]
) -> None:
    medicine = "clarithromycin" if look is DESKTOP else "amoxicillin"
    page = prescribing(visitors, look)
    choose(page, medicine)
    page.get_by_label("How often").select_option(label="twice a day")
    page.get_by_label("For how many days").fill("7")

    assert standing(page) == "Alerts"
    page.locator(".prescribe-preview").get_by_text("twice a day for 7 days").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Sign prescription").click()
    page.get_by_role("alert").get_by_text("Give a reason for").first.wait_for()
    for reason in page.get_by_label("Why prescribe it all the same").all():
        reason.select_option(label="The benefit outweighs the risk")
    page.get_by_role("button", name="Sign prescription").click()
    page.get_by_text("is prescribed").wait_for()

    nurse = visitors.signed_in(NURSE, **look)
    nurse.goto(f"/patients/{MARGARET}/medicines")
    settled(nurse)
    nurse.get_by_text("alert overridden").first.click()
    nurse.get_by_text("The benefit outweighs the risk").first.wait_for()
    assert axe(nurse) == []
    own = visitors.signed_in(PATIENT, **look)
    own.goto("/record/medicines")
    settled(own)
    own.get_by_text("twice a day for 7 days").first.wait_for()
    assert "overridden" not in own.inner_text("main")
    assert axe(own) == []


@LOOKS
def test_with_both_partners_down_it_says_not_checked_and_can_be_signed_with_a_reason(
    visitors: Visitors, clinic: Clinic, axe: Axe, look: dict[str, Any]
) -> None:
    with both_down(clinic):
        page = prescribing(visitors, look, life("elena-rossi").id)
        choose(page, "loratadine" if look is DESKTOP else "cetirizine")
        page.get_by_label("How often").select_option(label="once a day")

        assert standing(page) == "Not checked"
        assert axe(page) == []
        page.get_by_role("button", name="Sign prescription").click()
        page.get_by_role("alert").get_by_text("Give the reason for signing without a check").wait_for()
        page.get_by_label("Why it cannot wait for a check").select_option(label="Treatment cannot wait")
        page.get_by_role("button", name="Sign prescription").click()

        page.get_by_text("is prescribed").wait_for()
        page.get_by_text("Will be checked again").first.wait_for()


def test_what_is_written_in_ones_own_words_says_that_it_cannot_be_checked(visitors: Visitors) -> None:
    page = prescribing(visitors, DESKTOP)

    page.get_by_role("button", name="Write it in your own words").click()
    page.get_by_label("Medicine, strength and form").fill("Herbal tea from the market")

    assert standing(page) == "Incomplete"
    page.get_by_text("cannot be checked for interactions").wait_for()


def test_a_draft_is_there_again_after_reading_elsewhere_in_the_chart(visitors: Visitors) -> None:
    page = prescribing(visitors, DESKTOP)
    choose(page, "loratadine")
    page.get_by_label("More for the patient").fill("in the pollen season")
    page.get_by_role("region", name="Prescribe").get_by_role("button", name="Close").click()

    page.get_by_role("link", name="Results").last.click()
    page.get_by_role("link", name="Medicines").click()
    settled(page)
    page.get_by_role("button", name="Prescribe").first.click()

    assert page.get_by_label("More for the patient").input_value() == "in the pollen season"
    page.get_by_role("button", name="Discard draft").click()


@LOOKS
def test_a_patient_asks_for_a_refill_and_reads_what_was_decided(
    visitors: Visitors, axe: Axe, look: dict[str, Any]
) -> None:
    medicine = "Alendronic acid" if look is DESKTOP else "Simvastatin"
    own = visitors.signed_in(PATIENT, **look)
    own.goto("/record/medicines")
    settled(own)
    own.get_by_role("button", name=f"Ask for more {medicine}").click()
    own.get_by_label("Anything the clinic should know").fill("I have enough for three days")
    assert axe(own) == []
    own.get_by_role("button", name="Send request").click()
    own.get_by_text("The clinic has not decided yet").first.wait_for()

    page = visitors.signed_in(CLINICIAN, **look)
    page.goto("/refills")
    settled(page)
    request = page.get_by_role("listitem").filter(has_text=medicine)
    request.get_by_text("I have enough for three days").wait_for()
    assert axe(page) == []
    request.get_by_role("button", name="Refuse").click()
    page.get_by_role("dialog").get_by_role("combobox").select_option(label="A visit is needed first")
    page.get_by_role("dialog").get_by_role("button", name="Refuse").click()
    page.get_by_text("is refused").wait_for()

    own.reload()
    settled(own)
    own.get_by_role("region", name=medicine).get_by_text("What happened so far").click()
    own.get_by_text("A visit is needed first").first.wait_for()


def test_a_medicine_is_stopped_for_a_reason(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto(f"/patients/{MARGARET}/medicines")
    settled(page)

    page.get_by_role("button", name="Actions for Acetaminophen").click()
    page.get_by_role("menuitem", name="Stop").click()
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("combobox").select_option(label="Did not help enough")
    page.get_by_role("button", name="Stop Acetaminophen").click()

    page.get_by_role("region", name="No longer taken").get_by_text("Did not help enough").wait_for()


def test_the_list_is_reconciled_with_what_the_patient_says(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto(f"/patients/{life('jurgen-mueller').id}/medicines")
    settled(page)
    page.get_by_role("button", name="Reconcile").click()
    panel = page.get_by_role("region", name="Reconcile medicines")
    panel.get_by_role("radiogroup").first.wait_for()

    for one in panel.get_by_role("radio", name="Takes it, goes on").all():
        one.press("Space")
    panel.get_by_label("Name and strength").fill("Fish oil 1000 mg")
    panel.get_by_role("button", name="Add to the list").click()
    assert axe(page) == []
    panel.get_by_role("button", name="Save reconciliation").click()

    page.get_by_text("The medicines are reconciled").wait_for()
    page.get_by_role("cell", name="Fish oil 1000 mg").wait_for()
