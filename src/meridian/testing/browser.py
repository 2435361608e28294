"""
A real browser on a real server, for journeys: the demo clinic served by its own command, and Chromium to walk in it.

An authenticator code works once, so each account signs in once in a test run and its cookies are kept. Whatever a page
does is watched (`meridian.testing.watching`), and a visit that ends says what went wrong unseen.
"""

import os
import re
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
from datetime import date
from email import message_from_bytes
from email.policy import default
from fcntl import LOCK_EX, flock
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from typing import Any

import pyotp

from meridian.ops.demo.accounts import PASSWORD, seed
from meridian.ops.demo.roster import Life, roster
from meridian.testing.watching import Watch

_homes = count(1)

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
REFRESH = "__Host-meridian-refresh"
AT_ONCE = 10_000
"""Requests a minute that the server answers to one account."""
START = 100.0
"""Seconds the first start may take on a busy machine: it makes the demo clinic."""


def chromium(*, windows: bool = True) -> str | None:
    """
    The browser's path; `None` when there is none.

    Args:
        windows: Rather the whole browser than the one without windows, which is the same engine at a third of the work
            for every page that is opened. Calls are tried with the whole one, as people have it.
    """
    order = CHROMIUM[1:] + CHROMIUM[:1] if windows else CHROMIUM
    return next(filter(None, map(shutil.which, order)), None)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def life(key: str, day: date | None = None) -> Life:
    """The demo patient of that key, in the first organisation that has one; as of *day*, today when not said."""
    return next(one for one in roster(day or date.today()) if one.key == key)  # noqa: DTZ011  # the demo's own day


