"""
What is sent to a room reaches its sockets in other processes: through Redis, while it is there.

While it is away, sockets of this process go on hearing what happens in this process, and everybody is told that the
wire is `degraded`, so that clients ask the database themselves. What was sent meanwhile is not sent again: once Redis
is back everybody is told `ok`, and asks once more. The facts were in the database all along.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError
from socketio.async_pubsub_manager import AsyncPubSubManager

from meridian.realtime.manager import Manager
from meridian.settings import Redis as Place

if TYPE_CHECKING:
    from redis.asyncio import Redis

CHANNEL = "meridian"
ANSWER = 3.0
"""Seconds within which Redis must answer."""
PAUSE = 1.0
"""Seconds between tries to reach Redis."""
SILENCE = 5.0
"""Seconds without a word after which Redis is asked whether it is there."""

_log = logging.getLogger("meridian.realtime")


def client(place: Place, password: str) -> "Redis":
    """A client that gives up soon: the sockets go on without it."""
    from redis.asyncio import Redis  # noqa: PLC0415  # only where there is one
    from redis.asyncio.retry import Retry  # noqa: PLC0415  # likewise
    from redis.backoff import NoBackoff  # noqa: PLC0415  # likewise

    more: dict[str, Any] = {"ssl_ca_certs": place.tls_ca} if place.tls_ca else {}
    made: Redis = Redis.from_url(
        place.url,
        username=place.user or None,
        password=password or None,
        socket_connect_timeout=ANSWER,
        socket_timeout=ANSWER,
        retry=Retry(NoBackoff(), 0),
        **more,
    )
    return made


class Fanout(AsyncPubSubManager, Manager):  # type: ignore[misc]  # the library ships no types
    """
    Rooms of all processes.

    Args:
        redis: A client of ours, with its own timeouts.
        changed: Told when Redis goes (`False`) and comes (`True`).
    """

    name = "redis"

    def __init__(self, redis: "Redis", changed: Callable[[bool], None]) -> None:
        super().__init__(channel=CHANNEL)  # type: ignore[call-arg]  # of the library's class
        self._redis = redis
        self._changed = changed
        self._is_there: bool | None = None
        self._lost = False

    async def close(self) -> None:
        """Let go of Redis."""
        thread = getattr(self, "thread", None)
        if thread is not None:
            thread.cancel()
            await asyncio.gather(thread, return_exceptions=True)
        with suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _publish(self, data: dict[str, Any]) -> None:
        try:
            await self._redis.publish(self.channel, self.json.dumps(data))
        except (RedisError, OSError, TimeoutError) as wrong:
            self._lost = True  # others did not hear of it, even if we still hear of theirs
            self._say(is_there=False, wrong=wrong)

    async def _listen(self) -> AsyncIterator[Any]:
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
                    await heard.subscribe(self.channel)
                    self._say(is_there=True)
                    while not self._lost:
                        message = await heard.get_message(timeout=SILENCE)
                        if message is None:
                            await self._redis.ping()
                        elif message["type"] == "message":
                            yield message["data"]
                    await self._redis.ping()
                    self._lost = False
            except (RedisError, OSError, TimeoutError) as wrong:
                self._say(is_there=False, wrong=wrong)
                await asyncio.sleep(PAUSE)

    def _say(self, *, is_there: bool, wrong: Exception | None = None) -> None:
        if is_there is self._is_there:
            return
        self._is_there = is_there
        if wrong is not None:
            _log.error("redis is away: %s; sockets hear of this process alone", type(wrong).__name__)
        self._changed(is_there)
