"""One person, two records: noticed at registration, compared, put together, taken apart again."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

FRONT_DESK, CLINICIAN = "desk@harbor.example", "haddad@harbor.example"
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
Axe = Callable[..., list[str]]


MOVED_HOUSE = """async (patient) => {
  const where = `/fhir/R4/Patient/${patient}`;
  const person = await (await fetch(where)).json();
  const body = JSON.stringify({ ...person, address: [{ line: ["12 Other Street"] }] });
  const headers = { "Content-Type": "application/fhir+json", "If-Match": `W/"${person.meta.versionId}"` };
  return (await fetch(where, { method: "PUT", headers, body })).status;
}"""


def described(page: Any, family: str, given: str, phone: str, born: str = "12-Mar-1980") -> None:
    """The registration form, filled in and sent."""
    page.goto("/patients/new")
    settled(page)
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Given name").fill(given)
    page.get_by_label("Date of birth").fill(born)
    page.get_by_text("Female").click()
    page.get_by_label("Phone").fill(phone)
    page.get_by_role("button", name="Register a patient").click()


def registered_twice(page: Any, family: str, given: tuple[str, str], born: str) -> str:
    """Two records of one person; the id of the second."""
    described(page, family, given[0], "555 0101", born)
    page.wait_for_url("**/patients/*-*")
    described(page, family, given[1], "555 0202", born)
    page.get_by_role("button", name="Register as a new patient").click()
    page.wait_for_url("**/patients/*-*")
    return str(page.url.rsplit("/", 1)[-1])


def compared(page: Any, patient: str) -> None:
    """The comparison of a patient with the likeliest double."""
    page.goto(f"/patients/{patient}/person")
    settled(page)
    page.get_by_role("button", name="Find duplicates").click()
    page.get_by_role("link", name="Compare the two").first.click()
    page.get_by_role("heading", name="Are these the same person?").wait_for()


def merged(page: Any) -> None:
    """Everything chosen, confirmed and done."""
    for choice in page.locator(".compared tr[data-kind=choose] td:nth-of-type(1) input").all():
        choice.check()
    page.get_by_text("I have compared both records").click()
    page.get_by_role("button", name="Merge the records").click()
    page.get_by_role("heading", name="The records are merged").wait_for()


def test_registration_says_who_is_there_already_and_why(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(FRONT_DESK, **DESK)
    described(page, "Vermeulen", "Amelie", "555 0101")
    page.wait_for_url("**/patients/*-*")

    described(page, "Vermeulen", "Amélie", "555 0202")

    alike = page.get_by_role("alert").filter(has_text="VERMEULEN, Amelie")
    alike.get_by_text("Same date of birth").wait_for()
    assert alike.get_by_text("Another telephone").is_visible()
    assert axe(page) == []
    alike.get_by_role("link", name="It is this person").click()
    page.get_by_role("heading", name="VERMEULEN, Amelie").wait_for()


@pytest.mark.parametrize(
    ("look", "person"),
    [
        (DESK, ("Desmet", ("Zoe", "Zoé"), "09-Sep-1991")),
        (PHONE, ("Peeters", ("Benoit", "Benoît"), "30-Nov-1964")),
    ],
    ids=["desk", "phone"],
)
def test_two_records_are_compared_merged_and_taken_apart_again(
    visitors: Visitors, axe: Axe, look: dict[str, Any], person: tuple[str, tuple[str, str], str]
) -> None:
    page = visitors.signed_in(FRONT_DESK, **look)
    compared(page, registered_twice(page, *person))
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Merge the records").click()
    page.get_by_role("alert").get_by_text("Choose which is right: Name").wait_for()
    merged(page)
    assert axe(page) == []

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="The merge is undone").wait_for()
    page.get_by_role("link", name="All merges").click()
    page.get_by_text("Undone", exact=False).first.wait_for()
    page.locator(".toast .icon-button").last.click()  # what lies over a link of the list makes it small
    page.locator(".toast").wait_for(state="hidden")
    page.set_viewport_size({"width": look.get("viewport", {}).get("width", 1440), "height": 6000})  # nor does the bar
    assert axe(page) == []


def test_what_has_changed_since_is_not_undone_and_said(visitors: Visitors) -> None:
    page = visitors.signed_in(FRONT_DESK, **DESK)
    patient = registered_twice(page, "Claes", ("Jerome", "Jérôme"), "03-Jul-1951")
    compared(page, patient)
    merged(page)
    assert page.evaluate(MOVED_HOUSE, patient) == 200

    page.get_by_role("button", name="Undo").click()

    page.get_by_role("alert").get_by_text("It can no longer be undone").wait_for()
    assert page.get_by_role("button", name="Undo").is_visible()


def test_who_does_not_merge_is_offered_no_merging(visitors: Visitors) -> None:
    page = visitors.signed_in(CLINICIAN, **DESK)
    page.goto(f"/patients/{life('daniel-kowalski').id}/person")
    settled(page)

    assert page.get_by_role("button", name="Find duplicates").count() == 0
