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
from typing import TYPE_CHECKING, Any, Protocol

from redis.exceptions import RedisError
from socketio.async_pubsub_manager import AsyncPubSubManager

from meridian.realtime.manager import Manager
from meridian.settings import Redis as Place

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

ANSWER = 3.0
"""Seconds within which Redis must answer."""
PAUSE = 1.0
"""Seconds between tries to reach Redis."""
SILENCE = 5.0
"""Seconds without a word after which Redis is asked whether it is there."""

_log = logging.getLogger("meridian.realtime")


class Reached(Protocol):
    """Is told when Redis goes and comes."""

    def __call__(self, *, is_there: bool, others_missed: bool) -> None:
        """
        It went or came.

        Args:
            is_there: Which of the two.
            others_missed: Whether something happened here meanwhile that other processes did not hear of.
        """


def client(place: Place, password: str, renewed: Callable[[], str] | None = None) -> "Redis":
    """
    A client that gives up soon: the sockets go on without it.

    Args:
        place: Where.
        password: As the vault has it.
        renewed: Reads it afresh, when Redis refused the one that was known: it may have been rotated.
    """
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
    if renewed is not None:
        pool = made.connection_pool
        pool.connection_class = _renewing(pool.connection_class, renewed, pool.connection_kwargs)
    return made


def _renewing(kind: Any, renewed: Callable[[], str], pool: dict[str, Any]) -> Any:
    """Connections of that *kind* that sign in once more with the password as it is now, and tell the *pool*."""
    from redis.exceptions import AuthenticationError  # noqa: PLC0415  # likewise

    class Renewing(kind):  # type: ignore[misc]  # which of the library's is known when it runs
        async def connect_check_health(self, *said: Any, **more: Any) -> None:
            try:
                await super().connect_check_health(*said, **more)
            except AuthenticationError:
                pool["password"] = self.password = await asyncio.to_thread(renewed)
                await super().connect_check_health(*said, **more)

    return Renewing


class Fanout(AsyncPubSubManager, Manager):  # type: ignore[misc]  # the library ships no types
    """
    Rooms of all processes.

    Args:
        redis: A client of ours, with its own timeouts.
        channel: By which the processes of this platform hear of each other, and no others that share the Redis.
        reached: Told when Redis goes and comes.
    """

    name = "redis"

    def __init__(self, redis: "Redis", channel: str, reached: Reached) -> None:
        super().__init__(channel=channel)  # type: ignore[call-arg]  # of the library's class
        self._redis = redis
        self._reached = reached
        self._is_there: bool | None = None
        self._others_missed = False

    async def close(self) -> None:
        """Let go of Redis."""
        thread = getattr(self, "thread", None)
        if thread is not None:
            thread.cancel()
            await asyncio.gather(thread, return_exceptions=True)
        with suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _publish(self, data: dict[str, Any]) -> None:
        if self._is_there is False:  # nobody here waits for it to be found out again; `_listen` does
            self._others_missed = True
            return
        try:
            await self._redis.publish(self.channel, self.json.dumps(data))
        except (RedisError, OSError, TimeoutError) as wrong:
            self._others_missed = True  # even if we still hear of theirs
            self._say(is_there=False, wrong=wrong)

    async def _listen(self) -> AsyncIterator[Any]:
        while True:
            try:
                async with self._redis.pubsub() as heard:
                    await heard.subscribe(self.channel)
                    async for message in self._heard(heard):
                        yield message
            except (RedisError, OSError, TimeoutError) as wrong:
                self._say(is_there=False, wrong=wrong)
            await asyncio.sleep(PAUSE)

    async def _heard(self, heard: "PubSub") -> AsyncIterator[Any]:
        """
        What comes on a subscription, until something that was published found Redis away.

        Raises:
            TimeoutError: If nothing comes by this connection any more, not even the answer to a question.
        """
        is_asked = is_subscribed = False
        while self._is_there or not is_subscribed:
            message = await heard.get_message(timeout=SILENCE)
            if message is None and is_asked:
                raise TimeoutError
            is_asked = message is None
            if message is None:
                await heard.ping()
            elif message["type"] == "subscribe":
                is_subscribed = True
                await self._redis.connection_pool.disconnect(inuse_connections=False)  # they may be of another life
                self._say(is_there=False)  # whatever came between two subscriptions was not heard
                self._say(is_there=True)
            elif message["type"] == "message":
                yield message["data"]

    def _say(self, *, is_there: bool, wrong: Exception | None = None) -> None:
        if is_there is self._is_there:
            return
        self._is_there = is_there
        if wrong is not None:
            _log.error("redis is away: %s; sockets hear of this process alone", type(wrong).__name__)
        missed = self._others_missed
        if is_there:
            self._others_missed = False
        self._reached(is_there=is_there, others_missed=missed)
