"""A security officer sees what evidence is due, and takes the pack along; in a real browser."""

import zipfile
from collections.abc import Callable

import pytest

from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser

OFFICER = "security@harbor.example"
Axe = Callable[..., list[str]]


def test_an_officer_sees_what_is_due_and_takes_the_pack(visitors: Visitors, axe: Axe) -> None:
    page = visitors.signed_in(OFFICER)
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Evidence").click()
    page.get_by_text("kinds are due").wait_for()
    settled(page)

    assert axe(page) == []
    assert page.get_by_role("row", name="Restore of a backup for trial").get_by_text("Never made").is_visible()
    assert page.get_by_role("row", name="Review of who has access").get_by_text("Kept").is_visible()
    assert page.locator(".rail-link[aria-current=page]").all_inner_texts() == ["Evidence"]

    with page.expect_download() as taken:
        page.get_by_role("button", name="Take the pack").click()
    with zipfile.ZipFile(taken.value.path()) as pack:
        assert {"index.html", "SHA256SUMS", "SHA256SUMS.sig", "hipaa.html", "access/now.html"} <= set(pack.namelist())
        assert OFFICER in pack.read("access/now.html").decode()

    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    settled(page)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
