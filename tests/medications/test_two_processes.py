"""Two processes on one database: what each decides by must be there still when it writes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from meridian.medications.drafts import exact
from meridian.medications.prescribing import Order
from meridian.medications.service import Medications
from meridian.store.database import Database, SqliteFile
from meridian.store.engine import Engine
from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic
from meridian.testing.partners import Sandbox
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio
ROUNDS = 12


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
async def engines(database: Database) -> AsyncIterator[tuple[Engine, Engine]]:
    """Two engines on one database, as two processes have them."""
    one, other = _engine(database), _engine(database)
    await one.open()
    await other.open()
    yield one, other
    await one.close()
    await other.close()


def _engine(database: Database) -> Engine:
    if isinstance(database, SqliteFile):
        return Sqlite(database)
    from meridian.store.mariadb import Mariadb  # noqa: PLC0415  # its driver is not wanted by tests of the other

    return Mariadb(database)


def dose(name: str) -> dict[str, object]:
    return {
        "resourceType": "MedicationRequest",
        "medicationCodeableConcept": {"text": name},
        "dosageInstruction": [{"text": "as told"}],
    }


async def test_two_orders_at_once_are_not_both_blind_to_the_other(
    engines: tuple[Engine, Engine], sandbox: Sandbox
) -> None:
    service = Medications(sandbox.panel())
    clinics = [Clinic(engine, medications=service) for engine in engines]
    tokens = [clinic.sign_in("clinician", "Practitioner/okafor") for clinic in clinics]
    both = 0

    for _ in range(ROUNDS):
        patient = (await clinics[0].servant().create("Patient", minimal("Patient"))).stored.id
        charts = [clinic.chart_of(token) for clinic, token in zip(clinics, tokens, strict=True)]
        drafts = [exact(dose(name)) for name in ("aspirin", "ibuprofen")]
        checks = [await service.check(chart, patient, draft) for chart, draft in zip(charts, drafts, strict=True)]
        orders = [
            service.prescribe(chart, Order(patient, draft, kept.id))
            for chart, draft, kept in zip(charts, drafts, checks, strict=True)
        ]
        done = await asyncio.gather(*orders, return_exceptions=True)
        both += sum(not isinstance(one, Exception) for one in done) > 1

    assert both == 0


async def test_a_refill_is_asked_for_once_from_two_processes(engines: tuple[Engine, Engine]) -> None:
    clinics = [Clinic(engine) for engine in engines]
    twice = 0

    for _ in range(ROUNDS):
        patient = (await clinics[0].servant().create("Patient", minimal("Patient"))).stored.id
        request = dose("aspirin") | {
            "status": "active",
            "intent": "order",
            "subject": {"reference": f"Patient/{patient}"},
        }
        prescription = (await clinics[0].servant().create("MedicationRequest", request)).stored.id
        charts = [
            clinic.chart_of(clinic.sign_in("patient", f"Patient/{patient}", patients=[patient])) for clinic in clinics
        ]
        done = await asyncio.gather(
            *(Medications().ask_refill(chart, prescription) for chart in charts), return_exceptions=True
        )
        twice += sum(isinstance(one, str) for one in done) > 1

    assert twice == 0
