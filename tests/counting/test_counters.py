"""One contract for both counters: of this process, and of all that share a Redis, which really runs."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace

import pytest

from meridian.counting import Counter, InMemory, Window
from meridian.counting.shared import RESTING, InRedis
from meridian.faults import Throttled, Unavailable
from meridian.identity.throttle import STOP_AFTER, Throttle
from meridian.realtime.fanout import client
from meridian.testing.redis import PASSWORD, PrivateRedis, missing
from meridian.web.middleware.rates import Budget, Rates

pytestmark = pytest.mark.anyio
API = Window("api", 5, 60)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[PrivateRedis]:
    if reason := missing():
        pytest.skip(reason)
    server = PrivateRedis().start()
    yield server
    server.close()


@pytest.fixture
async def shared(redis_server: PrivateRedis) -> AsyncIterator[Callable[[], InRedis]]:
    """A counter as each process would have it."""
    made: list[InRedis] = []

    def another() -> InRedis:
        made.append(InRedis(client(redis_server.place, PASSWORD), f"test-{id(made)}"))
        return made[-1]

    yield another
    for one in made:
        await one.close()


@pytest.fixture(params=["memory", "redis"])
def counter(request: pytest.FixtureRequest) -> Counter:
    if request.param == "memory":
        return InMemory()
    made: Counter = request.getfixturevalue("shared")()
    return made


async def many(times: int, ask: Callable[[], Awaitable[object]]) -> None:
    for _ in range(times):
        await ask()


async def test_so_many_are_granted_and_then_none(counter: Counter) -> None:
    granted = [(await counter.take(API, "ann")).granted for _ in range(7)]

    assert granted == [1, 1, 1, 1, 1, 0, 0]


async def test_what_is_left_is_told_and_when_there_will_be_more(counter: Counter) -> None:
    counts = [await counter.take(API, "ann") for _ in range(6)]

    assert [count.remaining for count in counts] == [4, 3, 2, 1, 0, 0]
    assert all(0 < count.wait <= 60 for count in counts)


async def test_of_many_one_is_granted_where_there_are_not_so_many(counter: Counter) -> None:
    assert [(await counter.take(API, "ann", 3)).granted for _ in range(4)] == [3, 1, 1, 0]


async def test_looking_takes_nothing(counter: Counter) -> None:
    await many(9, lambda: counter.look(API, "ann"))
    assert (await counter.look(API, "ann")).granted == 1

    await many(5, lambda: counter.take(API, "ann"))

    assert (await counter.look(API, "ann")).granted == 0


async def test_nobody_is_counted_for_another_nor_for_something_else(counter: Counter) -> None:
    await many(5, lambda: counter.take(API, "ann"))

    assert (await counter.take(API, "ben")).granted == 1
    assert (await counter.take(API._replace(name="search"), "ann")).granted == 1


async def test_many_at_once_get_no_more_than_there_is(counter: Counter) -> None:
    counts = await asyncio.gather(*(counter.take(API, "ann") for _ in range(50)))

    assert sum(count.granted for count in counts) == 5


async def test_the_window_slides(counter: Counter) -> None:
    brief = Window("brief", 2, 1)
    await many(3, lambda: counter.take(brief, "ann"))
    began = time.monotonic()

    while not (await counter.take(brief, "ann")).granted:
        assert time.monotonic() - began < 10
        await asyncio.sleep((await counter.look(brief, "ann")).wait / 4)

    assert (await counter.look(brief, "ann")).remaining == 0  # what was done just before still counts


def test_what_was_done_before_counts_by_the_part_of_it_that_is_within_the_window() -> None:
    now = [60.0 * 10]

    async def go() -> list[int]:
        counter, found = InMemory(lambda: now[0]), []
        await many(5, lambda: counter.take(API, "ann"))
        for second in (0, 59, 60, 73, 85, 119):
            now[0] = 600.0 + second
            found.append((await counter.look(API, "ann")).remaining)
        return found

    assert asyncio.run(go()) == [0, 0, 0, 1, 2, 4]


# --- what only the shared one has


async def test_processes_count_together(shared: Callable[[], InRedis]) -> None:
    processes = [shared() for _ in range(3)]

    granted = [(await process.take(API, "ann")).granted for process in processes * 3]

    assert sum(granted) == 5


async def test_budgets_and_failures_to_sign_in_are_shared(shared: Callable[[], InRedis]) -> None:
    one, other = Rates(shared()), Rates(shared())
    for rates in (one, other, one):
        await rates.spend(Budget("api", 3), "ann")
    with pytest.raises(Throttled):
        await other.spend(Budget("api", 3), "ann")
    here, there = Throttle(shared()), Throttle(shared())

    await many(STOP_AFTER, lambda: here.failed("203.0.113.7"))

    with pytest.raises(Throttled):
        await there.check("203.0.113.7")
    await there.check("203.0.113.8")


async def test_redis_holds_neither_addresses_nor_accounts_and_forgets(
    shared: Callable[[], InRedis], redis_server: PrivateRedis
) -> None:
    await shared().take(API, "203.0.113.7")
    redis = client(redis_server.place, PASSWORD)
    keys = [key async for key in redis.scan_iter()]

    assert keys
    assert not any(b"203.0" in key for key in keys)
    assert all([0 < await redis.ttl(key) <= 600 * 2 for key in keys])
    await redis.aclose()


@pytest.mark.parametrize("how", ["gone", "hung"])
async def test_while_redis_is_away_nothing_is_granted_and_nobody_waits_for_long(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    server, now = PrivateRedis().start(), [0.0]
    counter = InRedis(client(server.place, PASSWORD), "test", lambda: now[0])
    await counter.take(API, "ann")

    async def refused() -> None:
        for ask in (counter.take(API, "ann"), counter.look(API, "ann"), counter.check()):
            with pytest.raises(Unavailable):
                await ask

    with caplog.at_level(logging.WARNING):
        if how == "gone":
            server.kill()
            await refused()
            server.start()
        else:
            with server.hung():
                await refused()
        await refused()  # it is left alone for a moment
        now[0] += RESTING
        await counter.check()

    assert (await counter.take(API, "ann")).granted == 1
    assert [record.levelname for record in caplog.records if "redis is" in record.message] == ["ERROR", "WARNING"]
    await counter.close()
    server.close()


async def test_a_password_that_was_rotated_is_read_afresh_and_a_wrong_one_is_refused(
    redis_server: PrivateRedis,
) -> None:
    asked: list[str] = []

    def renewed() -> str:
        asked.append(PASSWORD)
        return PASSWORD

    counter = InRedis(client(redis_server.place, "the old one", renewed), "test")
    assert (await counter.take(API, "rotated")).granted == 1
    assert (await counter.take(API, "rotated")).granted == 1
    assert asked == [PASSWORD]
    await counter.close()
    wrong = InRedis(client(replace(redis_server.place), "wrong", lambda: "wrong too"), "test")
    with pytest.raises(Unavailable):
        await wrong.check()
    await wrong.close()
