"""What is begun in a process of each role."""

from pathlib import Path

import pytest

from meridian.app import House
from meridian.settings import BadSettings, Redis, Role, Settings, edition

pytestmark = pytest.mark.anyio
NOWHERE = Redis("redis://127.0.0.1:1/0")
"""Nobody is there: a process starts all the same."""


@pytest.mark.parametrize(("role", "answers", "carries", "works"), [
    (Role.ALL, True, True, True),
    (Role.API, True, False, False),
    (Role.REALTIME, False, True, False),
    (Role.WORKER, False, False, True),
])  # fmt: skip
async def test_only_those_who_work_begin_to(
    tmp_path: Path, role: Role, *, answers: bool, carries: bool, works: bool
) -> None:
    house = House(Settings(edition("meridian-pms"), tmp_path, redis=NOWHERE))
    parts = house.app(role)._parts

    await parts.start()
    is_at_work = bool(house.worker._tasks)
    await parts.stop()

    assert (role.answers, role.carries, role.works, is_at_work) == (answers, carries, works, works)
    assert set(parts.needs) == {"records", "audit"} | ({"counting"} if answers else set())


def test_a_part_that_could_not_hear_of_the_others_is_refused(tmp_path: Path) -> None:
    house = House(Settings(edition("meridian-pms"), tmp_path))

    for role in (Role.API, Role.REALTIME, Role.WORKER):
        with pytest.raises(BadSettings, match="redis"):
            house.app(role)
