"""Two organisations, several patients, in a real browser: one at a time, and nothing mixes."""

import re
from typing import Any

import pytest

from meridian.testing.browser import Visitors, life, settled, sign_in

pytestmark = pytest.mark.browser

LAKESIDE = "frank-delaney"
"""Somebody whom Harbor Family Clinic does not know."""


def choose(page: Any, name: str | re.Pattern[str]) -> None:
    """From the menu under one's own name."""
    page.locator(".topbar-person").click()
    page.get_by_role("menu").wait_for()
    page.get_by_role("menuitemradio", name=name).or_(page.get_by_role("menuitem", name=name)).first.click()


def test_who_works_in_two_organisations_sees_one_at_a_time(visitors: Visitors) -> None:
    harbor, lakeside = life("jurgen-mueller"), life(LAKESIDE)
    page = visitors.signed_in("adeyemi@harbor.example")
    page.goto("/")
    settled(page)
    if "Harbor" not in page.inner_text(".topbar-organisation"):
        choose(page, "Harbor Family Clinic")
        page.get_by_text("You are now working in Harbor Family Clinic").wait_for()
    page.goto(f"/patients/{harbor.id}")
    page.get_by_role("heading", name="MÜLLER, Jürgen").wait_for()

    choose(page, "Lakeside Heart and Lung")

    page.get_by_text("You are now working in Lakeside Heart and Lung").wait_for()
    settled(page)
    assert "MÜLLER" not in page.inner_text("body")
    page.goto(f"/patients/{harbor.id}")
    page.get_by_role("heading", name="There is no such record here").wait_for()
    page.goto(f"/patients/{lakeside.id}")
    page.get_by_role("navigation", name="Sections of the chart").wait_for()
    choose(page, "Harbor Family Clinic")
    page.get_by_text("You are now working in Harbor Family Clinic").wait_for()
    page.goto(f"/patients/{lakeside.id}")
    page.get_by_role("heading", name="There is no such record here").wait_for()


def test_a_mother_sees_the_record_of_one_child_at_a_time(visitors: Visitors) -> None:
    page = visitors.nobody()
    sign_in(page, "sofia-alvarez@mail.example")
    choose(page, "Acting for a patient")
    page.get_by_text("You are now working in").wait_for()
    choose(page, "Lucía")
    page.get_by_text("You now see the record of").wait_for()
    page.get_by_role("link", name="My record").first.click()
    page.get_by_role("heading", name="ÁLVAREZ, Lucía").wait_for()

    choose(page, "Mateo")
    page.get_by_text("ÁLVAREZ, Mateo").first.wait_for()
    settled(page)

    assert "Lucía" not in page.inner_text("main")
    page.get_by_role("link", name="My record").first.click()
    page.get_by_role("heading", name="ÁLVAREZ, Mateo").wait_for()
    settled(page)
    assert "Lucía" not in page.inner_text("main")

    choose(page, re.compile("Patient$"))  # where she comes in next time is where she was last
    page.get_by_text("You are now working in").wait_for()


def test_who_acts_for_children_does_not_open_anothers_record(visitors: Visitors) -> None:
    page = visitors.nobody()
    sign_in(page, "sofia-alvarez@mail.example")

    page.goto(f"/patients/{life('margaret-obrien').id}")

    page.get_by_role("heading", name="There is no such record here").wait_for()
