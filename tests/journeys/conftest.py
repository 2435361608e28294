"""
The demo clinic, and visitors with a browser each; everything real.

Stories are independent of their order and of each other: every worker (`pytest -n`) has a clinic and a browser of its
own, and a story that ends or changes its server has a `clinic` for itself alone (`apart`).
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from meridian.testing.browser import Clinic, Visitors, chromium, demo_server, made_once, visit

AXE = Path(__file__).resolve().parents[2] / "portal" / "node_modules" / "axe-core" / "axe.min.js"
PORTAL = Path(__file__).resolve().parents[2] / "src" / "meridian" / "web" / "portal" / "index.html"

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

STILL = """() => document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect.getTiming().iterations === Infinity)"""
"""Whatever fades in has done so: half-way there its colours are too faint."""

NAMED = """() => [...document.querySelectorAll("h1")].every((one) => one.innerText)"""
"""A page says what it is, also where that has to be asked of the server."""

DEVICES = (
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns", "--autoplay-policy=no-user-gesture-required", "--disable-gpu",
)  # fmt: skip
"""Camera and microphone are made up, and calls stay on this machine."""

WENT_WELL = pytest.StashKey[bool]()
Axe = Callable[[Any], list[str]]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo clinic, made once for all workers; servers stand on copies."""
    if not PORTAL.is_file():
        pytest.skip("the portal is not built: `make test` builds it")
    if chromium(windows=False) is None:
        pytest.skip("Chromium is not on this machine")
    own = tmp_path_factory.getbasetemp()
    return made_once((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made")


@pytest.fixture(scope="session")
def clinic(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The demo clinic, served."""
    with demo_server(shutil.copytree(made, tmp_path_factory.mktemp("clinic") / "demo")) as served:
        yield served


@pytest.fixture
def apart(made: Path, tmp_path: Path) -> Path:
    """A demo clinic's folder for one story alone."""
    return Path(shutil.copytree(made, tmp_path / "demo"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # starts a thread; only where it is used

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(windows=False), args=["--no-sandbox", *DEVICES])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Of those who have signed in."""
    return {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the story went well, for its visitors."""
    report = yield
    if report.when == "call":
        item.stash[WENT_WELL] = report.passed
    return report


@pytest.fixture
def visitors(
    request: pytest.FixtureRequest, browser: Any, clinic: Clinic, cookies: dict[str, Any]
) -> Iterator[Visitors]:
    """People with a browser: nothing may go wrong on their pages unseen, and a story that fails is told to its end."""
    with visit(browser, clinic, cookies) as people:
        yield people
        if not request.node.stash.get(WENT_WELL, False):
            print(people.where(), *people.watch.troubles, sep="\n")  # noqa: T201  # pytest shows it
            people.give_up()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """What axe-core finds wrong with a page, one line for each rule broken; told rules are judged alone."""
    script = AXE.read_text(encoding="utf-8")

    def judge(page: Any, *rules: str) -> list[str]:
        page.wait_for_function(NAMED)
        page.wait_for_function(STILL)
        if not page.evaluate("() => 'axe' in window"):  # half a megabyte that need not be sent twice
            page.evaluate(script)
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
        found = page.evaluate(
            "only => axe.run(document, { runOnly: only, resultTypes: ['violations'], elementRef: false })", only
        )
        return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"][:3]]

    return judge
