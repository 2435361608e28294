"""
A real browser that notices what runs in it (Chromium, by Playwright, which is there where tests are).

Whatever a hostile text does when it is run, it calls `canary`, a function that exists in no other browser. What the
page's own policy stopped is noticed too, and what of a text has become an element: neither is the house's first wall.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from meridian.threats.attack import Exchange, NotRun

if TYPE_CHECKING:
    from meridian.threats.attacker import Attacker

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
OWN_PAGE = "data:text/html,<meta charset=utf-8><img src=x onerror=\"canary('own').then(() => window.ran = 1)\">"
"""A page of the attacker's, on which a text is run: what it sees there it would see elsewhere."""
PATIENCE = 30_000
"""Milliseconds that a page may take."""
SETTLING = 4.0
"""Seconds in which a screen has what it shows."""
RECORDS = ("/patients/", "/record/", "/messages/", "/inbox/")
"""Where what somebody wrote is shown, if anywhere: these screens are looked at before others."""
MOST = 18
"""Screens that one person is led to."""
WATCH = """
window.__stopped = [];
document.addEventListener("securitypolicyviolation", (e) => window.__stopped.push(e.effectiveDirective));
"""
"""In every page before its own scripts: what the policy stopped."""
GO = """path => {
  const chart = (where) => /^\\/(record|patients\\/[^/]+)/.exec(where)?.[0];
  const stays = chart(path) && chart(path) === chart(location.pathname);
  if (!stays && path !== location.pathname) document.querySelector("main .page > *")?.setAttribute("data-left", "");
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}"""
"""To another screen, as the portal's own links do it; what is left is marked, for it stays until the next is there."""
SETTLED = """() => {
  const open = document.querySelector(".chart-section[aria-current]");
  const section = /^\\/(record|patients\\/[^/]+)(\\/[^/]+)?/.exec(location.pathname)?.[0];
  return Boolean(document.querySelector("h1")?.innerText) && (!open || open.pathname === section)
    && !document.querySelector(".skeleton, [aria-busy=true], [data-left]");
}"""
"""Whether it is there, with what it shows."""
ELEMENTS = """() => [...document.querySelectorAll(
  "[onerror], [onload], [onfocus], [ontoggle], [onblur], [onclick], img[src=x], iframe[srcdoc], base, " +
  "a[href^='javascript:' i], a[href^='data:text/html' i], form[action^='javascript:' i], body script:not([src])"
)].map((one) => one.outerHTML.slice(0, 120))"""
"""Elements and attributes that the portal never makes: some text has become them."""
LINKS = """() => [...document.querySelectorAll("a[href^='/']")].map((one) => one.getAttribute("href"))"""


@dataclass
class Walker:
    """
    Somebody in a browser.

    Args:
        page: Playwright's.
        fired: What called the canary.
        shown: Screens, each with how many hostile texts could be read on it.
    """

    page: Any
    fired: list[str] = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=dict)

    async def open(self, path: str) -> None:
        """Load a page anew."""
        await self.page.goto(path, wait_until="domcontentloaded")
        await self.settle()

    async def go(self, path: str, seconds: float = SETTLING) -> None:
        """To another screen, without loading anything anew."""
        await self.page.evaluate(GO, path)
        await self.settle(seconds)

    async def settle(self, seconds: float = SETTLING) -> None:
        """Until the screen shows what it has, for so long; one that never does is looked at as it is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(Exception):  # a page that goes elsewhere meanwhile is asked again
                if await self.page.evaluate(SETTLED):
                    return
            await asyncio.sleep(0.03)

    async def wrong(self) -> str:
        """What has been run here, or become an element, or was stopped; empty: nothing."""
        if self.fired:
            return f"a text was run ({self.fired[0]})"
        made = await self.page.evaluate(ELEMENTS)
        if made:
            return f"a text became {made[0]!r}"
        stopped = [one for one in await self.page.evaluate("window.__stopped ?? []") if one.startswith("script")]
        return f"a text was stopped by the page's policy alone ({stopped[0]})" if stopped else ""

    async def walk(self, first: list[str], mark: str) -> str:
        """
        To every screen that can be reached, those in *first* before others; what is wrong on one of them.

        Args:
            first: Where hostile texts are known to be shown.
            mark: Begins each of them.
        """
        waiting, seen = list(first), set(first)
        while waiting and len(self.shown) < MOST:
            path = waiting.pop(0)
            await self.go(path)
            text = await self.page.evaluate("document.body.innerText")
            self.shown[path] = text.count(mark)
            if wrong := await self.wrong():
                return f"on {_place(path)} {wrong}"
            for link in await self.page.evaluate(LINKS):
                plain = link.partition("?")[0].partition("#")[0]
                if _kind(plain) not in {_kind(one) for one in seen}:
                    seen.add(plain)
                    waiting.insert(0 if plain.startswith(RECORDS) else len(waiting), plain)
        return ""


def _kind(path: str) -> str:
    """A path without ids: one conversation is as good as another."""
    return "/".join("…" if any(one.isdigit() for one in part) else part for part in path.split("/"))


def _place(path: str) -> str:
    return _kind(path.partition("?")[0].partition("#")[0])


@asynccontextmanager
async def chromium(attacker: "Attacker", part: str = "") -> AsyncIterator[Walker]:
    """
    A browser in which a *part* of the material is signed in, or nobody.

    Raises:
        NotRun: If there is no browser, if it would not notice a text that is run, or if there is no portal to open.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NotRun("Chromium is not on this machine")
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415  # only who has it can drive one
    except ImportError as missing:
        raise NotRun("Playwright, which drives a browser, is not installed") from missing
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield await _walker(attacker, browser, part)
        finally:
            await browser.close()


async def _walker(attacker: "Attacker", browser: Any, part: str) -> Walker:
    # whoever issued the certificate is not what is tried here; those who are sent without a browser look at it
    context = await browser.new_context(base_url=attacker.target, ignore_https_errors=True)
    context.set_default_timeout(PATIENCE)
    walker = Walker(await context.new_page())
    await context.expose_binding("canary", lambda _, word="": walker.fired.append(str(word)))
    await context.add_init_script(WATCH)
    walker.page.on("dialog", lambda dialog: walker.fired.append(dialog.type))
    await _would_see(walker)
    if part:
        await context.add_cookies(await _cookies(attacker, part))
    await walker.open("/")
    if not await walker.page.evaluate("Boolean(document.querySelector('#root, #app, main'))"):
        raise NotRun("there is no portal to open")
    return walker


async def _would_see(walker: Walker) -> None:
    await walker.page.goto(OWN_PAGE)
    with suppress(Exception):  # Playwright's, which says that it took too long
        await walker.page.wait_for_function("window.ran", timeout=SETTLING * 1000)
    if not walker.fired:
        raise NotRun("a text that is run on a page of the attacker's own is not noticed")
    walker.fired.clear()


async def _cookies(attacker: "Attacker", part: str) -> list[dict[str, Any]]:
    where = {"domain": urlsplit(attacker.origin).hostname, "path": "/", "secure": True, "httpOnly": True}
    async with attacker.signed_in(part) as signed_in:
        return [
            {"name": name, "value": value, "sameSite": "Strict", **where} for name, value in signed_in.cookies.items()
        ]


def kept(attacker: "Attacker", walker: Walker, who: str) -> None:
    """Keep as evidence what *who* was shown."""
    for path, many in sorted(walker.shown.items(), key=lambda one: one[1])[-8:]:
        attacker.keep(Exchange(f"{who}: {_place(path)}", f"{many} hostile texts shown as text"))
