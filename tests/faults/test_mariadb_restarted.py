"""The database server dies under load and comes back: refused in words meanwhile, found again, nothing lost."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from meridian.testing.mariadb import PrivateServer, missing
from meridian.testing.served import Served, Site, settle
from meridian.testing.standing import look
from meridian.testing.storm import Storm, patient

Start: TypeAlias = Callable[[Site], Served]

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.mariadb]


@pytest.fixture
def private() -> Iterator[PrivateServer]:
    if reason := missing():
        pytest.skip(reason)
    server = PrivateServer().start()
    yield server
    server.close()


async def test_a_database_killed_and_stopped_under_load_is_found_again_and_nothing_is_lost(
    private: PrivateServer, start: Start, tmp_path: Path
) -> None:
    site = settle(tmp_path / "data", private.database("meridian_restarted"))
    server = start(site)
    known = server.fhir("POST", "/Patient", patient("before")).json["id"]
    storm = Storm("r")
    raging = asyncio.create_task(storm.rage([server], 32, enough=0, until_stopped=True))
    statuses = set()

    for how in (signal.SIGKILL, signal.SIGTERM):
        await reach(lambda: len(storm.acknowledged), 150)
        await asyncio.to_thread(private.stop, how)
        statuses.add((await asyncio.to_thread(server.fhir, "GET", f"/Patient/{known}")).status)
        statuses.add((await asyncio.to_thread(server.fhir, "GET", "/Patient?name=before")).status)
        assert server.ask("GET", "/health").status == 200
        await reach(lambda: storm.refused.get(503, 0), 5)
        await asyncio.to_thread(private.start)
    await reach(lambda: len(storm.acknowledged), 150)
    storm.stopped = True
    await raging

    assert statuses == {503}
    assert set(storm.refused) == {503}
    assert storm.cut == 0
    assert {word.strip() for word in storm.details} <= {
        "The database server cannot be reached",
        "The database does not answer",
        "It is not known whether this was kept; ask before trying again",
    }, storm.details
    assert server.fhir("GET", f"/Patient/{known}").status == 200
    server.stop()
    standing = await look(site)
    assert standing.wrong == []
    assert storm.acknowledged <= set(standing.bodies)
    assert "Not whole" not in site.command("audit", "verify")


async def reach(count: Callable[[], int], more: int) -> None:
    goal = count() + more
    async with asyncio.timeout(60):
        while count() < goal:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.02)
