"""Pictures of all main screens for whoever built them to look at: MERIDIAN_SHOTS=1 puts them into test-results/."""

import os
from pathlib import Path
from typing import Any

import pytest

from meridian.testing.browser import Visitors, go, life, settled

SHOTS = Path(__file__).resolve().parents[2] / "test-results" / "shots"
MARGARET = life("margaret-obrien").id
SCREENS = {
    "": {"sign-in": "/sign-in", "forgotten": "/forgotten-password", "dead-link": "/invitation#made-up"},
    "haddad@harbor.example": {
        "today": "/", "patients": "/patients", "register": "/patients/new", "security": "/security",
        "not-found": "/nowhere", "no-record": "/patients/none",
        **{f"chart-{section or 'summary'}": f"/patients/{MARGARET}/{section}" for section in (
            "", "timeline", "problems", "medicines", "allergies", "vitals", "results", "visits", "immunizations",
            "documents", "person",
        )},
        "chart-child": f"/patients/{life('mateo-alvarez').id}",
        "chart-empty": f"/patients/{life('daniel-kowalski').id}",
    },
    "desk@harbor.example": {"desk-chart": f"/patients/{MARGARET}/problems"},
    "admin@harbor.example": {"people": "/people"},
    "margaret-obrien@mail.example": {"home": "/", "record": "/record", "record-results": "/record/results"},
}  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not os.environ.get("MERIDIAN_SHOTS"), reason="pictures are taken with MERIDIAN_SHOTS=1"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pictures_of_all_main_screens(visitors: Visitors, scheme: str, width: int) -> None:
    folder = SHOTS / f"{scheme}-{width}"
    folder.mkdir(parents=True, exist_ok=True)
    look: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900 if width > 800 else 844}}
    for email, screens in SCREENS.items():
        page = visitors.signed_in(email, **look) if email else visitors.nobody(**look)
        page.goto("/security" if email else "/sign-in")
        settled(page)
        for name, path in screens.items():
            go(page, path) if email else page.goto(path)
            page.wait_for_timeout(150)
            settled(page)
            page.screenshot(path=folder / f"{name}.png")
    assert list(folder.iterdir())
