"""Both safety partners on a real socket, for tests: what they accept, and how they are made to fail."""

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
