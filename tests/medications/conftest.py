"""Partners on real sockets: the sandbox in a thread, a vault with its keys, and a panel that leads there."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from meridian.medications.partners.sandbox import serving
from meridian.medications.partners.sandbox.app import application
from meridian.medications.service import Medications
from meridian.settings import edition
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.partners import EDITION, Sandbox
from meridian.vault.master import FileMaster
from meridian.vault.secrets import Secrets


@pytest.fixture
def vault(tmp_path: Path) -> Secrets:
    secrets = Secrets(tmp_path / "secrets.sealed", FileMaster({1: bytes(range(32))}))
    serving.issue(EDITION, secrets)
    serving.issue(edition("careconnect360"), secrets)
    return secrets


@pytest.fixture
async def sandbox(vault: Secrets) -> AsyncIterator[Sandbox]:
    """What the partners accept is of their own, so that a test can change one side and not the other."""
    made = Sandbox("", vault, {"medtrack": [], "scriptguard": []})
    for name in ("meridian-pms", "careconnect360"):
        known = serving.of_vault(edition(name), vault)
        for partner, kept in made.credentials.items():
            kept.extend(known(partner))
    with serving.served(application(lambda partner: made.credentials[partner])) as made.url:
        yield made
        await made.close()


@pytest.fixture
async def clinic(engine: Engine, sandbox: Sandbox) -> Clinic:
    """A clinic on both engines, whose partners are the sandbox."""
    return Clinic(engine, medications=Medications(sandbox.panel()))


@pytest.fixture
async def api(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    """A clinician's client."""
    async with clinic.client(clinic.sign_in("clinician", "Practitioner/okafor")) as client:
        yield client
