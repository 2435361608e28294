"""A clinic with a patient who can sign in, on both engines."""

import httpx
import pytest

from meridian.access.chart import Chart
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio


@pytest.fixture
async def clinic(engine: Engine) -> Clinic:
    made = Clinic(engine)
    for name in ("ann", "ben"):
        await made.servant().update("Patient", name, minimal("Patient", name))
    condition = minimal("Condition", "c", patient="ann")
    await made.servant().update("Condition", "c", condition)
    return made


@pytest.fixture
def ann(clinic: Clinic) -> Chart:
    return clinic.chart_of(clinic.sign_in("patient", "Patient/ann", patients=["ann"]))


@pytest.fixture
def doctor(clinic: Clinic) -> Chart:
    return clinic.chart_of(clinic.sign_in("clinician", "Practitioner/dora"))


@pytest.fixture
def browser(clinic: Clinic) -> httpx.AsyncClient:
    return clinic.client(clinic.sign_in("patient", "Patient/ann", patients=["ann"]))
