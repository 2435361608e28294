"""One call over two servers, which share a database and a Redis."""

from collections.abc import AsyncIterator

import pytest

from meridian.realtime.fanout import client
from meridian.store.database import MariadbServer
from meridian.store.mariadb import Mariadb
from meridian.testing.hall import Hall
from meridian.testing.practice import opened
from meridian.testing.redis import PASSWORD, PrivateRedis
from meridian.testing.surgery import VISIT, Surgery

pytestmark = [pytest.mark.anyio, pytest.mark.mariadb]


@pytest.fixture
async def hall(mariadb_engine: Mariadb, mariadb_database: MariadbServer, redis: PrivateRedis) -> AsyncIterator[Hall]:
    made = Hall(await Surgery.at(await opened(mariadb_engine)))
    async with made.stack:
        other = Mariadb(mariadb_database)
        made.stack.push_async_callback(other.close)
        await other.open()
        await made.serve(redis=client(redis.place, PASSWORD))
        await made.serve(other, redis=client(redis.place, PASSWORD))
        yield made


async def test_two_at_two_servers_meet_talk_and_part(hall: Hall) -> None:
    here, there = hall.servers
    ann, pat = await hall.ann(here), await hall.pat(there)
    await hall.let_in(ann, ann)

    await hall.let_in(pat, ann, consent=True)
    await pat.say("rtc.signal", visit=VISIT, to=hall.me(ann), attempt="1", wants="rebuild")
    [signal] = await ann.wait("rtc.signal")
    await ann.say("visit.chat", visit=VISIT, cid="c-1", text="Hello")
    [line] = await pat.wait("visit.chat")
    await ann.say("visit.end", visit=VISIT)

    assert (signal["from"], line["from"]) == (hall.me(pat), hall.me(ann))
    await hall.until(pat, lambda: pat.all("visit.state")[-1]["state"] == "ended")


async def test_whoever_comes_back_to_another_server_leaves_the_first_one_at_it(hall: Hall) -> None:
    here, there = hall.servers
    ann, pat = await hall.ann(here), await hall.pat(here)
    await hall.let_in(ann, ann)
    await hall.let_in(pat, ann, consent=True)

    again = await hall.pat(there)
    await again.say("visit.enter", visit=VISIT)
    await pat.wait("visit.elsewhere")
    await ann.say("rtc.signal", visit=VISIT, to=hall.me(pat), attempt="1", wants="rebuild")

    assert await again.wait("rtc.signal")
    assert not pat.all("rtc.signal")


async def test_while_redis_is_away_each_server_looks_for_itself(hall: Hall, redis: PrivateRedis) -> None:
    here, there = hall.servers
    ann, pat = await hall.ann(here), await hall.pat(there)
    await hall.let_in(ann, ann)
    redis.kill()

    entered = await pat.say("visit.enter", visit=VISIT, consent=True)
    admitted = await ann.say("visit.admit", visit=VISIT, person=entered["data"]["me"])
    await hall.beat(seconds=10)

    assert admitted["ok"]
    assert (await pat.wait("visit.admitted"))[0]["me"] == entered["data"]["me"]
