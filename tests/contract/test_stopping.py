"""Who is told to stop while it asks the database stops, at whatever moment that is."""

import asyncio

import pytest

from meridian.store.engine import Engine
from meridian.store.plan import Plan, Query

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

TIMES = 150


def look() -> Plan[int]:
    [(found,)] = yield Query("SELECT COUNT(*) FROM audit_head", ())
    return int(found)


async def forever(engine: Engine) -> None:
    while True:
        await engine.read(look)
        await asyncio.sleep(0)


async def test_no_cancellation_is_lost(engine: Engine) -> None:
    for turns in range(TIMES):
        task = asyncio.create_task(forever(engine))
        for _ in range(turns % 50 + 1):
            await asyncio.sleep(0)
        task.cancel()

        async with asyncio.timeout(20):
            await asyncio.gather(task, return_exceptions=True)
