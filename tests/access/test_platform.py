"""The door itself decides about the platform's status, whatever stands before it."""

import pytest

from meridian.access.platform import MENDERS, OVERSEERS
from meridian.access.subject import Role, Subject
from meridian.faults import Forbidden, NotFound
from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic

pytestmark = pytest.mark.anyio


@pytest.fixture
def clinic(sqlite_engine: Sqlite) -> Clinic:
    return Clinic(sqlite_engine)


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_does_what_it_may_and_no_more(clinic: Clinic, role: Role) -> None:
    chart = clinic.chart(Subject(account="a", org=1, organisation="org-1", role=role))

    if role in OVERSEERS:
        assert (await chart.fares(1000)).stopped == []
    else:
        with pytest.raises(Forbidden):
            await chart.fares(1000)
    with pytest.raises(NotFound if role in MENDERS else Forbidden):
        await chart.retry_job(1)


def test_who_mends_also_looks() -> None:
    assert MENDERS < OVERSEERS
