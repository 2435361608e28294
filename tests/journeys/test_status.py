"""Those who look after the platform see how it fares, and let a job be tried again; in a real browser."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from meridian.ops.demo.accounts import PASSWORD
from meridian.store.outbox import FAILED
from meridian.testing.browser import Visitors, settled
from meridian.testing.fared import fared

pytestmark = pytest.mark.browser

ADMINISTRATOR, OFFICER, CLINICIAN = "admin@harbor.example", "security@harbor.example", "haddad@harbor.example"
LOOKS = pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 1440, "height": 900}},
        {"viewport": {"width": 390, "height": 844}, "has_touch": True},
        {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    ],
    ids=["1440", "390", "dark"],
)
Axe = Callable[..., list[str]]


def opened(visitors: Visitors, who: str = ADMINISTRATOR, look: dict[str, Any] | None = None) -> Any:
    page = visitors.signed_in(who, **(look or {}))
    page.goto("/status")
    settled(page)
    page.get_by_role("heading", name="Status").wait_for()
    return page


def stopped(visitors: Visitors) -> list[str]:
    with closing(sqlite3.connect(visitors.clinic.data / "meridian.db", timeout=30)) as connection:
        rows = connection.execute("SELECT topic FROM outbox WHERE state = ?", (FAILED,))
        return sorted(topic for (topic,) in rows)


@LOOKS
def test_the_status_page_shows_a_day_and_is_for_everybody_to_read(
    visitors: Visitors, look: dict[str, Any], axe: Axe
) -> None:
    fared(visitors.clinic.data)
    page = opened(visitors, look=look)
    page.get_by_text("given up; they stand below").wait_for()
    page.get_by_label("How far back").select_option(label="Last day")
    page.get_by_role("img", name="Time to answer").wait_for()

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".course .plot-frame").count() >= 8

    page.get_by_role("button", name="Load: Show as a table").click()
    page.get_by_role("table", name="Load").wait_for()
    assert axe(page) == []


def test_what_is_asked_anew_does_not_move_the_page(visitors: Visitors) -> None:
    fared(visitors.clinic.data)
    page = opened(visitors)
    page.get_by_role("img", name="Load").wait_for()
    tops = "() => [...document.querySelectorAll('.card, .status-now')].map((one) => one.getBoundingClientRect().top)"
    before = page.evaluate(tops)

    with page.expect_response(lambda answer: "/api/status" in answer.url, timeout=30_000):
        pass
    page.wait_for_timeout(200)

    assert page.evaluate(tops) == before


def test_plots_are_read_by_the_arrow_keys(visitors: Visitors) -> None:
    fared(visitors.clinic.data)
    page = opened(visitors)
    plot = page.get_by_role("img", name="Load")
    plot.focus()
    figure = page.locator("figure", has=plot)

    plot.press("Home")
    first = figure.locator(".course-when").inner_text()
    plot.press("ArrowRight")

    assert figure.locator(".course-when").inner_text() != first
    assert figure.locator(".course-cursor").count() == 1


def test_a_job_that_was_given_up_is_tried_again_with_the_password(visitors: Visitors, axe: Axe) -> None:
    fared(visitors.clinic.data)
    page = opened(visitors)
    before = stopped(visitors)
    page.get_by_role("button", name="Try again: mail").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill("not it")
    with visitors.watch.expecting(r"403|/retry"):
        dialog.get_by_role("button", name="Try again").click()
        dialog.get_by_text("That is not your password.").wait_for()
    assert axe(page) == []

    page.wait_for_timeout(1_100)  # the house's own rule: a second must pass after a wrong password
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Try again").click()
    page.get_by_text("It is tried again.").wait_for()

    after = stopped(visitors)
    assert len(after) == len(before) - 1


def test_an_officer_looks_and_others_find_nothing(visitors: Visitors) -> None:
    fared(visitors.clinic.data)
    page = opened(visitors, OFFICER)
    assert page.get_by_role("button", name="Try").count() == 0

    other = visitors.signed_in(CLINICIAN)
    assert other.get_by_role("link", name="Status").count() == 0
