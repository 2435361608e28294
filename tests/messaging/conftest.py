"""A clinic with two patients, a proxy, and staff of three roles."""

import pytest

from meridian.access.chart import Chart
from meridian.store.engine import Engine
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

STAFF = {"clinician": "dora", "nurse": "nora", "front-desk": "fred", "lab": "lou", "administrator": "ada"}


@pytest.fixture
async def clinic(engine: Engine) -> Clinic:
    made = Clinic(engine)
    servant = made.servant()
    for name in ("ann", "ben"):
        await servant.update("Patient", name, minimal("Patient", name, name=[{"family": name, "given": ["A"]}]))
    await servant.update("RelatedPerson", "ria", minimal("RelatedPerson", "ria", patient="ann"))
    for name in STAFF.values():
        person = minimal("Practitioner", name, name=[{"family": name.title(), "given": ["X"]}])
        await servant.update("Practitioner", name, person)
    return made


def staff(clinic: Clinic, role: str) -> Chart:
    return clinic.chart_of(clinic.sign_in(role, f"Practitioner/{STAFF[role]}"))


@pytest.fixture
def ann(clinic: Clinic) -> Chart:
    return clinic.chart_of(clinic.sign_in("patient", "Patient/ann", patients=["ann"]))


@pytest.fixture
def ben(clinic: Clinic) -> Chart:
    return clinic.chart_of(clinic.sign_in("patient", "Patient/ben", patients=["ben"]))


@pytest.fixture
def ria(clinic: Clinic) -> Chart:
    return clinic.chart_of(clinic.sign_in("proxy", "RelatedPerson/ria", patients=["ann"]))


@pytest.fixture
def nurse(clinic: Clinic) -> Chart:
    return staff(clinic, "nurse")


@pytest.fixture
def doctor(clinic: Clinic) -> Chart:
    return staff(clinic, "clinician")


@pytest.fixture
def desk(clinic: Clinic) -> Chart:
    return staff(clinic, "front-desk")


@pytest.fixture
def lab(clinic: Clinic) -> Chart:
    return staff(clinic, "lab")
