"""Documents on their way in, checked, looked at, taken back; and a patient's own, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.ops.demo.pdf import page as one_page_pdf
from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

CLINICIAN = "okafor@harbor.example"
PATIENT = "margaret-obrien@mail.example"
MARGARET = life("margaret-obrien").id
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOOKS = pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["1440", "390"])
LETTER = one_page_pdf("Letter of the hospital", ["Dear colleague,", "thank you for sending us your patient."])
PROGRAM = b"MZ" + bytes(5000)

Axe = Callable[[Any], list[str]]


def file(name: str, kind: str, body: bytes) -> dict[str, Any]:
    """A file as somebody chooses it."""
    return {"name": name, "mimeType": kind, "buffer": body}


def add(page: Any, *files: dict[str, Any]) -> None:
    """Choose files for upload."""
    page.locator("input[type=file]").first.set_input_files(list(files))


@LOOKS
def test_a_document_goes_up_is_checked_and_is_read_by_its_patient(
    visitors: Visitors, axe: Axe, look: dict[str, Any]
) -> None:
    name = f"Hospital letter {look['viewport']['width']}"
    page = visitors.signed_in(CLINICIAN, **look)
    page.goto(f"/patients/{MARGARET}/documents")
    settled(page)

    add(page, file(f"{name}.pdf", "application/pdf", LETTER))
    page.get_by_role("button", name=f"Open {name}").click()
    page.get_by_text("Page 1 of 1").wait_for()
    page.get_by_text("thank you for sending us your patient").wait_for(state="attached")
    assert axe(page) == []
    page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Turn").click()
    page.keyboard.press("Escape")

    own = visitors.signed_in(PATIENT, **look)
    own.goto("/record/documents")
    settled(own)
    own.get_by_role("button", name=f"Open {name}").click()
    own.get_by_text("thank you for sending us your patient").wait_for(state="attached")
    assert axe(own) == []


def test_a_file_that_is_not_what_its_name_says_is_refused_in_words(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto(f"/patients/{MARGARET}/documents")
    settled(page)

    add(page, file("report.pdf", "application/pdf", PROGRAM), file("nothing.pdf", "application/pdf", b""))

    page.get_by_text("This is a Windows program").wait_for()
    page.get_by_text("Not uploaded: it is empty").wait_for()
    assert axe(page) == []


def test_an_upload_goes_on_when_the_connection_is_back(visitors: Visitors) -> None:
    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto(f"/patients/{MARGARET}/documents")
    settled(page)
    with visitors.watch.expecting(r"Failed to load resource: net::ERR"):
        page.route("**/api/documents/uploads/*", lambda route: route.abort())
        add(page, file("interrupted.pdf", "application/pdf", LETTER))
        page.get_by_text("No connection. It goes on").wait_for()

        page.unroute("**/api/documents/uploads/*")

        page.get_by_role("button", name="Open interrupted").wait_for()


def test_a_document_is_taken_back_for_a_reason_and_opens_no_more(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto(f"/patients/{MARGARET}/documents")
    settled(page)
    add(page, file("wrong-patient.pdf", "application/pdf", LETTER))
    page.get_by_role("button", name="Open wrong-patient").wait_for()

    page.get_by_role("button", name="Actions for wrong-patient").click()
    page.get_by_role("menuitem", name="Take back").click()
    page.get_by_label("Why", exact=True).fill("Belongs to somebody else")
    assert axe(page) == []
    page.get_by_role("button", name="Take back wrong-patient").click()

    page.get_by_text("wrong-patient is taken back").wait_for()
    page.get_by_role("button", name="Open wrong-patient").wait_for(state="detached")


def test_a_patient_sends_a_photo_and_the_clinic_finds_it(visitors: Visitors, axe: Axe) -> None:
    own = visitors.signed_in(PATIENT, **PHONE)
    own.goto("/record/documents")
    settled(own)
    assert own.locator("input[type=file][capture=environment]").count() == 1

    add(own, file("insurance-card.pdf", "application/pdf", LETTER))
    own.get_by_role("button", name="Open insurance-card").wait_for()
    assert axe(own) == []

    page = visitors.signed_in(CLINICIAN, **DESKTOP)
    page.goto(f"/patients/{MARGARET}/documents")
    settled(page)
    page.get_by_role("button", name="Open insurance-card").wait_for()
