"""A security officer follows an alarm, settles it, looks through the log, and takes the proof along; in a browser."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meridian.testing.browser import Visitors, settled

pytestmark = pytest.mark.browser
OFFICER = "security@harbor.example"
Axe = Callable[..., list[str]]


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_officer_follows_an_alarm_settles_it_and_takes_the_proof_along(
    visitors: Visitors, axe: Axe, tmp_path: Path
) -> None:
    page = visitors.signed_in(OFFICER, viewport={"width": 1440, "height": 1000})
    page.goto("/oversight/alarms")
    row = page.get_by_role("row").filter(has_text="Protected record")
    row.get_by_text("Not reviewed").wait_for()
    page.get_by_role("button", name="Show names").click()
    row.get_by_text("Mbeki, Grace").wait_for()
    assert axe(page) == []

    row.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Review", exact=True).last.click()
    page.get_by_text("Choose what it was.").wait_for()
    page.get_by_text("It was unusual, and there was a good reason.").click()
    page.get_by_label("Why").fill("The laboratory called the patient back.")
    assert axe(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Review").click()
    row.wait_for(state="detached")
    page.get_by_label("Which").select_option("all")
    row.get_by_text("The laboratory called the patient back.").wait_for()

    row.get_by_role("link", name="What else they did").click()
    page.get_by_role("heading", name="Audit log").wait_for()
    settled(page)
    assert "Mbeki" not in page.url
    page.get_by_label("View").select_option("all")
    page.get_by_role("button", name="203.0.113.77").click()
    page.wait_for_url("**address=203.0.113.77*")
    page.get_by_role("row").filter(has_text="sign-in-failed").first.wait_for()
    assert axe(page) == []
    assert fits(page)

    page.get_by_role("row").filter(has_text="sign-in-failed").first.get_by_role("link").click()
    page.get_by_text("As it was written").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("are as they were written").wait_for()

    with page.expect_download() as taken:
        page.get_by_role("button", name="Export with proof").click()
    with zipfile.ZipFile(str(taken.value.path())) as packed:
        packed.extractall(tmp_path)
    command = [sys.executable, "-I", "-S", "verifier.py", ".", "--key", "key"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603  # our file
    assert done.stdout.endswith("every entry is in the log, as it was written\n"), done.stdout + done.stderr

    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    page.emulate_media(color_scheme="dark")
    assert axe(page) == []
