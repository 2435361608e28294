"""What a patient may have at one time holds for two requests that two processes answer at once."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, cast

import pytest

from meridian.store.mariadb import Mariadb
from meridian.store.sqlite import Sqlite
from meridian.testing.clinic import Clinic
from meridian.testing.practice import Practice, at, operate

if TYPE_CHECKING:
    from meridian.store.engine import Engine

pytestmark = pytest.mark.anyio
SERVICE = "HealthcareService/check-up"
ROUNDS = 8


@pytest.fixture
async def elsewhere(practice: Practice) -> AsyncIterator[Clinic]:
    """The same clinic, served by another process."""
    engine = practice.clinic.engine
    other: Engine = Sqlite(engine._database) if isinstance(engine, Sqlite) else Mariadb(cast("Mariadb", engine)._server)
    await other.open()
    yield Clinic(other, clock=practice.watch)
    await other.close()


@pytest.mark.parametrize(("operation", "most"), [("$book", 1), ("$hold", 2)])
async def test_a_patient_does_not_get_one_more_by_asking_twice_at_once(
    practice: Practice, elsewhere: Clinic, operation: str, most: int
) -> None:
    await practice.service(most_open=1)
    for turn in range(ROUNDS):
        who = f"racer{turn}"
        await practice.put("Patient", who)
        one, other = (
            clinic.client(clinic.sign_in("patient", f"Patient/{who}", patients=[who]))
            for clinic in (practice.clinic, elsewhere)
        )
        day = f"2026-03-{3 + turn:02}" if turn < 4 else f"2026-03-{5 + turn:02}"  # weekdays
        async with one, other:
            for hour in range(most - 1):
                first = await operate(one, operation, service=SERVICE, start=at(f"{9 + hour:02}:00", day))
                assert first.status_code == 200, first.text
            answers = await asyncio.gather(
                operate(one, operation, service=SERVICE, start=at("11:00", day)),
                operate(other, operation, service=SERVICE, start=at("14:00", day)),
            )

        assert sorted(answer.status_code for answer in answers) == [200, 409]
