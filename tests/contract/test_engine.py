import pytest

from meridian.store.engine import Engine
from meridian.store.plan import Change, Plan, Query


def count() -> Plan[int]:
    rows = yield Query("SELECT COUNT(*) FROM patient")
    return int(rows[0][0])


def add(name: str) -> Plan[int]:
    done = yield Change("INSERT INTO patient (org, id) VALUES (?, ?)", (1, name))
    return int(done.key)


@pytest.mark.anyio
async def test_what_is_written_can_be_read(engine: Engine) -> None:
    assert await engine.write(lambda: add("a")) > 0

    assert await engine.read(count) == 1
