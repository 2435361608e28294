"""
A real browser on a real server, for journeys: the demo clinic served by its own command, and Chromium to walk in it.

An authenticator code works once, so each account signs in once in a test run and its cookies are kept.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp

from meridian.ops.demo.accounts import PASSWORD, seed

START = 60.0
"""Seconds the first start may take: it makes the demo clinic."""


def chromium() -> str | None:
    """The browser's path; `None` when there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def demo_server(data: Path, *words: str) -> Iterator[str]:
    """The demo clinic on a free port; gives its origin, and stops it at the end."""
    port = free_port()
    origin = f"http://localhost:{port}"
    log = data / "server.log"
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "meridian.cli", "demo", "--data", str(data), "--port", str(port), *words]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | {"NO_COLOR": "1"})  # noqa: S603  # our own
    try:
        _wait(server, origin, log)
        yield origin
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(server: "subprocess.Popen[bytes]", origin: str, log: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{origin}/health", timeout=1):  # noqa: S310  # our own origin
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The demo server did not start:\n{log.read_text(errors='replace')[-3000:]}")


@dataclass
class Visitors:
    """People with a browser of their own."""

    browser: Any
    origin: str
    _cookies: dict[str, Any] = field(default_factory=dict)

    def nobody(self, **options: Any) -> Any:
        """A page nobody has signed in on."""
        return self.browser.new_context(base_url=self.origin, **options).new_page()

    def signed_in(self, email: str, **options: Any) -> Any:
        """A page on which the demo account *email* is signed in."""
        if email not in self._cookies:
            page = self.nobody()
            sign_in(page, email)
            self._cookies[email] = page.context.storage_state()
            page.context.close()
        return self.browser.new_context(base_url=self.origin, storage_state=self._cookies[email], **options).new_page()


def sign_in(page: Any, email: str, password: str = PASSWORD) -> None:
    """Through the sign-in page, with the second factor where the account has one."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_function(
        "() => document.querySelector('nav') || /digits/i.test(document.body.innerText)", timeout=15_000
    )
    if page.locator("nav").count() == 0:
        enter_code(page, pyotp.TOTP(seed(email)).now())
    page.locator("nav").first.wait_for()


def enter_code(page: Any, code: str) -> None:
    """Write six digits where the page asks for them; the sixth sends them."""
    page.locator("input[autocomplete='one-time-code'], input[inputmode='numeric']").first.click()
    page.keyboard.type(code)
