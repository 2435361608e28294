"""Who is taken when is for those who may look at schedules; links are found by their token alone."""

import pytest

from meridian.access.diary import Diary, busy, keep_link, use_link
from meridian.access.work import Plan, Work
from meridian.faults import Forbidden
from meridian.testing.clinic import Clinic
from meridian.testing.resources import minimal

pytestmark = pytest.mark.anyio
DIGEST = bytes(32)


def asked(work: Work) -> Plan[int]:
    return len((yield from busy(work, ["Practitioner/ann"], 0, 1 << 52)))


async def test_only_those_who_may_look_at_schedules_learn_who_is_taken(clinic: Clinic) -> None:
    people = [{"actor": {"reference": one}, "status": "accepted"} for one in ("Patient/pat", "Practitioner/ann")]
    times = {"start": "2050-01-01T09:00:00Z", "end": "2050-01-01T10:00:00Z"}
    await clinic.servant().create("Appointment", minimal("Appointment", status="booked", participant=people, **times))
    desk = clinic.chart_of(clinic.sign_in("front-desk", "Practitioner/dan"))
    patient = clinic.chart_of(clinic.sign_in("patient", "Patient/ben", patients=["ben"]))

    assert await desk.consult("scheduling/$calendar", asked) == 1
    assert await patient.consult("Appointment/$find", asked) == 1
    for role in ("lab", "pharmacist", "security-officer"):
        with pytest.raises(Forbidden):
            await clinic.chart_of(clinic.sign_in(role, "Practitioner/x")).consult("Appointment/$find", asked)


async def test_a_link_is_kept_and_used_by_those_who_may_change_appointments(clinic: Clinic) -> None:
    officer = clinic.chart_of(clinic.sign_in("security-officer", "Practitioner/x"))
    for plan in (lambda work: keep_link(work, DIGEST, "a", 1, 2), lambda work: use_link(work, DIGEST, "confirmed")):
        with pytest.raises(Forbidden):
            await officer.work("Appointment/$remind", plan)

    await clinic.servant().work("Appointment/$remind", lambda work: keep_link(work, DIGEST, "a", 1, 1 << 52))

    found = await Diary(clinic.engine).link(DIGEST)
    assert found is not None
    assert (found.org, found.appointment) == (1, "a")
    assert await Diary(clinic.engine).link(bytes(31) + b"x") is None
