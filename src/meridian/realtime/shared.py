"""Presence in Redis, for several processes."""

from collections.abc import Iterable
from time import time
from typing import TYPE_CHECKING
from uuid import uuid4

from redis.exceptions import RedisError

from meridian.realtime.presence import InMemory

if TYPE_CHECKING:
    from redis.asyncio import Redis

LASTING = 40
"""Seconds that what a process said of its people holds; it says so again every `presence.BEAT`."""


class InRedis:
    """
    Of all processes: a hash for each organisation, in which every process has a field for each of its people.

    While Redis is away this process's own are known, and no others.
    """

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._process = uuid4().hex
        self._own = InMemory()

    async def put(self, org: int, who: str, state: str) -> None:
        """Somebody is in that state, for `LASTING` seconds from now."""
        await self._own.put(org, who, state)
        now = time()
        line = f"{state}|{now:.3f}|{now + LASTING:.0f}"
        try:
            async with self._redis.pipeline(transaction=False) as several:
                several.hset(_key(org), f"{who}|{self._process}", line)
                several.expire(_key(org), LASTING * 10)
                await several.execute()
        except (RedisError, OSError, TimeoutError):
            return  # it is said again with the next beat

    async def drop(self, org: int, who: str) -> None:
        """Nobody of this process is them any more."""
        await self._own.drop(org, who)
        try:
            await self._redis.hdel(_key(org), f"{who}|{self._process}")
        except (RedisError, OSError, TimeoutError):
            return  # it ends by itself

    async def people(self, org: int) -> dict[str, str]:
        """The state of everybody who is there: what each said last."""
        own = await self._own.people(org)
        try:
            lines = await self._redis.hgetall(_key(org))
        except (RedisError, OSError, TimeoutError):
            return own
        return own | _newest((_text(name), _text(line)) for name, line in lines.items())


def _newest(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    now = time()
    found: dict[str, tuple[float, str]] = {}
    for name, line in lines:
        state, said, until = line.split("|")
        who = name.rpartition("|")[0]
        if float(until) > now and (who not in found or float(said) > found[who][0]):
            found[who] = float(said), state
    return {who: state for who, (_, state) in found.items()}


def _key(org: int) -> str:
    return f"meridian:presence:{org}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
