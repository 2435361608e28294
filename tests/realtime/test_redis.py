"""Several processes and one Redis: what each hears of the others, and what all know while it is away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, cast

import pytest
from redis.exceptions import NoPermissionError

from meridian.messaging import writing
from meridian.messaging.letters import Draft
from meridian.realtime import fanout, shared
from meridian.realtime.presence import GONE, People
from meridian.store.database import SqliteFile
from meridian.store.sqlite import Sqlite
from meridian.testing.live import LiveClinic, opened
from meridian.testing.redis import PASSWORD, PrivateRedis
from meridian.testing.sockets import Socket

if TYPE_CHECKING:
    from meridian.realtime.connection import Connection
    from meridian.realtime.rooms import Rooms

pytestmark = pytest.mark.anyio

RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbooks" / "sockets.md"


@dataclass
class Pair:
    """Two processes, as far as they can tell, on one database."""

    first: LiveClinic
    second: LiveClinic


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds here."""
    monkeypatch.setattr(fanout, "PAUSE", 0.1)
    monkeypatch.setattr(fanout, "SILENCE", 0.3)
    monkeypatch.setattr(fanout, "ANSWER", 0.5)


def client(redis: PrivateRedis) -> Any:
    return fanout.client(redis.place, PASSWORD)


async def standing(clinic: LiveClinic, state: str) -> None:
    async with asyncio.timeout(20):
        while clinic.live.state != state:  # noqa: ASYNC110  # as health does, which is asked
            await asyncio.sleep(0.02)


@asynccontextmanager
async def paired(
    database: SqliteFile, folder: Path, redis: PrivateRedis, line: Callable[[], Any] | None = None
) -> AsyncIterator[Pair]:
    line = line or partial(client, redis)
    one, two = Sqlite(database), Sqlite(database)
    await one.open()
    async with opened(one, folder, redis=line()) as first:
        two.sequencer = one.sequencer
        await two.open()
        async with opened(two, folder, redis=line(), beside=first.clinic) as second:
            yield Pair(first, second)
        await two.close()
    await one.close()


@pytest.fixture
async def pair(sqlite_database: SqliteFile, tmp_path: Path, redis: PrivateRedis) -> AsyncIterator[Pair]:
    async with paired(sqlite_database, tmp_path, redis) as both:
        await asyncio.gather(standing(both.first, "ok"), standing(both.second, "ok"))
        yield both


async def follow(page: Socket, feed: str) -> None:
    assert (await page.say("feeds.sync", since={feed: -1}))["ok"]


async def test_what_one_commits_the_other_s_sockets_are_told(pair: Pair) -> None:
    nora = await pair.first.staff()
    await pair.first.patient("ann")
    async with pair.first.page(nora) as here, pair.second.page(nora) as there:
        for page in (here, there):
            await follow(page, "board")

        await pair.first.write("ann")
        await there.wait("happened", 1)
        await pair.second.write("ann")

        assert await here.wait("happened", 2) == await there.wait("happened", 2)
        assert [one["seq"] for one in here.all("happened")] == [1, 2]


async def test_typing_and_presence_go_from_one_to_the_other(pair: Pair) -> None:
    ann, nora, dora = await pair.first.patient("ann"), await pair.first.staff("nurse", "nora"), await pair.first.staff()
    thread = await writing.start(pair.first.door(ann), Draft("Hello", "k" * 16), subject="Us", about="health")
    async with pair.first.page(nora) as nurses, pair.second.page(ann) as hers, pair.second.page(dora) as doctors:
        for page in (nurses, hers):
            await follow(page, f"thread:{thread}")

        await nurses.say("thread.typing", thread=thread, on=True)
        await nurses.say("presence.set", state="busy")

        assert [one["on"] for one in await hers.wait("typing")] == [True]
        assert await doctors.wait("presence") == [{"who": "Practitioner/nora", "state": "busy"}]
        assert (await doctors.say("presence.list"))["data"]["people"] == {"Practitioner/nora": "busy"}
        assert hers.all("presence") == nurses.all("typing") == []

        await nurses.close()
        assert (await doctors.wait("presence", 2))[1] == {"who": "Practitioner/nora", "state": "gone"}
        assert (await doctors.say("presence.list"))["data"]["people"] == {}


