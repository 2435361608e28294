"""Every main page in every look, in a real browser: narrow, enlarged, light, dark, high contrast, both editions."""

from collections.abc import Callable
from typing import Any

import pytest

from meridian.ops.demo.elements import ident
from meridian.testing.browser import Clinic, Visitors, demo_server, go, life, settled, sign_in, visit

pytestmark = pytest.mark.browser

MARGARET = life("margaret-obrien").id
CALL = ident("call", 0)
"""The video visit that the demo clinic has open."""
PAGES = {
    "lindqvist@harbor.example": [
        "/", "/visits", "/patients", "/patients/new", "/security", "/nowhere", f"/patients/{MARGARET}",
        *(f"/patients/{MARGARET}/{section}" for section in (
            "timeline", "problems", "medicines", "allergies", "vitals", "results", "visits", "immunizations",
            "documents", "person",
        )),
    ],
    "admin@harbor.example": ["/people"],
    "margaret-obrien@mail.example": ["/", f"/visits/{CALL}", "/record", "/record/results", "/security"],
}  # fmt: skip
SIGNED_OUT = ["/sign-in", "/forgotten-password", "/recovery#made-up", "/invitation#made-up"]
COLOURS = ("color-contrast", "link-in-text-block", "target-size")
HEIGHT = 844

Axe = Callable[..., list[str]]


def walk(visitors: Visitors, email: str, **look: Any) -> Any:
    """Each page of somebody in turn, settled, as one page object; nothing is loaded anew."""
    page = visitors.signed_in(email, **look)
    page.goto("/security")
    settled(page)
    for path in PAGES[email]:
        go(page, path)
        page.wait_for_function("path => location.pathname === path", arg=path)
        settled(page)
        yield page, path


def sideways(page: Any) -> str:
    """What sticks out of the page at its side; empty when nothing does."""
    out: str = page.evaluate(
        """() => { if (document.documentElement.scrollWidth <= innerWidth) return "";
          const beyond = (one) => one.getBoundingClientRect().right > innerWidth + 1;
          const out = [...document.querySelectorAll("body *")].filter(beyond);
          return out.map((one) => one.outerHTML.slice(0, 90)).slice(0, 4).join(" | ") || "something"; }"""
    )
    return out


@pytest.mark.parametrize("email", PAGES)
def test_a_phone_shows_whole_pages_without_scrolling_sideways(visitors: Visitors, axe: Axe, email: str) -> None:
    wrong = []
    for page, path in walk(visitors, email, viewport={"width": 390, "height": HEIGHT}, has_touch=True):
        wrong += [f"{path} at 390: {found}" for found in [*axe(page), *filter(None, [sideways(page)])]]
        page.set_viewport_size({"width": 320, "height": HEIGHT})
        wrong += [f"{path} at 320: {found}" for found in [*axe(page, *COLOURS), *filter(None, [sideways(page)])]]
        page.set_viewport_size({"width": 390, "height": HEIGHT})

    assert wrong == []


def test_the_open_section_is_in_sight_on_a_phone(visitors: Visitors) -> None:
    page = visitors.signed_in("lindqvist@harbor.example", viewport={"width": 390, "height": HEIGHT})

    page.goto(f"/patients/{MARGARET}/documents")
    settled(page)

    link = page.get_by_role("navigation", name="Sections of the chart").get_by_role("link", name="Documents")
    box = link.bounding_box()
    assert 0 <= box["x"] <= 390 - box["width"]


@pytest.mark.parametrize("look", ["dark", "more"])
@pytest.mark.parametrize("email", PAGES)
def test_dark_and_high_contrast_pages_can_be_read(visitors: Visitors, axe: Axe, email: str, look: str) -> None:
    options = {"color_scheme": "dark"} if look == "dark" else {"contrast": "more", "color_scheme": "light"}
    wrong = []
    for page, path in walk(visitors, email, viewport={"width": 1440, "height": 900}, **options):
        wrong += [f"{path}: {found}" for found in axe(page, *COLOURS)]

    assert wrong == []


def test_enlarged_to_twice_its_size_everything_is_there(visitors: Visitors, axe: Axe) -> None:
    wrong = []
    enlarged = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
    for page, path in walk(visitors, "lindqvist@harbor.example", **enlarged):
        wrong += [f"{path}: {found}" for found in filter(None, [sideways(page)])]
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Patients").click()
    page.get_by_label("Find a patient").wait_for()

    assert wrong == []
    assert axe(page) == []


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"contrast": "more"}])
def test_pages_before_sign_in_are_accessible_in_every_look(visitors: Visitors, axe: Axe, look: dict[str, Any]) -> None:
    page = visitors.nobody(viewport={"width": 320, "height": HEIGHT}, **look)
    wrong = []
    for path in SIGNED_OUT:
        page.goto(path)
        settled(page)
        wrong += [f"{path}: {found}" for found in [*axe(page), *filter(None, [sideways(page)])]]

    assert wrong == []


def test_the_look_that_was_chosen_stays(visitors: Visitors) -> None:
    page = visitors.signed_in("lindqvist@harbor.example", color_scheme="light")
    page.goto("/")
    settled(page)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".topbar-person").click()
    page.get_by_role("menuitem", name="Dark").click()

    page.reload()
    settled(page)

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_the_other_edition_has_its_own_name_and_look(
    browser: Any, clinic: Clinic, visitors: Visitors, axe: Axe
) -> None:
    here = visitors.nobody()
    here.goto("/sign-in")
    settled(here)
    with (
        demo_server(clinic.data, "--edition", "careconnect360") as other,
        visit(browser, other, {}) as guests,
    ):
        there = guests.nobody()
        there.goto("/sign-in")
        settled(there)
        titles = [page.title() for page in (here, there)]
        marks = [page.evaluate("getComputedStyle(document.querySelector('rect')).fill") for page in (here, there)]
        assert axe(there) == []
        sign_in(there, "sofia-alvarez@mail.example")
        settled(there)
        assert "CareConnect360" in there.inner_text("nav")
        assert axe(there) == []
    assert ["Meridian PMS" in titles[0], "CareConnect360" in titles[1]] == [True, True]
    assert marks[0] != marks[1]
