"""Nothing lost, nothing doubled, in order: whatever is killed in the middle of a burst."""

import asyncio
import random
from contextlib import suppress

import pytest
from websockets.exceptions import WebSocketException

from meridian.identity.facts import Grant
from meridian.messaging import threads, writing
from meridian.messaging.letters import Draft
from meridian.store.sqlite import Sqlite
from meridian.testing.following import Follower
from meridian.testing.live import LiveClinic

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PEOPLE = 20


class Writer:
    """Somebody who writes into a thread and follows it, while their socket is killed again and again."""

    def __init__(self, clinic: LiveClinic, grant: Grant, thread: str, dice: random.Random) -> None:
        self.who = grant.identity.who
        self.follower = Follower(lambda: clinic.page(grant), f"thread:{thread}")
        self.sent: list[str] = []
        self.kills = 0
        self.thread = thread
        self._dice = dice

    async def write(self, messages: int) -> None:
        """Send so many, each until it is acknowledged, by the same key."""
        for number in range(messages):
            key = f"{self.who.rpartition('/')[2]:0>12}-{number:0>8}"
            self.sent.append(await self._kept(key, f"{self.who} {number}"))

    async def be_killed(self, times: int) -> None:
        """Lose the socket so often, some time after it was opened."""
        last = None
        while self.kills < times:
            await asyncio.sleep(self._dice.random() * 0.05)
            socket = self.follower.socket
            if socket is not None and socket is not last:
                last = socket
                await socket.kill()
                self.kills += 1

    async def _kept(self, key: str, text: str) -> str:
        """The message's id, once the server has said it."""
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                if self.follower.socket is not None:
                    answer = await self.follower.socket.say("thread.send", thread=self.thread, cid=key, text=text)
                    if answer["ok"]:
                        return str(answer["data"]["id"])
            await asyncio.sleep(0.01)


async def writers(clinic: LiveClinic) -> list[Writer]:
    ann = await clinic.patient("ann")
    thread = await writing.start(clinic.door(ann), Draft("Hello", "k" * 16), subject="Us", about="health")
    found = []
    for number in range(PEOPLE):
        name = f"p{number}"
        await clinic.clinic.person(
            f"{name}@home.example", "proxy", seed="", who=f"RelatedPerson/{name}", patients=("ann",)
        )
        found.append(Writer(clinic, await clinic.clinic.sign_in(f"{name}@home.example"), thread, random.Random(number)))  # noqa: S311  # when, not what
    return found


async def test_sockets_that_are_killed_in_a_burst(either: LiveClinic) -> None:
    kills = 1000 if isinstance(either.clinic.engine, Sqlite) else 200
    each, messages = kills // PEOPLE, kills // PEOPLE // 2
    people = await writers(either)
    following = [asyncio.create_task(one.follower.run()) for one in people]
    await asyncio.gather(*(one.be_killed(each) for one in people), *(one.write(messages) for one in people))
    last = 1 + PEOPLE * messages
    await asyncio.gather(*(one.follower.until(last) for one in people))
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    kept = await threads.read(either.door(await either.clinic.sign_in("ann@home.example")), people[0].thread)

    assert sum(one.kills for one in people) == kills
    assert len(kept.messages) == last
    for one in people:
        assert one.follower.numbers == list(range(1, last + 1))
        assert one.follower.doubled == []
        assert one.follower.resets == 0
        told = [line["said"]["message"] for line in one.follower.taken]
        assert len(set(told)) == last
        for other in people:
            assert [name for name in told if name in set(other.sent)] == other.sent
