"""
Whoever attacks: a browser without scruples, the people made for it, and a memory of what was asked and answered.

What is remembered is evidence and is read by others, so cookies, tokens, codes and passwords are struck out of it.
"""

import re
import ssl
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pyotp

from meridian.threats.attack import Exchange, NotRun

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from meridian.threats.material import Login, Material

FHIR = "/fhir/R4"
ACCESS = "__Host-meridian"
PATIENCE = 20.0
"""Seconds that an answer may take."""
REMEMBERED = 12
"""Exchanges that become evidence of one attack."""
_LONGEST_ANSWER = 300
"""Characters of an answer that are kept as evidence."""
_LONGEST_NAME = 64
"""Characters of a request's name, which is the deployment's to choose."""
_LINK = re.compile(r"(/api/documents/content/)[^/?\"\\\s]+")
_SAID = frozenset({"content-type", "www-authenticate", "retry-after", "location", "content-security-policy", "allow"})
"""Headers of an answer that are kept."""


@dataclass
class Browser:
    """
    One browser: its cookies, and requests as a page of the deployment would make them.

    Args:
        attacker: Whose it is.
        client: Its connections.
        cookies: By name; a browser without scruples also sends secure ones without TLS.
        marks: The `Set-Cookie` headers it was sent, whole.
    """

    attacker: "Attacker"
    client: httpx.AsyncClient
    cookies: dict[str, str] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)

    @property
    def token(self) -> str:
        """The access token of whoever is signed in; empty: nobody is."""
        return self.cookies.get(ACCESS, "")

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """
        A request; *path* may be a whole address.

        Raises:
            NotRun: If nothing answers.
        """
        said = {"Origin": self.attacker.origin, "Sec-Fetch-Site": "same-origin", "Cookie": self._jar()} | dict(
            headers or {}
        )
        said = {name: value for name, value in said.items() if value}
        try:
            answer = await self.client.request(method, path, json=body, content=content, headers=said)
        except httpx.HTTPError as wrong:
            raise NotRun(f"{method} {path}: no answer ({type(wrong).__name__})") from wrong
        self._keep(answer)
        self.attacker.remember(answer)
        return answer

    def _jar(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, answer: httpx.Response) -> None:
        self.client.cookies.clear()
        for mark in answer.headers.get_list("set-cookie"):
            self.marks.append(mark)
            name, _, value = mark.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            if not self.cookies[name]:
                del self.cookies[name]

    async def sign_in(self, login: "Login") -> None:
        """
        Sign in with both factors.

        Raises:
            NotRun: If that does not work.
        """
        step = await self.ask("POST", "/api/session", {"email": login.email, "password": login.password})
        if step.status_code == httpx.codes.OK and step.json().get("step") != "done":
            await self.ask("POST", "/api/session/totp", {"code": self.attacker.code(login)})
        if not self.token:
            raise NotRun(f"{login.email} cannot sign in; were the accounts put away?")


@dataclass
class Attacker:
    """
    What an attack is given.

    Args:
        target: The deployment's address, as `https://clinic.example`.
        material: People and records made for it.
        insecure: Whether certificates go unchecked, as on a test bench.
        source: A checkout of the code that was deployed: repository, workflows, locks; none: there is none at hand.
        infra: Synthesised templates of what was deployed; likewise.
        data: The deployment's own folder, if it runs on this machine and its files may be read.
        addresses: Those of this machine that its browsers come from, one each, so that what an edge allows to one
            address is not what stops them; none: whichever.
        shared: What one attack has made or shown, and others need not again: everybody may ask only so often.
    """

    target: str
    material: "Material"
    insecure: bool = False
    source: Path | None = None
    infra: Path | None = None
    data: Path | None = None
    addresses: Iterator[str] | None = None
    _seen: deque[Exchange] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    shared: dict[str, str] = field(default_factory=dict)
    _signed_in: dict[str, dict[str, str]] = field(default_factory=dict)
    _codes: dict[str, int] = field(default_factory=dict)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """One for all browsers: reading the authorities takes longer than most attacks."""
        return httpx.create_ssl_context(verify=not self.insecure)

    def aside(self) -> "Attacker":
        """The same, with a memory of its own: for what is tried at the same time."""
        return replace(self, _seen=deque(maxlen=REMEMBERED))

    @property
    def local(self) -> bool:
        """Whether the deployment runs on this machine, so that its processes and files can be looked at."""
        return self.data is not None

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.target)
        return f"{parts.scheme}://{parts.netloc}"

    @asynccontextmanager
    async def browser(self) -> "AsyncIterator[Browser]":
        """A browser in which nobody is signed in."""
        address = next(self.addresses) if self.addresses else None
        way = httpx.AsyncHTTPTransport(verify=self._trust, local_address=address)
        async with httpx.AsyncClient(base_url=self.target, timeout=PATIENCE, transport=way) as client:
            yield Browser(self, client)

    @asynccontextmanager
    async def signed_in(self, part: str) -> "AsyncIterator[Browser]":
        """
        A browser in which the *part* of the material is signed in; they sign in once for all attacks.

        Raises:
            NotRun: If they cannot.
        """
        async with self.browser() as browser:
            if part not in self._signed_in:
                await browser.sign_in(self.material.people[part])
                self._signed_in[part] = browser.cookies
            browser.cookies = dict(self._signed_in[part])
            yield browser

    async def token(self, part: str) -> str:
        """The access token of a *part*."""
        async with self.signed_in(part) as browser:
            return browser.token

    def tokens(self) -> list[str]:
        """The access tokens of everybody who has signed in so far."""
        return [cookies[ACCESS] for cookies in self._signed_in.values() if ACCESS in cookies]

    def code(self, login: "Login") -> str:
        """A code that was not used yet: of this step, or of the next, which servers allow for clocks that run ahead."""
        now = int(time.time())
        step = max(now // 30, self._codes.get(login.email, 0) + 1)
        self._codes[login.email] = step
        return pyotp.TOTP(login.seed).at(step * 30)

    def remember(self, answer: httpx.Response) -> None:
        """Keep an exchange as evidence, without what is secret in it."""
        asked = answer.request
        line = f"{asked.method} {_unlinked(asked.url.raw_path.decode('ascii', 'replace'))}"
        said = _unlinked(" ".join(f"{name}: {value}" for name, value in answer.headers.items() if name in _SAID))
        body = (
            _unlinked(answer.text[: 2 * _LONGEST_ANSWER])[:_LONGEST_ANSWER]
            if _is_text(answer)
            else f"{len(answer.content)} bytes"
        )
        self._seen.appendleft(
            Exchange(
                line[:_LONGEST_ANSWER],
                f"{answer.status_code} {said} {body}".strip(),
                answer.headers.get("x-request-id", "")[:_LONGEST_NAME],
            )
        )

    def keep(self, exchange: Exchange) -> None:
        """Keep what was asked and answered by other means than HTTP."""
        self._seen.appendleft(exchange)

    def evidence(self) -> tuple[Exchange, ...]:
        """What was asked since the last time, the last first."""
        seen = tuple(self._seen)
        self._seen.clear()
        return seen


def _unlinked(text: str) -> str:
    """*text* without the links of a minute that stand in it."""
    return _LINK.sub(r"\1…", text)


def _is_text(answer: httpx.Response) -> bool:
    kind = answer.headers.get("content-type", "")
    return "json" in kind or kind.startswith("text/")
