"""Somebody with a browser, without the browser: keeps cookies, says whence it comes, and signs in with both factors."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp

from meridian.testing.served import Answer, Served


@dataclass
class Visitor:
    """
    One browser.

    Args:
        server: Where it goes.
        cookies: What it keeps.
        seed: Of its authenticator, once enrolled.
        marks: The `Set-Cookie` headers it was sent, whole.
    """

    server: Served
    cookies: dict[str, str] = field(default_factory=dict)
    seed: str = ""
    marks: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """A request of our own page."""
        said = {"Origin": f"http://{self.server.host}", "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if path.startswith("/api") and body is not None:
            said["Content-Type"] = "application/json"
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        answer = self.server.ask(method, path, sent, said | dict(headers or {}), token="")
        for mark in answer.headers.get("set-cookie", "").splitlines():
            self.marks.append(mark)
            name, _, value = mark.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            if not self.cookies[name]:
                del self.cookies[name]
        return answer

    def sign_in(self, email: str, password: str) -> list[str]:
        """Sign in, enrolling an authenticator if need be; the recovery codes that were shown then."""
        step = self.ask("POST", "/api/session", {"email": email, "password": password}).json["step"]
        if step == "done":
            return []
        if step == "enrol-totp":
            self.seed = self.ask("POST", "/api/account/totp").json["secret"]
            shown = self.ask("POST", "/api/account/totp/confirm", {"code": pyotp.TOTP(self.seed).now()})
            codes: list[str] = shown.json["recoveryCodes"]
            return codes
        code = pyotp.TOTP(self.seed).at(int(time.time()) + 30)  # this step's was used to enrol
        self.ask("POST", "/api/session/totp", {"code": code})
        return []
