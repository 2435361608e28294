"""
What goes wrong on a page without being seen.

Errors in the console, breaches of the content security policy, answers of 500 and 429, more requests of one person than
a server answers in a minute, and patients' names where they stay behind (addresses, the browser's storage).
"""

import re
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

from meridian.ops.demo.roster import roster
from meridian.settings import MOST_API_REQUESTS

BREACHES = """
addEventListener("securitypolicyviolation", (one) =>
  console.error(`CSP: ${one.violatedDirective} stopped ${one.blockedURI || one.sample} at ${one.sourceFile}`));
"""
STORAGE = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map((one) => one.name), caches: await caches.keys(),
  cookies: document.cookie,
})"""
HARMLESS = {"local": {"meridian.appearance", "meridian.locked", "meridian.language"}}
"""What a page may keep: how it looks, what it speaks, and that it is locked."""
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4(?!29)\d\d")
"""The browser's own note of a refusal; whether the refusal was right is the story's business."""
LEFT = re.compile("WebSocket is closed before the connection is established")
"""The browser's own note that a page was left while its socket was being opened."""
SEARCH = "/api/patients/search"
"""The one address with a name in it: what is searched for, as house.md lays it down."""

NAMES = {word for life in roster(date(2026, 1, 1)) for word in re.findall(r"[^\W\d_]{4,}", life.family.latin.lower())}
"""Family names of the demo clinic's patients."""


@dataclass
class Watch:
    """Collects what goes wrong."""

    troubles: list[str] = field(default_factory=list)
    _asked: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _expected: list[re.Pattern[str]] = field(default_factory=lambda: [ANSWERED, LEFT])

    def over(self, context: Any, who: str) -> None:
        """Watch every page of a browser, in which *who* is at work."""
        context.add_init_script(BREACHES)
        context.on("console", lambda said: self._console(said.type, said.text))
        context.on("weberror", lambda error: self._trouble(f"uncaught: {error.error}"))
        context.on("request", lambda request: self._address(request.url))
        context.on("request", lambda request: self._count(who, request.url))
        context.on("response", lambda answer: self._answer(answer.status, answer.url))

    @contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """Troubles that the story makes on purpose."""
        known = re.compile(pattern)
        self._expected.append(known)
        try:
            yield
        finally:
            self._expected.remove(known)

    def look_through(self, context: Any) -> None:
        """What the pages of a browser leave behind."""
        for page in context.pages:
            if not page.url.startswith("http"):
                continue
            for place, found in page.evaluate(STORAGE).items():
                left = set(found) - HARMLESS.get(place, set())
                if left:
                    self._trouble(f"left behind in {place}: {found}")

    def judge(self) -> None:
        """
        The end of the story.

        Raises:
            AssertionError: If there was trouble.
        """
        if self.troubles:
            raise AssertionError("\n".join(self.troubles))

    def _trouble(self, what: str) -> None:
        if not any(known.search(what) for known in self._expected):
            self.troubles.append(what)

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self._trouble(f"console {kind}: {text}")

    def _answer(self, status: int, url: str) -> None:
        if status >= 500 or status == 429:  # noqa: PLR2004  # as HTTP has them
            self._trouble(f"answer {status}: {urlsplit(url).path}")

    def _count(self, who: str, url: str) -> None:
        """The demonstration answers more than others do, being many stories'; each alone is to do with the usual."""
        if not urlsplit(url).path.startswith("/api/"):
            return
        asked, now = self._asked[who], time.monotonic()
        asked.append(now)
        while asked[0] < now - 60:
            asked.popleft()
        if len(asked) == MOST_API_REQUESTS + 1:
            self._trouble(f"{who} asks more than {MOST_API_REQUESTS} times a minute")

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or parts.path.startswith("/assets/") or parts.path == SEARCH:
            return
        words = set(re.findall(r"[^\W\d_]+", unquote(f"{parts.path} {parts.query} {parts.fragment}").lower()))
        if words & NAMES:
            self._trouble(f"a name in an address: {url}")