async def test_whoever_is_on_both_is_gone_only_from_both(pair: Pair) -> None:
    nora, dora = await pair.first.staff("nurse", "nora"), await pair.first.staff()
    async with pair.second.page(dora) as doctors, pair.first.page(nora) as one, pair.second.page(nora) as two:
        await one.say("presence.set", state="available")
        await two.say("presence.set", state="busy")
        await doctors.wait("presence", 2)

        await one.close()
        await two.say("session.refresh")
        assert (await doctors.say("presence.list"))["data"]["people"] == {"Practitioner/nora": "busy"}

        await two.close()
        while doctors.all("presence")[-1]["state"] != "gone":
            await doctors.more()
        assert (await doctors.say("presence.list"))["data"]["people"] == {}


async def test_whoever_goes_from_both_at_once_is_gone_in_the_end(redis: PrivateRedis) -> None:
    """One process reads that the other still says `busy`; before it passes that on, the other says `gone`."""
    line = client(redis)
    here, there = shared.InRedis(line, "y"), shared.InRedis(line, "y")
    await here.put(1, "Practitioner/nora", "available")
    await there.put(1, "Practitioner/nora", "busy")
    told: list[str] = []

    class Staff:
        async def emit(self, _: str, body: dict[str, str], __: str) -> None:
            if not told:
                await there.drop(1, "Practitioner/nora")
                told.append(GONE)
            told.append(body["state"])

    class Nora:
        org, who = 1, "Practitioner/nora"

    nora = cast("Connection", Nora())
    people = People(here, cast("Rooms", Staff()))
    people._here[1, "Practitioner/nora"] = "available", {nora}  # as after `presence.set`

    await people.left(nora)
    await line.aclose()

    assert told == ["gone", "busy", "gone"]


