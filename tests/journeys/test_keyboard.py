"""Everything without a mouse, in a real browser."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from meridian.ops.demo.accounts import PASSWORD, seed
from meridian.testing.browser import Visitors, life, settled

pytestmark = pytest.mark.browser

NURSE = "nurse@harbor.example"

RING = """() => {
  const one = document.activeElement;
  return getComputedStyle(one.closest(".input-group") ?? one).outlineStyle;
}"""

Axe = Callable[[Any], list[str]]


def focused(page: Any) -> str:
    """What has the focus, as a screen reader would name it."""
    name: str = page.evaluate(
        """() => { const one = document.activeElement;
          return one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || one.tagName; }"""
    )
    return name


def tab_to(page: Any, name: str, most: int = 25) -> None:
    """Press Tab until what is called so has the focus; it must show."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in focused(page):
            assert page.evaluate(RING) != "none", f"the focus on {name} cannot be seen"
            return
    raise AssertionError(f"no {name} within {most} tabs, but {focused(page)}")


def test_sign_in_without_a_mouse(visitors: Visitors) -> None:
    page = visitors.nobody()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").wait_for()

    tab_to(page, "E-mail address")
    page.keyboard.type(NURSE)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="One more step").wait_for()
    page.keyboard.type(pyotp.TOTP(seed(NURSE)).now())

    page.get_by_role("heading", name="Today").wait_for()
    visitors.keep(NURSE, page.context)


@pytest.fixture
def page(visitors: Visitors) -> Any:
    """A nurse on the first page."""
    page = visitors.signed_in("nurse2@harbor.example")
    page.goto("/")
    page.get_by_role("heading", name="Today").wait_for()
    settled(page)
    return page


def test_the_first_tab_skips_to_the_page(page: Any) -> None:
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the page"

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "page"


def test_the_palette_opens_a_chart_and_the_list_of_patients_still_works(page: Any, axe: Axe) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("dialog", name="Commands").wait_for()
    page.keyboard.type("obrien")
    page.get_by_role("option", name="O'BRIEN, Margaret").wait_for()
    assert axe(page) == []
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="O'BRIEN, Margaret").wait_for()

    page.keyboard.press("g")
    page.keyboard.press("p")

    page.get_by_role("heading", name="Recently opened").wait_for()
    page.get_by_role("table").get_by_role("link", name="O'BRIEN, Margaret").wait_for()


def test_the_palette_goes_anywhere(page: Any) -> None:
    page.keyboard.press("/")
    page.get_by_role("dialog", name="Commands").wait_for()
    page.keyboard.type("my sec")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Where you are signed in").wait_for()


def test_the_help_lists_the_keys_and_escape_closes_it(page: Any, axe: Axe) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard").wait_for()
    assert "Go to Patients" in page.get_by_role("dialog").inner_text()
    assert axe(page) == []

    page.keyboard.press("Escape")

    page.get_by_role("dialog").wait_for(state="hidden")


def test_j_and_k_go_through_a_list_and_enter_opens(page: Any) -> None:
    page.goto("/patients")
    page.get_by_label("Find a patient").fill("thornton")
    page.get_by_role("table").get_by_role("link").nth(1).wait_for()
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("j")
    first = focused(page)
    page.keyboard.press("j")
    second = focused(page)
    page.keyboard.press("k")

    assert focused(page) == first != second
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Sections of the chart").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == first


def test_letters_written_in_a_field_go_nowhere(page: Any) -> None:
    page.goto("/patients")
    page.get_by_label("Find a patient").press_sequentially("g t?")

    assert page.url.endswith("/patients")
    assert page.get_by_role("dialog").count() == 0


def test_a_menu_opens_closes_and_gives_the_focus_back(page: Any) -> None:
    tab_to(page, "Joanne" if "Joanne" in page.inner_text("header") else "Tomás")
    page.keyboard.press("Enter")
    page.get_by_role("menu").wait_for()

    page.keyboard.press("Escape")

    page.get_by_role("menu").wait_for(state="hidden")
    assert "Tomás" in focused(page)


def test_a_command_written_fast_does_not_open_the_chart_seen_last(page: Any) -> None:
    page.goto(f"/patients/{life('margaret-obrien').id}")
    page.get_by_role("heading", name="O'BRIEN").wait_for()
    page.goto("/patients")
    page.get_by_role("table").get_by_role("link", name="O'BRIEN").wait_for()
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="O'BRIEN").wait_for()

    page.keyboard.type("light", delay=0)
    page.keyboard.press("Enter")

    page.wait_for_function("() => document.documentElement.dataset.theme === 'light'")
    assert page.url.endswith("/patients")
