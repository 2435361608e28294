"""Going away and coming back, in a real browser: the page locks, the network goes, and nothing is lost or left open."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.ops.demo.accounts import PASSWORD
from meridian.testing.browser import Visitors, life, settled, sign_in

pytestmark = pytest.mark.browser

DRAFT = "Halfwritten"
LOCKED = "Locked to protect what is on the page"

Axe = Callable[[Any], list[str]]


@pytest.fixture
def writing(visitors: Visitors) -> Any:
    """A nurse in the middle of a form, on a clock of the story's own."""
    page = visitors.signed_in("nurse2@harbor.example")
    page.clock.install()
    page.goto("/patients/new")
    page.get_by_label("Family name").fill(DRAFT)
    return page


def test_who_is_idle_is_warned_and_may_stay(writing: Any, axe: Axe) -> None:
    with writing.expect_response("**/api/session/refresh"):  # sooner or later: the server learns that somebody is here
        writing.clock.fast_forward("14:10")
        writing.get_by_role("alertdialog", name="Are you still there?").wait_for()
        assert axe(writing) == []
        writing.get_by_role("button", name="Stay signed in").click()
    writing.wait_for_load_state("networkidle")

    writing.get_by_role("alertdialog").wait_for(state="hidden")
    assert writing.get_by_label("Family name").input_value() == DRAFT


def test_an_idle_page_locks_and_opens_in_place_with_its_draft(visitors: Visitors, writing: Any, axe: Axe) -> None:
    writing.clock.fast_forward("14:10")
    writing.get_by_role("alertdialog", name="Are you still there?").wait_for()
    writing.clock.fast_forward("01:00")
    writing.get_by_role("heading", name=LOCKED).wait_for()
    assert writing.locator(".guarded[inert]").count() == 1
    assert "blur" in writing.evaluate("getComputedStyle(document.querySelector('#root')).filter")
    assert axe(writing) == []
    writing.get_by_label("Password", exact=True).fill("not this one at all")
    writing.get_by_role("button", name="Unlock").click()
    writing.get_by_role("alert").wait_for()

    with visitors.watch.expecting("429"):  # a wrong password costs a second, which the page waits for
        writing.get_by_label("Password", exact=True).fill(PASSWORD)
        writing.get_by_role("button", name="Unlock").click()
        writing.get_by_role("heading", name=LOCKED).wait_for(state="hidden")

    assert writing.get_by_label("Family name").input_value() == DRAFT


def test_loading_a_locked_page_anew_does_not_open_it(visitors: Visitors) -> None:
    page = visitors.signed_in("nurse2@harbor.example")
    page.clock.install()
    page.goto(f"/patients/{life('jurgen-mueller').id}")
    page.get_by_role("heading", level=1).wait_for()
    page.clock.fast_forward("14:10")
    page.get_by_role("button", name="Lock now").click()
    page.get_by_role("heading", name=LOCKED).wait_for()

    page.reload()

    page.get_by_role("heading", name=LOCKED).wait_for()
    assert "MÜLLER" not in page.inner_text("body")


def test_a_lock_in_one_tab_locks_the_other(visitors: Visitors) -> None:
    page = visitors.signed_in("nurse2@harbor.example")
    page.clock.install()
    page.goto("/")
    other = page.context.new_page()
    other.goto("/patients")
    other.get_by_label("Find a patient").wait_for()
    page.clock.fast_forward("14:10")

    page.get_by_role("button", name="Lock now").click()

    other.get_by_role("heading", name=LOCKED).wait_for()


def test_without_the_server_the_page_says_since_when_and_can_still_be_read(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in("nurse2@harbor.example")
    page.goto(f"/patients/{life('margaret-obrien').id}")
    page.get_by_role("heading", name="O'BRIEN, Margaret").wait_for()
    settled(page)
    with visitors.watch.expecting("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        page.get_by_text("No connection to the server").wait_for()
        page.get_by_role("navigation", name="Sections of the chart").get_by_role("link", name="Problems").click()
        page.get_by_role("heading", name="Problems", level=2).first.wait_for(state="attached")
        assert "could not be loaded" not in page.inner_text("main")
        assert axe(page) == []

        page.context.set_offline(False)

        page.get_by_text("Connected again").wait_for()
        page.get_by_text("No connection to the server").wait_for(state="hidden")


def test_what_is_asked_without_the_server_fails_clearly_and_is_asked_again_after(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in("nurse2@harbor.example")
    page.goto("/patients")
    page.get_by_label("Find a patient").wait_for()
    with visitors.watch.expecting("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        page.get_by_label("Find a patient").fill("obrien")
        page.get_by_text("The search did not work").wait_for()
        assert axe(page) == []
        page.get_by_role("button", name="Try again").wait_for()
        page.context.set_offline(False)

    page.get_by_role("link", name="O'BRIEN, Margaret").wait_for()


def test_another_person_signing_in_at_a_locked_page_does_not_get_the_draft(visitors: Visitors) -> None:
    page = visitors.nobody()
    sign_in(page, "sofia-alvarez@mail.example")
    page.goto("/security")
    page.clock.install()
    page.reload()
    settled(page)
    page.clock.fast_forward("14:10")
    page.get_by_role("button", name="Lock now").click()

    page.get_by_role("button", name="Not Sofía Álvarez? Sign out").click()

    page.get_by_label("E-mail address").wait_for()
    assert "Sofía" not in page.inner_text("body")
