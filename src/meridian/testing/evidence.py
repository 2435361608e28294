"""Evidence that `/api` can be asked for where there is no house: one line, and a pack of one octet."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Kept:
    """Keeps what it was asked for."""

    asked: list[object] = field(default_factory=list)

    async def lines(self, organisation: str) -> list[dict[str, Any]]:
        """A drill that is due."""
        self.asked.append(organisation)
        drill = {"kind": "drill", "at": 0, "came": "never", "standing": "", "days": 30, "overdue": True, "held": 0}
        return [drill]

    async def pack(self, org: int) -> bytes:
        """Not a real one."""
        self.asked.append(org)
        return b"P"

    async def verification(self) -> dict[str, Any]:
        """Nothing was ever tried."""
        return {"run": None, "twins": None}

    async def attacks(self, threat: str) -> list[dict[str, Any]]:
        """So there are none."""
        self.asked.append(threat)
        return []

    async def report(self) -> bytes | None:
        """Nor is there a report."""
        return None
