"""The demo clinic, and visitors with a browser each; everything real."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from meridian.testing.browser import Visitors, chromium, demo_server

AXE = Path(__file__).resolve().parents[2] / "portal" / "node_modules" / "axe-core" / "axe.min.js"
PORTAL = Path(__file__).resolve().parents[2] / "src" / "meridian" / "web" / "portal" / "index.html"

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo clinic's address."""
    if not PORTAL.is_file():
        pytest.skip("the portal is not built: `make test` builds it")
    with demo_server(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(scope="session")
def visitors(origin: str) -> Iterator[Visitors]:
    """People with a browser."""
    executable = chromium()
    if executable is None:
        pytest.skip("Chromium is not on this machine")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # starts a thread; only where it is used

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield Visitors(browser, origin)
        browser.close()


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """What axe-core finds wrong with a page, one line for each rule broken."""
    script = AXE.read_text(encoding="utf-8")

    def judge(page: Any) -> list[str]:
        page.evaluate(script)
        found = page.evaluate("tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })", WCAG)
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]

    return judge
