"""Security officers see what came of the last attacks, open one, and take the report; which is a page too."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from meridian.app.verifications import REPORT
from meridian.ops import evidence
from meridian.ops.evidence import Kind
from meridian.testing.browser import Visitors, settled
from meridian.threats import attacks  # noqa: F401  # importing it fills the arsenal
from meridian.threats.attack import ARSENAL, Exchange, Outcome, Result
from meridian.threats.findings import Finding, Run
from meridian.threats.proof import Proof, as_json
from meridian.threats.register import load
from meridian.threats.report import made_key, write

pytestmark = pytest.mark.browser

OFFICER = "security@harbor.example"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
Axe = Callable[..., list[str]]


def kept(data: Path) -> Path:
    """A made-up run with an attack that succeeded, and a twin that was not caught; the folder of the report."""
    now, seen = int(time.time() * 1000), (Exchange("GET /fhir/R4/Patient/1", "200 application/fhir+json", "r", ""),)
    found = [
        Finding(
            one, Outcome(Result.SUCCEEDED if one.name == "auth-01/audience" else Result.REFUSED, "it was opened", seen)
        )
        for one in ARSENAL.all(("AUTH-01", "API-01"))
    ]
    run = Run("https://clinic.example", "meridian-pms", "0.1.0", now - 60_000, now, tuple(found))
    proofs = [Proof("auth-01/claims-unread", "AUTH-01", "", "refused: refused", 5)]
    evidence.keep(data, Kind.PROVE, as_json(proofs, load(), "0.1.0", now, now), None, now)
    report = evidence.keep(data, Kind.VERIFY, run.as_json(load()), None, now).with_suffix(REPORT)
    write(report, run, load(), made_key())
    return report


def test_an_officer_sees_which_attack_succeeded(visitors: Visitors, axe: Axe, browser: Any) -> None:
    report = kept(visitors.clinic.data)
    page = visitors.signed_in(OFFICER, **PHONE)
    page.goto("/oversight/verification")
    settled(page)
    page.get_by_text("An attack succeeded").wait_for()
    page.get_by_text("A missing control was not seen").wait_for()
    assert axe(page) == []

    page.get_by_role("button", name="Attacks on AUTH-01").click()
    first = page.get_by_role("dialog").get_by_role("listitem").first
    first.get_by_text("it was opened").wait_for()
    first.get_by_text("What was asked and answered").click()
    first.get_by_text("GET /fhir/R4/Patient/1").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Close").click()

    with page.expect_download() as taken:
        page.get_by_role("button", name="Take the signed report").click()
    assert taken.value.suggested_filename == "verification.zip"

    paper = browser.new_page(bypass_csp=True, viewport={"width": 390, "height": 844}, color_scheme="dark")
    paper.goto((report / "report.html").as_uri())
    paper.locator("details").first.locator("summary").click()
    assert axe(paper) == []
    paper.close()
