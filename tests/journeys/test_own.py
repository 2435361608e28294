"""What patients do for themselves, and what the desk and clinicians do about it, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meridian.testing.browser import Clinic, Visitors, settled

pytestmark = pytest.mark.browser

ELENA = "elena-rossi@mail.example"
MARGARET = "margaret-obrien@mail.example"
CLINICIAN = "okafor@harbor.example"
PASSWORD = "seven quiet lamps by the harbour"  # made up
PHONE = {"width": 390, "height": 844}

Axe = Callable[[Any], list[str]]


@pytest.mark.parametrize("path", ["details", "family", "papers", "corrections"])
@pytest.mark.parametrize("width", [1440, 390])
def test_what_patients_do_for_themselves_is_accessible(visitors: Visitors, axe: Axe, path: str, width: int) -> None:
    page = visitors.signed_in(ELENA, viewport={"width": width, "height": 844})
    page.goto(f"/{path}")
    page.get_by_role("heading", level=1).wait_for()
    settled(page)

    assert page.get_by_role("alert").count() == 0
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_patient_changes_the_telephone_and_it_is_there_after_loading_anew(visitors: Visitors) -> None:
    page = visitors.signed_in(ELENA)
    page.goto("/details")

    page.get_by_label("Mobile phone").fill("call me")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write the number with its country").wait_for()
    page.get_by_label("Mobile phone").fill("+1 555 0177")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved").wait_for()
    page.reload()

    page.get_by_label("Mobile phone").wait_for()
    assert page.get_by_label("Mobile phone").input_value() == "+1 555 0177"


def test_a_patient_agrees_and_takes_it_back(visitors: Visitors) -> None:
    page = visitors.signed_in(ELENA)
    page.goto("/papers")
    sheet = page.get_by_role("region", name="Visits by video")

    sheet.get_by_role("button", name="I agree").click()
    sheet.get_by_text("You agreed").wait_for()
    sheet.get_by_role("button", name="Take it back").click()

    sheet.get_by_text("You took your agreement back").wait_for()


def test_a_patient_trusts_somebody_who_then_sees_the_record_until_it_is_ended(
    visitors: Visitors, clinic: Clinic, axe: Axe
) -> None:
    page = visitors.signed_in(ELENA)
    page.goto("/family")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_role("link", name="Choose what they may do").wait_for()
    assert axe(page) == []
    page.get_by_label("Their name").fill("Paul Rossi")
    page.get_by_label("Their email").fill("paul@mail.example")
    page.get_by_label("They are my").select_option("SPS")
    page.get_by_text("See my record and act for me").click()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("Invited, has not answered yet").wait_for()

    paul = visitors.nobody()
    paul.goto(clinic.link("paul@mail.example"))
    paul.get_by_label("Password", exact=True).fill(PASSWORD)
    paul.get_by_role("button", name="Accept the invitation").click()
    paul.get_by_role("heading", name="Hello, Paul Rossi").wait_for()
    paul.goto("/record")
    paul.get_by_role("heading", name="ROSSI, Elena").wait_for()

    page.reload()
    page.get_by_text("Can sign in").wait_for()
    page.get_by_role("button", name="End now").click()
    page.get_by_role("alertdialog").get_by_role("button", name="End now").click()
    page.get_by_text("Ended on").wait_for()

    paul.goto("/record")
    paul.get_by_role("heading", name="Sign in").wait_for()


def test_a_correction_is_asked_for_denied_and_answered(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(MARGARET, viewport=PHONE)
    page.goto("/record/problems")
    page.get_by_role("button", name="Ask for a correction").click()
    panel = page.get_by_role("region", name="Ask for a correction")
    panel.get_by_label("What is it about?").select_option(index=1)
    panel.get_by_label("What is wrong?").fill("This is not mine")
    panel.get_by_label("What would be right?").fill("Nothing of the kind")
    assert axe(page) == []
    panel.get_by_role("button", name="Send").click()
    page.get_by_text("The clinic answers by").wait_for()

    doctor = visitors.signed_in(CLINICIAN)
    page.goto("/corrections")
    page.get_by_text("Wrong: This is not mine").wait_for()
    doctor.goto("/inbox")
    doctor.get_by_role("radio", name="My team's").click(force=True)
    waiting = doctor.get_by_role("list", name="Tasks").get_by_role("link").filter(has_text="Decide on an amendment")
    waiting.filter(has_text="O'BRIEN, Margaret").click()
    doctor.get_by_role("link", name="Open the request").click()
    doctor.get_by_text("Wrong: This is not mine").wait_for()
    doctor.get_by_text("Deny it").click()
    doctor.get_by_label("Ground", exact=True).select_option("accurate")
    doctor.get_by_label("Words for the patient").fill("We looked again and it is right.")
    assert axe(doctor) == []
    doctor.get_by_role("button", name="Send the decision").click()
    doctor.get_by_text("Denied. The patient has been told.").wait_for()

    page.reload()
    page.get_by_text("We looked again and it is right.").wait_for()
    page.get_by_role("button", name="Say that you disagree").click()
    page.get_by_label("Say that you disagree").fill("I still think it is wrong.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("You disagree: I still think it is wrong.").wait_for()


def test_a_patient_takes_the_record_along(visitors: Visitors, tmp_path: Path) -> None:
    page = visitors.signed_in(ELENA)
    page.goto("/details")

    with page.expect_download() as printed:
        page.get_by_role("button", name="To read and print (PDF)").click()
    with page.expect_download() as bundle:
        page.get_by_role("button", name="For another clinic or an app (FHIR)").click()

    printed.value.save_as(tmp_path / "record.pdf")
    bundle.value.save_as(tmp_path / "record.json")
    assert (tmp_path / "record.pdf").read_bytes().startswith(b"%PDF")
    assert b'"resourceType":"Bundle","type":"collection"' in (tmp_path / "record.json").read_bytes()


def test_an_administrator_adds_a_room_closes_it_and_takes_that_back(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in("admin@harbor.example")
    page.goto("/clinic")
    page.get_by_role("button", name="Add a place").click()
    page.get_by_label("Name").fill("Room 77")
    page.get_by_label("Part of").select_option(index=1)
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    row = page.get_by_role("row", name="Room 77")
    row.wait_for()
    assert axe(page) == []

    row.get_by_role("button", name="Close for now").click()
    row.get_by_text("Closed for now").wait_for()
    page.get_by_role("button", name="Undo").click()

    row.get_by_text("In use").wait_for()


def test_an_administrator_looks_through_a_file_and_then_brings_it_in(
    visitors: Visitors, axe: Axe, tmp_path: Path
) -> None:
    file = tmp_path / "new.csv"
    file.write_text("family,given,birthDate,mrn\nNewcomer,Nina,1990-01-02,N-1\nBroken,Bo,1990-13-02,N-2\n")
    page = visitors.signed_in("admin@harbor.example")
    page.goto("/clinic")
    page.get_by_role("tab", name="Bring records in").click()

    page.locator("input[type=file]").set_input_files(file)

    page.get_by_text("One record is good and can be brought in.").wait_for()
    page.get_by_role("cell", name="line 3").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Bring one record in").click()
    page.get_by_text("Done").wait_for()
    assert page.get_by_text("There already").is_visible()
