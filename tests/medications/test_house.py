"""The composed house: its settings lead to the partners, and its worker checks again."""

import subprocess
import sys
from pathlib import Path

import pytest

from meridian.app import opened
from meridian.clock import now
from meridian.fhir import ours
from meridian.jobs.worker import Later
from meridian.medications.drafts import exact
from meridian.medications.prescribing import RECHECK
from meridian.medications.rechecking import PAUSE
from meridian.settings import Settings, edition
from meridian.store.outbox import Job
from meridian.testing.partners import EDITION, Sandbox
from meridian.testing.prescriptions import draft
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


async def test_the_worker_comes_back_until_a_partner_answers(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = Settings(edition(EDITION.name), tmp_path / "data", partners=sandbox.settings())
    async with opened(settings) as house:
        await house.worker.stop()
        org = await house.identity.administration.create_organisation("clinic", "Clinic")
        for name in sandbox.secrets.names():
            house.secrets.put(name, sandbox.secrets.get(name).reveal())
        chart = await house.servant(org)
        patient = (await chart.create("Patient", minimal("Patient"))).stored.id
        order = draft("amlodipine", status="active", intent="order", subject={"reference": f"Patient/{patient}"})
        prescription = (await chart.create("MedicationRequest", exact(order))).stored.id
        focus = f"MedicationRequest/{prescription}"
        task = ours.task(RECHECK, patient=f"Patient/{patient}", focus=focus, now="2026-01-01T00:00:00Z")
        logical_id = (await chart.create("Task", task)).stored.id
        job = Job(1, org, RECHECK, focus, 0, 0, {"task": logical_id})
        sandbox.both("500")

        with pytest.raises(Later) as later:
            await house.worker.handlers[RECHECK](job)
        sandbox.both("none")
        await house.worker.handlers[RECHECK](job)

        assert later.value.due > now() + PAUSE - 10_000
        changed = await chart.consult("Task/$look", lambda work: work.read("Task", logical_id))
        assert changed["status"] == "requested"  # incomplete: nobody has asked about allergies
        assert changed["description"] == "Checked again, in part only."


def test_starting_loads_no_http_client() -> None:
    """A start waits for nothing that the first check can wait for."""
    program = "import sys, meridian.app; print([m for m in ('httpx', 'httpcore') if m in sys.modules])"
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
