"""Two organisations and a third on one database, and a patient of the first who lets the second read: for tests."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from meridian.access.chart import Chart
from meridian.patients import sharing
from meridian.patients.sharing import Given, Wish
from meridian.store.plan import Change, Plan
from meridian.testing.clinic import Clinic
from meridian.testing.practice import Watch
from meridian.testing.resources import minimal

DAY = 86_400_000
NAMES = {1: "Harbor", 2: "Lakeside", 3: "Far Away"}
ANN = "ann"
SHARE = "X-Meridian-Share"


@dataclass
class Neighbourhood:
    """
    Ann's record at the first organisation, and readers at the others.

    Args:
        clinic: The server; its clock is *watch*.
        watch: Stands until it is set.
    """

    clinic: Clinic
    watch: Watch = field(default_factory=Watch)

    async def settle(self) -> "Neighbourhood":
        """Make the organisations, and a record with one item of each kind that is asked for."""
        self.clinic.clock = self.watch
        await self.clinic.engine.write(_organisations)
        await self.put("Patient", ANN, name=[{"family": "Ash", "given": ["Ann"]}])
        await self.put("Patient", "ben")
        for kind in ("Observation", "AllergyIntolerance", "MedicationRequest", "Condition"):
            await self.put(kind, f"{kind.lower()}-a", patient=ANN)
        await self.put("Observation", "observation-b", patient="ben")
        return self

    async def put(self, kind: str, logical_id: str, **more: Any) -> None:
        """A record at the first organisation."""
        await self.clinic.servant().update(kind, logical_id, minimal(kind, logical_id, **more))

    async def open(self) -> Given:
        """Make the organisations only, and let the second read all of the record of an Ann who is there, for a day."""
        self.watch.now = self.clinic.clock()
        await self.clinic.engine.write(_organisations)
        return await self.give(days=1)

    def ann(self) -> Chart:
        """Ann, at her own record."""
        return self.clinic.chart_of(self.clinic.sign_in("patient", "Patient/ann", patients=[ANN]))

    def staff(self, org: int = 2, role: str = "clinician") -> str:
        """The token of somebody at an organisation."""
        return self.clinic.sign_in(role, f"Practitioner/{role}{org}", org=org)

    def reader(self, org: int = 2, role: str = "clinician") -> Chart:
        """Somebody at another organisation, at their own door."""
        return self.clinic.chart_of(self.staff(org, role))

    def outside(self, share: str, org: int = 2, role: str = "clinician") -> httpx.AsyncClient:
        """The same by HTTP, looking through a share."""
        return self.clinic.client(self.staff(org, role), **{SHARE: share})

    async def give(self, *parts: str, labelled: bool = False, days: float = 7) -> Given:
        """Ann lets the second organisation read."""
        until = self.watch.now + round(days * DAY)
        return await sharing.give(self.ann(), Wish(ANN, "org2", parts or ("everything",), labelled, until))


def _organisations() -> Plan[None]:
    for number, name in NAMES.items():
        yield Change(
            "INSERT INTO organisation (no, id, name, created) VALUES (?, ?, ?, 0)", (number, f"org{number}", name)
        )