class Server:
    """
    The process that serves a clinic's folder, for a story in which it dies.

    Args:
        data: The folder.
        port: Where it listens.
        words: Further words of its command.
    """

    def __init__(self, data: Path, port: int, words: tuple[str, ...] = ()) -> None:
        self.origin = f"http://localhost:{port}"
        self._log = data.with_name(f"{data.name}-{port}.log")
        self._command = [sys.executable, "-m", "meridian.cli", "demo", "--data", str(data), "--port", str(port), *words]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; returns once it answers."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(self._command, stdout=output, stderr=output, env=_environment())  # noqa: S603  # our own
        _wait(self._process, self.origin, self._log)

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Gone from one moment to the next, and back afterwards."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
        try:
            yield
        finally:
            self.start()

    def stop(self) -> None:
        """Asked to end, and waited for."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)


@dataclass(frozen=True)
class Clinic:
    """A served demo clinic: its address, its folder, and what serves it."""

    origin: str
    data: Path
    server: Server

    def command(self, *words: str) -> str:
        """What `meridian WORDS` says on the clinic's folder."""
        command = [sys.executable, "-m", "meridian.cli", *words, "--data", str(self.data)]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=_environment()).stdout  # noqa: S603  # our own

    def mails(self, to: str) -> list[str]:
        """The texts of the mails to an address, oldest first."""
        found = [
            message_from_bytes(file.read_bytes(), policy=default) for file in sorted(self.data.glob("outbox/*.eml"))
        ]
        return [mail.get_content() for mail in found if mail["To"] == to]

    def link(self, to: str) -> str:
        """The link of the newest mail to an address that has one, within ten seconds."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            links = [link for text in self.mails(to) for link in re.findall(rf"{self.origin}/\S+#\S+", text)]
            if links:
                return str(links[-1])
            time.sleep(0.1)
        raise RuntimeError(f"No mail with a link came to {to}")


@contextmanager
def demo_server(data: Path, *words: str) -> Iterator[Clinic]:
    """The demo clinic in the folder *data* on a free port, as behind a proxy; stopped at the end."""
    server = Server(data, free_port(), words)
    try:
        server.start()
        yield Clinic(server.origin, data, server)
    finally:
        server.stop()


def made_once(data: Path) -> Path:
    """
    A demo clinic's folder, which is made if nobody has; others who ask meanwhile wait.

    Its server is for many stories at once: what each of them asks is counted by `Watch`. It believes what a proxy on
    this machine says of addresses: each visitor has one.
    """
    command = [sys.executable, "-m", "meridian.cli", "demo", "--data", str(data), "--no-serve"]
    with data.with_suffix(".lock").open("w") as gate:
        flock(gate, LOCK_EX)
        if not (data / "settings.toml").exists():
            subprocess.run(command, capture_output=True, check=True, env=_environment(), timeout=START)  # noqa: S603  # our own
            settings = f'proxies = ["127.0.0.1"]\napi_budget = {AT_ONCE}\n'
            (data / "settings.toml").write_text(settings, encoding="utf-8")
    return data


def _environment() -> dict[str, str]:
    return os.environ | {"NO_COLOR": "1"}


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
    """
    People with a browser of their own.

    Args:
        browser: Playwright's.
        clinic: Where they go.
        cookies: Of those who have signed in, by address; shared among visits.
    """

    browser: Any
    clinic: Clinic
    cookies: dict[str, Any] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)
    _contexts: list[Any] = field(default_factory=list)
    _people: list[tuple[str, Any]] = field(default_factory=list)

    def nobody(self, **options: Any) -> Any:
        """A page nobody has signed in on, at home somewhere else than all others."""
        return self._page("", **options)

    def _page(self, who: str, **options: Any) -> Any:
        address = str(IPv4Address("10.0.0.0") + next(_homes))
        options = {"reduced_motion": "reduce"} | options  # a colour halfway to another is no colour of the design
        context = self.browser.new_context(
            base_url=self.clinic.origin, extra_http_headers={"X-Forwarded-For": address}, **options
        )
        context.set_default_timeout(30_000)
        self.watch.over(context, who or address)
        self._contexts.append(context)
        return context.new_page()

    def signed_in(self, email: str, **options: Any) -> Any:
        """A page on which the demo account *email* is signed in."""
        if email not in self.cookies or not self._holds(email):
            self._sign_in(email)
        page = self._page(email, storage_state={"cookies": self.cookies[email], "origins": []}, **options)
        self._people.append((email, page.context))
        return page

    def _holds(self, email: str) -> bool:
        """Whether the session holds: stories come in any order, and some end all sessions of an account."""
        context = self.browser.new_context(storage_state={"cookies": self.cookies[email], "origins": []})
        try:
            return bool(context.request.get(f"{self.clinic.origin}/api/session").ok)
        finally:
            context.close()

    def _sign_in(self, email: str) -> None:
        """In a browser that is closed again: a second one with the same tokens would sign the first out."""
        page = self.nobody()
        sign_in(page, email)
        self.keep(email, page.context)
        self._contexts.remove(page.context)
        page.context.close()

    def keep(self, email: str, context: Any) -> None:
        """Keep the cookies with which *email* is signed in now; tokens that renew others work once."""
        self.cookies[email] = context.cookies()

    def leave(self) -> None:
        """Look through what the pages left behind, and close every browser."""
        for context in self._contexts:
            self.watch.look_through(context)
        self.dismiss()

    def give_up(self) -> None:
        """Leave without looking back: the story has failed by itself."""
        self.dismiss()
        self.watch.troubles.clear()

    def dismiss(self) -> None:
        """Close every browser; who has got new tokens keeps them."""
        for email, context in self._people:
            if REFRESH in {one["name"] for one in context.cookies()}:
                self._renewed(email, context)
        self._people.clear()
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _renewed(self, email: str, context: Any) -> None:
        first = next(one["value"] for one in self.cookies[email] if one["name"] == REFRESH)
        if all(one["value"] != first for one in context.cookies()):
            self.keep(email, context)

    def where(self) -> str:
        """Where everybody is, and the beginning of what they see."""
        pages = [page for context in self._contexts for page in context.pages]
        return "\n".join(f"at {page.url}: {page.inner_text('body')[:600]!r}" for page in pages)


@contextmanager
def visit(browser: Any, clinic: Clinic, cookies: dict[str, Any]) -> Iterator[Visitors]:
    """
    Visitors for one story; at its end they leave.

    Raises:
        AssertionError: If something went wrong on a page that the story did not look at.
    """
    visitors = Visitors(browser, clinic, cookies)
    try:
        yield visitors
    except BaseException as ended:
        ended.add_note("\n".join([visitors.where(), *visitors.watch.troubles]))
        visitors.dismiss()
        raise
    visitors.leave()
    visitors.watch.judge()


def write_password(page: Any, email: str, password: str = PASSWORD) -> None:
    """The first step of the sign-in page."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in(page: Any, email: str, password: str = PASSWORD) -> None:
    """Through the sign-in page, with the second factor where the account has one."""
    write_password(page, email, password)
    page.locator("nav, .code-input").first.wait_for()
    if page.locator("nav").count() == 0:
        enter_code(page, pyotp.TOTP(seed(email)).now())
    page.locator("nav").first.wait_for()


def enter_code(page: Any, code: str) -> None:
    """Write six digits where the page asks for them; the sixth sends them."""
    page.locator(".code-input input").first.click()
    page.keyboard.type(code)


GO = """path => {
  const chart = (where) => /^\\/(record|patients\\/[^/]+)/.exec(where)?.[0];
  const stays = chart(path) && chart(path) === chart(location.pathname);
  if (!stays) document.querySelector("main .page > *")?.setAttribute("data-left", "");
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}"""
"""A page that is left is marked, for it stays until the next one's code is there; a chart stays with its sections."""
SETTLED = """() => {
  const open = document.querySelector(".chart-section[aria-current]");
  const section = /^\\/(record|patients\\/[^/]+)(\\/[^/]+)?/.exec(location.pathname)?.[0];
  return !document.querySelector(".skeleton, [aria-busy=true], [data-left]")
    && (!open || open.pathname === section)
    && Boolean(document.querySelector("h1")?.innerText)
    && document.fonts.status === "loaded";
}"""


def go(page: Any, path: str) -> None:
    """To another page of the portal as its own links do it: nothing is loaded anew."""
    page.evaluate(GO, path)


def settled(page: Any) -> None:
    """Wait until the page shows what it was asked for: no page that was left, no grey lines, all fonts."""
    page.wait_for_function(SETTLED)