async def test_what_a_process_that_died_has_said_ends_by_itself(
    redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = client(redis)
    died, lives = shared.InRedis(line, "x"), shared.InRedis(line, "x")
    with monkeypatch.context() as patched:
        patched.setattr(shared, "time", lambda: time() - shared.LASTING - 1)
        await died.put(1, "Practitioner/nora", "busy")
    await lives.put(1, "Practitioner/dora", "away")

    assert await lives.people(1) == {"Practitioner/dora": "away"}
    assert len(await line.hkeys("x:1")) == 1
    assert await lives.people(2) == {}
    await line.aclose()


async def test_the_rights_that_the_runbook_gives_are_enough_and_no_more(
    sqlite_database: SqliteFile, tmp_path: Path, redis: PrivateRedis
) -> None:
    [line] = [one for one in RUNBOOK.read_text(encoding="utf-8").splitlines() if one.startswith("ACL SETUSER")]
    admin = client(redis)
    await admin.execute_command(*line.replace(":https://meridian-pms.example", "").split())
    limited = fanout.client(replace(redis.place, user="meridian"), "PASSWORD")

    async with paired(sqlite_database, tmp_path, redis, lambda: limited) as pair:
        await asyncio.gather(standing(pair.first, "ok"), standing(pair.second, "ok"))
        nora, dora = await pair.first.staff("nurse", "nora"), await pair.first.staff()
        async with pair.second.page(dora) as doctors, pair.first.page(nora) as nurses:
            await nurses.say("presence.set", state="busy")
            assert await doctors.wait("presence") == [{"who": "Practitioner/nora", "state": "busy"}]
        for refused in (("PUBLISH", "other", "x"), ("KEYS", "*"), ("SET", "x", "y"), ("CONFIG", "GET", "*")):
            with pytest.raises(NoPermissionError):
                await limited.execute_command(*refused)  # type: ignore[no-untyped-call]  # the library's
    await admin.aclose()


async def test_platforms_that_share_a_redis_hear_nothing_of_each_other(redis: PrivateRedis) -> None:
    line = client(redis)
    ours, theirs = shared.InRedis(line, "meridian:https://a"), shared.InRedis(line, "meridian:https://b")

    await ours.put(1, "Practitioner/nora", "busy")

    assert await theirs.people(1) == {}
    await line.aclose()


async def away(pair: Pair, here: Socket, there: Socket) -> None:
    """Redis is away: everybody is told so, and each hears of their own process alone."""
    for page, clinic in ((here, pair.first), (there, pair.second)):
        async with asyncio.timeout(20):
            while not page.all("live"):  # publications find it out
                await clinic.write("ann")
        assert page.all("live")[-1]["state"] == "degraded"
        assert clinic.live.state == "degraded"


async def caught_up(page: Socket, known: int) -> list[int]:
    answer = await page.say("feeds.sync", since={"board": known})
    return [one["seq"] for one in answer["data"]["feeds"]["board"]["events"]]


async def test_while_redis_is_away_all_ask_and_lose_nothing(pair: Pair, redis: PrivateRedis) -> None:
    nora = await pair.first.staff()
    await pair.first.patient("ann")
    async with pair.first.page(nora) as here, pair.second.page(nora) as there:
        for page in (here, there):
            await follow(page, "board")
        await asyncio.to_thread(redis.kill)
        await away(pair, here, there)

        await pair.first.write("ann")
        last = (await caught_up(here, 0))[-1]
        assert await caught_up(there, 0) == list(range(1, last + 1))
        assert (await there.say("presence.list"))["ok"]
        assert (await there.say("presence.set", state="busy"))["ok"]
        assert (await there.say("presence.list"))["data"]["people"] == {nora.identity.who: "busy"}

        await asyncio.to_thread(redis.start)
        for page in (here, there):
            async with asyncio.timeout(20):
                while page.all("live")[-1]["state"] != "ok":
                    await page.news()
        await asyncio.gather(standing(pair.first, "ok"), standing(pair.second, "ok"))  # one may be told by the other
        before = len(there.all("happened"))
        await pair.first.write("ann")
        assert (await there.wait("happened", before + 1))[-1]["seq"] == last + 1


async def test_a_redis_that_answers_nothing_is_away_and_nobody_waits_for_it(pair: Pair, redis: PrivateRedis) -> None:
    nora = await pair.first.staff()
    await pair.first.patient("ann")
    async with pair.first.page(nora) as here:
        await follow(here, "board")
        with redis.hung():
            await standing(pair.first, "degraded")
            began = asyncio.get_running_loop().time()
            for _ in range(20):
                await pair.first.write("ann")
            await here.wait("happened", 20)
            took = asyncio.get_running_loop().time() - began

        await standing(pair.first, "ok")
    assert took < 20 * fanout.ANSWER


async def test_without_redis_at_the_start_it_is_degraded_until_it_comes(
    sqlite_database: SqliteFile, tmp_path: Path, redis: PrivateRedis
) -> None:
    await asyncio.to_thread(redis.kill)
    async with paired(sqlite_database, tmp_path, redis) as pair, pair.first.page(await pair.first.staff()) as page:
        assert (await page.wait("live"))[0] == {"state": "degraded", "delay": 0}

        await asyncio.to_thread(redis.start)

        assert (await page.wait("live", 2))[1] == {"state": "ok", "delay": 0}


async def test_who_missed_what_another_process_could_not_say_is_told_to_ask(pair: Pair, redis: PrivateRedis) -> None:
    """One process alone cannot reach Redis; once it can, the others' sockets are told as well."""
    nora = await pair.first.staff()
    async with pair.second.page(nora) as there:
        manager = pair.first.live._manager
        assert isinstance(manager, fanout.Fanout)
        manager._others_missed = True
        manager._say(is_there=False)

        await standing(pair.first, "ok")

        assert await there.wait("live") == [{"state": "ok", "delay": 0}]
    assert redis.port
