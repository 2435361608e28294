"""Both safety partners on a real socket, for tests: what they accept, and how they are made to fail."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from meridian.medications.partners.lines import panel
from meridian.medications.partners.panel import Panel
from meridian.medications.partners.sandbox.gate import Credentials
from meridian.settings import Partners, edition
from meridian.vault.secrets import Secrets

EDITION = edition("meridian-pms")  # ScriptGuard first


@dataclass
class Sandbox:
    """Both partners, running."""

    url: str
    secrets: Secrets
    credentials: dict[str, list[Credentials]]
    panels: list[Panel] = field(default_factory=list)

    def settings(self, **changes: object) -> Partners:
        """Settings that lead here."""
        return Partners(
            **{  # type: ignore[arg-type]  # a test's own changes
                "medtrack": f"{self.url}/medtrack/v2",
                "scriptguard": f"{self.url}/scriptguard/v2",
                "hosts": ("127.0.0.1",),
                "networks": ("127.0.0.1/32",),
                **changes,
            }
        )

    def panel(self, name: str = "meridian-pms", **changes: object) -> Panel:
        """Who is asked."""
        made = panel(edition(name), self.settings(**changes), self.secrets)
        self.panels.append(made)
        return made

    async def close(self) -> None:
        """Let go of every panel that was made."""
        for one in self.panels:
            await one.close()

    def fault(self, partner: str, fault: str, **more: object) -> None:
        """Have a partner fail so."""
        httpx.put(f"{self.url}/admin/faults/{partner}", json={"fault": fault, **more}).raise_for_status()

    def both(self, fault: str, **more: object) -> None:
        """Have both fail so."""
        for partner in ("medtrack", "scriptguard"):
            self.fault(partner, fault, **more)

    def requests(self) -> set[str]:
        """Ids of the calls so far."""
        return {one["request"] for one in httpx.get(f"{self.url}/admin/calls").json()}

    def calls(self) -> list[tuple[str, str]]:
        """Partner and ending of each call so far."""
        return [(one["partner"], one["ending"]) for one in httpx.get(f"{self.url}/admin/calls").json()]


GOOD = json.dumps(
    {"engine": "SG 1", "status": "complete", "coverage": {"full": [0], "none": []}, "findings": []}
).encode()


class Listener:
    """Plays ScriptGuard down to the socket: answers each request as told, and keeps what came."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.answers: list[tuple[int, bytes]] = [(200, GOOD)]
        self.before: Callable[[], None] = lambda: None
        self.port = 0
        self.kind = "application/json"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
            self.bodies.append(await reader.readexactly(int(headers.get("content-length", "0"))))
            self.seen.append(headers)
            status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            self.before()
            if not status:
                break
            reply = f"HTTP/1.1 {status} X\r\nContent-Type: {self.kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(reply.encode() + body)
            await writer.drain()
        writer.close()

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["Listener"]:
        """Listen on a free port of this machine."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self.serve(reader, writer)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        yield self
        server.close()
