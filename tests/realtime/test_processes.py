"""Real server processes: killed in the middle of a burst, and two that hear of each other by a real Redis."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from meridian.testing import sockets
from meridian.testing.following import Follower
from meridian.testing.mariadb import PrivateServer
from meridian.testing.redis import PASSWORD, SECRET, PrivateRedis
from meridian.testing.resources import minimal
from meridian.testing.served import FHIR, Line, Served, Site, served, settle
from meridian.vault.master import create_master
from meridian.vault.secrets import Secrets

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATIENT = "ann"


@dataclass
class Burst:
    """Writes that each tell the board once, each repeated until a server acknowledged it."""

    servers: Sequence[Served]
    acknowledged: list[str] = field(default_factory=list)

    async def rage(self, name: str, count: int) -> None:
        """So many writes, by each server in turn."""
        lines = [Line(one) for one in self.servers]
        for number in range(count):
            logical_id = f"{name}-{number}"
            body = json.dumps(minimal("Encounter", logical_id, patient=PATIENT)).encode()
            while not await self._put(lines[number % len(lines)], logical_id, body):  # noqa: ASYNC110  # nobody is told of it
                await asyncio.sleep(0.05)
            self.acknowledged.append(f"Encounter/{logical_id}")
        for line in lines:
            line.close()

    async def _put(self, line: Line, logical_id: str, body: bytes) -> bool:
        with suppress(OSError, EOFError):
            return (await line.ask("PUT", f"{FHIR}/Encounter/{logical_id}", body)).status in {200, 201}
        return False


def follower(server: Served) -> Follower:
    return Follower(lambda: sockets.program(server.port, server.token), "board")


@asynccontextmanager
async def running(*followers: Follower) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.run()) for one in followers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def judge(followers: Sequence[Follower], acknowledged: Sequence[str]) -> None:
    """Everybody has taken everything that was acknowledged, once, in one order."""
    [first, *others] = followers
    assert first.numbers == list(range(1, len(acknowledged) + 1))
    assert sorted(one["what"] for one in first.taken) == sorted(acknowledged)
    for other in others:
        assert other.taken == first.taken
    assert all(one.doubled == [] for one in followers)
    assert all(one.resets == 0 for one in followers)


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    if request.param == "sqlite":
        return settle(tmp_path / "data")
    server: PrivateServer = request.getfixturevalue("mariadb_server")
    return settle(tmp_path / "data", server.database("live_killed"))


async def patient(server: Served) -> None:
    answer = await asyncio.to_thread(server.fhir, "PUT", f"/Patient/{PATIENT}", minimal("Patient", PATIENT))
    assert answer.status in {200, 201}


async def test_a_process_that_is_killed_in_a_burst_loses_nothing(site: Site, tmp_path: Path) -> None:
    with served(site, tmp_path / "log") as server:
        await patient(server)
        followers, burst = [follower(server) for _ in range(3)], Burst([server])
        async with running(*followers):
            writing = [asyncio.create_task(burst.rage(name, 60)) for name in "abc"]
            for last in (40, 90):
                await followers[0].until(last)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            await asyncio.gather(*writing)
            await asyncio.gather(*(one.until(180) for one in followers))

    judge(followers, burst.acknowledged)


@pytest.fixture
def pair(tmp_path: Path, mariadb_server: PrivateServer, redis: PrivateRedis) -> Site:
    """A site for two processes, which share MariaDB and Redis."""
    data = tmp_path / "data"
    site = settle(data, mariadb_server.database("live_pair"))
    Secrets(data / "secrets.sealed", create_master(data / "master.key")).put(SECRET, PASSWORD)
    text = (data / "settings.toml").read_text(encoding="utf-8")
    more = f'\n[redis]\nurl = "{redis.place.url}"\npassword = "{SECRET}"\n'
    (data / "settings.toml").write_text(f'origin = "http://localhost:1"\n{text}{more}', encoding="utf-8")
    return site


def health(server: Served) -> str:
    return str(server.ask("GET", "/health", token="").json["live"])


async def healthy(server: Served, state: str) -> None:
    async with asyncio.timeout(30):
        while await asyncio.to_thread(health, server) != state:  # noqa: ASYNC110  # as an operator's monitor does
            await asyncio.sleep(0.1)


@pytest.mark.mariadb
async def test_two_processes_hear_of_each_other_and_lose_nothing_while_redis_is_away(
    pair: Site, redis: PrivateRedis, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        first, second = (stack.enter_context(served(pair, tmp_path / name)) for name in ("log1", "log2"))
        await patient(first)
        followers, burst = [follower(one) for one in (first, second, second)], Burst([first, second])
        await asyncio.gather(healthy(first, "ok"), healthy(second, "ok"))
        async with running(*followers):
            await asyncio.gather(*(one.until(0) for one in followers))
            writing = [asyncio.create_task(burst.rage(name, 60)) for name in "ab"]
            await asyncio.gather(*(one.until(20) for one in followers))

            await asyncio.to_thread(redis.kill)
            await asyncio.gather(*(one.state("degraded") for one in followers))
            assert {health(first), health(second)} == {"degraded"}
            seen = min(one.last for one in followers)
            await asyncio.gather(*(one.until(min(seen + 20, 110)) for one in followers))

            await asyncio.to_thread(redis.start)
            await asyncio.gather(*(one.state("ok") for one in followers))
            await asyncio.gather(*writing)
            await asyncio.gather(*(one.until(120) for one in followers))
            await asyncio.gather(healthy(first, "ok"), healthy(second, "ok"))

    judge(followers, burst.acknowledged)


async def test_a_server_that_is_stopped_says_when_to_come_back(tmp_path: Path) -> None:
    site = await asyncio.to_thread(settle, tmp_path / "data")
    async with AsyncExitStack() as stack:
        server = stack.enter_context(served(site, tmp_path / "log"))
        pages = [await stack.enter_async_context(sockets.program(server.port, server.token)) for _ in range(8)]

        await asyncio.to_thread(server.stop)

        said = [page.all("live")[-1] for page in pages]
        assert {one["state"] for one in said} == {"draining"}
        assert all(0 <= one["delay"] < 10 for one in said)
        assert len({one["delay"] for one in said}) > 1
        assert all(page.closed.is_set() for page in pages)
